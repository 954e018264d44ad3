"""A real session on a text, with what tests ask of it in one line each."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from attrs import define, field

from unsorry.model import Budget, Candidate, Document, Fill, Goals, Hole, Language, NoGoal, Report, Trial
from unsorry.orchestrator.identity import identify
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.prover import RocqProver, make_prover
from unsorry.provers.rocq.session import RocqSession
from unsorry.settings import ProverSettings
from unsorry.text import SourceText, apply_edits


@define
class Room:
    """A session with its present text."""

    prover: RocqProver
    session: RocqSession
    document: Document
    holes: Sequence[Hole] = field(factory=tuple)

    @property
    def outline(self):  # type: ignore[no-untyped-def]
        return SYNTAX.outline(self.document.text)

    async def update(self, text: str) -> None:
        version = self.document.version + 1
        self.document = Document(self.document.uri, Language("rocq"), version, SourceText(text), self.document.path)
        self.holes = identify(self.document.uri, self.outline)
        await self.session.update(self.document, self.outline)

    async def goals(self, number: int = 0) -> Goals | NoGoal:
        return await self.session.goals(self.holes[number])

    async def trials(self, *texts: str, number: int = 0, seconds: float = 30, each: float = 1) -> list[Trial]:
        candidates = [Candidate(text) for text in texts]
        return [t async for t in self.session.trials(self.holes[number], candidates, Budget(seconds, each))]

    async def results(self, *texts: str, number: int = 0) -> list[str]:
        return [trial.result.value for trial in await self.trials(*texts, number=number)]

    async def check(self, text: str | None = None, *names: str, seconds: float = 60) -> Report:
        """Checks a text (or the present one); axioms for the named declarations."""
        text = self.document.text if text is None else text
        document = Document(self.document.uri, Language("rocq"), 99, SourceText(text), self.document.path)
        outline = SYNTAX.outline(text)
        units = [number for number, unit in enumerate(outline.units) if unit.name in names]
        return await self.session.check(document, outline, units, seconds)

    def filled(self, *texts: str) -> str:
        fills = [Fill(hole, Candidate(text)) for hole, text in zip(self.holes, texts, strict=False)]
        return apply_edits(self.document.text, self.prover.render(self.document, self.outline, fills))


OpenRoom = Callable[..., contextlib.AbstractAsyncContextManager[Room]]


@pytest.fixture
def opened() -> OpenRoom:
    """Opens a session on a text, and closes it."""

    @contextlib.asynccontextmanager
    async def open_(text: str, file: Path | None = None, **settings: object) -> AsyncIterator[Room]:
        prover = make_prover(ProverSettings(**settings))  # type: ignore[arg-type]
        document = Document("file:///a.v", Language("rocq"), 1, SourceText(text), file)
        session = await prover.open(document, SYNTAX.outline(text))
        room = Room(prover, session, document)  # type: ignore[arg-type]
        room.holes = identify(document.uri, room.outline)
        try:
            yield room
        finally:
            await session.close()

    return open_
