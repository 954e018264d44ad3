"""Auxiliary lemmas that may help where an induction is stuck, guessed from the printed goal.

Three old ideas: put the induction hypothesis into one side from right to left; let a variable stand for what both
sides have in common; let one stand for how a computation ends and goes on. What comes out is tried, and proved by
an induction of its own, or forgotten.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import frozen

from unsorry.provers.agda.moves import Fact
from unsorry.provers.agda.replies import Context
from unsorry.provers.agda.tactics import application, bracketed
from unsorry.provers.agda.terms import equation, head, is_operator, items, joined, spelled, tokens, unbracketed

_CONSTANTS = ("0", "zero", "[]", "true", "false", "nothing", "tt")
_FRESH = ("a", "b", "c", "k", "z", "a′", "b′", "c′", "k′", "z′", "a″", "b″")
_SIGN = "≡"
_MOST = 8

Tokens = tuple[str, ...]


@frozen
class Statement:
    """An equation that may hold in general. ``standing`` says for which term each new variable stands here."""

    left: Tokens
    right: Tokens
    standing: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return f"{joined(self.left)} {_SIGN} {joined(self.right)}"


@frozen
class Lemma:
    """A statement with its parameters, outermost first: ``(name, type, what it is used at)``."""

    name: str
    statement: Statement
    parameters: tuple[tuple[str, str, str], ...]

    @property
    def signature(self) -> str:
        binders = [f"{{{n} : {t}}}" if _implicit(t) else f"({n} : {t})" for n, t, _ in self.parameters]
        return f"{self.name} : {' '.join(binders)} → {self.statement.text}"

    @property
    def head(self) -> str:
        return " ".join([self.name, *(n for n, t, _ in self.parameters if not _implicit(t))])

    @property
    def use(self) -> str:
        return application(self.name, [at for _, t, at in self.parameters if not _implicit(t)])


def _implicit(type_: str) -> bool:
    return type_.split()[:1] in (["Set"], ["Level"]) or type_.endswith("Level")


def statements(context: Context, facts: Sequence[Fact]) -> list[Statement]:
    """What could hold in general if the goal holds, likely ones first; never the goal itself as it is."""
    sides = equation(context.type)
    if sides is None:
        return []
    left, right = (tuple(tokens(spelled(side))) for side in sides)
    bases = [(left, right), *_fertilised(left, right, facts)]
    names = {entry.name for entry in context.entries}
    found: dict[Statement, None] = {}
    for one, other in bases:
        for statement in _generalised(one, other, names):
            found[statement] = None
    for statement in _continued(left, right, names):
        found[statement] = None
    for one, other in bases[1:]:
        found[Statement(one, other)] = None
    return list(found)[:_MOST]


def _fertilised(left: Tokens, right: Tokens, facts: Sequence[Fact]) -> Iterator[tuple[Tokens, Tokens]]:
    """The goal with an induction hypothesis put into its right side from right to left."""
    for fact in facts:
        sides = equation(fact.type) if fact.recursive else None
        if sides is not None:
            small, large = (tuple(tokens(spelled(side))) for side in reversed(sides))
            changed = replaced(right, small, large)
            if changed != right:
                yield left, changed


def _generalised(left: Tokens, right: Tokens, names: set[str]) -> Iterator[Statement]:
    """A new variable for each term that both sides have in common, the largest first."""
    common = [term for term in parts(left) if term in set(parts(right)) and not _is_variable(term, names)]
    fresh = next(name for name in _FRESH if name not in names)
    for term in sorted(dict.fromkeys(common), key=len, reverse=True):
        new = replaced(left, term, (fresh,)), replaced(right, term, (fresh,))
        if new != (left, right):
            yield Statement(*new, ((fresh, joined(term)),))


def _continued(left: Tokens, right: Tokens, names: set[str]) -> Iterator[Statement]:
    """``f (g x k) s ≡ f k (r s)`` for a goal ``f (g x end) start ≡ r start``: whatever ``g x`` does, ``f`` goes on
    from there."""
    pieces = items(joined(left))
    if len(pieces) != 3 or pieces[1][0] != "(" or pieces[2][0] == "(":
        return
    function, inner, start = pieces
    end = items(inner[1:-1])[-1]
    if end in names or start in names or end[0] == "(":
        return
    how, state = itertools.islice((name for name in _FRESH if name not in names), 2)
    result = replaced(right, (start,), (state,))
    on = replaced(tuple(tokens(inner)), (end,), (how,))
    later = tuple(tokens(f"{function} {how} ({joined(result)})"))
    yield Statement((function, *on, state), later, ((how, end), (state, start)))


def argument_of(statement: Statement, variable: str) -> tuple[str, int] | None:
    """A function of which a variable is an argument in a statement, and which argument."""
    for term in (statement.left, *parts(statement.left)):
        pieces = items(joined(term))
        if variable in pieces[1:] and not any(is_operator(piece[0]) for piece in pieces):
            return pieces[0], pieces.index(variable) - 1
    return None


def _is_variable(term: Tokens, names: set[str]) -> bool:
    return len(term) == 1 and (term[0] in names or term[0] not in _CONSTANTS)


def parts(term: Tokens) -> Iterator[Tokens]:
    """Terms inside a term: brackets, applications between operators, and what follows an operator."""
    pieces = [tuple(tokens(piece)) for piece in items(joined(term))]
    operators = [index for index, piece in enumerate(pieces) if len(piece) == 1 and is_operator(piece[0])]
    for low, high in itertools.pairwise([-1, *operators, len(pieces)]):
        segment = pieces[low + 1 : high]
        if len(segment) > 1 or (len(segment) == 1 and segment[0] != tuple(term)):
            yield tuple(itertools.chain.from_iterable(segment))
        if len(segment) > 1:
            for piece in segment[1:]:
                yield piece
    for operator in operators[:-1]:
        yield tuple(itertools.chain.from_iterable(pieces[operator + 1 :]))
    for piece in pieces:
        if piece[0] == "(" and len(piece) > 2:
            inner = piece[1:-1]
            yield inner
            yield from parts(inner)


def replaced(term: Tokens, old: Tokens, new: Tokens) -> Tokens:
    """A term with every occurrence of a part replaced, in brackets where it is not an atom."""
    bare = tuple(tokens(unbracketed(joined(old))))
    put = tuple(tokens(bracketed(joined(new))))
    found: list[str] = []
    at = 0
    while at < len(term):
        if term[at : at + len(bare)] == bare:
            wrapped = found and found[-1] == "(" and term[at + len(bare) : at + len(bare) + 1] == (")",)
            found += put[1:-1] if wrapped and put[0] == "(" else put
            at += len(bare)
        else:
            found.append(term[at])
            at += 1
    return tuple(tokens(joined(found).replace(f"({joined(new)})", joined(put)))) if len(new) == 1 else tuple(found)


def lemma(name: str, statement: Statement, context: Context, types: dict[str, str]) -> Lemma | None:
    """A statement closed over its variables; ``types`` are those of what the new ones stand for."""
    new = [(variable, types.get(variable, ""), term) for variable, term in statement.standing]
    if any(not type_ or "_" in type_ for _, type_, _ in new):
        return None
    needed = {*statement.left, *statement.right}
    for _, type_, _ in new:
        needed.update(tokens(type_))
    kept: list[tuple[str, str, str]] = []
    for entry in reversed(context.entries):
        if entry.name in needed:
            if equation(entry.type) or head(entry.type) == _SIGN:
                return None
            kept.append((entry.name, entry.type, entry.name))
            needed.update(tokens(entry.type))
    parameters = (*reversed(kept), *new)
    return Lemma(name, statement, parameters) if parameters else None
