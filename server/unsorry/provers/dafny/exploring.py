"""Finds out which of some conjectures hold, one with the help of the others, and whether a proof follows from them."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Sequence

from attrs import define, field

from unsorry.errors import ProverTimeout
from unsorry.model import Budget, Candidate, Hole, Trial, TrialResult
from unsorry.provers.dafny.trials import Bench, Outcome, Version, version_with

_ROUNDS = 3
_EACH = 1.0  # seconds: what holds by one induction holds soon
_ERRORS = 5  # told of each version: enough to see whether the conjecture itself is among them


@define
class Explorer:
    """The exploration at the hole of a lemma's whole body. ``deadline`` is of ``time.monotonic``."""

    bench: Bench
    hole: Hole
    deadline: float
    _held: list[str] = field(factory=list)

    async def winners(
        self, facts: Sequence[Sequence[str]], inductions: Sequence[str], budget: Budget
    ) -> AsyncIterator[Trial]:
        """The shortest proof out of the ``facts`` that hold, by themselves or before one of the ``inductions``."""
        with contextlib.suppress(ProverTimeout):
            proof = await self._explored(facts, budget)
            if proof is None and self._held:
                versions = [[*self._held, text] for text in inductions]
                proof = next((v for v, o in await self._outcomes(versions, budget) if o.passed), None)
            if proof is not None:
                yield await self._shortest(proof, budget)

    async def _explored(self, facts: Sequence[Sequence[str]], budget: Budget) -> list[str] | None:
        """Gathers what holds, until that is a proof, or nothing new comes up. What has failed is tried again with what
        held after it."""
        left = [[f"assert {fact};" for fact in group] for group in facts]
        for _ in range(_ROUNDS):
            before = len(self._held)
            failed: list[list[str]] = []
            for group in left:
                failed.append([])
                held = list(self._held)
                for version, outcome in await self._outcomes([[*held, each] for each in group], budget):
                    if outcome.passed:
                        return version
                    (self._held if _holds(outcome) else failed[-1]).append(version[-1])
            if len(self._held) == before:
                return None
            left = failed
        return None

    async def _shortest(self, proof: list[str], budget: Budget) -> Trial:
        """The proof without what it does not need: nothing, one or two of what comes before its last statement."""
        *before, last = proof
        fewer = [list(each) for n in range(3) for each in itertools.combinations(before, n) if n < len(before)]
        with contextlib.suppress(ProverTimeout):
            for version, outcome in await self._outcomes([[*each, last] for each in fewer], budget):
                if outcome.passed:
                    return _closed(version, outcome)
        return _closed(proof, None)

    async def _outcomes(self, versions: Sequence[list[str]], budget: Budget) -> list[tuple[list[str], Outcome]]:
        """What became of each version that can stand at the hole; nothing when the time is over."""
        left = self.deadline - time.monotonic()
        made = [(each, version_with(self.bench, self.hole, Candidate("\n".join(each)))) for each in versions]
        good = [(each, version) for each, version in made if isinstance(version, Version)]
        if left <= 0 or not good:
            return []
        texts = [version for _, version in good]
        outcomes = await self.bench.outcomes(texts, min(_EACH, budget.per_candidate), left, _ERRORS)
        return [(each, outcome) for (each, _), outcome in zip(good, outcomes, strict=True)]


def _holds(outcome: Outcome) -> bool:
    """Whether nothing but what the lemma promises is left to show."""
    return outcome.verified and bool(outcome.errors) and all("ostcondition" in said for said, _ in outcome.errors)


def _closed(proof: Sequence[str], outcome: Outcome | None) -> Trial:
    return Trial(Candidate("\n".join(proof)), TrialResult.CLOSED, outcome.seconds if outcome else 0.0)
