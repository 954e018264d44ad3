"""Dafny as a prover: what it can do, whether it is here, and how a session with it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from unsorry.errors import ProverMissing
from unsorry.model import Availability, Candidate, Document, Fill, Goals, Hole, Missing
from unsorry.provers.base import Outline, Session
from unsorry.provers.dafny import ROOM
from unsorry.provers.dafny.holes import SYNTAX
from unsorry.provers.dafny.installation import Installation, find_installation
from unsorry.provers.dafny.render import render
from unsorry.settings import ProverSettings
from unsorry.text import Edit


def make_prover(settings: ProverSettings) -> DafnyProver:
    return DafnyProver(settings)


class DafnyProver:
    """Implements ``Prover``. Looks for the program once; ``probe`` looks again."""

    syntax = SYNTAX

    def __init__(self, settings: ProverSettings) -> None:
        self.info = ROOM.info(settings)
        self._settings = settings
        self._installation: Installation | None = None

    async def probe(self) -> Availability:
        found = await find_installation(self._settings)
        if isinstance(found, Missing):
            self._installation = None
            return found
        self._installation = found
        return found.available

    async def open(self, document: Document, outline: Outline) -> Session:
        from unsorry.provers.dafny.session import DafnySession

        if self._installation is None:
            found = await self.probe()
            if isinstance(found, Missing):
                raise ProverMissing(found.reason, next_step=found.next_step)
        assert self._installation is not None
        session = DafnySession(self._installation, self._settings)
        await session.update(document, outline)
        return session

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        from unsorry.provers.dafny.tactics import portfolio

        return ([Candidate(text) for text in batch] for batch in portfolio(goals))

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        return render(document, outline, fills)
