"""Tries candidates at a hole: many at once as branches of one ``first``, and alone what must be alone."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Sequence

from unsorry.errors import EditError, ProverError, ProverTimeout
from unsorry.model import Budget, Candidate, Document, Fill, Trial, TrialResult
from unsorry.provers.lean4.admission import Admission
from unsorry.provers.lean4.batches import NONE, make_batch, read_winner
from unsorry.provers.lean4.heartbeats import Allowance
from unsorry.provers.lean4.messages import Seen
from unsorry.provers.lean4.place import Place
from unsorry.provers.lean4.render import make_edit
from unsorry.provers.lean4.scratch import Scratch
from unsorry.text import Span

_BATCH = 16
_BATCH_TIME = 3.0  # as many times what one candidate may take
_DEATHS = 3
_LEAST = 0.05


class Trials:
    """Trials at one hole of a document."""

    def __init__(self, scratch: Scratch, document: Document, place: Place, allowance: Allowance) -> None:
        self._scratch = scratch
        self._document = document
        self._place = place
        self._allowance = allowance
        self._heartbeats = 0
        self._admission = Admission(place)
        self._deaths = 0

    async def run(self, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        """One trial each, in order, until the budget ends.

        Raises:
            ProverError: Lean died over three candidates.
        """
        deadline = time.monotonic() + budget.seconds
        await self._limit(budget)
        for group in self._groups(candidates):
            if isinstance(group, Trial):
                yield group
                continue
            while group and time.monotonic() < deadline:
                done = await self._together(group, budget, deadline) if len(group) > 1 else []
                for trial in done:
                    yield trial
                if not done:
                    async for trial in self._each(group, budget, deadline):
                        yield trial
                    break
                group = group[len(done) :]

    async def _limit(self, budget: Budget) -> None:
        """Chooses how many heartbeats each text gets, and has Lean go through what stands before the hole under that
        limit, once for all candidates. No limit of ours where that alone reaches it."""
        place = self._place
        self._heartbeats = self._allowance.trial(place, budget.per_candidate)
        knows = self._scratch.knows
        if not self._heartbeats or knows(self._limited(place.text[: place.hole.span.start])):
            return
        if not knows(place.text[: place.start]):
            return  # nothing here is known yet, and most of the time would go to the imports
        try:
            seen = await self._scratch.show(self._limited(place.open), budget.seconds / 2)
        except ProverTimeout:
            fits = False
        except ProverError:
            self._died()
            return
        else:
            fits = not any(each.gave_up for each in seen.within(self._unit))
        if not fits:
            self._allowance.lift(place)
            self._heartbeats = 0

    def _groups(self, candidates: Sequence[Candidate]) -> Iterator[Trial | Sequence[Candidate]]:
        """Candidates in order: refused ones, and runs of others."""
        run: list[Candidate] = []
        for candidate in candidates:
            refusal = self._objection(candidate)
            if run and (refusal or len(run) == _BATCH):
                yield run
                run = []
            if refusal:
                yield Trial(candidate, TrialResult.REJECTED, 0.0, refusal)
            else:
                run.append(candidate)
        if run:
            yield run

    def _objection(self, candidate: Candidate) -> str:
        try:
            return self._admission.objection(self._filled(candidate))
        except EditError as error:
            return error.message

    async def _each(self, group: Sequence[Candidate], budget: Budget, deadline: float) -> AsyncIterator[Trial]:
        for candidate in group:
            left = deadline - time.monotonic()
            if left <= 0:
                return
            yield await self._alone(candidate, max(_LEAST, min(budget.per_candidate, left)))

    async def _together(self, group: Sequence[Candidate], budget: Budget, deadline: float) -> list[Trial]:
        """Trials of the group up to its first winner; none where Lean does not get through the group, since an
        error that nothing catches, or a text that it cannot parse, takes all branches with it."""
        started = time.monotonic()
        left = max(_LEAST, min(budget.per_candidate * _BATCH_TIME, (deadline - started) / 2))
        try:
            seen = await self._scratch.show(self._limited(self._place.filled(make_batch(self._place, group))), left)
        except ProverTimeout:
            return []
        except ProverError:
            self._died()
            return []
        winner = read_winner(seen, self._unit)
        if winner is None:
            return []
        tried = group if winner == NONE else group[: winner + 1]
        each = (time.monotonic() - started) / len(tried)
        trials = [Trial(candidate, TrialResult.REJECTED, each) for candidate in tried]
        # A branch may be taken although something in it logged an error and went on.
        if winner != NONE and not seen.errors(self._unit):
            trials[-1] = Trial(tried[-1], TrialResult.CLOSED, each)
        return trials

    async def _alone(self, candidate: Candidate, seconds: float) -> Trial:
        """One candidate, in the form in which it would stand in the file."""
        started = time.monotonic()
        result, message = TrialResult.REJECTED, ""
        try:
            result, message = self._read(await self._scratch.show(self._limited(self._filled(candidate)), seconds))
        except ProverTimeout as late:
            result, message = TrialResult.TIMED_OUT, late.message
        except ProverError as failure:
            self._died()
            result, message = TrialResult.PROVER_FAILED, failure.message
        return Trial(candidate, result, time.monotonic() - started, message)

    def _read(self, seen: Seen) -> tuple[TrialResult, str]:
        if seen.fatal:
            return TrialResult.REJECTED, seen.said[0].text if seen.said else "Lean does not get beyond the imports"
        errors = seen.errors(self._unit)
        if errors:
            return TrialResult.TIMED_OUT if errors[0].gave_up else TrialResult.REJECTED, errors[0].text
        return TrialResult.CLOSED, ""

    def _died(self) -> None:
        self._deaths += 1
        if self._deaths == _DEATHS:
            raise ProverError("Lean died over several candidates")

    def _filled(self, candidate: Candidate) -> str:
        edit = make_edit(self._document.text, Fill(self._place.hole, candidate))
        return self._place.filled(edit.text, edit.span)

    def _limited(self, text: str) -> str:
        return self._place.limited(text, self._heartbeats)

    @property
    def _unit(self) -> Span:
        """From the hole's declaration on; whatever its length, it is the last thing in the text."""
        return Span(self._place.unit.start + self._place.shift(self._heartbeats), 1 << 60)
