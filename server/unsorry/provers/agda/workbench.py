"""The live Agda as a search uses it: sketches looked at in one region of a text, until a deadline."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from attrs import frozen

from unsorry.errors import ProverTimeout
from unsorry.model import TrialResult
from unsorry.provers.agda import protocol
from unsorry.provers.agda.loader import Loaded, Loader
from unsorry.provers.agda.replies import Reply
from unsorry.provers.agda.trials import result_of_give
from unsorry.text import Span

_COVERAGE = "Incomplete pattern matching"
_GIVE_SECONDS = 1.0
_LEAST = 0.05


class OutOfTimeError(Exception):
    """The search's own end; it never leaves the search."""


@frozen
class Region:
    """The part of a text that sketches replace; later lines of a sketch begin at ``column``."""

    text: str
    file: str
    span: Span
    column: int

    def laid_out(self, sketch: str) -> str:
        return sketch.replace("\n", "\n" + " " * self.column)

    def holding(self, sketch: str) -> str:
        return self.text[: self.span.start] + self.laid_out(sketch) + self.text[self.span.end :]

    def taken_from(self, text: str) -> str:
        """The sketch that stands in the region's place in a text."""
        laid_out = text[self.span.start : self.span.end + len(text) - len(self.text)]
        return laid_out.replace("\n" + " " * self.column, "\n")


class Workbench:
    """Tries sketches in one region until a deadline. ``OutOfTimeError`` ends whatever is under way."""

    def __init__(self, loader: Loader, region: Region, deadline: float) -> None:
        self._loader = loader
        self.region = region
        self._deadline = deadline
        self._errors = self._invisible = self._outside = 0

    @property
    def left(self) -> float:
        """Seconds until the deadline.

        Raises:
            OutOfTimeError: there are none.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise OutOfTimeError
        return max(left, _LEAST)

    async def begin(self) -> Loaded | None:
        """Loads the text as it is, which all that follows is compared with; ``None`` if it does not load."""
        loaded = await self._loader.load(self.region.text, self.region.file, self.left)
        if loaded.failure:
            return None
        self._errors = len(loaded.reply.errors)
        self._invisible = len(loaded.reply.invisible)
        self._outside = len(loaded.reply.visible) - len(_inside(loaded, self.region.span))
        return loaded

    async def look(self, sketch: str) -> Loaded | None:
        """The text with a sketch in place, unless that is worse than open holes and missing cases."""
        loaded = await self._loader.load(self.region.holding(sketch), self.region.file, self.left)
        reply = loaded.reply
        serious = sum(_COVERAGE not in error for error in reply.errors)
        worse = serious > self._errors or len(reply.invisible) > self._invisible
        return None if loaded.failure or worse else loaded

    async def accepts(self, sketch: str) -> bool:
        """Whether nothing is wrong or open in a finished sketch."""
        loaded = await self.look(sketch)
        if loaded is None:
            return False
        return len(loaded.reply.visible) == self._outside and len(loaded.reply.errors) <= self._errors

    async def ask(self, loaded: Loaded, command: str, seconds: float = math.inf) -> Reply:
        return await self._loader.ask(loaded, command, min(seconds, self.left))

    async def ask_all(self, loaded: Loaded, commands: Sequence[str]) -> list[Reply]:
        return await self._loader.ask_all(loaded, commands, self.left)

    async def ask_and_spoil(self, loaded: Loaded, command: str) -> Reply:
        return await self._loader.ask_and_spoil(loaded, command, self.left)

    async def types(self, loaded: Loaded, point: int, terms: Sequence[str]) -> list[str]:
        """The types of terms at a hole, each on one line; empty for what has none there."""
        replies = await self.ask_all(loaded, [protocol.infer(point, term) for term in terms])
        return [" ".join(reply.inferred.split()) for reply in replies]

    async def give(self, loaded: Loaded, point: int, terms: Sequence[str]) -> list[bool]:
        """For the first of the terms, one at least: whether it closes a hole and leaves nothing behind."""
        try:
            replies = await self._loader.give(loaded, point, terms, min(_GIVE_SECONDS, self.left))
        except ProverTimeout:
            return [False]
        return [result_of_give(loaded, reply)[0] is TrialResult.CLOSED for reply in replies]

    def places(self, loaded: Loaded, sketch: str) -> list[Span]:
        """Where a sketch's holes are in the whole text, in order."""
        start = self.region.span.start
        return [span for span, _ in _inside(loaded, Span(start, start + len(self.region.laid_out(sketch))))]

    def holes(self, loaded: Loaded, sketch: str) -> list[tuple[Span, int]]:
        """A sketch's holes: their places in it, and their interaction points."""
        start = self.region.span.start
        laid_out = self.region.laid_out(sketch)
        found = []
        for span, point in _inside(loaded, Span(start, start + len(laid_out))):
            lines = laid_out.count("\n", 0, span.start - start)
            found.append((span.shifted(-start - lines * self.region.column), point))
        return found


def _inside(loaded: Loaded, span: Span) -> list[tuple[Span, int]]:
    return [(place, point) for place, point in loaded.points if span.start <= place.start and place.end <= span.end]
