"""The live Lean of one document: goals, trials, suggestions and checks, all in one scratch document."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

from unsorry.errors import ProverError
from unsorry.model import Budget, Candidate, Document, Goals, Hole, NoGoal, Report, Trial
from unsorry.processes import ChildSpec
from unsorry.provers.base import Outline
from unsorry.provers.lean4.checking import check_document
from unsorry.provers.lean4.goals import make_goals
from unsorry.provers.lean4.heartbeats import Allowance
from unsorry.provers.lean4.messages import Seen
from unsorry.provers.lean4.place import Place, find_place
from unsorry.provers.lean4.project import Project, switches_kernel_off
from unsorry.provers.lean4.scratch import Scratch
from unsorry.provers.lean4.server import LeanServer
from unsorry.provers.lean4.suggestions import suggestions
from unsorry.provers.lean4.toolchain import Toolchain
from unsorry.provers.lean4.trials import Trials
from unsorry.settings import ProverSettings
from unsorry.text import SourceText, Span

_START_SECONDS = 30.0
_ASK_SECONDS = 10.0
# Diagnostics at once: by default the server holds them back for a fifth of a second.
_FLAGS = ("-Dserver.reportDelayMs=0",)
_STALE = "Imports are out of date; run `lake build` in {root}, which can take long, and try again."


def make_spec(toolchain: Toolchain, project: Project, settings: ProverSettings, folder: Path) -> ChildSpec:
    """How to start the server for a document; where the process stands is what tells Lean its project."""
    lake = toolchain.programs.lake
    if project.is_lake and lake is not None:
        argv = (str(lake), "serve", "--", *_FLAGS, *settings.args)
    else:
        argv = (str(toolchain.programs.lean), "--server", *_FLAGS, *settings.args)
    return ChildSpec(argv, cwd=project.root or folder, env=settings.env, memory_mb=settings.memory_mb)


class LeanSession:
    """Implements ``Session``."""

    def __init__(self, toolchain: Toolchain, project: Project, settings: ProverSettings, document: Document) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="unsorry-lean-"))
        self._project = project
        self._timeout = settings.timeout
        self._args = settings.args
        spec = make_spec(toolchain, project, settings, self._folder)
        path = document.path.absolute() if document.path is not None else self._folder / "Scratch.lean"
        self._scratch = Scratch(path.as_uri(), lambda: LeanServer.start(spec, _START_SECONDS))
        self._document = document
        self._outline = Outline(())
        self._allowance = Allowance()

    @property
    def pid(self) -> int | None:
        """The live server's supervisor, for diagnosis."""
        return self._scratch.pid

    async def start(self) -> None:
        """Starts the server, so that failing to is known at once.

        Raises:
            ProverError: it does not start.
        """
        await self._scratch.start()

    async def update(self, document: Document, outline: Outline) -> None:
        self._document, self._outline = document, outline

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        place = self._place(hole)
        if place is None:
            return NoGoal("the text has no such hole", hole.span.start)
        seen, shift = await self._show_open(place)
        trouble = self._trouble(seen)
        if trouble is not None:
            return trouble
        goals = await self._read_goals(place, seen.source, shift)
        if goals:
            return make_goals(goals, place.text, self._outline, hole.span.start)
        errors = seen.errors(place.unit)
        if errors:
            return NoGoal(errors[0].text, errors[0].span.start)
        return NoGoal("Lean tells no goal here", hole.span.start)

    async def _show_open(self, place: Place) -> tuple[Seen, int]:
        """Shows the text with the hole, and by how much all there is moved by a limit of ours. What needs more than
        that, or has errors of its own, is shown as it stands."""
        if heartbeats := self._allowance.base(place):
            seen = await self._scratch.show(place.limited(place.open, heartbeats), self._timeout)
            if not seen.errors(Span(place.start, len(seen.source.text))):
                return seen, place.shift(heartbeats)
            self._allowance.lift(place)
        return await self._scratch.show(place.open, self._timeout), 0

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        place = self._place(hole)
        if place is None:
            raise ProverError("the text has no such hole")
        async for trial in Trials(self._scratch, self._document, place, self._allowance).run(candidates, budget):
            yield trial

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        place = self._place(hole)
        if kind != "native" or place is None:
            return
        goals = await self.goals(hole)
        features = goals.features if isinstance(goals, Goals) else frozenset()
        async for candidate in suggestions(self._scratch, self._document, place, features, budget):
            yield candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        off = await asyncio.to_thread(switches_kernel_off, self._project, self._args)
        return await check_document(self._scratch, document, outline, units, seconds, kernel_off=off)

    async def close(self) -> None:
        await self._scratch.close()
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    def _place(self, hole: Hole) -> Place | None:
        return find_place(self._document.text, self._outline, hole)

    async def _read_goals(self, place: Place, source: SourceText, shift: int) -> list[str]:
        """The goals at a hole as Lean prints them: of the term that is missing, or before the tactic."""
        start = place.hole.span.start + shift
        if not place.takes_tactics:
            told: Any = await self._scratch.ask("$/lean/plainTermGoal", source, start, _ASK_SECONDS)
            if told and told.get("goal"):
                return [told["goal"]]
        told = await self._scratch.ask("$/lean/plainGoal", source, start, _ASK_SECONDS)
        goals = list(told["goals"]) if told else []
        return goals if place.closes_all else goals[:1]

    def _trouble(self, seen: Seen) -> NoGoal | None:
        """Why nothing can be read in a text whose imports do not load."""
        stale = next((each for each in seen.said if each.is_stale), None)
        if stale is not None:
            return NoGoal(_STALE.format(root=self._project.root or "the project"), stale.span.start)
        if seen.fatal:
            first = next((each for each in seen.said if each.is_error), None)
            return NoGoal(
                first.text if first else "Lean does not get beyond the imports", first.span.start if first else 0
            )
        return None
