"""A real session on a text, with what tests ask of it in one line each."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
from attrs import define, evolve, field

from minilean import program
from unsorry.model import Budget, Candidate, Document, Fill, Goals, Hole, NoGoal, Report, Trial
from unsorry.orchestrator.identity import identify
from unsorry.provers.lean4 import ROOM
from unsorry.provers.lean4.holes import SYNTAX
from unsorry.provers.lean4.prover import LeanProver, make_prover
from unsorry.provers.lean4.session import LeanSession
from unsorry.text import SourceText, apply_edits


@define
class Opened:
    """A session with its present text."""

    prover: LeanProver
    session: LeanSession
    document: Document
    holes: Sequence[Hole] = field(factory=tuple)

    @property
    def outline(self):  # type: ignore[no-untyped-def]
        return SYNTAX.outline(self.document.text)

    async def update(self, text: str) -> None:
        self.document = evolve(self.document, version=self.document.version + 1, source=SourceText(text))
        self.holes = identify(self.document.uri, self.outline)
        await self.session.update(self.document, self.outline)

    async def goals(self, number: int = 0) -> Goals | NoGoal:
        return await self.session.goals(self.holes[number])

    async def trials(self, *texts: str, number: int = 0, seconds: float = 60, each: float = 20) -> list[Trial]:
        candidates = [Candidate(text) for text in texts]
        return [t async for t in self.session.trials(self.holes[number], candidates, Budget(seconds, each))]

    async def results(self, *texts: str, number: int = 0) -> list[str]:
        return [trial.result.value for trial in await self.trials(*texts, number=number)]

    async def check(self, text: str | None = None, *names: str, seconds: float = 60) -> Report:
        """Checks a text (or the present one); what the named declarations rest on, or all with holes."""
        text = self.document.text if text is None else text
        outline = SYNTAX.outline(text)
        units = [n for n, unit in enumerate(outline.units) if (unit.name in names if names else unit.holes)]
        return await self.session.check(evolve(self.document, source=SourceText(text)), outline, units, seconds)

    def filled(self, *texts: str) -> str:
        fills = [Fill(hole, Candidate(text)) for hole, text in zip(self.holes, texts, strict=False)]
        return apply_edits(self.document.text, self.prover.render(self.document, self.outline, fills))


OpenLean = Callable[..., contextlib.AbstractAsyncContextManager[Opened]]


@pytest.fixture
def opened() -> OpenLean:
    """Opens a session on a text, and closes it."""

    @contextlib.asynccontextmanager
    async def open_(text: str, file: Path | None = None, **settings: object) -> AsyncIterator[Opened]:
        prover = make_prover(evolve(ROOM.settings, **{"path": program(), **settings}))  # type: ignore[arg-type]
        document = Document("file:///a.lean", ROOM.language, 1, SourceText(text), file)
        session = await prover.open(document, SYNTAX.outline(text))
        room = Opened(prover, session, document)  # type: ignore[arg-type]
        room.holes = identify(document.uri, room.outline)
        try:
            yield room
        finally:
            await session.close()

    return open_
