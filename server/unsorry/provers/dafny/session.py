"""The live prover of one Dafny document: holes that only Dafny sees, goals, trials, searches and checks.

A warm server tries; what is offered was checked by a process of its own, which has no memory of what was tried.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Budget, Candidate, Document, Goals, Hole, NoGoal, Report, Trial, TrialResult
from unsorry.provers.base import FoundHole, Outline
from unsorry.provers.dafny.answers import Answer
from unsorry.provers.dafny.checking import Prepared, Wrong, make_report, prepare, units_with_errors
from unsorry.provers.dafny.copies import COPIES, only_named
from unsorry.provers.dafny.declarations import read_declaration
from unsorry.provers.dafny.findings import hole_for
from unsorry.provers.dafny.goals import read_goals
from unsorry.provers.dafny.installation import Installation
from unsorry.provers.dafny.place import Place, Spot, find_place, read_all
from unsorry.provers.dafny.programs import Programs
from unsorry.provers.dafny.search import Searcher
from unsorry.provers.dafny.trials import Bench, run_trials
from unsorry.settings import ProverSettings

_EACH = 5.0  # seconds for one implementation where the document itself is looked at
_LIMIT = 10.0  # and where it counts


class DafnySession:
    """Implements ``Session`` and ``Finder``."""

    def __init__(self, installation: Installation, settings: ProverSettings) -> None:
        self._settings = settings
        self._scratch = Path(tempfile.mkdtemp(prefix="unsorry-dafny-"))
        self._programs = Programs(installation, settings, self._scratch)
        self._document: Document | None = None
        self._outline = Outline(())
        self._goals: dict[int, Goals] = {}  # of this text, by where the hole starts
        self._wrong: dict[int, list[Wrong]] = {}  # what is wrong in units of this text that were asked about
        self._known: dict[tuple[int, Candidate], Trial] = {}  # trials of this text, by where the hole starts

    async def update(self, document: Document, outline: Outline) -> None:
        if self._document is None or document.text != self._document.text:
            self._known.clear()
            self._goals.clear()
            self._wrong.clear()
        self._document, self._outline = document, outline

    async def find_holes(self) -> Sequence[FoundHole]:
        document, outline = self._current()
        prepared = prepare(document, outline, seal=False)
        answer = await self._programs.try_out(prepared.source.text, None, _EACH, self._settings.timeout)
        found: list[FoundHole] = []
        for number, every in units_with_errors(prepared, outline, answer).items():
            unit = outline.units[number]
            declaration = read_declaration(document.text, unit)
            if declaration is None or not answer.ended or any(hole.shown for hole in unit.holes):
                continue
            holes = (hole_for(declaration, each.said.message, each.at) for each in every)
            found += {hole.span: hole for hole in holes if hole is not None}.values()
        found.sort(key=lambda hole: hole.span)
        self._outline = outline.with_found(found)
        return found

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        known = self._goals.get(hole.span.start)
        found = known if known is not None else await self._read_goals(hole)
        if isinstance(found, Goals):
            self._goals[hole.span.start] = found
        return found

    async def _read_goals(self, hole: Hole) -> Goals | NoGoal:
        document, outline = self._current()
        place = find_place(document.text, outline, hole.span)
        if place is None:
            return NoGoal("the declaration around the hole cannot be read", hole.span.start)
        said = await self._trouble(place)
        if isinstance(said, NoGoal):
            return said
        message = said.said.message if said else ""
        prepared = prepare(document, outline, seal=False)
        related = [prepared.offset(*each, said.said.unit) for each in said.said.related] if said else []
        return read_goals(document.text, place, message, said.at if said else None, related, self._digest(place))

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        new = [each for each in candidates if (hole.span.start, each) not in self._known]
        for candidate in candidates:
            if (trial := self._known.get((hole.span.start, candidate))) is not None:
                yield trial
        if not new:
            return
        place = self._place(hole)
        async for trial in run_trials(await self._bench(place), hole, new, budget):
            yield trial

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        if kind != "native":
            return
        deadline = time.monotonic() + budget.seconds
        place = self._place(hole)
        goals = await self.goals(hole)
        if isinstance(goals, NoGoal):
            return
        document, outline = self._current()
        searcher = Searcher(await self._bench(place), place, hole, goals, read_all(document.text, outline), deadline)
        async for trial in searcher.winners(budget):
            if trial.result is TrialResult.CLOSED:
                self._known[hole.span.start, trial.candidate] = trial
                yield trial.candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        prepared = prepare(document, outline, seal=True)
        started = time.monotonic()
        answer = await self._programs.run_fresh(prepared.source.text, _LIMIT, seconds, strict=True)
        if time.monotonic() - started > seconds:
            raise ProverTimeout(f"Dafny did not check the text within {seconds:.1f} s")
        return make_report(prepared, outline, answer, units)

    async def close(self) -> None:
        await self._programs.close()
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    def _current(self) -> tuple[Document, Outline]:
        if self._document is None:
            raise ProverError("the session has no text yet")
        return self._document, self._outline

    def _place(self, hole: Hole) -> Place:
        document, outline = self._current()
        place = find_place(document.text, outline, hole.span)
        if place is None:
            raise ProverError("the declaration around the hole cannot be read")
        return place

    async def _bench(self, place: Place) -> Bench:
        document, outline = self._current()
        others = [each for each in await self._wrong_in(place) if not _is_about(place, each)]
        prepared = prepare(document, outline, seal=False)

        async def ask(source: str, each: float, seconds: float, errors: int) -> Answer:
            return await self._programs.try_out(_with_includes(prepared, source), COPIES, each, seconds, errors)

        left = tuple((each.said.message, each.at) for each in others)
        return Bench(document, outline, place.unit, place.declaration.end, ask, left)

    async def _wrong_in(self, place: Place) -> list[Wrong]:
        """All that Dafny says is wrong in the declaration of a hole that only Dafny sees; nothing for other holes, or
        where it does not get so far."""
        if place.spot in (Spot.NO_BODY, Spot.ASSUMPTION):
            return []
        if place.unit not in self._wrong and isinstance(await self._trouble(place), NoGoal):
            return []
        return self._wrong.get(place.unit, [])

    async def _trouble(self, place: Place) -> Wrong | NoGoal | None:
        """What Dafny says of a hole; nothing where the hole is all that is wrong."""
        document, outline = self._current()
        prepared = prepare(document, outline, seal=False)
        source, name = prepared.source.text, outline.units[place.unit].name
        answer = await self._programs.try_out(source, only_named(name), _EACH, self._settings.timeout)
        if not answer.ended:
            first = next(iter(answer.errors), None)
            return NoGoal(answer.reason, prepared.offset(first.line, first.column, first.unit) if first else None)
        every = units_with_errors(prepared, outline, answer).get(place.unit, [])
        self._wrong[place.unit] = every
        if place.spot in (Spot.NO_BODY, Spot.ASSUMPTION):
            return every[0] if every and place.spot is Spot.ASSUMPTION else None
        own = [each for each in every if _is_about(place, each)]
        return own[0] if own else NoGoal("Dafny sees nothing wrong here any more", place.span.start)

    def _digest(self, place: Place) -> str:
        """Names the text around a declaration: in Dafny what comes later counts as well. At a hole that only Dafny
        sees, what stands around it in the declaration counts too."""
        document, outline = self._current()
        digest = hashlib.blake2b(digest_size=8)
        for number, unit in enumerate(outline.units):
            if number == place.unit and place.spot in (Spot.STATEMENT, Spot.LOOP, Spot.HEAD):
                digest.update(document.text[unit.span.start : unit.span.end].encode("utf-8", "surrogatepass") + b"\0")
            elif number != place.unit:
                end = unit.head.end if unit.holes else unit.span.end
                digest.update(document.text[unit.span.start : end].encode("utf-8", "surrogatepass") + b"\0")
        return digest.hexdigest()


def _is_about(place: Place, wrong: Wrong) -> bool:
    """Whether what is wrong would be mended at the place."""
    hole = hole_for(place.declaration, wrong.said.message, wrong.at)
    return hole is not None and hole.span == place.span


def _with_includes(prepared: Prepared, source: str) -> str:
    """A text made of the document's, with its includes by absolute paths."""
    for edit in prepared.edits:
        old = prepared.document.text[edit.span.start : edit.span.end]
        source = source.replace(f'"{old}"', f'"{edit.text}"', 1)
    return source
