"""What loads: the provers, the strategies and the LSP features, one line each, imported when first needed."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence

from attrs import frozen

from unsorry.model import Language
from unsorry.provers.base import Prover, Syntax
from unsorry.settings import ProverSettings
from unsorry.strategies.base import Strategy


@frozen
class Room:
    """Where a prover lives. ``<module>.holes`` has ``SYNTAX``; ``<module>.prover`` has ``make_prover`` once the
    prover can be driven live (``live``)."""

    language: Language
    suffixes: tuple[str, ...]
    module: str
    live: bool


ROOMS: Sequence[Room] = (
    Room(Language.ROCQ, (".v",), "unsorry.provers.rocq", live=True),
    Room(
        Language.AGDA, (".agda", ".lagda", ".lagda.md", ".lagda.tex", ".lagda.rst"), "unsorry.provers.agda", live=True
    ),
    Room(Language.LEAN4, (".lean",), "unsorry.provers.lean4", live=False),
    Room(Language.IDRIS2, (".idr", ".lidr"), "unsorry.provers.idris2", live=False),
    Room(Language.DAFNY, (".dfy",), "unsorry.provers.dafny", live=False),
    Room(Language.STELLOGEN, (".sg",), "unsorry.provers.stellogen", live=False),
)

LSP_FEATURES: Sequence[str] = (
    "unsorry.lsp.features.documents",
    "unsorry.lsp.features.configuration",
    "unsorry.lsp.features.diagnostics",
    "unsorry.lsp.features.code_action",
    "unsorry.lsp.features.hover",
    "unsorry.lsp.features.code_lens",
    "unsorry.lsp.features.commands",
    "unsorry.lsp.features.progress",
    "unsorry.lsp.features.status",
    "unsorry.lsp.features.proving",
    "unsorry.lsp.features.watch",
)


def room_of(name: str) -> Room | None:
    """The room for a file name, by its suffix."""
    return next((room for room in ROOMS if name.endswith(room.suffixes)), None)


def room_for(language: Language) -> Room:
    return next(room for room in ROOMS if room.language is language)


def syntax_of(language: Language) -> Syntax:
    syntax: Syntax = importlib.import_module(f"{room_for(language).module}.holes").SYNTAX
    return syntax


def make_prover(language: Language, settings: ProverSettings) -> Prover | None:
    """The prover of a language, or ``None`` where only its holes are understood."""
    room = room_for(language)
    if not room.live:
        return None
    prover: Prover = importlib.import_module(f"{room.module}.prover").make_prover(settings)
    return prover


def make_strategies(replay: Mapping[str, Sequence[str]] | None = None) -> dict[str, Strategy]:
    """Every strategy by name. ``replay``: texts to try, by declaration (``"*"``: everywhere)."""
    from unsorry.strategies.micro import MicroStrategy
    from unsorry.strategies.replay import ReplayStrategy
    from unsorry.strategies.searches import make_hammer, make_native

    made: Sequence[Strategy] = (ReplayStrategy(replay or {}), MicroStrategy(), make_native(), make_hammer())
    return {strategy.info.name: strategy for strategy in made}
