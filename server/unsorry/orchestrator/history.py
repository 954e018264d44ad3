"""What has been learned of arms (a strategy, or one part of a portfolio) on goals of each shape.

A tally of a shape counts towards its ancestors too. ``AttemptHistory`` is where earlier runs are remembered: the
ledger implements it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from attrs import frozen

from unsorry.model import Attempt, Verdict
from unsorry.orchestrator.shapes import lineage


@frozen
class Tally:
    """How often an arm was run, how often it proved the goal, and the wall seconds of all its runs."""

    tries: float = 0.0
    wins: float = 0.0
    seconds: float = 0.0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.tries + other.tries, self.wins + other.wins, self.seconds + other.seconds)

    def scaled(self, most: float) -> Tally:
        """The same rates, with the weight of at most ``most`` tries."""
        if self.tries <= most:
            return self
        share = most / self.tries
        return Tally(most, self.wins * share, self.seconds * share)


class AttemptHistory(Protocol):
    """Attempts of earlier runs, added up."""

    def tallies(self) -> Iterable[tuple[str, str, Tally]]:
        """Each full shape and arm (see ``arm_of``) with its tally."""
        ...


class History:
    """Tallies by shape and arm. Grows while the engine works; a plan reads it and changes nothing."""

    def __init__(self, earlier: AttemptHistory | None = None) -> None:
        self._tallies: dict[tuple[str, str], Tally] = {}
        self.total = 0.0  # runs of all arms on all shapes
        if earlier is not None:
            self.merge(earlier)

    def merge(self, earlier: AttemptHistory) -> None:
        for shape, arm, tally in earlier.tallies():
            self.add(shape, arm, tally)

    def add(self, shape: str, arm: str, tally: Tally) -> None:
        self.total += tally.tries
        for each in lineage(shape):
            known = self._tallies.get((each, arm))
            self._tallies[each, arm] = tally if known is None else known + tally

    def note(self, attempt: Attempt) -> None:
        """Learns from an attempt that has finished; one that was stopped, or broke, says nothing of its arm."""
        if attempt.shape and attempt.verdict not in (Verdict.CANCELLED, Verdict.PROVER_FAILED):
            won = float(attempt.verdict is Verdict.VERIFIED)
            self.add(attempt.shape, arm_of(attempt.strategy, attempt.part), Tally(1.0, won, attempt.seconds))

    def tally(self, shape: str, arm: str) -> Tally:
        return self._tallies.get((shape, arm), Tally())


def arm_of(strategy: str, part: str) -> str:
    """The name of an arm: ``native``, or ``micro/closers``."""
    return f"{strategy}/{part}" if part else strategy
