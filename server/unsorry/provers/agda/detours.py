"""Proofs by a ``where`` block, found where an induction is stuck: an auxiliary lemma, or the laws of equality
where the file has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable

from attrs import frozen

from unsorry.provers.agda import lemmas, protocol
from unsorry.provers.agda.code import mask, words
from unsorry.provers.agda.expansion import Problem
from unsorry.provers.agda.instances import Known
from unsorry.provers.agda.lemmas import Lemma, Statement
from unsorry.provers.agda.loader import Loaded
from unsorry.provers.agda.lore import Lore
from unsorry.provers.agda.sketches import OpenHole
from unsorry.provers.agda.terms import equation, parse_type, tokens
from unsorry.provers.agda.workbench import Workbench
from unsorry.text import Span

_USE_SECONDS, _USE_COST = 1.0, 1.8
_PROOF_SECONDS, _PROOF_COST = 4.0, 3.6


_LAWS = {
    "cong": (
        "  cong : {A B : Set} {x y : A} (g : A → B) → x ≡ y → g x ≡ g y",
        "  cong g refl = refl",
    ),
    "sym": ("  sym : {A : Set} {x y : A} → x ≡ y → y ≡ x", "  sym refl = refl"),
    "trans": ("  trans : {A : Set} {x y z : A} → x ≡ y → y ≡ z → x ≡ z", "  trans refl p = p"),
}


@frozen
class Proposal:
    """A text with a hole to fill: that of ``declaration``, by the help of ``names`` and what is ``given``, in so
    many seconds and at no more than ``cost``."""

    text: str
    hole: Span
    declaration: str
    names: tuple[str, ...]
    given: tuple[Known, ...]
    seconds: float
    cost: float


Prove = Callable[[Proposal], Awaitable[str | None]]
"""Fills the hole of a proposal; gives the whole text then."""


class Detours:
    """Tries lemmas for the problems of one search; each problem once. ``prove`` fills one hole of a text."""

    def __init__(self, bench: Workbench, prove: Prove) -> None:
        self._bench = bench
        self._prove = prove
        self._found: dict[str, list[str] | None] = {}

    async def attempt(self, problem: Problem, hole: OpenHole, lore: Lore, names: tuple[str, ...]) -> list[str] | None:
        """The lines that solve the problem with a lemma below it."""
        usable = problem.head and problem.body == "?" and not problem.rewritten and not problem.leads
        if not usable or lore.own is None or equation(hole.context.type) is None:
            return None
        if problem.sketch not in self._found:
            self._found[problem.sketch] = await self._by_laws(problem, lore, names)
            for statement in lemmas.statements(hole.context, hole.facts):
                if self._found[problem.sketch] is not None:
                    break
                self._found[problem.sketch] = await self._by(problem, hole, lore, names, statement)
        return self._found[problem.sketch]

    async def _by_laws(self, problem: Problem, lore: Lore, names: tuple[str, ...]) -> list[str] | None:
        """By congruence and its like, where neither they nor rewriting can be used as the file is."""
        if "cong" in lore.scope:
            return None
        laws = {name: lines for name, lines in _LAWS.items() if name not in lore.scope}
        sketch = "\n".join([f"{problem.head} = ?", "  where", *itertools.chain.from_iterable(laws.values())])
        loaded = await self._bench.look(sketch)
        places = self._bench.places(loaded, sketch) if loaded is not None else []
        if len(places) != 1 or lore.own is None:
            return None
        text = self._bench.region.holding(sketch)
        given = (lore.own, *lore.given)
        proof = await self._prove(Proposal(text, places[0], "", names, given, _USE_SECONDS, _USE_COST))
        if proof is None:
            return None
        first, where, *_ = self._bench.region.taken_from(proof).split("\n")
        used = [lines for name, lines in laws.items() if name in tokens(first)]
        return [first, where, *itertools.chain.from_iterable(used)] if used else [first]

    async def _by(
        self, problem: Problem, hole: OpenHole, lore: Lore, names: tuple[str, ...], statement: Statement
    ) -> list[str] | None:
        """First whether the lemma helps, then whether it holds."""
        taken = set(words(mask(self._bench.region.text, self._bench.region.file)))
        lemma = await self._closed(_fresh("lemma", taken), problem, hole, statement)
        if lemma is None:
            return None
        goal = _fresh("goal", taken)
        shown = f"  {goal} : {' '.join(hole.context.type.split())}\n  {goal} = ?"
        sketch = f"{problem.head} = {goal}\n  where\n  {lemma.signature}\n  {lemma.head} = ?\n{shown}"
        loaded = await self._bench.look(sketch)
        places = self._bench.places(loaded, sketch) if loaded is not None else []
        if len(places) != 2:
            return None
        given = (*((lore.own,) if lore.own is not None else ()), *lore.given)
        text = self._bench.region.holding(sketch)
        use = Proposal(text, places[1], goal, (lemma.name, *names), given, _USE_SECONDS, _USE_COST)
        used = await self._prove(use)
        if used is None:
            return None
        proof = await self._prove(Proposal(used, places[0], lemma.name, names, (), _PROOF_SECONDS, _PROOF_COST))
        return _tidied(self._bench.region.taken_from(proof), goal) if proof is not None else None

    async def _closed(self, name: str, problem: Problem, hole: OpenHole, statement: Statement) -> Lemma | None:
        """A statement with the types that it needs."""
        loaded = await self._bench.look(problem.sketch)
        holes = self._bench.holes(loaded, problem.sketch) if loaded is not None else []
        if loaded is None or not holes:
            return None
        types = {}
        for variable, term in statement.standing:
            types[variable] = await self._type_of(loaded, holes[0][1], statement, variable, term)
        return lemmas.lemma(name, statement, hole.context, types)

    async def _type_of(self, loaded: Loaded, point: int, statement: Statement, variable: str, term: str) -> str:
        """The type of what a variable stands for; where that leaves it open, what a function wants there."""
        type_ = (await self._bench.ask(loaded, protocol.infer(point, term))).inferred
        place = lemmas.argument_of(statement, variable)
        if place is not None and (not type_ or "_" in type_):
            parameters, _ = parse_type((await self._bench.ask(loaded, protocol.infer(point, place[0]))).inferred)
            visible = [parameter.type for parameter in parameters if parameter.visible]
            type_ = visible[place[1]] if place[1] < len(visible) else ""
        return " ".join(type_.split())


def _fresh(name: str, taken: set[str]) -> str:
    return next(one for count in itertools.count() if (one := name + "′" * count) not in taken)


def _tidied(sketch: str, goal: str) -> list[str]:
    """Without the detour over a name for the goal, where one term proves it."""
    lines = sketch.split("\n")
    start = f"  {goal} = "
    proofs = [line for line in lines if line.startswith(f"  {goal}")]
    if len(proofs) == 2 and proofs[1] == lines[-1] and proofs[1].startswith(start):
        first = lines[0].removesuffix(goal) + proofs[1].removeprefix(start)
        return [first, *(line for line in lines[1:] if line not in proofs)]
    return lines
