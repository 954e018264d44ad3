"""The provers of an engine by their languages: made when first asked for, within the limits of the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from unsorry.model import Language
from unsorry.provers.base import Prover
from unsorry.settings import ProverSettings


class Roster:
    """``make`` gives a language's prover, or ``None`` where only holes are found. ``title_of``: what people call it."""

    def __init__(
        self,
        make: Callable[[Language], Prover | None],
        settings: Mapping[Language, ProverSettings],
        title_of: Callable[[Language], str],
    ) -> None:
        self._make = make
        self._settings = settings
        self._title_of = title_of
        self._made: dict[Language, Prover | None] = {}

    def get(self, language: Language) -> Prover | None:
        if language not in self._made:
            self._made[language] = self._make(language)
        return self._made[language]

    def usable(self, language: Language) -> tuple[Prover, str] | tuple[None, str]:
        """The prover to use, or why there is none."""
        if not self._settings[language].enable:
            return None, f"The settings switch {self._title_of(language)} off (provers.{language}.enable)."
        prover = self.get(language)
        return (prover, "") if prover is not None else (None, self.why_not_live(language))

    def why_not_live(self, language: Language) -> str:
        return f"Unsorry finds the holes of {self._title_of(language)} files but cannot prove them yet."

    def made(self) -> tuple[Prover, ...]:
        """Those that anything asked for so far."""
        return tuple(prover for prover in self._made.values() if prover is not None)

    def made_for(self, language: Language) -> Prover | None:
        return self._made.get(language)

    def parallel(self, name: str) -> int:
        """Sessions at once that the prover of a name is allowed: never more than the cores."""
        prover = self._named(name)
        return max(1, min(prover.info.parallel if prover is not None else 1, os.cpu_count() or 1))

    def tier(self, name: str) -> int:
        prover = self._named(name)
        return prover.info.priority if prover is not None else 1

    def _named(self, name: str) -> Prover | None:
        return next((prover for prover in self.made() if prover.info.name == name), None)
