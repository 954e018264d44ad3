"""Lean as a prover: whether it is here, and how a session with it begins."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

from attrs import evolve

from unsorry.errors import ProverError, ProverMissing
from unsorry.model import Availability, Candidate, Document, Fill, Goals, Hole, Missing
from unsorry.provers.base import Outline, Session
from unsorry.provers.lean4 import ROOM, tactics, toolchain
from unsorry.provers.lean4.holes import SYNTAX
from unsorry.provers.lean4.project import Project, find_project
from unsorry.provers.lean4.render import render
from unsorry.provers.lean4.toolchain import Programs, Toolchain
from unsorry.settings import ProverSettings
from unsorry.text import Edit


def make_prover(settings: ProverSettings) -> LeanProver:
    return LeanProver(settings)


class LeanProver:
    """Implements ``Prover``. Asks each toolchain for its version once; ``probe`` asks again."""

    syntax = SYNTAX

    def __init__(self, settings: ProverSettings) -> None:
        self.info = evolve(ROOM.info(settings), parts=tuple(tactics.PARTS))
        self._settings = settings
        self._known: dict[Programs, Toolchain] = {}

    async def probe(self) -> Availability:
        programs = await asyncio.to_thread(toolchain.locate, self._settings)
        if isinstance(programs, Missing):
            return programs
        self._known.pop(programs, None)
        found = await self._asked(programs)
        return found if isinstance(found, Missing) else found.available

    async def open(self, document: Document, outline: Outline) -> Session:
        from unsorry.provers.lean4.session import LeanSession

        project = await asyncio.to_thread(find_project, document.path)
        programs = await asyncio.to_thread(toolchain.locate, self._settings, project.toolchain)
        found = programs if isinstance(programs, Missing) else await self._asked(programs)
        if isinstance(found, Missing):
            raise ProverMissing(found.reason, next_step=found.next_step)
        _check(project, found)
        session = LeanSession(found, project, self._settings, document)
        try:
            await session.start()
            await session.update(document, outline)
        except BaseException:
            await session.close()
            raise
        return session

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        return tactics.portfolio(goals, part)

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        return render(document, outline, fills)

    async def _asked(self, programs: Programs) -> Toolchain | Missing:
        known = self._known.get(programs)
        if known is not None:
            return known
        found = await toolchain.ask(programs, self._settings)
        if isinstance(found, Toolchain):
            self._known[programs] = found
        return found


def _check(project: Project, found: Toolchain) -> None:
    """
    Raises:
        ProverError: the project cannot be opened without a download, or without Lake.
    """
    if project.missing:
        names = ", ".join(project.missing)
        step = f"Run `lake exe cache get` (for Mathlib) or `lake update` and `lake build` in {project.root}."
        raise ProverError(f"this Lake project needs a download: {names}", next_step=step)
    if project.is_lake and found.programs.lake is None:
        raise ProverError(
            f"this is a Lake project, and there is no lake beside {found.programs.lean}",
            next_step="Install a whole toolchain with elan.",
        )
