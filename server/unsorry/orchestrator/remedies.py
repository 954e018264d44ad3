"""What is done about a prover that fares badly: plans with an undo, applied when safe, taken back when they make it
worse or when the trouble is over.

``proposed`` is pure: figures to names of remedies. ``Remedies`` applies them one at a time, so that what follows can be
told from what went before.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from attrs import define, frozen

from unsorry.orchestrator.alerts import Figures

_log = logging.getLogger(__name__)
_ENOUGH = 10
_TROUBLE = 0.2
_TIMEOUTS = 0.6
_WORSE = 0.1
_TRIAL_ATTEMPTS = 10
_REST_SECONDS = 120.0


class Kind(StrEnum):
    LOWER_CONCURRENCY = "lower_concurrency"
    RAISE_TIMEOUT = "raise_timeout"
    RESTART = "restart"
    SWITCH_STRATEGY = "switch_strategy"


@frozen
class Remedy:
    """How one kind is done: ``apply`` returns what takes it back, or ``None`` where it is not safe just now."""

    kind: Kind
    title: str
    apply: Callable[[str], Callable[[], None] | None]


@define
class Applied:
    """A remedy in force. ``before``: the share of attempts that went wrong when it was applied, over ``attempts``
    attempts by then."""

    remedy: Remedy
    prover: str
    undo: Callable[[], None]
    before: float
    seen: int = 0
    wrong: float = 0.0


def proposed(figures: Figures) -> Sequence[Kind]:
    """What may help, the mildest first."""
    if figures.attempts < _ENOUGH or figures.breaker_open:
        return ()  # too little to go by; or the prover rests, which is the remedy
    if figures.failed > _TROUBLE:
        return (Kind.LOWER_CONCURRENCY, Kind.SWITCH_STRATEGY, Kind.RESTART)
    if figures.timed_out > _TIMEOUTS:
        return (Kind.LOWER_CONCURRENCY, Kind.RAISE_TIMEOUT)
    return ()


class Remedies:
    """Owner of the remedies in force, at most one a prover. One that did not help is not tried again for a while."""

    def __init__(self, remedies: Mapping[Kind, Remedy], clock: Callable[[], float] = time.monotonic) -> None:
        self._remedies = remedies
        self._clock = clock
        self._applied: dict[str, Applied] = {}
        self._failed_at: dict[tuple[str, Kind], float] = {}
        self._told: dict[str, str] = {}

    def in_force(self, prover: str) -> str:
        """What is being done about a prover, or what was done last; empty when nothing ever was."""
        applied = self._applied.get(prover)
        return applied.remedy.title if applied else self._told.get(prover, "")

    def consider(self, figures: Figures) -> None:
        """Called after each attempt of a prover."""
        applied = self._applied.get(figures.prover)
        if applied is None:
            self._start(figures)
        else:
            applied.seen += 1
            if applied.seen >= _TRIAL_ATTEMPTS:
                self._judge(applied, figures)

    def take_back(self, prover: str) -> None:
        """Undoes what is in force: the user restarted the prover, or the engine ends."""
        applied = self._applied.pop(prover, None)
        if applied is not None:
            applied.undo()

    def _start(self, figures: Figures) -> None:
        for kind in proposed(figures):
            remedy = self._remedies.get(kind)
            failed_at = self._failed_at.get((figures.prover, kind))
            if remedy is None or (failed_at is not None and self._clock() - failed_at < _REST_SECONDS):
                continue
            undo = remedy.apply(figures.prover)
            if undo is None:
                continue
            self._applied[figures.prover] = Applied(remedy, figures.prover, undo, _wrong(figures))
            self._tell(logging.WARNING, figures.prover, f"{remedy.title}, since {_wrong(figures):.0%} went wrong")
            return

    def _judge(self, applied: Applied, figures: Figures) -> None:
        now = _wrong(figures)
        if now > applied.before + _WORSE:
            self._failed_at[applied.prover, applied.remedy.kind] = self._clock()
            self._end(applied, f"taken back, it made things worse: {applied.remedy.title}")
        elif now < min(_TROUBLE, applied.before) / 2:
            self._end(applied, f"no longer needed: {applied.remedy.title}")
        elif applied.seen >= 3 * _TRIAL_ATTEMPTS:
            self._failed_at[applied.prover, applied.remedy.kind] = self._clock()
            self._end(applied, f"taken back, it did not help: {applied.remedy.title}")

    def _end(self, applied: Applied, told: str) -> None:
        del self._applied[applied.prover]
        applied.undo()
        self._tell(logging.INFO, applied.prover, told)

    def _tell(self, level: int, prover: str, told: str) -> None:
        self._told[prover] = told
        _log.log(level, "%s: %s", prover, told)


def _wrong(figures: Figures) -> float:
    return figures.failed + figures.timed_out
