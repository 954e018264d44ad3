"""Candidates per second at one Agda goal: through a live session, against one ``agda FILE`` process for each.

python -m bench.agda
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from unsorry.configuration import default_provers
from unsorry.model import Available, Budget, Candidate, Document, Fill, Hole, Language, TrialResult
from unsorry.provers.agda.prover import AgdaProver, make_prover
from unsorry.text import SourceText, apply_edits

TEXT = """module Goal where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

sym : {A : Set} {x y : A} → x ≡ y → y ≡ x
sym refl = refl

trans : {A : Set} {x y z : A} → x ≡ y → y ≡ z → x ≡ z
trans refl q = q

cong : {A B : Set} {x y : A} (f : A → B) → x ≡ y → f x ≡ f y
cong f refl = refl

zero-right : (n : Nat) → n + 0 ≡ n
zero-right zero    = refl
zero-right (suc n) = cong suc (zero-right n)

suc-right : (n m : Nat) → n + suc m ≡ suc (n + m)
suc-right zero    m = refl
suc-right (suc n) m = cong suc (suc-right n m)

commutes : (n m : Nat) → n + m ≡ m + n
commutes zero    m = sym (zero-right m)
commutes (suc n) m = ?
"""
WINNER = "trans (cong suc (commutes n m)) (sym (suc-right m n))"
LOSERS = (
    *("refl", "n", "m", "commutes n m", "commutes m n", "sym (commutes n m)", "cong suc (commutes m n)", "λ ()"),
    *("cong suc (commutes n m)", "suc-right n m", "suc-right m n", "zero-right n", "sym (suc-right n m)"),
    *("trans (commutes n m) refl", "trans (suc-right n m) (commutes n m)", "sym (cong suc (commutes n m))"),
    *("trans (cong suc (commutes n m)) (suc-right m n)", "foo", "cong suc refl"),
)
ROUNDS = 10
PROCESSES = 10


def measure() -> list[dict[str, Any]]:
    """One row, or none where there is no Agda."""
    prover = make_prover(default_provers()[Language("agda")])
    available = asyncio.run(prover.probe())
    if not isinstance(available, Available):
        return []
    live = asyncio.run(_live(prover))
    cold = _cold(prover, available.program)
    against = f"{live:.0f}/s live, {cold:.1f}/s with one agda process each"
    return [{"name": "agda.candidates_over_process", "value": live / cold, "unit": "times", "against": against}]


def _document() -> Document:
    return Document("file:///Goal.agda", Language("agda"), 1, SourceText(TEXT))


def _hole(prover: AgdaProver) -> Hole:
    ((unit, found),) = prover.syntax.outline(TEXT, "Goal.agda").holes
    return Hole("goal", found.kind, unit.name, found.span)


async def _live(prover: AgdaProver) -> float:
    """Candidates per second in a warm session, nineteen that fail and one that closes the goal, again and again."""
    document = _document()
    session = await prover.open(document, prover.syntax.outline(TEXT, "Goal.agda"))
    try:
        hole = _hole(prover)
        await session.goals(hole)
        candidates = [Candidate(text) for text in (*LOSERS, WINNER)] * ROUNDS
        started = time.perf_counter()
        results = [trial.result async for trial in session.trials(hole, candidates, Budget(120))]
        seconds = time.perf_counter() - started
    finally:
        await session.close()
    if len(results) != len(candidates) or results.count(TrialResult.CLOSED) != ROUNDS:
        raise RuntimeError("the session did not judge the candidates as expected")
    return len(results) / seconds


def _cold(prover: AgdaProver, program: str) -> float:
    """Candidates per second with a new process for each, the builtin modules' interfaces being there."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "Goal.agda")
        hole = _hole(prover)
        seconds = 0.0
        for term in (WINNER, *LOSERS[:PROCESSES], WINNER):
            document = _document()
            edits = prover.render(document, prover.syntax.outline(TEXT, "Goal.agda"), [Fill(hole, Candidate(term))])
            path.write_text(apply_edits(TEXT, edits), encoding="utf-8")
            started = time.perf_counter()
            done = subprocess.run([program, str(path)], cwd=directory, capture_output=True, check=False)
            seconds += time.perf_counter() - started
            if (done.returncode == 0) != (term == WINNER):
                raise RuntimeError(f"agda judged {term} otherwise: {done.stdout.decode()}")
            path.with_suffix(".agdai").unlink(missing_ok=True)
    return (PROCESSES + 2) / seconds


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']:32} {row['value']:10.1f} {row['unit']:8} {row['against']}")
    sys.exit(0)
