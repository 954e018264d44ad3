"""What can be tried at an open goal, guessed from printed types alone: terms that may close it, equations to rewrite
with, expressions to inspect, variables to split; each with a cost."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from unsorry.provers.agda.replies import Context, Entry
from unsorry.provers.agda.tactics import bracketed, heads
from unsorry.provers.agda.terms import equation, head, occurs, parse_type, stuck_on, tokens, unbracketed


class Fact(NamedTuple):
    """A term and the type that it has here. ``fits``: by the looks of it, that is the goal."""

    term: str
    type: str
    recursive: bool = False
    fits: bool = False


def closers(context: Context, facts: Sequence[Fact], scope: frozenset[str]) -> Iterator[str]:
    """Terms that may close the goal, cheapest first. ``scope``: which of ``cong``, ``sym``, … can be used."""
    goal = context.type
    sides = equation(goal)
    own = head(goal)
    if sides is not None:
        yield "refl"
    variables = context.usable
    yield from (entry.name for entry in reversed(variables) if entry.type == goal)
    yield from (fact.term for fact in facts if fact.fits or unbracketed(fact.type) == goal)
    yield from (entry.name for entry in reversed(variables) if entry.type != goal and head(entry.type) == own)
    near = [fact for fact in facts if head(fact.type) == own and fact.type != goal and _near(fact, goal)]
    yield from (fact.term for fact in near)
    if sides is not None:
        yield from _equalities(goal, variables, near, scope)
    if own == "→":
        yield from _functions(goal, variables)


def _near(fact: Fact, goal: str) -> bool:
    """Whether a fact has to do with the goal. Its type is printed as it is here, so that a lemma of which no side
    stands in the goal will not close it."""
    sides = equation(fact.type)
    return fact.recursive or sides is None or all(occurs(side, goal) for side in sides)


def _equalities(goal: str, variables: Sequence[Entry], facts: Sequence[Fact], scope: frozenset[str]) -> Iterator[str]:
    terms = [fact.term for fact in facts if equation(fact.type)]
    terms += [entry.name for entry in variables if equation(entry.type)]
    if "sym" in scope:
        yield from (f"sym {bracketed(term)}" for term in terms)
    if "cong" in scope:
        for outer in heads(goal):
            yield from (f"cong {bracketed(outer)} {bracketed(term)}" for term in terms)
    if "trans" in scope:
        for one, other in itertools.permutations(terms[:6], 2):
            yield f"trans {bracketed(one)} {bracketed(other)}"


def _functions(goal: str, variables: Sequence[Entry]) -> Iterator[str]:
    yield "λ ()"
    parameters, _ = parse_type(goal)
    if parameters and equation(parameters[0].type):
        yield "λ { refl → refl }"
        yield from (f"λ {{ refl → {entry.name} refl }}" for entry in variables if head(entry.type) == "→")


def rewrites(context: Context, facts: Sequence[Fact], scope: frozenset[str]) -> Iterator[tuple[float, str]]:
    """Equations to rewrite the goal with, and what each costs."""
    goal = context.type
    known = [*facts, *(Fact(entry.name, entry.type) for entry in context.usable)]
    for fact in known:
        sides = equation(fact.type)
        if sides is None:
            continue
        left, right = sides
        if (fact.recursive or len(tokens(left)) > 1) and occurs(left, goal):
            yield 0.4 if fact.recursive else 0.6, fact.term
        if "sym" in scope and len(tokens(right)) > 1 and occurs(right, goal):
            yield 0.8, f"sym {bracketed(fact.term)}"


def inspections(
    context: Context, normal: str, facts: Sequence[Fact], arguments: Sequence[str]
) -> Iterator[tuple[float, str]]:
    """Expressions whose value decides how the goal goes on, for ``with``, and what each costs. ``normal`` is the
    goal's normal form. A call is cheap once the variables it is on come from a split."""
    for expression in stuck_on(context.type) or stuck_on(normal):
        yield 0.6, expression
    for entry in context.usable:
        for expression in stuck_on(entry.type):
            yield 0.9, expression
    if equation(context.type) is None:
        calls = [fact for fact in facts if fact.recursive and head(fact.type) != "→" and _distinct(fact.term)]
        for rank, fact in enumerate(calls[:3]):
            whole = sum(argument in tokens(fact.term) for argument in arguments)
            yield 0.6 + 0.3 * (rank + whole), fact.term


def _distinct(term: str) -> bool:
    return len(set(tokens(term)) - {"(", ")"}) == len([word for word in tokens(term) if word not in "()"])


def splittable(context: Context, preferred: Sequence[str], arguments: Sequence[str]) -> list[tuple[float, str]]:
    """Variables to split, and what each costs: evidence first (``⊥``, equations), then those that the goal
    speaks of, in its order, those last that come from a split."""
    inner = {word for argument in arguments if len(tokens(argument)) > 1 for word in tokens(argument)}
    order = {word: index for index, word in reversed(list(enumerate(tokens(context.type))))}
    found: list[tuple[float, int, str]] = []
    for entry in context.entries:
        kind = head(entry.type)
        if kind in ("→", "Set") or kind.startswith("Set") or "." in entry.name:
            continue
        cost = 1.0 if entry.in_scope else 2.2
        if entry.name in preferred or kind == "⊥" or equation(entry.type):
            cost = 0.5
        elif entry.name not in order and any(entry.name in tokens(other.type) for other in context.entries):
            cost += 0.6
        if entry.name in inner:
            cost += 0.7
        found.append((cost, order.get(entry.name, 1 << 20), entry.name))
    return [(cost + 0.3 * rank, name) for rank, (cost, _, name) in enumerate(sorted(found))]
