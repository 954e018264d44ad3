"""What is known at a hole beside its context: lemmas and the function itself, applied to speak of the goal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.idris2.types import (
    Parameter,
    bracketed,
    equation,
    infixed,
    items,
    match,
    parse_type,
    subterms,
    tokens,
    unbracketed,
)

_INSTANCES = 6
_CALLS = 6


@frozen
class Known:
    """Something that can be used by name, with its type as Idris prints it. ``own``: it is the function around the
    hole."""

    name: str
    type: str
    own: bool = False

    @property
    def parts(self) -> tuple[tuple[Parameter, ...], str]:
        return parse_type(self.type)


@frozen
class Fact:
    """A term and, where it is an equation's proof, which of the equation's sides stand in the goal. ``far``: its lemma
    is imported."""

    term: str
    left: bool = True
    right: bool = True
    own: bool = False
    far: bool = False


def instances(known: Known, goal: str) -> Iterator[Fact]:
    """A lemma about an equation, applied so that one of the sides stands in the goal."""
    parameters, result = known.parts
    sides = equation(infixed(result))
    if sides is None:
        return
    goal = infixed(goal)
    names = [parameter.name for parameter in parameters if parameter.name]
    free = {*names, *(word for word in tokens(known.type) if word[0].islower() and len(word) <= 2)} - {known.name}
    found: dict[str, Fact] = {}
    targets = list(subterms(goal))
    for is_left, side in ((True, sides[0]), (False, sides[1])):
        pattern = items(unbracketed(side))
        if len(pattern) == 1 and pattern[0] in free:
            continue
        for target in targets:
            for bound in itertools.islice(match(pattern, items(unbracketed(" ".join(target))), free, {}), 2):
                term = _applied(known.name, parameters, bound)
                before = found.get(term)
                left, right = (is_left, not is_left) if before is None else (True, True)
                found[term] = Fact(term, left, right, known.own)
    yield from itertools.islice(found.values(), _INSTANCES)


def _applied(name: str, parameters: Sequence[Parameter], bound: Mapping[str, str]) -> str:
    explicit = [parameter for parameter in parameters if parameter.explicit]
    return " ".join([name, *(bracketed(bound.get(parameter.name, "_")) for parameter in explicit)])


def calls(function: str, arguments: Sequence[str], variables: Sequence[str]) -> list[str]:
    """Calls of the function on what its patterns hold: for each pattern its variables, for a variable itself."""
    choices: list[list[str]] = []
    for argument in arguments:
        inner = [word for word in tokens(argument) if word in variables]
        choices.append(inner or ["_"])
    compound = [len(tokens(argument)) > 1 for argument in arguments]
    if not any(compound):
        return []
    chosen = itertools.islice(itertools.product(*choices), _CALLS)
    return [" ".join([function, *choice]) for choice in chosen]
