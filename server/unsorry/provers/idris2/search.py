"""The native search at one hole: Idris's own expression search, case split, introduction and definition search, and
around them recursion, rewriting, congruence and refinement with what is known.

A state is a text for the clause around the hole, with holes of its own. Each generation is two loads: one of the best
states, to ask Idris about them, and one of all that can be tried at these, each try a copy of the declaration.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.model import Candidate, Document, Hole
from unsorry.provers.base import Outline
from unsorry.provers.idris2.asking import Asking
from unsorry.provers.idris2.batches import Bench, Version
from unsorry.provers.idris2.facts import Fact, Known, calls, instances
from unsorry.provers.idris2.goals import names_before
from unsorry.provers.idris2.layout import find_clause
from unsorry.provers.idris2.library import Libraries, Library
from unsorry.provers.idris2.loader import Loader
from unsorry.provers.idris2.moves import closers, scrutinees, steps
from unsorry.provers.idris2.project import imports
from unsorry.provers.idris2.replies import Metavariable
from unsorry.provers.idris2.states import Region, State, find, put, put_all
from unsorry.provers.idris2.types import equation, items

_BEAM = 5
_CLOSERS = 56
_STEPS = 18
_LEMMAS = 12
_HOLES = 3  # of one state that are tried to be closed in one generation
_SPLIT_COST = 1.0
_WITH_COST = 1.1
_INTRO_COST = 0.7
_FOUND_COST = 0.2
_OPEN_COST = 0.4  # of each hole that a step leaves
_LEAST = 0.2
_LISTING = 0.1  # of what is left of the time, for lists of what modules have


@frozen
class Prospect:
    """A state with what Idris proposes for it: terms for its holes, and texts to go on with, each with its cost."""

    state: State
    proofs: Mapping[str, Sequence[str]]
    steps: Sequence[tuple[float, str]]


@frozen
class Try:
    """A text made of a prospect's state: by a ``term`` for its hole ``root``, by a step, or as it was (``keep``)."""

    prospect: Prospect
    text: str
    root: str = ""
    term: str = ""
    cost: float = 0.0
    keep: bool = False


class OutOfTimeError(Exception):
    """The search's own end; it never leaves the search."""


class Search:
    """One run at one hole."""

    def __init__(
        self,
        loader: Loader,
        libraries: Libraries,
        document: Document,
        outline: Outline,
        hole: Hole,
        deadline: float,
    ) -> None:
        self._loader = loader
        self._libraries = libraries
        self._library = Library()
        self._text = document.text
        self._hole = hole
        self._deadline = deadline
        number = outline.unit_at(hole.span.start)
        self._bench = Bench.at(document.text, loader.file, outline, number) if number is not None else None
        if self._bench is None or number is None:
            return
        unit = outline.units[number]
        self._clause = find_clause(document, outline, hole, loader.file)
        self._region = Region.of(self._bench, document, unit.span.end, hole, self._clause)
        self._root = document.text[hole.span.start + 1 : hole.span.end]
        self._name = unit.name
        self._names = list(names_before(outline, hole))[:_LEMMAS]
        self._known: list[Known] = []
        self._seen: set[object] = set()

    async def run(self) -> AsyncGenerator[Candidate, None]:
        """Candidates, each of which Idris has accepted piece by piece in copies of the declaration."""
        if self._bench is None:
            return
        try:
            beam = await self._begin()
            while beam:
                tries = [one for prospect in beam for one in self._tries(prospect)]
                versions = await self._versions([one.text for one in tries])
                good = [(one, version) for one, version in zip(tries, versions, strict=True) if not version.error]
                children: list[State] = []
                for prospect in beam:
                    own = [(one, version) for one, version in good if one.prospect is prospect]
                    closed = _closed(prospect.state, own)
                    if len(closed) == len(prospect.state.holes):
                        yield self._candidate(put_all(prospect.state.text, closed))
                        continue
                    for one, version in own:
                        if one.term == "" and not one.keep and not self._open(one.text, version):
                            yield self._candidate(one.text)
                    children += self._children(prospect, closed, own)
                children.sort(key=lambda child: child.cost + _OPEN_COST * len(child.holes))
                beam = await self._prospects(children[:_BEAM])
        except (OutOfTimeError, ProverTimeout):
            return

    async def _begin(self) -> list[Prospect]:
        """The text as it is, with what Idris proposes for it, and for the signature alone if there is no more."""
        text = f"?{self._root}" if self._clause is None else f"{self._clause.head} = ?{self._root}"
        texts = [text]
        before = self._region.declaration[: self._region.span.start]
        whole = self._clause is not None and self._region.declaration[self._region.span.end :].strip() == ""
        bare = whole and before.strip().count("\n") == 0
        if bare:
            texts.append("")
        version, *alone = await self._versions(texts)
        state = State(text, self._open(text, version))
        if version.error or not state.holes:
            return []
        asking = Asking(self._loader, self._region, version, self._deadline)
        for name in (self._name, *self._names):
            known = await asking.type_of(name.strip("()"), own=name == self._name)
            if known is not None:
                self._known.append(known)
        modules = imports(self._text, self._loader.file)
        files = await self._loader.state(self._text)
        self._library = await self._libraries.of(modules, files, asking.listing, self._left * _LISTING)
        prospect = await self._asked(state, version)
        if not alone or alone[0].error:
            return [prospect]
        asking = Asking(self._loader, self._region, alone[0], self._deadline)
        found = [(_FOUND_COST, text) async for text in asking.definitions(self._name.strip("()"))]
        return [evolve(prospect, steps=[*found, *prospect.steps])]

    async def _prospects(self, states: Sequence[State]) -> list[Prospect]:
        """The states that have no error, with what Idris proposes. They are loaded by themselves: beside what has an
        error, Idris splits nothing."""
        versions = await self._versions([state.text for state in states]) if states else []
        good = [(state, version) for state, version in zip(states, versions, strict=True) if not version.error]
        holes = [(evolve(state, holes=self._open(state.text, version)), version) for state, version in good]
        return [await self._asked(state, version) for state, version in holes if state.holes]

    async def _asked(self, state: State, version: Version) -> Prospect:
        """What Idris proposes at a state's holes; its steps are about the first hole."""
        assert version.loaded is not None
        await self._loader.load(version.loaded.text, self._left, live=True)
        asking = Asking(self._loader, self._region, version, self._deadline)
        hints = tuple(known.name for known in self._known if not known.own)
        proofs = {
            hole.root: [term async for term in asking.proofs(state, hole, (*hints, *self._imported(hole)))]
            for hole in state.holes[:_HOLES]
        }
        first = state.holes[0]
        found: list[tuple[float, str]] = []
        if equation(first.type) is None:
            found += [(_INTRO_COST, put(state.text, first.root, term)) for term in await asking.intros(state, first)]
        rank = 0
        async for text in asking.splits(state, first):
            found.append((_SPLIT_COST + 0.3 * rank, text))
            rank += 1
        return Prospect(state, proofs, found)

    def _tries(self, prospect: Prospect) -> Iterator[Try]:
        state = prospect.state
        yield Try(prospect, state.text, keep=True)
        for hole in state.holes[:_HOLES]:
            facts, own = self._facts(state, hole)
            library = [*self._library.facts(hole), *map(Fact, self._imported(hole))]
            terms = dict.fromkeys([*prospect.proofs.get(hole.root, ()), *closers(hole, facts, own, library)])
            for term in list(terms)[:_CLOSERS]:
                yield Try(prospect, put(state.text, hole.root, term), hole.root, term)
        first = state.holes[0]
        facts, own = self._facts(state, first)
        named = [(premise.name, premise.type) for premise in first.context if premise.in_scope]
        named += [(known.name, known.type) for known in (*self._known, *self._library.heads(first))]
        facts += [evolve(fact, far=True) for fact in self._library.facts(first)]
        found = [(step.cost, put(state.text, first.root, step.text)) for step in steps(first, facts, own, named)]
        blocks = [(_WITH_COST, state.with_block(first.root, term)) for term in scrutinees(first)]
        found += [(cost, text) for cost, text in blocks if text]
        for cost, text in sorted([*prospect.steps, *found])[:_STEPS]:
            yield Try(prospect, text, cost=cost)

    def _facts(self, state: State, hole: Metavariable) -> tuple[list[Fact], list[str]]:
        """Lemmas that speak of a hole's goal, and calls of the function itself on smaller arguments."""
        facts = [fact for known in self._known for fact in instances(known, hole.type)]
        head = items(state.function_head(hole.root))
        variables = [premise.name for premise in hole.context if premise.in_scope]
        fitting = head[:1] == [self._name]
        return facts, calls(self._name, head[1:], variables) if fitting else []

    def _imported(self, hole: Metavariable) -> tuple[str, ...]:
        return tuple(known.name for known in self._library.heads(hole))

    def _children(
        self, prospect: Prospect, closed: Mapping[str, str], own: Sequence[tuple[Try, Version]]
    ) -> Iterator[State]:
        """The states that follow: the same with its closed holes filled, or a step at its first hole."""
        state = prospect.state
        for one, version in own:
            if one.root or (one.keep and not closed) or (not one.keep and state.holes[0].root in closed):
                continue
            text = put_all(one.text, closed)
            holes = self._open(text, version)
            key = frozenset((hole.type, hole.context) for hole in holes)
            if holes and key not in self._seen:
                self._seen.add(key)
                yield State(text, holes, state.cost + one.cost)

    def _open(self, text: str, version: Version) -> tuple[Metavariable, ...]:
        """The holes of a text that Idris has seen in a copy, in the order of the text."""
        mine = [hole for hole in version.holes if find(text, hole.root) >= 0]
        return tuple(sorted(mine, key=lambda hole: find(text, hole.root)))

    async def _versions(self, texts: Sequence[str]) -> list[Version]:
        assert self._bench is not None
        return await self._bench.try_all(self._loader, [self._region.holding(text) for text in texts], self._left)

    @property
    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left < _LEAST:
            raise OutOfTimeError
        return left

    def _candidate(self, text: str) -> Candidate:
        """As a term alone where no more than the hole has changed."""
        if self._clause is None:
            return Candidate(text)
        start = f"{self._clause.head} = "
        if "\n" not in text and text.startswith(start):
            return Candidate(text[len(start) :])
        return Candidate(text, before=self._hole.span.start - self._clause.span.start)


def _closed(state: State, own: Sequence[tuple[Try, Version]]) -> dict[str, str]:
    """For each hole of a state that a term closes, the first such term."""
    found: dict[str, str] = {}
    roots = {hole.root for hole in state.holes}
    for one, version in own:
        if (
            one.root
            and one.root not in found
            and not any(hole.root not in roots for hole in version.holes if find(one.text, hole.root) >= 0)
        ):
            found[one.root] = one.term
    return found
