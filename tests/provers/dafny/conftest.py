"""A Dafny text in a live session, real or scripted."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from unsorry.configuration import default_provers
from unsorry.model import Budget, Candidate, Document, Fill, Goals, Hole, Language, NoGoal, Report, Trial
from unsorry.orchestrator.identity import identify
from unsorry.provers.dafny.installation import Installation, find_installation
from unsorry.provers.dafny.prover import make_prover
from unsorry.provers.dafny.session import DafnySession
from unsorry.text import SourceText, apply_edits

DAFNY = Language("dafny")


class Room:
    """One text in one session; the holes are those of the text, and after ``find`` those that Dafny sees too."""

    def __init__(self, session: DafnySession, document: Document, settings: Any) -> None:
        self.session, self.document = session, document
        self.prover = make_prover(settings)
        self.outline = self.prover.syntax.outline(document.text)

    @property
    def holes(self) -> list[Hole]:
        return list(identify(self.document.uri, self.outline))

    async def find(self) -> list[str]:
        """What stands just before each hole that Dafny sees."""
        found = await self.session.find_holes()
        self.outline = self.outline.with_found(found)
        text = self.document.text
        return [text[: hole.span.start].rpartition("\n")[2].strip() for hole in found]

    async def goals(self, number: int = 0) -> Goals | NoGoal:
        return await self.session.goals(self.holes[number])

    async def trials(self, *texts: str, number: int = 0, seconds: float = 60, each: float = 2) -> list[Trial]:
        candidates = [Candidate(text) for text in texts]
        budget = Budget(seconds, each)
        return [trial async for trial in self.session.trials(self.holes[number], candidates, budget)]

    async def found(self, number: int = 0, seconds: float = 60) -> list[str]:
        budget = Budget(seconds, 2)
        return [each.text async for each in self.session.search("native", self.holes[number], budget)]

    def filled(self, text: str, number: int = 0) -> str:
        edits = self.prover.render(self.document, self.outline, [Fill(self.holes[number], Candidate(text))])
        return apply_edits(self.document.text, edits)

    async def check(self, text: str, seconds: float = 60) -> tuple[Report, list[str]]:
        """The report on a text, about all its units; and their names."""
        document = evolve(self.document, source=SourceText(text))
        outline = self.prover.syntax.outline(text)
        report = await self.session.check(document, outline, range(len(outline.units)), seconds)
        return report, [unit.name for unit in outline.units]


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., contextlib.AbstractAsyncContextManager[Room]]:
    """``async with opened(text)``: a session with the real Dafny, or with the ``installation`` given."""

    @contextlib.asynccontextmanager
    async def open_(
        text: str, installation: Installation | None = None, *, name: str = "t.dfy", **changes: Any
    ) -> AsyncIterator[Room]:
        settings = evolve(default_provers()[DAFNY], **changes)
        if installation is None:
            found = await find_installation(settings)
            assert isinstance(found, Installation)
            installation = found
        path = tmp_path / name
        document = Document(path.as_uri(), DAFNY, 1, SourceText(text), path)
        session = DafnySession(installation, settings)
        room = Room(session, document, settings)
        await session.update(document, room.outline)
        try:
            yield room
        finally:
            await session.close()

    return open_
