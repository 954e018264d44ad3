"""Expressions as trees: read from code, written back, matched and rewritten. What has no simple shape is an atom."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum

from attrs import evolve, frozen

from unsorry.provers.dafny.tokens import NotCode, Token, closing, split_at, substituted, text_of, tokens

# From loose to tight; the comparisons chain, so that more than one of them makes an atom.
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("<==>",),
    ("==>",),
    ("||", "&&"),
    ("==", "!=", "<", "<=", ">", ">=", "in", "!in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_COMPARED = 3
_LEVEL = {sign: level for level, signs in enumerate(_LEVELS) for sign in signs}
_OPENERS = frozenset(
    {"if", "match", "forall", "exists", "var", "set", "iset", "map", "imap", "assert", "calc", "reveal"}
)


class Form(Enum):
    ATOM = "atom"
    CALL = "call"
    INFIX = "infix"
    PREFIX = "prefix"


@frozen
class Term:
    """``head`` is the text of an atom, the name of what is called, or the operator."""

    head: str
    parts: tuple[Term, ...] = ()
    form: Form = Form.ATOM

    def __str__(self) -> str:
        if self.form is Form.CALL:
            return f"{self.head}({', '.join(map(str, self.parts))})"
        if self.form is Form.PREFIX:
            inner = str(self.parts[0])
            return f"{self.head}({inner})" if self.parts[0].form is Form.INFIX else f"{self.head}{inner}"
        if self.form is Form.INFIX:
            left, right = self.parts
            return f"{_side(left, self.head, first=True)} {self.head} {_side(right, self.head, first=False)}"
        return self.head

    @property
    def subterms(self) -> Iterator[Term]:
        """Itself and all in it, outer ones first."""
        yield self
        for part in self.parts:
            yield from part.subterms


def _side(term: Term, around: str, *, first: bool) -> str:
    if term.form is Form.ATOM and term.head.partition(" ")[0] in _OPENERS:
        return f"({term})"
    if term.form is not Form.INFIX:
        return str(term)
    loose, tight = _LEVEL[around], _LEVEL[term.head]
    same = loose == tight and loose != _COMPARED and ((first and loose > _COMPARED) or term.head == around == "&&")
    return str(term) if tight > loose or same else f"({term})"


def read_expression(code: Sequence[Token] | str) -> Term | None:
    """The tree of an expression; ``None`` where the code is none."""
    try:
        code = tokens(code) if isinstance(code, str) else code
    except NotCode:
        return None
    return _read(code, 0) if code else None


def _read(code: Sequence[Token], level: int) -> Term | None:
    if not code:
        return None
    if code[0].kind == "word" and code[0].text in _OPENERS:
        return Term(text_of(code))
    if level == len(_LEVELS):
        return _prefixed(code)
    at = _operators(code, _LEVELS[level])
    if not at:
        return _read(code, level + 1)
    if level == _COMPARED and len(at) > 1:
        return Term(text_of(code))
    where = at[0] if _LEVELS[level] == ("==>",) else at[-1]
    left, right = _read(code[:where], level), _read(code[where + 1 :], level)
    return None if left is None or right is None else Term(code[where].text, (left, right), Form.INFIX)


def _operators(code: Sequence[Token], signs: Collection[str]) -> list[int]:
    """The places of binary operators outside all brackets; what begins with an opener reaches to the end."""
    found: list[int] = []
    index = 0
    bars = 0
    while index < len(code):
        text = code[index].text
        if text in _OPENERS and code[index].kind == "word":
            break
        if text == "|":
            bars += 1
        elif text in ("(", "[", "{"):
            index = closing(code, index)
        elif text in signs and index and not bars % 2 and not _is_operator(code[index - 1]):
            found.append(index)
        index += 1
    return found


def _is_operator(token: Token) -> bool:
    return token.text in _LEVEL or token.text in ("!", ":=", ",")


def _prefixed(code: Sequence[Token]) -> Term | None:
    if code[0].text in ("!", "-") and len(code) > 1:
        inner = _prefixed(code[1:])
        return None if inner is None else Term(code[0].text, (inner,), Form.PREFIX)
    if code[0].text == "(" and closing(code, 0) == len(code) - 1 and len(split_at(code[1:-1], ",")) == 1:
        return _read(code[1:-1], 0)
    name = code[0]
    if name.kind == "word" and len(code) > 2 and code[1].text == "(" and closing(code, 1) == len(code) - 1:
        parts = [_read(part, 0) for part in split_at(code[2:-1], ",")] if len(code) > 3 else []
        known = [part for part in parts if part is not None]
        return Term(name.text, tuple(known), Form.CALL) if len(known) == len(parts) else None
    return Term(text_of(code))


def replaced(term: Term, old: Term, new: Term) -> Term:
    """With every occurrence of a subterm replaced."""
    if term == old:
        return new
    return evolve(term, parts=tuple(replaced(part, old, new) for part in term.parts)) if term.parts else term


def instantiated(term: Term, values: Mapping[str, Term]) -> Term:
    """With variables replaced, in what is an atom too."""
    if term.form is Form.ATOM:
        if term.head in values:
            return values[term.head]
        code = tokens(term.head)
        words = {token.text for token in code if token.kind == "word"} & set(values)
        return Term(substituted(code, {word: str(values[word]) for word in words})) if words else term
    return evolve(term, parts=tuple(instantiated(part, values) for part in term.parts))


def match(pattern: Term, term: Term, variables: Collection[str], found: dict[str, Term]) -> bool:
    """Whether a term is an instance of a pattern; ``found`` gathers what its variables stand for."""
    if pattern.form is Form.ATOM and pattern.head in variables:
        return found.setdefault(pattern.head, term) == term
    if (pattern.form, pattern.head, len(pattern.parts)) != (term.form, term.head, len(term.parts)):
        return False
    return all(match(a, b, variables, found) for a, b in zip(pattern.parts, term.parts, strict=True))


def words_of(term: Term) -> set[str]:
    """Every word in a term."""
    return {token.text for token in tokens(str(term)) if token.kind == "word"}
