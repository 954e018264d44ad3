"""A live Idris 2 bound to one document: goals, trials, search and whole-text checks."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncIterator, Sequence

from unsorry.model import Budget, Candidate, Document, Goals, Hole, NoGoal, Report, Trial
from unsorry.processes import ChildSpec
from unsorry.provers.base import Outline
from unsorry.provers.idris2.goals import make_goals
from unsorry.provers.idris2.library import Libraries
from unsorry.provers.idris2.loader import Loaded, Loader
from unsorry.provers.idris2.replies import Metavariable
from unsorry.provers.idris2.report import make_report
from unsorry.provers.idris2.resting import Imports
from unsorry.provers.idris2.scratch import Scratch
from unsorry.provers.idris2.search import Search
from unsorry.provers.idris2.trials import Trials


class IdrisSession:
    """Owner of one Idris process and one scratch directory; see ``Session`` for the promises."""

    def __init__(self, spec: ChildSpec, document: Document, outline: Outline, timeout: float) -> None:
        self._document = document
        self._outline = outline
        self._timeout = timeout
        scratch = Scratch(document)
        self._imports = Imports(scratch.project)
        self._loader = Loader(spec, scratch)
        self._libraries = Libraries()

    @property
    def pid(self) -> int | None:
        """The live process's supervisor, for diagnosis."""
        return self._loader.pid

    async def start(self) -> None:
        """
        Raises:
            ProverError: the process does not start; nothing is left of it.
        """
        try:
            await self._loader.start()
        except BaseException:
            await self._loader.close()
            raise

    async def update(self, document: Document, outline: Outline) -> None:
        self._document = document
        self._outline = outline

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        loaded = await self._loader.load(self._document.text, self._timeout)
        found = self._find(loaded, hole)
        return make_goals(found, self._outline, hole) if found is not None else self._why_not(loaded, hole)

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        trials = Trials(self._loader, self._document, self._outline, hole)
        async with contextlib.aclosing(trials.run(candidates, budget)) as found:
            async for trial in found:
                yield trial

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        if kind != "native":
            return
        deadline = time.monotonic() + budget.seconds
        search = Search(self._loader, self._libraries, self._document, self._outline, hole, deadline)
        async with contextlib.aclosing(search.run()) as found:
            async for candidate in found:
                yield candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        return await make_report(self._loader, self._imports, document, outline, units, seconds)

    async def close(self) -> None:
        await self._loader.close()

    def _find(self, loaded: Loaded, hole: Hole) -> Metavariable | None:
        """What Idris says of the hole at a place: it knows holes by name alone."""
        name = loaded.text[hole.span.start + 1 : hole.span.end]
        named = [found for found in loaded.holes if found.root == name]
        return named[0] if len(named) == 1 else None

    def _why_not(self, loaded: Loaded, hole: Hole) -> NoGoal:
        name = loaded.text[hole.span.start : hole.span.end]
        unit = self._outline.unit_at(hole.span.start)
        problems = loaded.problems
        near = [(text, span) for text, span in problems if span and self._outline.unit_at(span.start) == unit]
        for message, span in near or problems:
            return NoGoal(message, span.start if span is not None else None)
        if sum(found.root == name[1:] for found in loaded.holes) > 1:
            return NoGoal(f"Several holes are called {name}; give this one a name of its own.", hole.span.start)
        return NoGoal("Idris sees no hole there.", hole.span.start)
