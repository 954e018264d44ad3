"""What no check of one value by its type finds: strategies that there are none of, fallbacks that go in circles."""

from __future__ import annotations

import difflib
import graphlib
from collections.abc import Callable, Iterable

from unsorry.configuration.settings import Settings
from unsorry.errors import ConfigError
from unsorry.registry import STRATEGIES


def check_strategies(settings: Settings, origin: Callable[[str], str]) -> None:
    """Checks all that names strategies. ``origin`` says which layer a key's value comes from.

    Raises:
        ConfigError: there is no such strategy, or a fallback leads back to where it started.
    """
    _check_names("search.strategies", settings.search.strategies, origin)
    for language, prover in settings.provers.items():
        if prover.fallback:
            key = f"provers.{language}.fallback"
            _check_names(key, (*prover.fallback, *prover.fallback.values()), origin)
            circle = _circle(prover.fallback.items())
            if circle:
                raise ConfigError(
                    f"{origin(key)}: `{key}` goes in a circle: {' → '.join(circle)}.",
                    next_step=f"Take out one of the steps, such as that from `{circle[-2]}`.",
                )


def _check_names(key: str, names: Iterable[str], origin: Callable[[str], str]) -> None:
    for name in names:
        if name not in STRATEGIES:
            near = difflib.get_close_matches(name, STRATEGIES, n=1)
            meant = f"Did you mean `{near[0]}`? " if near else ""
            raise ConfigError(
                f"{origin(key)}: `{key}` names `{name}`, and there is no such strategy.",
                next_step=f"{meant}The strategies are: {', '.join(STRATEGIES)}.",
            )


def _circle(steps: Iterable[tuple[str, str]]) -> list[str]:
    """A way from some strategy back to itself, step by step; empty when there is none."""
    try:
        graphlib.TopologicalSorter({name: (instead,) for name, instead in steps}).prepare()
    except graphlib.CycleError as error:
        found: list[str] = error.args[1]
        return found[::-1]  # as it is given, each is what the one after it falls back to
    return []
