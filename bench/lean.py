"""Candidates tried per second at one Lean goal: a warm session against ``lean`` once for each candidate.

Both try the same twenty candidates, of which only the last one holds, in one run. The text needs no library, so that
any Lean will do, also the one that ``scripts/minilean.sh`` makes for the tests; imports, which ``lean`` would load each
time anew and the session once, would only widen the gap.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from attrs import evolve

from unsorry.model import Budget, Candidate, Document, Fill, Hole, TrialResult
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import Session
from unsorry.provers.lean4 import ROOM
from unsorry.provers.lean4.holes import SYNTAX
from unsorry.provers.lean4.prover import LeanProver, make_prover
from unsorry.text import SourceText, apply_edits

TEXT = """inductive Num where
  | zero : Num
  | succ : Num → Num

def plus : Num → Num → Num
  | .zero, b => b
  | .succ a, b => .succ (plus a b)

theorem plus_zero (a : Num) : plus a .zero = a := by
  induction a with
  | zero => rfl
  | succ a ih => sorry
"""
LOSERS = (
    *("rfl", "assumption", "constructor", "exact ih", "exact rfl", "exact a", "intro x", "apply ih", "exact ih.symm"),
    *("exact congrArg Num.succ rfl", "exact congrArg plus ih", "exact congrFun ih _", "refine ih", "exact (ih ▸ rfl)"),
    *("exact ih.trans ih", "exact absurd ih ih", "cases a <;> rfl", "exact ⟨ih⟩", "skip"),
)
WINNER = "exact congrArg Num.succ ih"
ROUNDS = 31


def measure() -> list[dict[str, Any]]:
    made = Path(sys.prefix) / "minilean" / "bin" / "lean"
    program = shutil.which("lean") or (str(made) if made.exists() else None)
    if program is None:
        return []
    prover = make_prover(evolve(ROOM.settings, path=program))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "Plus.lean")
        document = Document(file.as_uri(), ROOM.language, 1, SourceText(TEXT), file)
        (hole,) = identify(document.uri, SYNTAX.outline(TEXT))
        candidates = [Candidate(text) for text in (*LOSERS, WINNER)]
        alone = run_each(program, prover, document, hole, candidates)
        warm = asyncio.run(try_all(prover, document, hole, candidates))
    ours, theirs = len(candidates) / warm, len(candidates) / alone
    against = f"lean once a candidate ({theirs:.1f}/s; the session tries {ours:.0f}/s)"
    return [{"name": "lean.candidates_over_lean", "value": ours / theirs, "unit": "times", "against": against}]


async def try_all(prover: LeanProver, document: Document, hole: Hole, candidates: list[Candidate]) -> float:
    """Median wall seconds for trying all candidates in a session that has loaded the document."""
    session = await prover.open(document, SYNTAX.outline(TEXT))
    try:
        await session.goals(hole)
        return statistics.median([await one_round(session, hole, fresh(candidates, n)) for n in range(ROUNDS)])
    finally:
        await session.close()


def fresh(candidates: list[Candidate], number: int) -> list[Candidate]:
    """The same candidates in a text that Lean has not seen: what it has, it would answer at once."""
    return [Candidate(f"{candidate.text} -- {number}") for candidate in candidates]


async def one_round(session: Session, hole: Hole, candidates: list[Candidate]) -> float:
    started = time.monotonic()
    trials = [trial async for trial in session.trials(hole, candidates, Budget(60.0, 5.0))]
    assert [trial.result is TrialResult.CLOSED for trial in trials] == [*[False] * len(LOSERS), True], trials
    return time.monotonic() - started


def run_each(program: str, prover: LeanProver, document: Document, hole: Hole, candidates: list[Candidate]) -> float:
    """Wall seconds for as many runs of ``lean`` as there are candidates."""
    assert document.path is not None
    started = time.monotonic()
    for candidate in candidates:
        edits = prover.render(document, SYNTAX.outline(TEXT), (Fill(hole, candidate),))
        document.path.write_text(apply_edits(TEXT, edits), encoding="utf-8")
        done = subprocess.run([program, document.path.name], cwd=document.path.parent, capture_output=True, check=False)
        assert (done.returncode == 0) == (candidate.text == WINNER), done
    return time.monotonic() - started
