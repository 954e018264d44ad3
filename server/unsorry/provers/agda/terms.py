"""Agda's printed types and terms, as far as search needs to read them: arrows, parameters, heads, equations.

Pure text. What cannot be read is taken for an opaque term: a guess too many costs milliseconds, not soundness.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

_TOKEN = re.compile(r"[(){}⦃⦄;]|[^\s(){}⦃⦄;]+")
_PAIRS = {"(": ")", "{": "}", "⦃": "⦄"}
_RELATION = re.compile(r"[≡≢≤≥<>≈∼≅∈∉⊆∣]|^==$")
_NUMERALS = {"1": "(suc 0)", "2": "(suc (suc 0))"}
BOUNDS = ("≡", "→", "|", ":", "=", "≤", "<")
_EQUALITY = ("≡", "==", "≅")


class Parameter(NamedTuple):
    """One argument of a function type; ``name`` is empty for a plain arrow."""

    name: str
    type: str
    visible: bool


def tokens(term: str) -> list[str]:
    return _TOKEN.findall(term)


def spelled(term: str) -> str:
    """A term with small numerals written out, so that they have parts."""
    return joined(_NUMERALS.get(word, word) for word in tokens(term))


def joined(words: Iterable[str]) -> str:
    """Words as a term, brackets close to what they hold."""
    return " ".join(words).replace("( ", "(").replace(" )", ")")


def is_operator(word: str) -> bool:
    """Whether a word stands between terms: no letter, bracket or literal begins it."""
    return not (word[0].isalnum() or word[0] in "([{⦃_⊥⊤λ")


def items(term: str) -> list[str]:
    """The pieces of a term outside every bracket: words, and whole brackets."""
    found: list[str] = []
    open_: list[str] = []
    start = 0
    for match in _TOKEN.finditer(term):
        word = match.group()
        if not open_:
            start = match.start()
        if word in _PAIRS:
            open_.append(_PAIRS[word])
        elif open_ and word == open_[-1]:
            open_.pop()
        if not open_:
            found.append(term[start : match.end()])
    if open_:
        found.append(term[start:])
    return found


def parse_type(printed: str) -> tuple[tuple[Parameter, ...], str]:
    """The parameters of a printed type, and its result."""
    *domains, result = _split(items(printed), ("→", "->"))
    parameters: list[Parameter] = []
    for domain in domains:
        parameters.extend(_parameters(domain))
    return tuple(parameters), " ".join(result)


def _split(pieces: Sequence[str], separators: Sequence[str]) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for piece in pieces:
        if piece in separators:
            groups.append([])
        else:
            groups[-1].append(piece)
    return groups


def _parameters(domain: Sequence[str]) -> Iterator[Parameter]:
    binders = [piece for piece in domain if piece != "∀"]
    if binders and all(_binder(piece) for piece in binders):
        for piece in binders:
            names, _, type_ = piece[1:-1].partition(" : ")
            for name in names.split():
                yield Parameter(name, type_.strip(), visible=piece.startswith("("))
    else:
        yield Parameter("", " ".join(domain), visible=True)


def _binder(piece: str) -> bool:
    """``(x y : A)`` and the like; ``(a : A) → B`` in brackets has its colon inside another bracket."""
    return piece[0] in _PAIRS and ":" in items(piece[1:-1])


def head(term: str) -> str:
    """What a type is an instance of: its relation or operator if it is written infix, else its first word."""
    pieces = items(unbracketed(term))
    if not pieces or "→" in pieces:
        return "→"
    for piece in pieces:
        if _RELATION.search(piece) and piece[0] not in _PAIRS:
            return piece
    operators = [piece for piece in pieces[1:] if not (piece[0].isalnum() or piece[0] in _PAIRS or piece[0] == "_")]
    return operators[0] if operators else pieces[0]


def unbracketed(term: str) -> str:
    """A term without brackets around the whole of it."""
    term = term.strip()
    while term.startswith("(") and len(items(term)) == 1 and term.endswith(")"):
        term = term[1:-1].strip()
    return term


def equation(type_: str) -> tuple[str, str] | None:
    """Both sides of a printed equality."""
    pieces = items(unbracketed(type_))
    if "→" in pieces:
        return None
    for sign in _EQUALITY:
        if pieces.count(sign) == 1:
            at = pieces.index(sign)
            return " ".join(pieces[:at]), " ".join(pieces[at + 1 :])
    return None


def occurs(part: str, whole: str) -> bool:
    """Whether a term stands inside another, as far as their words tell."""
    small, large = tokens(unbracketed(part)), tokens(whole)
    if not small:
        return False
    return any(large[at : at + len(small)] == small for at in range(len(large) - len(small) + 1))


def stuck_on(type_: str) -> list[str]:
    """What a printed type waits for: Agda writes ``f x | e`` for a function stuck on the value of ``e``."""
    found: list[str] = []
    pieces = items(type_)
    for piece in pieces:
        if piece[0] in _PAIRS:
            found.extend(stuck_on(piece[1:-1]))
    bars = [index for index, piece in enumerate(pieces) if piece == "|"]
    for bar in bars:
        end = next((i for i in range(bar + 1, len(pieces)) if pieces[i] in ("|", "→", *_EQUALITY)), len(pieces))
        found.append(" ".join(pieces[bar + 1 : end]))
    return list(dict.fromkeys(filter(None, found)))


def subterms(printed: str) -> Iterator[list[str]]:
    """Every run of pieces that may be a term: whole brackets, sides of relations, operands."""
    pieces = items(printed)
    bounds = [index for index, piece in enumerate(pieces) if piece in BOUNDS]
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
