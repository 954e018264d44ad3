"""What this process already knows of goals, so that the same goal is not searched twice."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Sequence

from unsorry.model import Candidate, Goal, Goals, Language
from unsorry.provers.base import Outline
from unsorry.text import Span

_Key = tuple[Language, tuple[Goal, ...]]
_KEPT = 5
_MOST_VAIN = 10_000


def digest_before(text: str, outline: Outline, offset: int) -> bytes:
    """What a goal at ``offset`` may depend on: the text of the units before its own, as far as they are finished.
    Of a declaration that has holes only the statement counts, so that work on one proof does not stir the others."""
    digest = hashlib.blake2b(digest_size=16)
    own = outline.unit_at(offset)
    for unit in outline.units[: len(outline.units) if own is None else own]:
        span = Span(unit.span.start, unit.head.end) if unit.holes else unit.span
        digest.update(text[span.start : span.end].encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()


class GoalMemory:
    """Candidates that proved a goal, and how long which goals were searched in vain.

    A known candidate is only tried first, as any other candidate is; it must be verified where it is to stand.
    A search in vain counts only for the same goals after the same text (see ``digest_before``) and with the same
    strategies.
    """

    def __init__(self) -> None:
        self._proved: dict[_Key, tuple[Candidate, ...]] = {}
        self._vain: dict[tuple[_Key, bytes, tuple[str, ...]], float] = {}
        self._running: dict[_Key, asyncio.Lock] = {}

    def known(self, language: Language, goals: Goals) -> Sequence[Candidate]:
        return self._proved.get((language, goals.goals), ())

    def proved(self, language: Language, goals: Goals, candidate: Candidate) -> None:
        key = (language, goals.goals)
        others = (c for c in self._proved.get(key, ()) if c != candidate)
        self._proved[key] = (candidate, *others)[:_KEPT]

    def searched(self, language: Language, goals: Goals, before: bytes, strategies: Sequence[str]) -> float:
        """Seconds of the longest search in vain; 0 when there was none."""
        return self._vain.get(((language, goals.goals), before, tuple(strategies)), 0.0)

    def in_vain(
        self, language: Language, goals: Goals, before: bytes, strategies: Sequence[str], seconds: float
    ) -> None:
        if len(self._vain) >= _MOST_VAIN:
            self._vain.clear()
        key = ((language, goals.goals), before, tuple(strategies))
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
