"""Idris's printed types and terms, as far as search needs to read them: arrows, parameters, equations, matching.

Pure text. What cannot be read is taken for an opaque term: a guess too many costs milliseconds, not soundness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.patterns import compiled

_TOKEN = compiled(r"[()\[\]{},]|`[^`\s]++`|[^\W\d][\w'.]*+|\d++|[-:!#$%&*+./<=>?@\\^|~]++|[^\s()\[\]{},]")
_NAMED = {"plus": "+", "mult": "*", "minus": "-"}
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_OPERATOR = compiled(r"[-:!#$%&*+./<=>?@\\^|~]++|`[^`]++`")


@frozen
class Parameter:
    """One argument of a function type; ``name`` is empty for a plain arrow."""

    name: str
    type: str
    explicit: bool = True


def tokens(term: str) -> list[str]:
    return _TOKEN.findall(term)


def is_operator(word: str) -> bool:
    return _OPERATOR.fullmatch(word) is not None


def items(term: str) -> list[str]:
    """The pieces of a term outside every bracket: words, and whole brackets."""
    found: list[str] = []
    open_: list[str] = []
    start = 0
    for match in _TOKEN.finditer(term):
        word = match[0]
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


def unbracketed(term: str) -> str:
    """A term without brackets around the whole of it."""
    term = term.strip()
    while term.startswith("(") and len(inside := items(term)) == 1 and term.endswith(")"):
        if "," in items(term[1:-1]) or inside == ["()"]:
            return term
        term = term[1:-1].strip()
    return term


def atomic(term: str) -> bool:
    """Whether a term never needs parentheses: a name, a literal, or something in its own brackets."""
    pieces = items(term)
    return len(pieces) == 1 and not is_operator(pieces[0]) and not term.startswith("{")


def bracketed(term: str) -> str:
    return term if atomic(term) else f"({term})"


def split(pieces: Sequence[str], separator: str) -> list[list[str]]:
    groups: list[list[str]] = [[]]
    for piece in pieces:
        if piece == separator:
            groups.append([])
        else:
            groups[-1].append(piece)
    return groups


def arrow(type_: str) -> bool:
    """Whether a printed type is a function type."""
    return "->" in items(unbracketed(type_))


def equation(type_: str) -> tuple[str, str] | None:
    """Both sides of a printed equality."""
    pieces = items(unbracketed(type_))
    if "->" in pieces or pieces.count("=") != 1:
        return None
    at = pieces.index("=")
    return (" ".join(pieces[:at]), " ".join(pieces[at + 1 :])) if 0 < at < len(pieces) - 1 else None


def parse_type(printed: str) -> tuple[tuple[Parameter, ...], str]:
    """The parameters of a printed type, and its result."""
    *domains, result = split(items(printed), "->")
    parameters: list[Parameter] = []
    for domain in domains:
        parameters.extend(_parameters(domain))
    return tuple(parameters), " ".join(result)


def _parameters(domain: Sequence[str]) -> Iterator[Parameter]:
    if len(domain) == 1 and domain[0][0] in "({":
        inner = items(domain[0][1:-1])
        if ":" in inner:
            at = inner.index(":")
            names = [word for word in inner[:at] if word not in (",", "0", "1", "auto", "default")]
            for name in names:
                yield Parameter(name, " ".join(inner[at + 1 :]), domain[0][0] == "(")
            return
    yield Parameter("", " ".join(domain))


def infixed(printed: str) -> str:
    """A printed type with sums, products and differences of numbers as operators, and no brackets around the operands
    of a sum: a goal has them as functions, a signature as it was written."""
    inside = [(piece, piece[0] in _PAIRS) for piece in items(printed)]
    pieces = [f"{piece[0]}{infixed(piece[1:-1])}{piece[-1]}" if whole else piece for piece, whole in inside]
    found: list[str] = []
    at = 0
    while at < len(pieces):
        operands = pieces[at + 1 : at + 3]
        if pieces[at] in _NAMED and len(operands) == 2 and not any(map(is_operator, operands)):
            whole = [operands[0], _NAMED[pieces[at]], operands[1]]
            alone = _ends(pieces, at - 1) and _ends(pieces, at + 3)
            found += whole if alone else [f"({' '.join(whole)})"]
            at += 3
        else:
            found.append(pieces[at])
            at += 1
    return " ".join(_unwrapped(found))


def _ends(pieces: Sequence[str], at: int) -> bool:
    return not 0 <= at < len(pieces) or pieces[at] in ("=", "->", ",", ":")


def _unwrapped(pieces: Sequence[str]) -> Iterator[str]:
    for at, piece in enumerate(pieces):
        beside = {pieces[near] for near in (at - 1, at + 1) if 0 <= near < len(pieces)}
        inner = items(piece[1:-1]) if piece[0] == "(" else []
        product = {word for word in inner if is_operator(word)} == {"*"}
        yield piece[1:-1] if product and "+" in beside and beside <= {"+", "=", "->"} else piece


def occurs(part: str, whole: str) -> bool:
    """Whether a term stands inside another, as far as their words tell."""
    small, large = tokens(unbracketed(part)), tokens(whole)
    return bool(small) and any(large[at : at + len(small)] == small for at in range(len(large) - len(small) + 1))


def subterms(printed: str) -> Iterator[list[str]]:
    """Every run of pieces that may be a term: whole brackets, sides of relations, operands."""
    pieces = items(printed)
    for group in (part for arrowed in split(pieces, "->") for part in split(arrowed, "=")):
        for start in range(len(group)):
            for end in range(start + 1, len(group) + 1):
                if not (is_operator(group[start]) or is_operator(group[end - 1])):
                    yield group[start:end]
    for piece in pieces:
        if piece[0] in "([" and len(piece) > 2:
            yield from subterms(piece[1:-1].replace(",", " = "))


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
    elif first[0] == target[0][0] and first[0] in "([" and len(first) > 2:
        for inner in match(items(first[1:-1]), items(target[0][1:-1]), variables, bound):
            yield from match(rest, target[1:], variables, inner)
    elif first == target[0]:
        yield from match(rest, target[1:], variables, bound)
