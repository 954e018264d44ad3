"""What loads: the provers, the strategies and the LSP features, one line each, imported when first needed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from unsorry.model import Language
from unsorry.provers.base import Prover, Syntax
from unsorry.provers.room import Room
from unsorry.settings import ProverSettings
from unsorry.strategies.base import Strategy

_LANGUAGES = (
    "lean4",
    "rocq",
    "agda",
    "idris2",
    "dafny",
    "stellogen",
    "metamath",
)

ROOMS: Sequence[Room] = tuple(importlib.import_module(f"unsorry.provers.{name}").ROOM for name in _LANGUAGES)
_BY_LANGUAGE: Mapping[Language, Room] = {room.language: room for room in ROOMS}

LSP_FEATURES: Sequence[str] = (
    "unsorry.lsp.features.documents",
    "unsorry.lsp.features.configuration",
    "unsorry.lsp.features.diagnostics",
    "unsorry.lsp.features.code_action",
    "unsorry.lsp.features.hover",
    "unsorry.lsp.features.code_lens",
    "unsorry.lsp.features.commands",
    "unsorry.lsp.features.goal",
    "unsorry.lsp.features.progress",
    "unsorry.lsp.features.status",
    "unsorry.lsp.features.proving",
    "unsorry.lsp.features.watch",
)


STRATEGIES: Sequence[str] = ("replay", "micro", "native", "hammer")


def room_of(name: str) -> Room | None:
    """The room for a file name, by its suffix."""
    return next((room for room in ROOMS if name.endswith(room.suffixes)), None)


def room_for(language: Language) -> Room:
    return _BY_LANGUAGE[language]


def title_of(prover: str) -> str:
    """What people call a prover, by its name in settings and protocols."""
    room = _BY_LANGUAGE.get(Language(prover))
    return room.title if room is not None else prover


def syntax_of(language: Language) -> Syntax:
    syntax: Syntax = importlib.import_module(f"unsorry.provers.{language}.holes").SYNTAX
    return syntax


def make_prover(language: Language, settings: ProverSettings) -> Prover | None:
    """The prover of a language, or ``None`` where only its holes are understood."""
    if not room_for(language).live:
        return None
    prover: Prover = importlib.import_module(f"unsorry.provers.{language}.prover").make_prover(settings)
    return prover


def make_strategies(replay: Mapping[str, Sequence[str]] | None = None) -> dict[str, Strategy]:
    """Every strategy by name. ``replay``: texts to try, by declaration (``"*"``: everywhere)."""
    from unsorry.strategies.micro import MicroStrategy
    from unsorry.strategies.replay import ReplayStrategy
    from unsorry.strategies.searches import make_hammer, make_native

    made: Sequence[Strategy] = (ReplayStrategy(replay or {}), MicroStrategy(), make_native(), make_hammer())
    return {strategy.info.name: strategy for strategy in made}
