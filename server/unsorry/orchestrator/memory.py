"""What this process already knows of goals, so that the same goal is not searched twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from unsorry.model import Candidate, Goal, Goals, Language

_Key = tuple[Language, tuple[Goal, ...]]
_KEPT = 5


class GoalMemory:
    """Candidates that proved a goal, and how long which goals were searched in vain.

    A known candidate is only tried first, as any other candidate is; it must be verified where it is to stand.
    A search in vain counts only for the same goals with the same lemmas in scope and the same strategies.
    """

    def __init__(self) -> None:
        self._proved: dict[_Key, tuple[Candidate, ...]] = {}
        self._vain: dict[tuple[_Key, tuple[str, ...], tuple[str, ...]], float] = {}
        self._running: dict[_Key, asyncio.Lock] = {}

    def known(self, language: Language, goals: Goals) -> Sequence[Candidate]:
        return self._proved.get((language, goals.goals), ())

    def proved(self, language: Language, goals: Goals, candidate: Candidate) -> None:
        key = (language, goals.goals)
        others = (c for c in self._proved.get(key, ()) if c != candidate)
        self._proved[key] = (candidate, *others)[:_KEPT]

    def searched(self, language: Language, goals: Goals, strategies: Sequence[str]) -> float:
        """Seconds of the longest search in vain; 0 when there was none."""
        return self._vain.get(((language, goals.goals), goals.names, tuple(strategies)), 0.0)

    def in_vain(self, language: Language, goals: Goals, strategies: Sequence[str], seconds: float) -> None:
        key = ((language, goals.goals), goals.names, tuple(strategies))
        self._vain[key] = max(seconds, self._vain.get(key, 0.0))

    @contextlib.asynccontextmanager
    async def alone(self, language: Language, goals: Goals) -> AsyncIterator[None]:
        """Only one search of a goal at a time: the second waits, and then finds what the first learned."""
        key = (language, goals.goals)
        lock = self._running.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._running.pop(key, None)
