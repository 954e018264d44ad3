"""What about a prover's health deserves to be told, and how loudly: a pure function from its figures."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from enum import IntEnum

from attrs import frozen

from unsorry.model import ProverState

_ENOUGH = 10  # attempts that a rate is worth judging by
_TIMEOUTS = 0.6
_FAILURES = 0.2
_SLOWER = 3.0


class Level(IntEnum):
    INFO = logging.INFO
    WARNING = logging.WARNING
    CRITICAL = logging.CRITICAL


@frozen
class Alert:
    """``code`` names the kind, for programs; ``message`` tells people what it is and what it means for them."""

    level: Level
    code: str
    message: str


@frozen
class Figures:
    """What alerts and remedies are decided by. Rates are of the attempts of a window: ``timed_out`` got no answer in
    time, ``failed`` met a failure of the prover. ``median`` is of the window's latest half in wall seconds,
    ``earlier`` of the half before it."""

    prover: str
    state: ProverState
    reason: str = ""
    breaker_open: bool = False
    attempts: int = 0
    timed_out: float = 0.0
    failed: float = 0.0
    median: float | None = None
    earlier: float | None = None
    resting: int = 0


def alerts(figures: Figures) -> Sequence[Alert]:
    """The loudest first."""
    found = []
    name, why = figures.prover, f": {figures.reason}" if figures.reason else ""
    if figures.breaker_open:
        found.append(Alert(Level.CRITICAL, "breaker-open", f"{name} failed again and again; it rests for a while{why}"))
    if figures.state is ProverState.MISSING:
        found.append(Alert(Level.CRITICAL, "missing", f"{name} cannot be used{why}"))
    if figures.state is ProverState.DEGRADED and not figures.breaker_open:
        found.append(Alert(Level.WARNING, "degraded", f"{name} failed lately{why}"))
    if figures.resting:
        found.append(Alert(Level.WARNING, "document-rests", f"{name} is left alone in {figures.resting} documents"))
    if figures.attempts >= _ENOUGH:
        found.extend(_of_rates(figures))
    return sorted(found, key=lambda alert: -alert.level)


def _of_rates(figures: Figures) -> Sequence[Alert]:
    found = []
    name = figures.prover
    if figures.failed > _FAILURES:
        found.append(Alert(Level.WARNING, "failing", f"{figures.failed:.0%} of the attempts of {name} broke"))
    if figures.timed_out > _TIMEOUTS:
        found.append(
            Alert(Level.INFO, "slow", f"{figures.timed_out:.0%} of the attempts of {name} got no answer in time")
        )
    if figures.median and figures.earlier and figures.median > _SLOWER * figures.earlier and figures.median > 1.0:
        message = f"{name} takes {figures.median:.1f} s where it took {figures.earlier:.1f} s"
        found.append(Alert(Level.INFO, "slower", message))
    return found
