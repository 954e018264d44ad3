"""Candidates tried per second at one Rocq goal: a warm session against ``coqc`` once for each candidate.

Both try the same twenty candidates, of which only the last one holds, in one run.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from unsorry.model import Budget, Candidate, Document, Fill, Hole, Language, Missing, TrialResult
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import Session
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.prover import RocqProver, make_prover
from unsorry.settings import ProverSettings
from unsorry.text import SourceText, apply_edits

TEXT = """Require Import Arith Lia List.

Lemma both (A : Type) (n : nat) (l1 l2 : list A) :
  length l1 <= n -> length (l1 ++ l2) <= n + length l2 /\\ rev (rev l1) = l1.
Proof.
  intro short.
  admit.
Admitted.
"""
LOSERS = (
    *("reflexivity", "assumption", "trivial", "easy", "auto", "congruence", "lia", "discriminate", "apply foo"),
    *("split; auto", "split; lia", "split; reflexivity", "simpl; auto", "induction l1; auto", "constructor; auto"),
    *("rewrite app_length; auto", "apply rev_involutive", "split; [lia | auto]", "exact short"),
)
WINNER = "split; [rewrite app_length; lia | apply rev_involutive]"
ROUNDS = 31


def measure() -> list[dict[str, Any]]:
    prover = make_prover(ProverSettings())
    if isinstance(asyncio.run(prover.probe()), Missing) or shutil.which("coqc") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "Both.v")
        document = Document(file.as_uri(), Language("rocq"), 1, SourceText(TEXT), file)
        (hole,) = identify(document.uri, SYNTAX.outline(TEXT))
        candidates = [Candidate(text) for text in (*LOSERS, WINNER)]
        compiled = compile_each(prover, document, hole, candidates, file)
        warm = asyncio.run(try_all(prover, document, hole, candidates))
    ours, theirs = len(candidates) / warm, len(candidates) / compiled
    against = f"coqc once a candidate ({theirs:.1f}/s; the session tries {ours:.0f}/s)"
    return [{"name": "rocq.candidates_over_coqc", "value": ours / theirs, "unit": "times", "against": against}]


async def try_all(prover: RocqProver, document: Document, hole: Hole, candidates: list[Candidate]) -> float:
    """Median wall seconds for trying all candidates in a session that has loaded the document."""
    session = await prover.open(document, SYNTAX.outline(TEXT))
    try:
        await session.goals(hole)
        return statistics.median([await one_round(session, hole, candidates) for _ in range(ROUNDS)])
    finally:
        await session.close()


async def one_round(session: Session, hole: Hole, candidates: list[Candidate]) -> float:
    started = time.perf_counter()
    results = [trial.result async for trial in session.trials(hole, candidates, Budget(60, 5))]
    seconds = time.perf_counter() - started
    won = [number for number, result in enumerate(results) if result is TrialResult.CLOSED]
    if won != [len(candidates) - 1] or len(results) != len(candidates):
        raise RuntimeError(f"the session finds {won}, not the last alone")
    return seconds


def compile_each(prover: RocqProver, document: Document, hole: Hole, candidates: list[Candidate], file: Path) -> float:
    """Wall seconds for compiling the file with each candidate in its place, one after the other."""
    outline = SYNTAX.outline(TEXT)
    texts = [apply_edits(TEXT, prover.render(document, outline, [Fill(hole, each)])) for each in candidates]
    accepted = []
    started = time.perf_counter()
    for text in texts:
        file.write_text(text, encoding="utf-8")
        command = ["nice", "-n", "5", "coqc", "-q", "-noglob", file.name]  # at the priority of a session's process
        done = subprocess.run(command, cwd=file.parent, capture_output=True, env=os.environ, timeout=60, check=False)
        accepted.append(done.returncode == 0)
    seconds = time.perf_counter() - started
    if accepted != [False] * len(LOSERS) + [True]:
        raise RuntimeError("coqc does not accept the last candidate alone")
    return seconds


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']}: {row['value']:.0f} {row['unit']}, against {row['against']}")
