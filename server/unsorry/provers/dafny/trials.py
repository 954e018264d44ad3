"""Tries candidates at a hole: copies of its declaration, many in one source text, with the warm server."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from attrs import define, evolve, frozen

from unsorry.errors import EditError, ProverError, ProverTimeout
from unsorry.model import Budget, Candidate, Document, Fill, Hole, Trial, TrialResult
from unsorry.provers.base import Outline
from unsorry.provers.dafny.answers import Answer
from unsorry.provers.dafny.copies import Copies, make_copies
from unsorry.provers.dafny.render import render
from unsorry.text import apply_edits, growth_before

BATCH = 12
_ROUNDS = 6  # of leaving out copies that do not even resolve
_DEATHS = 2
_SHARE = 0.5  # of the time that is left, for many at once: Dafny may hang over one, and the others want a turn
_AT_LEAST = 8.0  # seconds, where they are left: a busy machine is slow without a hang
Ask = Callable[[str, float, float, int], Awaitable[Answer]]
"""Verifies the copies in a source: the source, seconds for each, seconds for all, errors for each."""


@frozen
class Outcome:
    """What became of one version of a declaration: ``errors`` by message and line within it; none when it passed.
    ``verified``: it was understood, so that the verifier had its say."""

    passed: bool
    errors: tuple[tuple[str, int], ...] = ()
    undecided: bool = False
    seconds: float = 0.0
    verified: bool = False

    @property
    def message(self) -> str:
        return self.errors[0][0] if self.errors else ""


@frozen
class Version:
    """A declaration's text with a candidate in place, and the errors in it, by message and line within it, that have
    nothing to do with the hole."""

    text: str
    left: frozenset[tuple[str, int]] = frozenset()


@define
class Bench:
    """Where versions of one declaration of a document are tried; it ends at ``end``. ``others`` are the errors in it,
    by message and offset, that belong to other holes."""

    document: Document
    outline: Outline
    unit: int
    end: int
    ask: Ask
    others: tuple[tuple[str, int], ...] = ()

    async def outcomes(
        self, versions: Sequence[Version], each: float, seconds: float, errors: int = 1
    ) -> list[Outcome]:
        """What becomes of each version of the declaration; so many ``errors`` are told at most, beside those of other
        holes.

        Raises:
            ProverTimeout: no answer within ``seconds``.
            ProverError: the prover died, or the rest of the text is broken.
        """
        deadline = time.monotonic() + seconds
        name = self.outline.units[self.unit].name
        found: dict[int, Outcome] = {}
        for _ in range(_ROUNDS):
            left = [number for number in range(len(versions)) if number not in found]
            if not left:
                break
            copies = make_copies(self.document.text, name, self.end, [versions[n].text for n in left])
            started = time.monotonic()
            many = errors + len(self.others)
            answer = await self.ask(copies.source, each, max(0.1, deadline - started), many)
            took = (time.monotonic() - started) / len(left)
            for index, outcome in _read(copies, answer, took):
                found[left[index]] = _without(outcome, versions[left[index]].left, many)
        return [found.get(n, Outcome(False, (("it does not resolve", 0),))) for n in range(len(versions))]


def _read(copies: Copies, answer: Answer, seconds: float) -> Iterator[tuple[int, Outcome]]:
    """The outcomes that an answer tells; where the text did not resolve, only of those that are to blame."""
    inside, outside = copies.errors(answer)
    for index in range(len(copies.names)):
        errors = inside.get(index, [])
        said = tuple((error.message, error.line - copies.lines[index]) for error in errors)
        if errors:
            yield index, Outcome(False, said, all(error.undecided for error in errors), seconds, answer.ended)
        elif answer.ended:
            passed = copies.verdict(answer, index)
            yield index, Outcome(passed, () if passed else (("it was not verified", 0),), False, seconds, True)
    if not answer.ended and not inside:
        raise ProverError(outside[0].message if outside else answer.reason)


def _without(outcome: Outcome, left: frozenset[tuple[str, int]], told: int) -> Outcome:
    """An outcome without the errors of other holes, where all errors are told."""
    if not left or not outcome.verified or outcome.passed or outcome.undecided or len(outcome.errors) >= told:
        return outcome
    own = tuple(error for error in outcome.errors if error not in left)
    return evolve(outcome, passed=not own, errors=own)


async def run_trials(bench: Bench, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
    """One trial each, in order, until the budget ends. Candidates at which the prover dies or stops to answer are
    tried again one by one, until it has died too often."""
    deadline = time.monotonic() + budget.seconds
    size, deaths = BATCH, 0
    queue = [(candidate, version_with(bench, hole, candidate)) for candidate in candidates]
    while queue and (left := deadline - time.monotonic()) > 0:
        batch, queue = queue[:size], queue[size:]
        good = [version for _, version in batch if isinstance(version, Version)]
        try:
            most = left if len(good) == 1 else max(min(left, _AT_LEAST), left * _SHARE)
            outcomes = iter(await bench.outcomes(good, budget.per_candidate, most) if good else ())
        except ProverTimeout as late:
            if len(good) == 1 or time.monotonic() >= deadline:
                for candidate, _ in batch[:1]:
                    yield Trial(candidate, TrialResult.TIMED_OUT, left, late.message)
                queue = batch[1:] + queue
            else:
                size, queue = 1, batch + queue
            continue
        except ProverError as error:
            deaths += 1
            if deaths > _DEATHS:
                raise
            if len(good) == 1 and deaths > 1:  # once, it may have died long before
                yield Trial(batch[0][0], TrialResult.PROVER_FAILED, 0.0, error.message)
            else:
                size, queue = 1, batch + queue
            continue
        for candidate, version in batch:
            yield _trial(candidate, next(outcomes)) if isinstance(version, Version) else version


def version_with(bench: Bench, hole: Hole, candidate: Candidate) -> Version | Trial:
    """The declaration's text with a candidate in place, or the trial that ends here because it cannot stand there."""
    try:
        edits = render(bench.document, bench.outline, [Fill(hole, candidate)])
    except EditError as error:
        return Trial(candidate, TrialResult.REJECTED, 0.0, str(error))
    after = apply_edits(bench.document.text, edits)
    start = bench.outline.units[bench.unit].span.start
    places = ((message, at + growth_before(at, edits)) for message, at in bench.others)
    left = frozenset((message, after.count("\n", start, at)) for message, at in places)
    return Version(after[start : bench.end + len(after) - len(bench.document.text)], left)


def _trial(candidate: Candidate, outcome: Outcome) -> Trial:
    if outcome.passed:
        return Trial(candidate, TrialResult.CLOSED, outcome.seconds)
    result = TrialResult.TIMED_OUT if outcome.undecided else TrialResult.REJECTED
    return Trial(candidate, result, outcome.seconds, outcome.message)
