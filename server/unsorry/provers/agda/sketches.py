"""Sketches: texts that may replace a clause or a hole, with holes of their own, tried against the live Agda.

A sketch is loaded in its place; then each of its holes is offered terms until one closes it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.model import TrialResult
from unsorry.provers.agda import moves, protocol
from unsorry.provers.agda.code import mask
from unsorry.provers.agda.loader import Loaded, Loader
from unsorry.provers.agda.moves import Fact, Known
from unsorry.provers.agda.protocol import Context, Reply
from unsorry.provers.agda.render import atomic, stands_alone
from unsorry.provers.agda.terms import unbracketed
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


@frozen
class OpenHole:
    """A hole of a sketch that nothing has closed yet: its place in the sketch, and what is known there."""

    span: Span
    context: Context
    facts: tuple[Fact, ...]


@frozen
class Tried:
    """A sketch with the terms that closed holes of it, and the first hole that is left."""

    text: str
    open: OpenHole | None = None


@frozen
class Effort:
    """How much is offered to each hole: how many terms, and for how long Agda's own search may run."""

    terms: int = 60
    auto_milliseconds: int = 150


@frozen
class Lore:
    """What is known around the hole: functions and lemmas, and which of ``cong``, ``sym``, ``trans`` exist."""

    known: tuple[Known, ...] = ()
    scope: frozenset[str] = frozenset()
    hints: tuple[str, ...] = ()

    def at(self, arguments: Sequence[str]) -> Lore:
        """The same in a clause with these arguments."""
        first, *rest = self.known
        return evolve(self, known=(evolve(first, arguments=tuple(arguments)), *rest))


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

    async def ask_and_spoil(self, loaded: Loaded, command: str) -> Reply:
        return await self._loader.ask_and_spoil(loaded, command, self.left)

    async def give(self, loaded: Loaded, point: int, term: str) -> bool:
        """Whether a term closes a hole and leaves nothing behind."""
        try:
            reply = await self._loader.ask_and_spoil(loaded, protocol.give(point, term), min(_GIVE_SECONDS, self.left))
        except ProverTimeout:
            return False
        return result_of_give(loaded, reply)[0] is TrialResult.CLOSED

    def holes(self, loaded: Loaded, sketch: str) -> list[tuple[Span, int]]:
        """A sketch's holes: their places in it, and their interaction points."""
        start = self.region.span.start
        laid_out = self.region.laid_out(sketch)
        found = []
        for span, point in _inside(loaded, Span(start, start + len(laid_out))):
            lines = laid_out.count("\n", 0, span.start - start)
            found.append((span.shifted(-start - lines * self.region.column), point))
        return found


async def offer(bench: Workbench, sketch: str, lore: Lore, effort: Effort) -> Tried | None:
    """Loads a sketch and tries to close each of its holes; ``None`` if it does not load."""
    loaded = await bench.look(sketch)
    if loaded is None:
        return None
    left: OpenHole | None = None
    index = 0
    while index < len(holes := bench.holes(loaded, sketch)):
        closing = _Closing(bench, sketch, index, lore)
        term = await closing.run(effort)
        if term is not None:
            sketch = put(sketch, holes[index][0], term)
        else:
            left = left or closing.left_open(holes[index][0])
            index += 1
        again = await bench.look(sketch)
        if again is None:
            return None
        loaded = again
    return Tried(sketch, left)


def put(sketch: str, span: Span, term: str) -> str:
    """A sketch with a term in a hole's place, in brackets where it needs them."""
    if not atomic(term) and not stands_alone(mask(sketch), span.start, span.end):
        term = f"({term})"
    return sketch[: span.start] + term + sketch[span.end :]


def _inside(loaded: Loaded, span: Span) -> list[tuple[Span, int]]:
    return [(place, point) for place, point in loaded.points() if span.start <= place.start and place.end <= span.end]


class _Closing:
    """The attempt to close one hole of a sketch."""

    def __init__(self, bench: Workbench, sketch: str, index: int, lore: Lore) -> None:
        self._bench = bench
        self._sketch = sketch
        self._index = index
        self._lore = lore
        self._context: Context | None = None
        self._facts: list[Fact] = []

    def left_open(self, span: Span) -> OpenHole | None:
        return OpenHole(span, self._context, tuple(self._facts)) if self._context is not None else None

    async def run(self, effort: Effort) -> str | None:
        """The first term that closes the hole."""
        at = await self._place()
        if at is None:
            return None
        self._context = (await self._bench.ask(at[0], protocol.goal_and_context(at[1]))).context
        if self._context is None:
            return None
        await self._learn(*at, self._context)
        terms = list(dict.fromkeys(moves.closers(self._context, self._facts, self._lore.scope)))
        for term in terms[: effort.terms]:
            if await self._closes(term):
                return term
        return await self._auto(effort, terms)

    async def _place(self) -> tuple[Loaded, int] | None:
        """The sketch as loaded, and the hole's point there; loads it again after a give has changed it."""
        loaded = await self._bench.look(self._sketch)
        holes = self._bench.holes(loaded, self._sketch) if loaded is not None else []
        return (loaded, holes[self._index][1]) if loaded is not None and self._index < len(holes) else None

    async def _learn(self, loaded: Loaded, point: int, context: Context) -> None:
        """Types of what is known, applied to what is here."""
        for known in self._lore.known:
            for term in dict.fromkeys([*moves.matched(known, context.type), *moves.instances(known, context)]):
                reply = await self._bench.ask(loaded, protocol.infer(point, term))
                if reply.inferred:
                    self._facts.append(Fact(term, " ".join(reply.inferred.split()), known.recursive))

    async def _auto(self, effort: Effort, tried: Sequence[str]) -> str | None:
        """What Agda's own search finds, without hints and with them."""
        for hints in dict.fromkeys(("", " ".join(self._lore.hints))):
            at = await self._place()
            if at is None:
                return None
            options = f"-t {effort.auto_milliseconds}ms {hints}".strip()
            reply = await self._bench.ask(at[0], protocol.auto(at[1], options))
            term = unbracketed(" ".join((reply.given or "").split()))
            if term and term not in tried and await self._closes(term):
                return term
        return None

    async def _closes(self, term: str) -> bool:
        at = await self._place()
        return at is not None and await self._bench.give(*at, term)
