"""Signs of life of a session at work: an answer, or CPU time that its processes use. One that gives none for three
beats is helped: first by going on to another strategy, then by starting the prover anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum, auto

from attrs import define

_log = logging.getLogger(__name__)
BEAT_SECONDS = 3.0
_MISSED = 3
_CPU_SECONDS = 0.02


class Help(Enum):
    NONE = auto()
    SKIP = auto()
    RESTART = auto()


@define
class Heartbeat:
    """Of one session, from the moment that somebody works with it."""

    clock: Callable[[], float]
    _last: float = 0.0
    _answers: int = 0
    _cpu: float = 0.0
    _skipped: bool = False

    def begin(self) -> None:
        self._last, self._skipped = self.clock(), False

    def observe(self, answers: int, cpu: float) -> Help:
        """What to do now, given the answers so far and the CPU seconds of the session's processes."""
        # Since the last sign, not since the last look: on a busy machine a process gets little at a time.
        if answers != self._answers or abs(cpu - self._cpu) >= _CPU_SECONDS:
            self._answers, self._cpu = answers, cpu
            self.begin()
            return Help.NONE
        if self.clock() - self._last < _MISSED * BEAT_SECONDS:
            return Help.NONE
        self._last = self.clock()
        if self._skipped:
            return Help.RESTART
        self._skipped = True
        return Help.SKIP
