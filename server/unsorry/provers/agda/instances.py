"""What is known in scope, and where it can be applied at a goal: to variables, or as a match of its type tells."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.agda.replies import Context
from unsorry.provers.agda.tactics import application
from unsorry.provers.agda.terms import (
    BOUNDS,
    Parameter,
    equation,
    head,
    items,
    match,
    parse_type,
    spelled,
    subterms,
    tokens,
    unbracketed,
)

_INSTANCES = 24
_LEMMA_INSTANCES = 8
_MATCHES = 8
_CHOICES = 5
_RELATION = re.compile(r"[≡≢≤≥<>≈∼≅∈∉⊆]")


@frozen
class Known:
    """A function or lemma in scope with its type. ``arguments`` are the patterns of the clause at hand where it
    is the function being defined: then each call must be on something smaller, unless what gets smaller is
    ``hidden`` among the implicit arguments. ``imported`` ones are many: they are only matched against the goal.
    Of a law under a name of its own (``Involutive reverse``) only the ``symbols`` are known that it is about."""

    name: str
    parameters: tuple[Parameter, ...]
    result: str
    arguments: tuple[str, ...] = ()
    recursive: bool = False
    hidden: bool = False
    imported: bool = False
    symbols: frozenset[str] = frozenset()

    @classmethod
    def of(cls, name: str, printed: str, arguments: Sequence[str] = (), *, recursive: bool = False) -> Known:
        parameters, result = parse_type(printed)
        return cls(name, parameters, result, tuple(arguments), recursive)

    @property
    def visible(self) -> list[Parameter]:
        return [parameter for parameter in self.parameters if parameter.visible]


def instances(known: Known, context: Context) -> list[str]:
    """Applications of a known function to variables of fitting types, likely ones first."""
    if known.imported:
        return []
    generic = {parameter.name for parameter in known.parameters if parameter.type.startswith("Set")}
    pools: list[list[str]] = []
    for index, parameter in enumerate(known.visible):
        fitting = [entry.name for entry in context.usable if _fits(parameter.type, entry.type, generic)]
        pattern = known.arguments[index] if index < len(known.arguments) else ""
        pools.append(_ranked(fitting, pattern, context.type)[:_CHOICES])
    found = []
    for chosen in itertools.product(*pools):
        if not known.recursive or known.hidden or smaller(chosen, known.arguments):
            found.append(application(known.name, chosen))
        if len(found) >= (_INSTANCES if known.recursive else _LEMMA_INSTANCES):
            break
    return found


def smaller(chosen: Sequence[str], patterns: Sequence[str]) -> bool:
    """Whether a call can be on something smaller than the clause's own arguments."""
    return not patterns or any(
        choice != pattern and choice in tokens(pattern) for choice, pattern in zip(chosen, patterns, strict=False)
    )


def _fits(wanted: str, type_: str, generic: Iterable[str]) -> bool:
    return wanted in generic or head(wanted) == head(type_)


def _ranked(names: Iterable[str], pattern: str, goal: str) -> list[str]:
    """Parts of the clause's own pattern first, then what the goal speaks of; the pattern itself is a choice too."""
    inside, spoken = set(tokens(pattern)), set(tokens(goal))
    ranked = sorted(names, key=lambda name: (name not in inside, name not in spoken))
    if pattern and pattern not in ranked and _is_term(pattern):
        ranked.insert(min(1, len(ranked)), pattern)
    return ranked


def _is_term(pattern: str) -> bool:
    return not any(word in ("_", "()", "@") or word.startswith((".", "..")) for word in (pattern, *tokens(pattern)))


def matched(known: Known, context: Context) -> dict[str, bool]:
    """Applications of what is known that fit the goal, and whether they fit all of it: the result is the goal, or
    one of its sides stands in it."""
    if known.symbols:
        return dict.fromkeys(_laws(known, context), False)
    variables = {parameter.name for parameter in known.parameters if parameter.name}
    found: dict[str, bool] = {}
    for pattern, targets, whole in _fitting(known.result, context.type):
        if len(pattern) == 1 and pattern[0] in variables:
            continue
        for target in targets:
            for substitution in match(pattern, target, variables, {}):
                for term in _applied(known, substitution, context):
                    found.setdefault(term, whole)
            if len(found) >= _MATCHES:
                return found
    return found


def _fitting(result: str, goal: str) -> Iterator[tuple[list[str], Iterable[list[str]], bool]]:
    """What to match with what."""
    yield items(unbracketed(result)), [items(unbracketed(goal))], True
    for side in equation(result) or ():
        yield items(unbracketed(side)), itertools.chain(subterms(goal), subterms(spelled(goal))), False


def symbols(type_: str) -> frozenset[str]:
    """The words of a printed type, operators without their places too."""
    found = set(tokens(type_))
    return frozenset(found | {word.strip("_") for word in found})


def _laws(known: Known, context: Context) -> list[str]:
    """A law applied to variables in their order, if it is about all that the goal speaks of."""
    here = {entry.name for entry in context.entries}
    spoken = set(tokens(context.type)) - here - {"(", ")", *BOUNDS}
    if not spoken <= known.symbols:
        return []
    names = [entry.name for entry in context.usable if entry.name in tokens(context.type)]
    evidence = [entry.name for entry in context.usable if _RELATION.search(head(entry.type))]
    tries = [names[:count] for count in range(len(names), -1, -1)]
    tries += [[*before, one] for one in evidence for before in (names, [], ["_"])]
    return [application(known.name, chosen) for chosen in tries][:_CHOICES]


def _applied(known: Known, substitution: Mapping[str, str], context: Context) -> Iterator[str]:
    """The applications that a match tells; arguments that it leaves open are variables of their types, and what
    cannot be written here is left to Agda."""
    unwritable = {entry.name for entry in context.entries if not entry.in_scope}
    pools = []
    for parameter in known.visible:
        value = substitution.get(parameter.name, "") if parameter.name else ""
        if unwritable.intersection(tokens(value)):
            value = "_"
        pools.append([value] if value else _evidence(parameter.type, context))
    last = max((index for index, parameter in enumerate(known.parameters) if parameter.visible), default=-1)
    later = [parameter.name for parameter in known.parameters[last + 1 :] if parameter.name in substitution]
    rest = "".join(f" {{{name} = {substitution[name]}}}" for name in later)
    for chosen in itertools.islice(itertools.product(*pools), _CHOICES):
        if not known.recursive or known.hidden or smaller(chosen, known.arguments):
            yield application(known.name, chosen) + (rest if last >= 0 else "")


def _evidence(type_: str, context: Context) -> list[str]:
    """Variables of a type that looks so; failing them, all that stand for evidence of anything."""
    wanted = head(type_)
    fitting = [entry.name for entry in context.usable if head(entry.type) == wanted]
    return fitting or [entry.name for entry in context.usable if _RELATION.search(head(entry.type))]
