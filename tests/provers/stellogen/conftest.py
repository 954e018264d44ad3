"""Files of Stellogen, filled by the whole engine."""

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

STELLOGEN = Language("stellogen")
Fill = Callable[..., Coroutine[Any, Any, tuple[dict[str, HoleState], str]]]


@pytest.fixture
def fill(tmp_path: Path) -> Fill:
    """The states by object, and the text that a fill leaves; ``replay`` names the only candidates to try."""

    async def run(
        text: str, replay: dict[str, list[str]] | None = None, name: str = "t.sg", **settings: Any
    ) -> tuple[dict[str, HoleState], str]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        search = SearchSettings(strategies=("replay",) if replay else ("micro",), budget=20)
        provers = {**Settings().provers, STELLOGEN: ProverSettings(**settings)}
        engine = Engine(Settings(search=search, provers=provers), strategies=registry.make_strategies(replay))
        try:
            engine.put(Document(path.as_uri(), STELLOGEN, 1, SourceText(text), path))
            await engine.find_holes(path.as_uri())
            await engine.prove(path.as_uri()).wait()
            states = {state.hole.declaration: state for state in engine.states(path.as_uri())}
            return states, apply_edits(text, (await engine.fill(path.as_uri())).edits)
        finally:
            await engine.aclose()
            assert path.read_bytes() == text.encode(), "the user's file was touched"

    return run
