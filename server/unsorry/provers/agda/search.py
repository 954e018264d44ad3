"""Agda's native search at one hole: Mimer, and around it case split, rewriting, ``with``, refinement and lemmas.

A clause is a problem; a move makes smaller problems of it, all of which must be solved. Moves cost, and the
search deepens: first every solution that costs little.
"""

from __future__ import annotations

import math
import time
from collections.abc import AsyncGenerator

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.model import Candidate, Document, Hole, HoleKind
from unsorry.provers.agda.clauses import find_clause, splits_implicit
from unsorry.provers.agda.code import mask
from unsorry.provers.agda.detours import Detours, Proposal
from unsorry.provers.agda.expansion import Expansion, Problem
from unsorry.provers.agda.goals import names_before
from unsorry.provers.agda.instances import Known
from unsorry.provers.agda.loader import Loader
from unsorry.provers.agda.lore import Lore, gather, imported
from unsorry.provers.agda.project import file_name
from unsorry.provers.agda.sketches import Effort, Tried, offer
from unsorry.provers.agda.terms import unbracketed
from unsorry.provers.agda.workbench import OutOfTimeError, Region, Workbench
from unsorry.provers.base import Outline

_COSTS = (0.0, 0.6, 1.2, 1.8, 2.4, 3.0, 3.6, 4.2, 5.0, 6.0)
_LEMMAS = 16
_MUCH = 4000
_DETOUR = 1.4  # what a lemma costs


@frozen
class Site:
    """A hole in a text, with the ``names`` of earlier declarations, all names that are the text's ``own``, and what
    else is ``given`` to use there."""

    text: str
    file: str
    hole: Hole
    names: tuple[str, ...]
    own: frozenset[str] = frozenset()
    given: tuple[Known, ...] = ()

    @classmethod
    def of(cls, document: Document, outline: Outline, hole: Hole) -> Site:
        names = tuple(names_before(outline, hole))[:_LEMMAS]
        own = frozenset(unit.name for unit in outline.units)
        return cls(document.text, file_name(document), hole, names, own)

    def cut(self, outline: Outline) -> Site | None:
        """The same without what follows the hole's declaration, if that is much: it loads so much faster."""
        number = outline.unit_at(self.hole.span.start)
        end = outline.units[number].span.end if number is not None else len(self.text)
        return evolve(self, text=self.text[:end]) if len(self.text) - end > _MUCH else None


class ClauseSearch:
    """One run at one hole; remembers what it has tried as long as it lasts. ``inner``: on behalf of another
    search, to which it leaves the invention of lemmas. Nothing costs more than ``cost``."""

    def __init__(
        self, loader: Loader, site: Site, deadline: float, *, cost: float = math.inf, inner: bool = False
    ) -> None:
        self._loader = loader
        self._site = site
        self._inner = inner
        self._cost = cost
        self._clause = find_clause(mask(site.text, site.file), site.hole.span, site.hole.declaration)
        span = self._clause.span if self._clause is not None else site.hole.span
        column = self._clause.column if self._clause is not None else 0
        self._bench = Workbench(loader, Region(site.text, site.file, span, column), deadline)
        self._lore = Lore()
        self._expansion = Expansion(self._bench, self._clause, frozenset(), ())
        self._detours = Detours(self._bench, self._prove)
        self._begun = False
        self._tried: dict[str, Tried | None] = {}
        self._failed: dict[str, float] = {}

    async def run(self) -> AsyncGenerator[Candidate, None]:
        """At most a few candidates, each of which Agda has accepted in a scratch copy of the text."""
        try:
            if not self._begun and not await self.begin():
                return
            root = Problem((), self._clause.head if self._clause is not None else "")
            for budget in (cost for cost in _COSTS if cost <= self._cost):
                lines = await self._solve(root, budget, goal="")
                if lines is not None and await self._bench.accepts("\n".join(lines)):
                    yield self._candidate(root, lines)
                    return
        except (OutOfTimeError, ProverTimeout):
            return

    async def begin(self) -> bool:
        """Finds out what is in scope at the hole; whether there is anything to search in this text at all."""
        try:
            loaded = await self._bench.begin()
            point = loaded.point_at(self._site.hole.span) if loaded is not None else None
            if loaded is None or point is None:
                return False
            given = self._site.given
            if not self._inner:
                given = (*given, *await imported(self._bench, loaded, point, self._site.own))
            self._lore = await gather(self._bench, loaded, point, self._clause, self._site.names, given)
        except (OutOfTimeError, ProverTimeout):
            return False
        hint = tuple(self._site.hole.hint.split())
        self._expansion = Expansion(self._bench, self._clause, self._lore.scope, hint)
        self._begun = True
        return True

    async def _solve(self, problem: Problem, budget: float, goal: str) -> list[str] | None:
        """The lines that solve a problem, at no more than ``budget``. ``goal`` is what its parent had to show: a
        step that leaves it as it was is none."""
        sketch = problem.sketch
        if self._failed.get(sketch, -1.0) >= budget:
            return None
        if sketch not in self._tried:
            self._tried[sketch] = await offer(self._bench, sketch, self._lore_for(problem), self._effort(problem))
        tried = self._tried[sketch]
        if tried is None or (tried.open is not None and tried.open.context.type == goal and problem.rewritten):
            self._failed[sketch] = float("inf")
            return None
        if tried.open is None:
            return tried.text.splitlines()[len(problem.leads) :]
        for move in await self._expansion.moves(problem, tried, tried.open):
            if move.cost > budget:
                continue
            lines: list[str] = []
            for part in move.parts:
                solved = [part] if isinstance(part, str) else None
                if isinstance(part, Problem):
                    solved = await self._solve(part, budget - move.cost, tried.open.context.type)
                if solved is None:
                    break
                lines += solved
            else:
                return lines
        if not self._inner and budget >= _DETOUR:
            found = await self._detours.attempt(problem, tried.open, self._lore_for(problem), self._site.names)
            if found is not None:
                return found
        self._failed[sketch] = budget
        return None

    async def _prove(self, proposal: Proposal) -> str | None:
        """The text with a proposal's hole filled, by a search of its own."""
        hole = Hole("", HoleKind.TERM, proposal.declaration, proposal.hole)
        site = Site(proposal.text, self._site.file, hole, proposal.names, given=proposal.given)
        deadline = time.monotonic() + min(proposal.seconds, self._bench.left)
        async for candidate in ClauseSearch(self._loader, site, deadline, cost=proposal.cost, inner=True).run():
            span = candidate.span(hole)
            return proposal.text[: span.start] + candidate.text + proposal.text[span.end :]
        return None

    def _lore_for(self, problem: Problem) -> Lore:
        """The same, with the function's arguments as they are in this clause."""
        if self._clause is None:
            return self._lore
        return self._lore.at(problem.arguments(self._clause), hidden=splits_implicit(problem.head))

    def _effort(self, problem: Problem) -> Effort:
        return Effort(24, 60) if problem.rewritten else Effort()

    def _candidate(self, root: Problem, lines: list[str]) -> Candidate:
        """As a term alone where no more than the hole has changed."""
        text = "\n".join(lines)
        clause = self._clause
        if clause is None:
            return Candidate(unbracketed(text))
        start = f"{root.head} = "
        if len(lines) == 1 and text.startswith(start):
            return Candidate(text[len(start) :])
        return Candidate(self._bench.region.laid_out(text), before=self._site.hole.span.start - clause.span.start)
