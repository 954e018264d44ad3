"""Finds invariants by a sieve: all guesses at once, those that do not hold left out, until the rest holds together.

What remains is then cut down to what is needed.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Sequence

from unsorry.errors import ProverTimeout
from unsorry.model import Budget, Candidate, Hole, Trial, TrialResult
from unsorry.provers.dafny.trials import BATCH, Bench, Outcome, Version, run_trials, version_with

_ROUNDS = 12
_MOST_PAIRS = 36
_MANY = 50  # errors: each tells of a guess that does not hold
_SHARE = 0.6  # of the time that is left, for trying guesses by themselves


def _text(guesses: Sequence[str]) -> str:
    return "\n".join(f"invariant {guess}" for guess in guesses)


async def sieve(bench: Bench, hole: Hole, guesses: Sequence[str], budget: Budget) -> AsyncIterator[Trial]:
    """The fewest of the guesses that make the declaration pass, as one candidate; none when the time is over."""
    deadline = time.monotonic() + budget.seconds
    good: list[str] = []
    with contextlib.suppress(ProverTimeout):
        for at in range(0, len(guesses), BATCH):
            alone = await _alone(bench, hole, guesses[at : at + BATCH], budget, (deadline - time.monotonic()) * _SHARE)
            for guess, outcome in alone:
                if outcome.passed:
                    yield Trial(Candidate(_text([guess])), TrialResult.CLOSED, outcome.seconds)
                    return
                if outcome.verified and not _fails_on_entry(outcome):
                    good.append(guess)
    with contextlib.suppress(ProverTimeout):
        kept = await _kept(bench, hole, good, budget, deadline)
        async for trial in _fewest(bench, hole, kept, budget, deadline):
            yield trial


async def _alone(
    bench: Bench, hole: Hole, guesses: Sequence[str], budget: Budget, seconds: float
) -> list[tuple[str, Outcome]]:
    """What becomes of the declaration with each guess by itself."""
    versions = [version_with(bench, hole, Candidate(_text([guess]))) for guess in guesses]
    texts = [(guess, version) for guess, version in zip(guesses, versions, strict=True) if isinstance(version, Version)]
    outcomes = await bench.outcomes([version for _, version in texts], budget.per_candidate, max(0.1, seconds))
    return [(guess, outcome) for (guess, _), outcome in zip(texts, outcomes, strict=True)]


async def _fewest(bench: Bench, hole: Hole, kept: list[str], budget: Budget, deadline: float) -> AsyncIterator[Trial]:
    """Two of the guesses that hold, if two are enough; else all of them, cut down."""
    pairs = list(itertools.combinations(kept, 2))[:_MOST_PAIRS]
    for batch in (pairs[at : at + BATCH] for at in range(0, len(pairs), BATCH)):
        rest = Budget(max(0.1, deadline - time.monotonic()), budget.per_candidate)
        candidates = [Candidate(_text(pair)) for pair in batch]
        found = [t async for t in run_trials(bench, hole, candidates, rest) if t.result is TrialResult.CLOSED]
        if found:
            yield min(found, key=lambda trial: len(trial.candidate.text))
            return
    async for trial in _cut_down(bench, hole, kept, budget, deadline):
        yield trial


def _fails_on_entry(outcome: Outcome) -> bool:
    """Whether a guess is false before the loop begins, which no other guess can mend."""
    return any("on entry" in message for message, _ in outcome.errors)


async def _kept(bench: Bench, hole: Hole, guesses: Sequence[str], budget: Budget, deadline: float) -> list[str]:
    """The guesses that hold together on entry and are maintained; whether the rest passes is another matter."""
    kept = list(guesses)
    for _ in range(_ROUNDS):
        left = deadline - time.monotonic()
        if not kept or left <= 0:
            return []
        version = version_with(bench, hole, Candidate(_text(kept)))
        if isinstance(version, Trial):
            return []
        first = _first_line(bench, hole)
        (outcome,) = await bench.outcomes([version], max(2.0, budget.per_candidate), left, _MANY)
        if outcome.passed:
            return kept
        lines = {line for _, line in outcome.errors if first <= line < first + len(kept)}
        if not lines:
            return kept if not outcome.undecided else kept[: len(kept) // 2]
        kept = [guess for number, guess in enumerate(kept) if first + number not in lines]
    return kept


def _first_line(bench: Bench, hole: Hole) -> int:
    """The line, within the declaration, on which the first guess stands."""
    start = bench.outline.units[bench.unit].span.start
    return bench.document.text.count("\n", start, hole.span.start) + 1


async def _cut_down(bench: Bench, hole: Hole, kept: list[str], budget: Budget, deadline: float) -> AsyncIterator[Trial]:
    """Leaves out one after the other what is not needed."""
    best: Trial | None = None
    for guess in [None, *reversed(kept)]:
        fewer = [each for each in kept if each != guess]
        left = deadline - time.monotonic()
        if left <= 0 or not fewer:
            break
        rest = Budget(left, max(2.0, budget.per_candidate))
        trials = [trial async for trial in run_trials(bench, hole, [Candidate(_text(fewer))], rest)]
        if trials and trials[0].result is TrialResult.CLOSED:
            best, kept = trials[0], fewer
        elif guess is None:
            return
    if best is not None:
        yield best
