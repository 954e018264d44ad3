"""Tries candidates at a hole: single tactics many at a time, scripts a sentence at a time."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

from unsorry.errors import ProverTimeout
from unsorry.model import Budget, Candidate, Trial, TrialResult
from unsorry.provers.rocq.batches import BATCH, Found, make_query, read_answer, read_losses
from unsorry.provers.rocq.candidates import NotTactics, Tactics, read_candidate
from unsorry.provers.rocq.idetop import CallFailed, CallTimeout
from unsorry.provers.rocq.place import Place
from unsorry.provers.rocq.script import Script

_DEATHS = 3
_Single = tuple[Candidate, str]
_Group = Trial | list[_Single] | tuple[Candidate, Tactics]


class Trials:
    """Trials at one hole. Single tactics go to ``main`` as queries, which leave it as it is; scripts to the process
    that ``checker`` gives, with the document loaded up to the hole."""

    def __init__(self, place: Place, main: Script, checker: Callable[[], Awaitable[Script]]) -> None:
        self._place = place
        self._main = main
        self._checker = checker

    async def run(self, candidates: Sequence[Candidate], budget: Budget, deadline: float) -> AsyncIterator[Trial]:
        """One trial each, in order, until the deadline."""
        for group in _groups(candidates, self._place.takes_one_tactic):
            if isinstance(group, Trial):
                yield group
            elif isinstance(group, list):
                async for trial in self._tactics(group, budget, deadline):
                    yield trial
            else:
                yield await self._script(*group, min(budget.per_candidate, deadline - time.monotonic()))
            if time.monotonic() >= deadline:
                return

    async def _tactics(self, group: list[_Single], budget: Budget, deadline: float) -> AsyncIterator[Trial]:
        """Tries single tactics, many with a call. One at which the prover dies fails alone, but three are enough."""
        kernel = not self._place.has_unknowns
        deaths = 0
        while group and (left := deadline - time.monotonic()) > 0:
            query = make_query([tactic for _, tactic in group[:BATCH]], min(budget.per_candidate, left), kernel=kernel)
            try:
                found = read_answer(query, await self._main.query(query.text, self._place.number, left))
            except CallTimeout as late:
                found = read_losses(late.answer.notices, late.answer.arrivals, late.answer.started)
                found.append(Found(TrialResult.TIMED_OUT, late.message, left))
            except CallFailed as failure:
                deaths += 1
                if deaths == _DEATHS:
                    raise
                found = read_losses(failure.answer.notices, failure.answer.arrivals, failure.answer.started)
                found.append(Found(TrialResult.PROVER_FAILED, failure.message, 0.0))
            tried = max(1, min(len(found), len(group)))
            for (candidate, _), each in zip(group[:tried], found, strict=False):
                yield Trial(candidate, each.result, each.seconds, each.message)
            group = group[tried:]

    async def _script(self, candidate: Candidate, tactics: Tactics, seconds: float) -> Trial:
        """Tries sentences one after the other."""
        started = time.monotonic()
        result, message = TrialResult.REJECTED, ""
        try:
            checker = await self._checker()
            started = time.monotonic()
            texts = self._place.fenced(tactics.sentences)
            trialled = await checker.trial(texts, self._place.number, max(0.1, seconds))
        except ProverTimeout as late:
            result, message = TrialResult.TIMED_OUT, late.message
        except CallFailed as failure:
            result, message = TrialResult.PROVER_FAILED, failure.message
        else:
            message = trialled.error
            if not message and (trialled.assumed or not self._place.is_closed(trialled.goals)):
                message = "it leaves goals open"
            elif not message:
                result = TrialResult.CLOSED
        return Trial(candidate, result, time.monotonic() - started, message)


def _groups(candidates: Sequence[Candidate], one_tactic: bool) -> Iterator[_Group]:
    """Candidates in order: refused ones, runs of single tactics, and scripts."""
    singles: list[_Single] = []
    for candidate in candidates:
        group: _Group | None = None
        try:
            tactics = read_candidate(candidate.text)
            if tactics.single is not None and one_tactic:
                singles.append((candidate, tactics.single))
                continue
            group = (candidate, tactics)
        except NotTactics as refusal:
            group = Trial(candidate, TrialResult.REJECTED, 0.0, str(refusal))
        if singles:
            yield singles
            singles = []
        yield group
    if singles:
        yield singles
