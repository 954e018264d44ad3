"""Databases of Metamath, filled by the whole engine."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from unsorry import registry
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.model import Document, HoleState, Language
from unsorry.settings import ProverSettings, SearchSettings
from unsorry.text import SourceText, apply_edits

METAMATH = Language("metamath")
Fill = Callable[..., Coroutine[Any, Any, tuple[list[HoleState], str]]]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """The states of the holes in order, and the text that a fill leaves; ``replay`` has the only candidates to try."""

    async def run(
        text: str, replay: dict[str, list[str]] | None = None, **settings: Any
    ) -> tuple[list[HoleState], str]:
        path = tmp_path / "t.mm"
        path.write_text(text, encoding="utf-8", newline="")
        search = SearchSettings(strategies=("replay",) if replay else ("native",), budget=20)
        provers = {**Settings().provers, METAMATH: ProverSettings(**settings)}
        engine = Engine(Settings(search=search, provers=provers), strategies=registry.make_strategies(replay))
        try:
            engine.put(Document(path.as_uri(), METAMATH, 1, SourceText(text), path))
            await engine.prove(path.as_uri()).wait()
            states = list(engine.states(path.as_uri()))
            return states, apply_edits(text, (await engine.fill(path.as_uri())).edits)
        finally:
            await engine.aclose()

    return run
