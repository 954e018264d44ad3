"""What can be tried at an open goal, guessed from printed types alone: instances of what is known, terms that may
close the goal, equations to rewrite with, expressions to inspect."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.agda.protocol import Context, Entry
from unsorry.provers.agda.tactics import application, bracketed, heads
from unsorry.provers.agda.terms import (
    Parameter,
    equation,
    head,
    is_operator,
    items,
    occurs,
    parse_type,
    spelled,
    stuck_on,
    tokens,
    unbracketed,
)

_INSTANCES = 24
_LEMMA_INSTANCES = 8
_MATCHES = 8
_CHOICES = 5
_RELATION = re.compile(r"[≡≢≤≥<>≈∼≅∈∉⊆]")
_BOUNDS = ("≡", "→", "|", ":", "=", "≤", "<")


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


@frozen
class Fact:
    """A term and the type that it has here. ``fits``: by the looks of it, that is the goal."""

    term: str
    type: str
    recursive: bool = False
    fits: bool = False


def instances(known: Known, context: Context) -> list[str]:
    """Applications of a known function to variables of fitting types, likely ones first."""
    if known.imported:
        return []
    generic = {parameter.name for parameter in known.parameters if parameter.type.startswith("Set")}
    pools: list[list[str]] = []
    for index, parameter in enumerate(known.visible):
        fitting = [entry.name for entry in _usable(context) if _fits(parameter.type, entry.type, generic)]
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


def _usable(context: Context) -> list[Entry]:
    return [entry for entry in context.entries if entry.in_scope]


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
    spoken = set(tokens(context.type)) - here - {"(", ")", *_BOUNDS}
    if not spoken <= known.symbols:
        return []
    names = [entry.name for entry in _usable(context) if entry.name in tokens(context.type)]
    evidence = [entry.name for entry in _usable(context) if _RELATION.search(head(entry.type))]
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
    fitting = [entry.name for entry in _usable(context) if head(entry.type) == wanted]
    return fitting or [entry.name for entry in _usable(context) if _RELATION.search(head(entry.type))]


def subterms(printed: str) -> Iterator[list[str]]:
    """Every run of pieces that may be a term: whole brackets, sides of relations, operands."""
    pieces = items(printed)
    bounds = [index for index, piece in enumerate(pieces) if piece in _BOUNDS]
    for low, high in itertools.pairwise([-1, *bounds, len(pieces)]):
        side = pieces[low + 1 : high]
        for start, end in itertools.combinations(range(len(side) + 1), 2):
            if end - start > 1:
                yield side[start:end]
    for piece in pieces:
        if piece[0] == "(" and len(piece) > 2:
            yield from subterms(piece[1:-1])


def match(
    pattern: Sequence[str], target: Sequence[str], variables: Iterable[str], bound: Mapping[str, str]
) -> Iterator[Mapping[str, str]]:
    """Every way to make a pattern's variables stand for runs of pieces, so that it becomes the target."""
    if not pattern:
        if not target:
            yield bound
        return
    first, rest = pattern[0], pattern[1:]
    if len(target) < len(pattern):
        return
    if first in variables:
        for length in range(1, len(target) - len(rest) + 1):
            value = " ".join(target[:length])
            if is_operator(target[0]) or is_operator(target[length - 1]):
                continue
            if bound.get(first, value) == value:
                yield from match(rest, target[length:], variables, {**bound, first: value})
    elif first[0] == "(" == target[0][0]:
        for inner in match(items(first[1:-1]), items(target[0][1:-1]), variables, bound):
            yield from match(rest, target[1:], variables, inner)
    elif first == target[0]:
        yield from match(rest, target[1:], variables, bound)


def closers(context: Context, facts: Sequence[Fact], scope: frozenset[str]) -> Iterator[str]:
    """Terms that may close the goal, cheapest first. ``scope``: which of ``cong``, ``sym``, … can be used."""
    goal = context.type
    sides = equation(goal)
    own = head(goal)
    if sides is not None:
        yield "refl"
    variables = _usable(context)
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
    known = [*facts, *(Fact(entry.name, entry.type) for entry in _usable(context))]
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
    for entry in _usable(context):
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
