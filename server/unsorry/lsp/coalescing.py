"""Many reasons to show something again become one: what is shown is refreshed at most once in a while, and while
somebody types, when that has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

_PATIENCE = 2.0  # who goes on typing sees what is new after so many seconds


class Coalescer:
    """Calls ``action(key)`` once, ``delay`` seconds after the first of any number of ``mark(key)``; not before
    ``held_until(key)``, by the loop's clock, but no more than two seconds later than that."""

    def __init__(
        self, delay: float, action: Callable[[str], None], held_until: Callable[[str], float] = lambda _key: 0.0
    ) -> None:
        self._delay = delay
        self._action = action
        self._held_until = held_until
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._due: dict[str, float] = {}

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

    def _run(self, key: str) -> None:
        loop = asyncio.get_running_loop()
        latest = self._due.setdefault(key, loop.time()) + _PATIENCE
        held = min(self._held_until(key), latest)
        if held > loop.time():
            self._waiting[key] = loop.call_at(held, self._run, key)
            return
        del self._waiting[key], self._due[key]
        self._action(key)
