"""What a declaration rests on: names followed through the code to whatever goes unproved.

Dafny does not tell. A name counts as used wherever its word stands, so that this finds too much rather than too
little; ``certain`` holds what cannot be some local variable instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from unsorry.provers.base import Outline, Unit
from unsorry.provers.dafny.holes import SYNTAX, whole_head
from unsorry.provers.dafny.tokens import NotCode, tokens

_BINDERS = frozenset({"var", "::", "|", "exists", "forall", "set", "iset", "map", "imap"})


@frozen
class Trust:
    """The names in each declaration of a text and of what it includes, and those that are unproved."""

    uses: Mapping[str, frozenset[str]]
    unproved: Mapping[str, frozenset[str]]
    bound: frozenset[str]

    def of(self, name: str) -> frozenset[str]:
        """Everything unproved that a declaration rests on, itself included."""
        seen: set[str] = set()
        todo = [name]
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo += [used for used in self.uses.get(each, ()) if used in self.uses]
        return frozenset(what for each in seen for what in self.unproved.get(each, ()))

    def certain(self, name: str) -> frozenset[str]:
        return frozenset(each for each in self.of(name) if each not in self.bound)


def read_trust(text: str, outline: Outline, failing: Collection[int], included: Sequence[str] = ()) -> Trust:
    """``failing`` are the units with errors; ``included`` the texts of other files that this one builds on."""
    uses: dict[str, set[str]] = {}
    unproved: dict[str, set[str]] = {}
    bound: set[str] = set()
    sources = [(text, outline, failing), *((each, SYNTAX.outline(each), ()) for each in included)]
    for source, its, bad in sources:
        for number, unit in enumerate(its.units):
            _read(source, unit, number in bad, uses, unproved, bound)
    return Trust(
        {name: frozenset(each) for name, each in uses.items()},
        {name: frozenset(each) for name, each in unproved.items()},
        frozenset(bound),
    )


def _read(
    text: str, unit: Unit, fails: bool, uses: dict[str, set[str]], unproved: dict[str, set[str]], bound: set[str]
) -> None:
    name = unit.name.rpartition(".")[2]
    try:
        code = tokens(text, unit.span.start, unit.span.end)
    except NotCode:
        code = ()
        fails = True
    words = {token.text for token in code if token.kind == "word"}
    uses.setdefault(name, set()).update(words)
    for index, token in enumerate(code[:-1]):
        if token.kind == "word" and (code[index + 1].text in (":", ":=", ":|") or _is_bound(code[index - 1].text)):
            bound.add(token.text)
    if not name:
        return
    if fails or unit.holes or unit.escapes or _lacks_body(text, unit):
        unproved.setdefault(name, set()).add(name)


def _is_bound(before: str) -> bool:
    return before in _BINDERS


def _lacks_body(text: str, unit: Unit) -> bool:
    """Whether something is promised (``ensures``) that no body shows."""
    end, has_body = whole_head(text, unit)
    head = text[unit.span.start : end]
    return unit.head.end < unit.span.end + 1 and not has_body and "ensures" in head
