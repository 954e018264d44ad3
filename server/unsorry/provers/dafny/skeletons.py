"""Proof skeletons that follow how a function is defined: its cases, and at each recursive call the same call of the
lemma on the smaller arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from unsorry.provers.dafny.declarations import Declaration
from unsorry.provers.dafny.tokens import Token, closing, split_at, substituted, text_of

STEP = "  "


@frozen
class Call:
    """``function(arguments)`` somewhere in an expression."""

    function: str
    arguments: tuple[Sequence[Token], ...]


@frozen
class Leaf:
    """The end of a path through a definition: what stands there, what names stand for in the lemma, the variables
    with types that the path has bound, and what is known by then to equal which pattern."""

    code: Sequence[Token]
    values: Mapping[str, str]
    bound: Mapping[str, str] = field(factory=dict)
    known: Mapping[str, str] = field(factory=dict)


Fill = Callable[[Leaf], Sequence[str]]
"""The statements for a leaf."""


def calls(code: Sequence[Token], names: Mapping[str, Declaration] | frozenset[str]) -> Iterator[Call]:
    """Every call of one of the named functions, outer ones first."""
    for index, token in enumerate(code[:-1]):
        if token.kind == "word" and token.text in names and code[index + 1].text == "(":
            end = closing(code, index + 1)
            inside = code[index + 2 : end]
            yield Call(token.text, tuple(split_at(inside, ",")) if inside else ())


@frozen
class Walker:
    """Turns a definition into statements. ``types`` gives the fields' types of each constructor; ``taken`` are names
    that a pattern must not bind anew."""

    types: Mapping[str, tuple[str, ...]]
    taken: frozenset[str]
    fill: Fill

    def lines(self, leaf: Leaf) -> list[str]:
        code = leaf.code
        while code and code[0].text == "(" and closing(code, 0) == len(code) - 1:
            code = code[1:-1]
        leaf = evolve(leaf, code=code)
        first = code[0].text if code else ""
        if first == "match":
            return self._match(leaf)
        if first == "if":
            return self._if(leaf)
        if first == "var" and (parts := split_at(code, ";")) and len(parts) > 1 and ":=" in {t.text for t in parts[0]}:
            name, rest = parts[0][1].text, code[len(parts[0]) + 1 :]
            bound = next(i for i, token in enumerate(parts[0]) if token.text == ":=")
            value = substituted(parts[0][bound + 1 :], leaf.values)
            return self.lines(evolve(leaf, code=rest, values={**leaf.values, name: value}))
        return list(self.fill(leaf))

    def _if(self, leaf: Leaf) -> list[str]:
        code = leaf.code
        then = branch(code, 0, "then")
        other = branch(code, then, "else") if then else None
        if then is None or other is None:
            return list(self.fill(leaf))
        condition = substituted(code[1:then], leaf.values)
        yes = self.lines(evolve(leaf, code=code[then + 1 : other]))
        no = self.lines(evolve(leaf, code=code[other + 1 :]))
        if not yes and not no:
            return []
        if not yes:
            return [f"if {negated(condition)} {{", *_inner(no), "}"]
        if not no:
            return [f"if {condition} {{", *_inner(yes), "}"]
        return [f"if {condition} {{", *_inner(yes), "} else {", *_inner(no), "}"]

    def _match(self, leaf: Leaf) -> list[str]:
        code = leaf.code
        at = next((i for i, token in enumerate(code) if token.text == "case"), len(code))
        subject = code[1:at]
        if subject and subject[-1].text == "{":
            subject, code = subject[:-1], code[:-1]
        matched = substituted(subject, leaf.values)
        lines = [f"match {matched} {{"]
        some = False
        for arm in arms(code[at:]):
            arrow = next((i for i, token in enumerate(arm) if token.text == "=>"), None)
            if arrow is None:
                return list(self.fill(leaf))
            pattern, values, bound = self._pattern(arm[1:arrow], leaf)
            inner = self.lines(Leaf(arm[arrow + 1 :], values, bound, {**leaf.known, matched: pattern}))
            some = some or bool(inner)
            lines += [f"case {pattern} =>", *_inner(inner)]
        return [*lines, "}"] if some else []

    def _pattern(self, code: Sequence[Token], leaf: Leaf) -> tuple[str, dict[str, str], dict[str, str]]:
        """A pattern with fresh names, what they stand for, and their types."""
        values, bound = dict(leaf.values), dict(leaf.bound)
        constructor = code[0].text if code else ""
        types = self.types.get(constructor, ())
        names = [token.text for token in code[2:] if token.kind == "word"] if len(code) > 1 else []
        fresh = []
        for number, name in enumerate(names):
            new = name if name != "_" else f"x{number}"
            while new in self.taken or new in bound:
                new += "'"
            values[name] = new
            bound[new] = types[number] if number < len(types) else ""
            fresh.append(new)
        return (f"{constructor}({', '.join(fresh)})" if len(code) > 1 else text_of(code)), values, bound


def _inner(lines: Sequence[str]) -> list[str]:
    return [f"{STEP}{line}" for line in lines]


def branch(code: Sequence[Token], start: int, word: str) -> int | None:
    """The index of the ``then`` or ``else`` that belongs to the ``if`` or ``then`` at ``start``."""
    depth, index = 0, start + 1
    while index < len(code):
        text = code[index].text
        if text in ("(", "[", "{"):
            index = closing(code, index)
        elif text == "if":
            depth += 1
        elif text == word and depth == 0:
            return index
        elif text == "else":
            depth -= 1
        index += 1
    return None


def arms(code: Sequence[Token]) -> list[Sequence[Token]]:
    """The arms of a match; what a match inside the last arm has of its own goes with that arm."""
    starts: list[int] = []
    index = nested = 0
    while index < len(code):
        text = code[index].text
        if text in ("(", "[", "{"):
            index = closing(code, index)
        elif text == "match":
            nested = 1
        elif text == "case" and not nested:
            starts.append(index)
        index += 1
    return [code[start:end] for start, end in zip(starts, [*starts[1:], len(code)], strict=True)]


_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def negated(condition: str) -> str:
    """A condition's opposite, simply where that is simple."""
    from unsorry.provers.dafny.tokens import tokens

    code = tokens(condition)
    signs = [token for token in code if token.text in _OPPOSITE]
    mixed = any(token.text in ("&&", "||", "==>", "<==>", "!", "if") for token in code)
    if len(signs) == 1 and not mixed and signs[0].kind == "sign":
        sign = signs[0]
        return condition[: sign.start] + _OPPOSITE[sign.text] + condition[sign.end :]
    return f"!({condition})"
