"""Rocq as a prover: what it can do, whether it is here, and how a session with it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve

from unsorry.errors import ProverMissing
from unsorry.model import (
    Availability,
    Candidate,
    Document,
    Fill,
    Goals,
    Hole,
    Missing,
)
from unsorry.provers.base import Outline, Session
from unsorry.provers.rocq import ROOM
from unsorry.provers.rocq.candidates import with_end
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.installation import Installation, find_installation
from unsorry.provers.rocq.render import render
from unsorry.provers.rocq.tactics import PARTS
from unsorry.settings import ProverSettings
from unsorry.text import Edit


def make_prover(settings: ProverSettings) -> RocqProver:
    return RocqProver(settings)


class RocqProver:
    """Implements ``Prover``. Looks for the program once; ``probe`` looks again."""

    syntax = SYNTAX

    def __init__(self, settings: ProverSettings) -> None:
        self.info = evolve(ROOM.info(settings), parts=tuple(PARTS))
        self._settings = settings
        self._installation: Installation | None = None

    async def probe(self) -> Availability:
        found = await find_installation(self._settings)
        if isinstance(found, Missing):
            self._installation = None
            return found
        self._installation = found
        offered = ROOM.searches if found.hammer else ROOM.searches - {"hammer"}
        self.info = evolve(self.info, searches=offered)
        return found.available

    async def open(self, document: Document, outline: Outline) -> Session:
        from unsorry.provers.rocq.project import read_project
        from unsorry.provers.rocq.session import RocqSession

        if self._installation is None:
            found = await self.probe()
            if isinstance(found, Missing):
                raise ProverMissing(found.reason, next_step=found.next_step)
        assert self._installation is not None
        session = RocqSession(self._installation, await read_project(document.path), self._settings)
        try:
            await session.start()
            await session.update(document, outline)
        except BaseException:
            await session.close()
            raise
        return session

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        from unsorry.provers.rocq.portfolio import portfolio

        return ([Candidate(with_end(text)) for text in batch] for batch in portfolio(goals, part))

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        return render(document, outline, fills)
