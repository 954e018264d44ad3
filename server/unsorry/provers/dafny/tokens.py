"""Cuts Dafny code into tokens, without its comments and blanks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.patterns import compiled

OPEN: Mapping[str, str] = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(OPEN.values())
_TOKEN = compiled(
    r"\s++|//[^\n]*+|(?P<comment>/\*)|(?P<word>[^\W\d][\w'?]*+)|(?P<number>0x[\da-fA-F_]++|\d[\d_]*+(?:\.\d[\d_]*+)?+)"
    r"|(?P<string>@\"(?:[^\"]++|\"\")*+\"|\"(?:[^\"\\\n]++|\\[^\n])*+\")|(?P<character>'(?:[^'\\\n]|\\[^\n][^'\n]*+)')"
    r"|(?P<sign><==>|==>|<==|-->|==|!=|<=|>=|&&|\|\||:=|:\||::|:-|=>|\.\.\.?|->|~>|!in(?![\w'?])|[^\s\w])"
)
_BINDERS = frozenset({"forall", "exists"})
_NESTING = compiled(r"/\*|\*/")


class NotCode(Exception):
    """The text is not a sequence of whole tokens in balanced brackets; the message says what is wrong."""


@frozen
class Token:
    """``kind``: ``word``, ``number``, ``string``, ``character`` or ``sign``."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokens(text: str, start: int = 0, end: int | None = None) -> tuple[Token, ...]:
    """The tokens of a part of a text.

    Raises:
        NotCode: a comment or a string does not end.
    """
    return tuple(_tokens(text, start, len(text) if end is None else end))


def _tokens(text: str, at: int, end: int) -> Iterator[Token]:
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:
            raise NotCode("a character is no part of any token")
        at = match.end()
        kind = match.lastgroup
        if kind == "comment":
            at = _comment_end(text, match.start(), end)
        elif kind is not None:
            if match[0] in ('"', "*/") or (match[0] == "*" and text.startswith("/", at) and at < end):
                raise NotCode("a string or a comment is not closed")
            # A quote beside a word is no character but belongs to a name; alone it is nothing.
            yield Token(kind, match[0], match.start())


def _comment_end(text: str, start: int, end: int) -> int:
    depth = 0
    for match in _NESTING.finditer(text, start, end):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    raise NotCode("a comment is not closed")


def closing(code: Sequence[Token], at: int) -> int:
    """The index of the bracket that closes the one at ``at``; the number of tokens where none does."""
    depth = 0
    for index in range(at, len(code)):
        if code[index].text in OPEN and code[index].kind == "sign":
            depth += 1
        elif code[index].text in _CLOSE and code[index].kind == "sign":
            depth -= 1
            if depth == 0:
                return index
    return len(code)


def balanced(code: Sequence[Token]) -> bool:
    """Whether every bracket closes and none closes too much."""
    expected: list[str] = []
    for token in code:
        if token.kind != "sign":
            continue
        if token.text in OPEN:
            expected.append(OPEN[token.text])
        elif token.text in _CLOSE and (not expected or expected.pop() != token.text):
            return False
    return not expected


def split_at(code: Sequence[Token], sign: str) -> list[Sequence[Token]]:
    """The parts between the given signs that stand outside all brackets, and outside quantifiers, which reach as far as
    they can; one empty part for no tokens."""
    parts: list[Sequence[Token]] = []
    start = index = 0
    while index < len(code):
        token = code[index]
        if token.text in _BINDERS and sign != ";":
            break
        if token.text in OPEN and token.kind == "sign":
            index = closing(code, index)
        elif token.text == sign and token.kind == "sign":
            parts.append(code[start:index])
            start = index + 1
        index += 1
    parts.append(code[start:])
    return parts


def text_of(code: Sequence[Token]) -> str:
    """What some tokens say, on one line and without comments."""
    pieces: list[str] = []
    for index, token in enumerate(code):
        if index and token.start > code[index - 1].end:
            pieces.append(" ")
        pieces.append(token.text)
    return "".join(pieces)


def substituted(code: Sequence[Token], values: Mapping[str, str]) -> str:
    """An expression's text with words replaced by expressions, in parentheses where they are not atoms. A word after
    a period is a member's name and stays."""
    pieces: list[str] = []
    for index, token in enumerate(code):
        if index and token.start > code[index - 1].end:
            pieces.append(" ")
        member = index > 0 and code[index - 1].text == "."
        value = values.get(token.text) if token.kind == "word" and not member else None
        if value is None:
            pieces.append(token.text)
        else:
            alone = len(code) == 1 or (
                index > 0
                and code[index - 1].text in ("(", ",", "[")
                and index + 1 < len(code)
                and code[index + 1].text in (")", ",", "]")
            )
            pieces.append(value if alone or is_atom(value) else f"({value})")
    return "".join(pieces)


def is_atom(expression: str) -> bool:
    """Whether an expression binds tighter than any operator: a name, a number, a call, a selection, a bracket."""
    try:
        code = tokens(expression)
    except NotCode:
        return False
    index = 0
    while index < len(code):
        token = code[index]
        if token.kind == "sign":
            if token.text not in (".", *OPEN):
                return False
            index = closing(code, index) if token.text in OPEN else index
        elif index and code[index - 1].text != ".":
            return False
        index += 1
    return bool(code)
