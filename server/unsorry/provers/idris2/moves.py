"""What can be tried at an open hole, guessed from printed types: terms that may close it, and steps to smaller goals,
each with a cost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import frozen

from unsorry.provers.idris2.facts import Fact
from unsorry.provers.idris2.replies import Metavariable, Premise
from unsorry.provers.idris2.tactics import heads
from unsorry.provers.idris2.types import (
    arrow,
    bracketed,
    equation,
    is_operator,
    items,
    occurs,
    parse_type,
    subterms,
    tokens,
    unbracketed,
)

_PAIRS = 5
_WITHS = 2
_ALTERNATIVES = {
    "Bool": ("True", "False"),
    "Maybe": ("Nothing", "Just {0}"),
    "Either": ("Left {0}", "Right {1}"),
    "Dec": ("Yes {0}", "No {1}"),
    "Ordering": ("LT", "EQ", "GT"),
}
"""The constructors of types that are often looked at on the way, with names for their arguments."""


@frozen
class Step:
    """A term with new holes for an old one, and what it costs."""

    cost: float
    text: str


def closers(
    hole: Metavariable, facts: Sequence[Fact], calls: Sequence[str], library: Sequence[Fact] = ()
) -> Iterator[str]:
    """Terms that may close the hole, cheapest first. ``library``: facts by imported lemmas."""
    goal = hole.type
    sides = equation(goal)
    variables = [premise for premise in hole.context if premise.in_scope]
    if sides is not None:
        yield "Refl"
    yield from (premise.name for premise in reversed(variables) if premise.type == goal)
    terms = [*(fact.term for fact in facts), *calls]
    yield from terms
    far = [fact.term for fact in library]
    yield from far
    if sides is None:
        yield from (premise.name for premise in reversed(variables) if premise.type != goal)
        yield from _functions(goal, variables)
        return
    equations = [premise.name for premise in variables if equation(premise.type)]
    yield from (f"sym {bracketed(term)}" for term in (*terms, *equations, *far))
    for outer in heads(goal):
        yield from (f"cong {bracketed(outer)} {bracketed(term)}" for term in (*calls, *equations, *terms[:_PAIRS]))
    yield from (f"rewrite {term} in Refl" for term in (*terms, *equations, *far))
    yield from (f"rewrite sym {bracketed(term)} in Refl" for term in (*terms, *equations, *far))
    for one, other in itertools.permutations([*terms[:_PAIRS], *equations], 2):
        yield f"trans {bracketed(one)} {bracketed(other)}"


def _functions(goal: str, variables: Sequence[Premise]) -> Iterator[str]:
    if arrow(goal):
        yield from ("absurd", "\\Refl impossible", "\\Refl => Refl", "id")
    for premise in variables:
        if arrow(premise.type):
            yield from (f"{premise.name} {other.name}" for other in variables if other is not premise)
            yield f"\\p => {premise.name} p"
        if premise.type == "Void":
            yield f"void {premise.name}"


def steps(
    hole: Metavariable, facts: Sequence[Fact], calls: Sequence[str], known: Sequence[tuple[str, str]]
) -> Iterator[Step]:
    """Terms that leave a smaller goal. ``known``: names of the context or of lemmas with their types."""
    goal = hole.type
    new = f"?{hole.root}"
    if arrow(goal):
        parameters, _ = parse_type(goal)
        wanted = parameters[0].name if parameters else ""
        taken = {premise.name for premise in hole.context}
        name = next(name for name in (wanted, "x", "y", "z", "p", "q", "x'", "y'", "z'") if name and name not in taken)
        yield Step(0.3, f"\\{name} => {new}_l")
        if parameters and equation(parameters[0].type):
            yield Step(0.3, f"\\Refl => {new}_l")
    yield from (Step(1.1, text) for text in _cases(hole, calls))
    if equation(goal) is not None:
        yield from _rewrites(hole, facts, calls)
        for outer in heads(goal)[:1]:
            yield Step(1.2, f"cong {bracketed(outer)} {new}_c")
        return
    for name, type_ in known:
        parameters, result = parse_type(type_)
        explicit = [parameter for parameter in parameters if parameter.explicit]
        if explicit and _same_head(result, goal):
            holes = " ".join(f"{new}_{index}" for index in range(len(explicit)))
            yield Step(0.8 + 0.3 * len(explicit), f"{name} {holes}")


def _cases(hole: Metavariable, calls: Sequence[str]) -> Iterator[str]:
    """Looks at what the context has, and at what the function itself says of smaller arguments: that is of the goal's
    type."""
    looked = [(premise.name, premise.type) for premise in hole.context if premise.in_scope]
    for term, type_ in (*looked, *((call, hole.type) for call in calls[:_PAIRS])):
        head = (items(unbracketed(type_)) or [""])[0]
        if type_.startswith("(") and "," in items(type_[1:-1]):
            yield f"case {term} of (l', r') => ?{hole.root}_p"
        elif head in _ALTERNATIVES:
            arms = [
                f"{alternative.format('l' + chr(39), 'r' + chr(39))} => ?{hole.root}_{number}"
                for number, alternative in enumerate(_ALTERNATIVES[head])
            ]
            yield f"case {term} of {{ {'; '.join(arms)} }}"


def scrutinees(hole: Metavariable) -> list[str]:
    """Calls in the goal that keep it from being computed: what to look at by ``with``."""
    whole = items(unbracketed(hole.type))
    found: dict[str, None] = {}
    for run in subterms(hole.type):
        if len(run) > 1 and run[0][0].islower() and run != whole and "=" not in run and not any(map(is_operator, run)):
            found[" ".join(run)] = None
    # The longest run from each place is the whole call.
    calls = [term for term in found if not any(other.startswith(f"{term} ") for other in found)]
    return calls[:_WITHS]


def _rewrites(hole: Metavariable, facts: Sequence[Fact], calls: Sequence[str]) -> Iterator[Step]:
    new = f"?{hole.root}"
    for call in calls:
        yield Step(0.5, f"rewrite {call} in {new}_r")
        yield Step(0.8, f"rewrite sym ({call}) in {new}_r")
    for fact in facts:
        cost = 0.6 if fact.own else 1.1 if fact.far else 0.9
        if fact.left:
            yield Step(cost, f"rewrite {fact.term} in {new}_r")
        if fact.right:
            yield Step(cost + 0.3, f"rewrite sym ({fact.term}) in {new}_r")
    for premise in hole.context:
        sides = equation(premise.type)
        if sides is not None and premise.in_scope and len(tokens(sides[0])) > 1 and occurs(sides[0], hole.type):
            yield Step(0.6, f"rewrite {premise.name} in {new}_r")


def _same_head(result: str, goal: str) -> bool:
    one, other = items(unbracketed(result)), items(unbracketed(goal))
    return bool(one) and bool(other) and (one[0] == other[0] or one[0][0].islower())


def splittable(hole: Metavariable, head: str) -> list[str]:
    """Variables of a clause's left side to split, those first that the goal speaks of."""
    present = tokens(head)[1:]
    wanted = tokens(hole.type)
    names = [premise.name for premise in hole.context if premise.in_scope and premise.name in present]
    return sorted((name for name in names), key=lambda name: wanted.index(name) if name in wanted else 1 << 20)
