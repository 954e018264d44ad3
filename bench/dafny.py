"""Candidates tried per second at one Dafny hole: copies in the warm server against ``dafny`` once for each candidate.

Both try the same dozen candidates, of which only the last one holds, in one run.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from unsorry.configuration import default_provers
from unsorry.model import Budget, Candidate, Document, Fill, Hole, Language, Missing, TrialResult
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import Session
from unsorry.provers.dafny.holes import SYNTAX
from unsorry.provers.dafny.installation import Installation, find_installation
from unsorry.provers.dafny.prover import DafnyProver, make_prover
from unsorry.text import SourceText, apply_edits

DAFNY = Language("dafny")
TEXT = """function Triangle(n: nat): nat
{
  if n == 0 then 0 else n + Triangle(n - 1)
}

lemma {:induction false} Gauss(n: nat, m: nat)
  ensures 2 * Triangle(n) == n * (n + 1)
"""
WINNER = "if n > 0 {\n  Gauss(n - 1, m);\n}"
LOSERS = (
    *("{}", "assert n >= 0;", "assert m * n == n * m;", "assert Triangle(0) == 0;", "assert Triangle(1) == 1;"),
    *("if m > 0 {\n  Gauss(n, m - 1);\n}", "if n == 0 {\n}", "assert n * (n + 1) == n * n + n;"),
    *("if n > m {\n  Gauss(m, n);\n}", "Gauss(n, m);", "assert Triangle(2) == 3;"),
)
ROUNDS = 5


def measure() -> list[dict[str, Any]]:
    settings = default_provers()[DAFNY]
    found = asyncio.run(find_installation(settings))
    if isinstance(found, Missing) or found.modern or not found.server:
        return []
    prover = make_prover(settings)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "Gauss.dfy")
        document = Document(file.as_uri(), DAFNY, 1, SourceText(TEXT), file)
        (hole,) = identify(document.uri, SYNTAX.outline(TEXT))
        candidates = [Candidate(text) for text in (*LOSERS, WINNER)]
        each = run_each(prover, document, hole, candidates, file, found)
        warm = asyncio.run(try_all(prover, document, hole, candidates))
    ours, theirs = len(candidates) / warm, len(candidates) / each
    against = f"dafny once a candidate ({theirs:.1f}/s; the session tries {ours:.0f}/s)"
    return [{"name": "dafny.candidates_over_dafny", "value": ours / theirs, "unit": "times", "against": against}]


async def try_all(prover: DafnyProver, document: Document, hole: Hole, candidates: list[Candidate]) -> float:
    """Median wall seconds for trying all candidates in a session that has loaded the document."""
    session = await prover.open(document, SYNTAX.outline(TEXT))
    try:
        await session.goals(hole)
        return statistics.median([await one_round(session, hole, candidates, number) for number in range(ROUNDS)])
    finally:
        await session.close()


async def one_round(session: Session, hole: Hole, candidates: list[Candidate], number: int) -> float:
    """Each round's candidates begin with another assertion, so that no answer comes from the server's memory."""
    fresh = [Candidate(f"assert {number} + 0 == {number};\n{each.text.strip('{}')}") for each in candidates]
    fresh[-1] = Candidate(f"assert {number} + 0 == {number};\n{WINNER}")
    started = time.perf_counter()
    results = [trial.result async for trial in session.trials(hole, fresh, Budget(60, 5))]
    seconds = time.perf_counter() - started
    won = [number for number, result in enumerate(results) if result is TrialResult.CLOSED]
    if won != [len(candidates) - 1] or len(results) != len(candidates):
        raise RuntimeError(f"the session finds {won}, not the last alone")
    return seconds


def run_each(
    prover: DafnyProver, document: Document, hole: Hole, candidates: list[Candidate], file: Path, found: Installation
) -> float:
    """Wall seconds for verifying the file with each candidate in its place, one after the other."""
    outline = SYNTAX.outline(TEXT)
    texts = [apply_edits(TEXT, prover.render(document, outline, [Fill(hole, each)])) for each in candidates]
    solver = [f"/z3exe:{found.z3}"] if found.z3 else []
    accepted = []
    started = time.perf_counter()
    for text in texts:
        file.write_text(text, encoding="utf-8")
        command = [found.program, "/nologo", "/compile:0", "/timeLimit:5", "/proc:*Gauss*", *solver, file.name]
        # At the priority of a session's process.
        done = subprocess.run(
            ["nice", "-n", "5", *command], cwd=file.parent, capture_output=True, timeout=60, check=False
        )
        accepted.append(done.returncode == 0)
    seconds = time.perf_counter() - started
    if accepted != [False] * len(LOSERS) + [True]:
        raise RuntimeError(f"dafny does not accept the last candidate alone: {accepted}")
    return seconds


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']}: {row['value']:.1f} {row['unit']}, against {row['against']}")
