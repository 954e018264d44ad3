"""How good an arm is for a goal of some shape: UCB1 on what it proves, over what it costs.

What is known of a shape is mixed with what is known of its parent, and that with its own, down to what the shipped
table says of the language (shrinkage): a shape seen twice is judged mostly by its kin. Whoever has been tried seldom
gets a bonus, so that it is tried at all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from attrs import frozen

from unsorry.orchestrator.history import History, Tally
from unsorry.orchestrator.shapes import lineage

_KIN = 6.0  # a parent counts as much as so many runs of the shape itself
_PRIOR = 30.0  # what is shipped counts as so many runs at most, at each level
_BONUS = 0.05
_UNKNOWN = Tally(1.0, 0.1, 0.5)  # an arm that nobody has heard of
_LEAST_SECONDS = 0.005


@frozen
class Estimate:
    """What to expect of one run: the chance of a proof and wall seconds, from ``tries`` runs on such goals.
    ``score`` is what arms are ordered by: hoped-for proofs a second."""

    chance: float
    seconds: float
    tries: float
    score: float


class Learner:
    """Reads a history and the shipped table; pure."""

    def __init__(self, history: History, shipped: History | None = None) -> None:
        self.history = history
        self.shipped = shipped if shipped is not None else shipped_history()

    def estimate(self, shape: str, arm: str) -> Estimate:
        chance, seconds = _UNKNOWN.wins, _UNKNOWN.seconds
        tries = 0.0
        for level in reversed(lineage(shape)):
            tally = self.history.tally(level, arm) + self.shipped.tally(level, arm).scaled(_PRIOR)
            tries = tally.tries
            chance = (tally.wins + _KIN * chance) / (tries + _KIN)
            seconds = (tally.seconds + _KIN * seconds) / (tries + _KIN)
        known = tries + _KIN
        bonus = _BONUS * math.sqrt(2 * math.log(1 + known + self.history.total) / known)
        return Estimate(chance, seconds, tries, (chance + bonus) / max(seconds, _LEAST_SECONDS))


class _Shipped:
    def __init__(self, rows: Iterable[tuple[str, str, float, float, float]]) -> None:
        self._rows = rows

    def tallies(self) -> Iterable[tuple[str, str, Tally]]:
        return ((shape, arm, Tally(tries, wins, seconds)) for shape, arm, tries, wins, seconds in self._rows)


@cache
def shipped_history() -> History:
    """What ``bench/workload`` measured, as it is shipped: ``priors.json`` beside this module."""
    text = Path(__file__).with_name("priors.json").read_text(encoding="utf-8")
    return History(_Shipped(json.loads(text)["rows"]))
