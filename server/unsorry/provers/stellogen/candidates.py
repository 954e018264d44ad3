"""What an empty constellation could be, read off the assertions that fail without it: rays by size, facts, rules, runs.

Everything is made from what the tests show: the duals of their rays, what they expect, the relations that the other
definitions hold. A bare answer such as ``ok``, which passes weak tests by meeting none of their rays, is made only
where an assertion compares the object itself with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from unsorry.model import Goals
from unsorry.provers.stellogen.terms import Term, application, dual, read, replaced, star, variables

_BATCH = 16
_MOST = 400
_SIZES = 5
_NAMES = tuple(Term(name) for name in "XYZUVW")


@frozen
class _Clues:
    """What the goals show. ``compared``: expected of the object as it is; ``asked``: rays that tests send to it, with
    what they expect; ``known``: rays that other definitions offer; ``names``: what these are called."""

    compared: tuple[Term, ...]
    asked: tuple[tuple[Term, Term | None], ...]
    known: tuple[Term, ...]
    names: tuple[str, ...]
    constants: tuple[Term, ...]
    constructors: tuple[str, ...]


def batches(goals: Goals, name: str) -> Iterator[Sequence[str]]:
    """Constellations for the object called ``name``, each once, in growing batches: rules come before facts, since what
    answers the tests by rote says least."""
    clues = _clues(goals, name)
    made = itertools.chain.from_iterable(
        (clues.compared, _joins(clues), _steps(clues), _facts(clues), _duals(clues), _pairs(clues), _runs(clues))
    )
    texts = tuple(dict.fromkeys(map(str, itertools.islice(made, _MOST))))
    at, size = 0, 1
    while at < len(texts):
        yield texts[at : at + size]
        at, size = at + size, min(2 * size, _BATCH)


def _clues(goals: Goals, name: str) -> _Clues:
    tests = [term for term in (read(goal.conclusion) for goal in goals.goals) if term is not None]
    around = {h.names[0]: read(h.body or "") for h in goals.main.hypotheses}
    definitions = {key: body for key, body in around.items() if body is not None}
    compared: list[Term] = []
    asked: list[tuple[Term, Term | None]] = []
    for test in tests:
        bare = test.parts[0] if test.head == "§" and test.parts else test
        left, right = (*bare.arguments, None, None)[:2]
        if bare.symbol in ("==", "~=") and left is not None and right is not None:
            if left.head == "#" and left.parts[0].symbol == name:
                compared.append(right)
            asked.extend((ray, right) for ray in _rays(left))
        else:
            asked.extend((ray, None) for ray in _rays(bare))
            for mentioned in bare.walk():
                if mentioned.symbol in definitions and mentioned.symbol != name:
                    asked.extend((ray, None) for ray in _rays(definitions[mentioned.symbol]))
    known = [ray for body in definitions.values() for ray in _rays(body)]
    rays = [*(ray for ray, _ in asked), *known]
    inner = [part for ray in rays for argument in ray.arguments for part in argument.walk()]
    inner += [part for _, expected in asked if expected for part in expected.walk()]
    constants = dict.fromkeys(p for p in inner if p.symbol and not p.parts and not p.is_ray and p.symbol != "ok")
    applied = (part for part in inner if part.head == "(" and len(part.arguments) == 1)
    constructors = dict.fromkeys(part.symbol for part in applied)
    # What stands as the head of an application is no constant.
    heads = {part.symbol for part in inner if part.head == "("}
    return _Clues(
        tuple(compared),
        tuple(dict.fromkeys(asked)),
        tuple(dict.fromkeys(known)),
        tuple(definitions),
        tuple(constant for constant in constants if constant.symbol not in heads),
        tuple(constructors),
    )


def _rays(term: Term) -> Iterator[Term]:
    """The outermost terms with a polarity."""
    if term.is_ray:
        yield term
        return
    for part in term.parts:
        yield from _rays(part)


def _closed(clues: _Clues) -> Sequence[Term]:
    """Terms without variables, by size."""
    layers = [list(clues.constants) or [Term("a")]]
    for _ in range(_SIZES - 1):
        layers.append([application(constructor, term) for constructor in clues.constructors for term in layers[-1]])
    return list(itertools.chain.from_iterable(layers))[:40]


def _facts(clues: _Clues) -> Iterator[Term]:
    """Stars that answer each question with what is expected: alone, then together."""
    answers = []
    for ray, expected in clues.asked:
        if expected is not None and ray.arguments:
            filled = [_filled(ray, values) for values in _values(expected, len(variables(ray)))]
            answers.append([star(dual(ray)) for ray in dict.fromkeys(filled)])
    for kind in answers:
        yield from kind
    if 1 < len(answers) <= 4:
        for chosen in itertools.islice(itertools.product(*(kind[:4] for kind in answers)), 64):
            yield _group(chosen)


def _values(expected: Term, count: int) -> Iterator[tuple[Term, ...]]:
    parts = [part for part in dict.fromkeys(expected.walk()) if part.head not in "[{@" and not part.is_variable]
    return itertools.islice(itertools.product(parts, repeat=count), 24)


def _filled(ray: Term, values: Iterable[Term]) -> Term:
    return replaced(ray, dict(zip(variables(ray), values, strict=False)))


def _duals(clues: _Clues) -> Iterator[Term]:
    """The rays that tests ask for, with closed terms in place of their variables, the smallest first."""
    asked = dict.fromkeys(ray for ray, _ in clues.asked)
    yield from (dual(ray) for ray in asked if not variables(ray))
    generic = [_generic(ray) for ray in asked if len(ray.arguments) == 1]
    for term in _closed(clues):
        yield from (dual(application(ray.symbol, term)) for ray in dict.fromkeys(generic))
    yield from (dual(ray) for ray in asked if variables(ray))


def _generic(ray: Term) -> Term:
    return application(ray.symbol, *_NAMES[: len(ray.arguments)])


def _pairs(clues: _Clues) -> Iterator[Term]:
    """Stars that turn one question into another: a missing link."""
    rays = list(dict.fromkeys(ray for ray, _ in clues.asked))
    for first, second in itertools.permutations(rays[:8], 2):
        yield star(dual(first), dual(second))


def _steps(clues: _Clues) -> Iterator[Term]:
    """Rules that answer a question by a smaller one, with a base case where there is none."""
    for ray in dict.fromkeys(_generic(ray) for ray, _ in clues.asked if 1 <= len(ray.arguments) <= 4):
        shapes = [_NAMES[at : at + 1] for at in range(len(ray.arguments))]
        grown = [(*one, *(application(c, one[0]) for c in clues.constructors[:2])) for one in shapes]
        steps = [star(ray, application(dual(ray).symbol, *chosen)) for chosen in itertools.product(*grown)]
        steps = [step for step in steps if step.parts[1].arguments != ray.arguments]
        yield from steps
        bases = list(_bases(dual(ray).symbol, len(ray.arguments), clues.constants))
        yield from bases
        yield from (_group(pair) for pair in itertools.islice(itertools.product(bases, steps), 120))


def _bases(symbol: str, count: int, constants: Sequence[Term]) -> Iterator[Term]:
    """Facts whose first argument is a constant, the others constants or the same variable."""
    for first in constants[:2]:
        for rest in itertools.product((_NAMES[1], *constants[:2]), repeat=count - 1):
            yield application(symbol, first, *rest)


def _joins(clues: _Clues) -> Iterator[Term]:
    """Rules that answer a question by one or two facts that are known, joined by what they share."""
    offered = {ray.symbol: len(ray.arguments) for ray in clues.known if ray.symbol.startswith("+") and ray.arguments}
    asked = {ray.symbol: len(ray.arguments) for ray, _ in clues.asked if ray.symbol.startswith("-")}
    for symbol, count in asked.items():
        for premises in (1, 2):
            for relations in itertools.product(offered.items(), repeat=premises):
                yield from _joined(dual(Term(symbol)).head, count, relations)


def _joined(symbol: str, count: int, relations: Sequence[tuple[str, int]]) -> Iterator[Term]:
    places = sum(arity for _, arity in relations)
    for pattern in _patterns(places):
        used = [_NAMES[index] for index in pattern]
        rays, at = [], 0
        for relation, arity in relations:
            rays.append(application("-" + relation[1:], *used[at : at + arity]))
            at += arity
        shared = set(used[: relations[0][1]]) & set(used[relations[0][1] :])
        if len(relations) == 2 and not shared:
            continue
        for conclusion in itertools.permutations(dict.fromkeys(used), count):
            yield star(*rays, application(symbol, *conclusion))


def _patterns(places: int) -> Iterator[tuple[int, ...]]:
    """Ways to name places, as numbers; the ones with most names first."""
    if places > 5:
        return
    every = [()]
    for _ in range(places):
        every = [(*known, new) for known in every for new in range(max(known, default=-1) + 2)]  # type: ignore[misc]
    yield from sorted(every, key=lambda pattern: -len(set(pattern)))


def _runs(clues: _Clues) -> Iterator[Term]:
    """Executions of the other definitions, for an object that is the result of one."""
    references = [Term("#", (Term(name),)) for name in clues.names]
    for action, state in itertools.permutations(references, 2):
        yield application("exec", action, Term("@", (state,)))
        yield application("exec", Term("@", (Term("{", (action, state)),)))


def _group(stars: Iterable[Term]) -> Term:
    return Term("{", tuple(one if one.head == "[" else Term("[", (one,)) for one in stars))
