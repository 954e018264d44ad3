"""Steps from one problem to smaller ones: case split, rewriting, ``with``, refinement; each with a cost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.provers.agda import moves, protocol
from unsorry.provers.agda.clauses import Clause, arguments
from unsorry.provers.agda.loader import Loaded
from unsorry.provers.agda.replies import Cases
from unsorry.provers.agda.sketches import OpenHole, Tried, put
from unsorry.provers.agda.terms import equation, head, items, parse_type
from unsorry.provers.agda.workbench import Workbench

_REWRITES = 4
_WHOLE = "?"
_NORMAL_SECONDS = 0.3


@frozen
class Problem:
    """A clause to solve, below the ``with`` lines that it belongs to. Without a ``head``: a term alone.

    ``first`` is the variable to split at once, ``settled`` are those not to split any more: what can be split
    before a ``with`` is split before it.
    """

    leads: tuple[str, ...]
    head: str
    body: str = _WHOLE
    rewritten: tuple[str, ...] = ()
    first: str = ""
    settled: frozenset[str] = frozenset()

    @property
    def left(self) -> str:
        return f"{self.head} rewrite {' | '.join(self.rewritten)}" if self.rewritten else self.head

    @property
    def sketch(self) -> str:
        line = f"{self.left} = {self.body}" if self.head else self.body
        return "\n".join((*self.leads, line))

    def arguments(self, clause: Clause | None) -> list[str]:
        """The arguments of the function being defined, as patterns."""
        if clause is None:
            return []
        if not self.head.startswith("..."):
            return arguments(self.head, clause.function)
        above = next((line for line in reversed(self.leads) if not line.startswith("...")), clause.parent)
        return arguments(above, clause.function)


@frozen
class Move:
    """A step: ``parts`` are the lines that replace the problem's own, the finished ones and those to solve."""

    cost: float
    parts: tuple[str | Problem, ...]


class Expansion:
    """Makes moves, and remembers those it has made. ``preferred`` variables are split first."""

    def __init__(
        self, bench: Workbench, clause: Clause | None, scope: frozenset[str], preferred: tuple[str, ...]
    ) -> None:
        self._bench = bench
        self._clause = clause
        self._scope = scope
        self._preferred = preferred
        self._made: dict[str, list[Move]] = {}

    async def moves(self, problem: Problem, tried: Tried, hole: OpenHole) -> list[Move]:
        """What can be done at a problem's first open hole, cheapest first."""
        if problem.sketch not in self._made:
            found = [move async for move in self._all(problem, tried, hole)]
            self._made[problem.sketch] = sorted(found, key=lambda move: move.cost)
        return self._made[problem.sketch]

    async def _all(self, problem: Problem, tried: Tried, hole: OpenHole) -> AsyncIterator[Move]:
        if problem.first:  # the value that a ``with`` looks at: nothing but its cases
            for move in await self._cases(problem, [(0.1, problem.first)]):
                yield move
            return
        if problem.head and problem.body == _WHOLE:
            async for move in self._splits(problem, hole):
                yield move
            for move in self._rewrites(problem, hole):
                yield move
            async for move in self._inspections(problem, tried, hole):
                yield move
        async for move in self._refinements(problem, tried, hole):
            yield move

    async def _splits(self, problem: Problem, hole: OpenHole) -> AsyncIterator[Move]:
        if problem.rewritten:
            return
        if head(hole.context.type) == "→":
            choices = [(0.1, "")]
        else:
            choices = moves.splittable(hole.context, self._preferred, problem.arguments(self._clause))
            choices = [(cost, variable) for cost, variable in choices if variable not in problem.settled]
        for move in await self._cases(problem, choices):
            yield move

    async def _cases(self, problem: Problem, choices: Sequence[tuple[float, str]]) -> list[Move]:
        """Splits of variables, each at its cost; of what there is to introduce, where the variable is empty."""
        loaded = await self._bench.look(problem.sketch)
        if loaded is None:
            return []
        _, point = self._bench.holes(loaded, problem.sketch)[-1]
        commands = [protocol.make_case(point, variable) for _, variable in choices]
        replies = await self._bench.ask_all(loaded, commands)
        parts = [_parts(problem, reply.cases) for reply in replies]
        return [Move(cost, clauses) for (cost, _), clauses in zip(choices, parts, strict=True) if clauses]

    def _rewrites(self, problem: Problem, hole: OpenHole) -> Iterator[Move]:
        if len(problem.rewritten) < _REWRITES:
            for cost, term in moves.rewrites(hole.context, hole.facts, self._scope):
                if term not in problem.rewritten:
                    yield Move(cost, (evolve(problem, rewritten=(*problem.rewritten, term)),))

    async def _inspections(self, problem: Problem, tried: Tried, hole: OpenHole) -> AsyncIterator[Move]:
        taken = {entry.name for entry in hole.context.entries}
        name = next(name for name in ("w", "v", "u", "w′", "v′", "u′", "w″") if name not in taken)
        settled = frozenset(entry.name for entry in hole.context.entries if not equation(entry.type))
        normal = await self._normal(tried, hole)
        for cost, expression in moves.inspections(hole.context, normal, hole.facts, problem.arguments(self._clause)):
            if any(lead.endswith(f" with {expression}") for lead in problem.leads):
                continue
            lead = f"{problem.left} with {expression}"
            inner = Problem((*problem.leads, lead), f"... | {name}", first=name, settled=settled)
            yield Move(cost, (lead, inner))

    async def _normal(self, tried: Tried, hole: OpenHole) -> str:
        """The goal's normal form, where that takes no long time."""
        at = await self._place(tried, hole)
        if at is None:
            return ""
        try:
            reply = await self._bench.ask(at[0], protocol.normal_goal(at[1]), _NORMAL_SECONDS)
        except ProverTimeout:
            return ""
        return reply.context.type if reply.context is not None else ""

    async def _place(self, tried: Tried, hole: OpenHole) -> tuple[Loaded, int] | None:
        """What was tried as loaded, and the hole's point there."""
        loaded = await self._bench.look(tried.text)
        points = [point for span, point in self._bench.holes(loaded, tried.text) if span == hole.span] if loaded else []
        return (loaded, points[0]) if loaded is not None and points else None

    async def _refinements(self, problem: Problem, tried: Tried, hole: OpenHole) -> AsyncIterator[Move]:
        if equation(hole.context.type):
            return
        if head(hole.context.type) == "→":
            terms = [_abstraction(hole)]
        else:
            terms = [term async for term in self._constructions(tried, hole)]
        for term in terms:
            text = put(tried.text, hole.span, term)
            line = text.splitlines()[-1]
            body = line[len(problem.left) + 3 :] if problem.head else line
            yield Move(0.5, (evolve(problem, body=body),))

    async def _constructions(self, tried: Tried, hole: OpenHole) -> AsyncIterator[str]:
        """Constructors of the goal's type, with a hole for each argument."""
        names = [""]
        while names:
            name = names.pop()
            at = await self._place(tried, hole)
            if at is None:
                return
            reply = await self._bench.ask_and_spoil(at[0], protocol.refine(at[1], name))
            if reply.given and not reply.error:
                yield " ".join(reply.given.split())
            names.extend(reversed(reply.constructors) if not name else ())


def _parts(problem: Problem, cases: Cases | None) -> tuple[str | Problem, ...]:
    """What a split makes of a problem; nothing where it leaves it as it is."""
    clauses = [" ".join(clause.split()) for clause in cases.clauses] if cases is not None and not cases.lambda_ else []
    if clauses == [f"{problem.head} = ?"]:
        return ()
    return tuple(
        Problem(problem.leads, clause.removesuffix(" = ?"), settled=problem.settled)
        if clause.endswith(" = ?")
        else clause
        for clause in clauses
    )


def _abstraction(hole: OpenHole) -> str:
    parameters, _ = parse_type(hole.context.type)
    if parameters and equation(parameters[0].type):
        return "λ { refl → ? }"
    taken = {entry.name for entry in hole.context.entries} | set(items(hole.context.type))
    wanted = parameters[0].name if parameters else ""
    name = next(name for name in (wanted, "x", "y", "z", "x′", "y′", "z′", "x″") if name and name not in taken)
    return f"λ {name} → ?"
