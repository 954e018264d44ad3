"""Holds what Unsorry and its provers use of the machine at a target: by not starting the next search yet.

The CPU is measured as an exponential moving average over the whole process tree; memory as it is. Nothing that runs is
stopped: what a search took beyond the target is made up for by a pause before the next one.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable

import psutil

from unsorry.processes.usage import Usage
from unsorry.settings import SearchSettings

_SECONDS = 8.0  # how far back the average looks
_MARGIN = 1.1
_MOST_SECONDS = 15.0  # at the target, that are ever made up for: a search that ran wild stops the work no longer


class Governor:
    """``cores``: the target of the average, in cores; ``memory``: resident bytes above which nothing more is started,
    0 for no limit."""

    def __init__(self, cores: float, memory: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._cores = cores
        self._memory = memory
        self._clock = clock
        self._last: tuple[float, float] | None = None
        self._excess = 0.0  # core seconds beyond the target that have not been made up for
        self.average = 0.0  # cores in use
        self.resident = 0

    @property
    def is_full(self) -> bool:
        """Whether memory is short, so that idle sessions had better go."""
        return bool(self._memory) and self.resident > self._memory

    def note(self, usage: Usage) -> None:
        """Takes in a measurement. A machine that slept, or a clock that stood still, makes no jump."""
        now = self._clock()
        if self._last is not None and now > self._last[0]:
            elapsed = now - self._last[0]
            used = max(0.0, usage.cpu - self._last[1]) / elapsed
            weight = 1.0 - math.exp(-elapsed / _SECONDS)
            self.average += weight * (used - self.average)
            target = self._cores * _MARGIN
            excess = self._excess + (used - target) * elapsed
            self._excess = min(max(0.0, excess), target * _MOST_SECONDS)
        self._last = (now, usage.cpu)
        self.resident = usage.memory

    def has_room(self, running: int) -> bool:
        """Whether another search may start beside those that run. Memory never stops the last one."""
        if running and self.is_full:
            return False
        target = self._cores * _MARGIN
        # Less than a second's worth is no excess: measurements are not that exact.
        return self.average <= target and self._excess < target


def make_governor(settings: SearchSettings) -> Governor:
    """As the settings have it. Whoever asks for more searches at once means the cores that they take."""
    cores = max(settings.cpu * (os.cpu_count() or 1), float(settings.jobs))
    memory = settings.memory_mb * (1 << 20) if settings.memory_mb else psutil.virtual_memory().total // 2
    return Governor(cores, memory)
