"""Sketches: texts that may replace a clause or a hole, with holes of their own, each of which is offered terms until
one closes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from attrs import frozen

from unsorry.provers.agda import instances, moves, protocol
from unsorry.provers.agda.code import mask
from unsorry.provers.agda.loader import Loaded
from unsorry.provers.agda.lore import Lore
from unsorry.provers.agda.moves import Fact
from unsorry.provers.agda.render import atomic, stands_alone
from unsorry.provers.agda.replies import Context
from unsorry.provers.agda.terms import equation, unbracketed
from unsorry.provers.agda.trials import next_lot
from unsorry.provers.agda.workbench import Workbench
from unsorry.text import Span

_REFL = "refl"


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
            if len(holes) == 1:
                return Tried(sketch)
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


class _Closing:
    """The attempt to close one hole of a sketch."""

    def __init__(self, bench: Workbench, sketch: str, index: int, lore: Lore) -> None:
        self._bench = bench
        self._sketch = sketch
        self._index = index
        self._lore = lore
        self._context: Context | None = None
        self._facts: list[Fact] = []
        self._tried: set[str] = set()

    def left_open(self, span: Span) -> OpenHole | None:
        return OpenHole(span, self._context, tuple(self._facts)) if self._context is not None else None

    async def run(self, effort: Effort) -> str | None:
        """The first term that closes the hole."""
        at = await self._place()
        if at is not None and equation(at[0].type_at(at[1])):  # before what it would take to find others
            if await self._closing([_REFL]):
                return _REFL
            at = await self._place()
        if at is None:
            return None
        context = (await self._bench.ask(at[0], protocol.goal_and_context(at[1]))).context
        if context is None:
            return None
        self._context = context.on_one_line
        await self._learn(*at, self._context)
        closers = dict.fromkeys(moves.closers(self._context, self._facts, self._lore.scope))
        terms = [term for term in closers if term not in self._tried]
        return await self._closing(terms[: effort.terms]) or await self._auto(effort)

    async def _place(self) -> tuple[Loaded, int] | None:
        """The sketch as loaded, and the hole's point there; loads it again after a give has changed it."""
        loaded = await self._bench.look(self._sketch)
        holes = self._bench.holes(loaded, self._sketch) if loaded is not None else []
        return (loaded, holes[self._index][1]) if loaded is not None and self._index < len(holes) else None

    async def _learn(self, loaded: Loaded, point: int, context: Context) -> None:
        """Types of what is known, applied to what is here."""
        facts: list[Fact] = []
        for known in self._lore.known:
            await asyncio.sleep(0)  # matching takes up to a millisecond each
            fits = {**dict.fromkeys(instances.instances(known, context), False), **instances.matched(known, context)}
            facts += (Fact(term, "", known.recursive, whole) for term, whole in fits.items())
        types = await self._bench.types(loaded, point, [fact.term for fact in facts])
        self._facts = [fact._replace(type=type_) for fact, type_ in zip(facts, types, strict=True) if type_]

    async def _auto(self, effort: Effort) -> str | None:
        """What Agda's own search finds, without hints and with them."""
        for hints in dict.fromkeys(("", self._lore.hints)):
            at = await self._place()
            if at is None:
                return None
            options = f"-t {effort.auto_milliseconds}ms {hints}".strip()
            reply = await self._bench.ask(at[0], protocol.auto(at[1], options))
            term = unbracketed(" ".join((reply.given or "").split()))
            if term and term not in self._tried and await self._closing([term]):
                return term
        return None

    async def _closing(self, terms: Sequence[str]) -> str | None:
        """The first of the terms that closes the hole."""
        while terms and (at := await self._place()) is not None:
            closed = await self._bench.give(*at, terms[: next_lot(len(self._tried))])
            self._tried.update(terms[: len(closed)])
            if any(closed):
                return terms[closed.index(True)]
            terms = terms[len(closed) :]
        return None
