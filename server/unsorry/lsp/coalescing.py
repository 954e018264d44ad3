"""Many reasons to show something again become one: what is shown is refreshed at most once in a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Coalescer:
    """Calls ``action(key)`` once, ``delay`` seconds after the first of any number of ``mark(key)``."""

    def __init__(self, delay: float, action: Callable[[str], None]) -> None:
        self._delay = delay
        self._action = action
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def mark(self, key: str, *, now: bool = False) -> None:
        """``now``: as soon as the message at hand is dealt with; marks that come before that still count as one."""
        loop = asyncio.get_running_loop()
        timer = self._waiting.get(key)
        due = loop.time() + (0.0 if now else self._delay)
        if timer is not None:
            if timer.when() <= due:
                return
            timer.cancel()
        self._waiting[key] = loop.call_at(due, self._run, key)

    def drop(self, key: str) -> None:
        """Forgets what was marked."""
        timer = self._waiting.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _run(self, key: str) -> None:
        del self._waiting[key]
        self._action(key)
