"""Guesses at what gets smaller: by the guard of a loop, by the parameters and conditions of a function."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from unsorry.provers.dafny.declarations import Declaration, Loop
from unsorry.provers.dafny.tokens import Token, split_at, text_of

_COMPARISONS = ("<=", ">=", "<", ">", "!=", "==")
_WELL_FOUNDED = ("nat", "int", "bool", "real")
_MOST_PERMUTED = 4


def loop_measures(loop: Loop) -> Iterator[str]:
    """``decreases`` clauses for a loop: the distance that its guard speaks of, sums and tuples of distances."""
    distances = [distance for part in _conjuncts(loop.guard) for distance in _distances(part)]
    yield from (f"decreases {each}" for each in dict.fromkeys(distances))
    if len(distances) > 1:
        yield f"decreases {' + '.join(distances)}"
        for first, second in itertools.permutations(distances[:_MOST_PERMUTED], 2):
            yield f"decreases {first}, {second}"
        for first, second in itertools.combinations(distances[:_MOST_PERMUTED], 2):
            yield f"decreases {first} + {second}"


def head_measures(declaration: Declaration) -> Iterator[str]:
    """``decreases`` clauses for a function, lemma or method: a parameter, a distance between two, a tuple."""
    names = [p.name for p in declaration.parameters]
    numbers = [p.name for p in declaration.parameters if p.type in _WELL_FOUNDED[:2]]
    sizes = [f"|{p.name}|" for p in declaration.parameters if p.type.startswith(("seq", "set", "string"))]
    conditions = [part for clause in declaration.having("requires") for part in _conjuncts(clause.code)]
    stated = [distance for part in conditions for distance in _distances(part)]
    apart = [f"{a} - {b}" for a, b in itertools.permutations(numbers, 2)]
    single = list(dict.fromkeys([*stated, *names, *sizes, *apart]))
    yield from (f"decreases {each}" for each in single)
    for order in itertools.permutations(names[:_MOST_PERMUTED]):
        if len(order) > 1 and list(order) != names:
            yield f"decreases {', '.join(order)}"
    for first, second in itertools.permutations(single[:6], 2):
        yield f"decreases {first}, {second}"
    measures = [*numbers, *sizes]
    yield from (f"decreases {a} + {b}" for a, b in itertools.combinations(measures, 2))
    yield from (f"decreases if {a} < {b} then {b} - {a} else 0" for a, b in itertools.permutations(numbers, 2))


def _conjuncts(code: Sequence[Token]) -> list[Sequence[Token]]:
    return [part for each in split_at(code, "&&") for part in split_at(each, "||")]


def _distances(code: Sequence[Token]) -> Iterator[str]:
    """How far apart the two sides of a comparison are; of a chain, each neighbouring two."""
    sides: list[str] = []
    signs: list[str] = []
    start = 0
    for index, token in enumerate(code):
        if token.text in _COMPARISONS and token.kind == "sign":
            sides.append(text_of(code[start:index]))
            signs.append(token.text)
            start = index + 1
    sides.append(text_of(code[start:]))
    for (left, right), sign in zip(itertools.pairwise(sides), signs, strict=False):
        if sign in ("<", "<="):
            yield _minus(right, left)
        elif sign in (">", ">="):
            yield _minus(left, right)
        elif sign == "!=":
            yield _minus(right, left)
            yield _minus(left, right)


def _minus(left: str, right: str) -> str:
    return left if right == "0" else f"{left} - {right if ' ' not in right else f'({right})'}"
