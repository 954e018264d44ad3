"""Agda's native search at one hole: Mimer, and around it case split, rewriting, ``with`` and refinement.

A clause is a problem; a move makes smaller problems of it, all of which must be solved. Moves cost, and the
search deepens: first every solution that costs little.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

from unsorry.errors import ProverTimeout
from unsorry.model import Budget, Candidate, Document, Hole
from unsorry.provers.agda import protocol
from unsorry.provers.agda.clauses import find_clause
from unsorry.provers.agda.code import mask
from unsorry.provers.agda.expansion import Expansion, Problem
from unsorry.provers.agda.goals import names_before
from unsorry.provers.agda.loader import Loaded, Loader
from unsorry.provers.agda.moves import Known
from unsorry.provers.agda.project import file_name
from unsorry.provers.agda.sketches import Effort, Lore, OutOfTimeError, Region, Tried, Workbench, offer
from unsorry.provers.agda.terms import equation, unbracketed
from unsorry.provers.base import Outline

_BUDGETS = (0.0, 0.6, 1.2, 1.8, 2.4, 3.0, 3.6, 4.2, 5.0, 6.0)
_LEMMAS = 16
_HELPERS = ("cong", "sym", "trans", "subst")


class ClauseSearch:
    """One run at one hole; remembers what it has tried as long as it lasts."""

    def __init__(self, loader: Loader, document: Document, outline: Outline, hole: Hole, budget: Budget) -> None:
        self._hole = hole
        self._names = list(names_before(outline, hole))[:_LEMMAS]
        file = file_name(document)
        self._clause = find_clause(mask(document.text, file), hole.span, hole.declaration)
        span = self._clause.span if self._clause is not None else hole.span
        column = self._clause.column if self._clause is not None else 0
        region = Region(document.text, file, span, column)
        self._bench = Workbench(loader, region, time.monotonic() + budget.seconds)
        self._lore = Lore()
        self._expansion = Expansion(self._bench, self._clause, frozenset(), ())
        self._tried: dict[str, Tried | None] = {}
        self._failed: dict[str, float] = {}

    async def run(self) -> AsyncGenerator[Candidate, None]:
        """At most a few candidates, each of which Agda has accepted in a scratch copy of the whole text."""
        try:
            if not await self._begin():
                return
            root = Problem((), self._clause.head if self._clause is not None else "")
            for budget in _BUDGETS:
                lines = await self._solve(root, budget, goal="")
                if lines is not None and await self._bench.accepts("\n".join(lines)):
                    yield self._candidate(root, lines)
                    return
        except (OutOfTimeError, ProverTimeout):
            return

    async def _begin(self) -> bool:
        """Finds out what is in scope at the hole."""
        loaded = await self._bench.begin()
        point = loaded.point_at(self._hole.span) if loaded is not None else None
        if loaded is None or point is None:
            return False
        known = await self._known(loaded, point)
        scope = [name for name in _HELPERS if await self._type_of(loaded, point, name)]
        hints = tuple(known_.name for known_ in known if not known_.recursive)
        self._lore = Lore(tuple(known), frozenset(scope), hints[:8])
        self._expansion = Expansion(self._bench, self._clause, self._lore.scope, tuple(self._hole.hint.split()))
        return True

    async def _known(self, loaded: Loaded, point: int) -> list[Known]:
        """The function being defined, and the earlier declarations that state equations or are near."""
        known: list[Known] = []
        clause = self._clause
        if clause is not None and clause.function:
            printed = await self._type_of(loaded, point, clause.function)
            if printed:
                known.append(Known.of(clause.function, printed, clause.arguments, recursive=True))
        for name in self._names:
            printed = await self._type_of(loaded, point, name)
            if printed and name not in _HELPERS:
                lemma = Known.of(name, printed)
                if equation(lemma.result):
                    known.append(lemma)
        return known

    async def _type_of(self, loaded: Loaded, point: int, name: str) -> str:
        return " ".join((await self._bench.ask(loaded, protocol.infer(point, name))).inferred.split())

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
        self._failed[sketch] = budget
        return None

    def _lore_for(self, problem: Problem) -> Lore:
        """The same, with the function's arguments as they are in this clause."""
        clause = self._clause
        if clause is None or not self._lore.known or not self._lore.known[0].recursive:
            return self._lore
        return self._lore.at(problem.arguments(clause))

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
        return Candidate(self._bench.region.laid_out(text), before=self._hole.span.start - clause.span.start)
