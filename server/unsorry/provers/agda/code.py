"""The code of a text: comments, strings and prose blanked, every offset kept; and the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unsorry.provers.agda.literate import reveal

_TOKEN = re.compile(
    r"""
      (?P<string> "(?:[^"\\\n]|\\[^\n])*"? | '(?:[^'\\\n]|\\[^\n']+|\\')' )
    | (?P<line> --[^\n]* )
    | (?P<pragma> \{-\#.*?(?:\#-\}|\Z) )
    | (?P<open> \{- | \{! )
    | (?P<name> [^\s(){};.@"]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_NESTING = {"{-": re.compile(r"\{-|-\}"), "{!": re.compile(r"\{!|!\}")}
_VISIBLE = re.compile(r"[^\n\r]")
_WORD = re.compile(r"[^\s(){};.@\"]+")


def blank(text: str) -> str:
    """Spaces for everything but line ends."""
    return _VISIBLE.sub(" ", text)


def mask(text: str, name: str = "") -> str:
    """The text with comments, strings, hole contents and the prose of literate files blanked; pragmas stay."""
    text = reveal(text, name)
    if text.startswith("\ufeff"):
        text = f" {text[1:]}"
    pieces: list[str] = []
    at = 0
    while match := _TOKEN.search(text, at):
        pieces.append(text[at : match.start()])
        start, at = match.span()
        if match.lastgroup == "open":
            at = _closing(text, start)
            ends = (match.group(), text[at - 2 : at]) if match.group() == "{!" else ("  ", "  ")
            pieces.append(ends[0] + blank(text[start + 2 : at - 2]) + ends[1])
        else:
            kept = match.lastgroup in ("name", "pragma")
            pieces.append(match.group() if kept else blank(match.group()))
    pieces.append(text[at:])
    return "".join(pieces)


def words(masked: str) -> Iterator[str]:
    """Every word of masked code, the parts of a qualified name apart."""
    return (match.group() for match in _WORD.finditer(masked))


def _closing(text: str, start: int) -> int:
    """Past the end of the nesting comment or hole that begins at ``start``."""
    opening = text[start : start + 2]
    depth = 0
    for match in _NESTING[opening].finditer(text, start):
        depth += 1 if match.group() == opening else -1
        if depth == 0:
            return match.end()
    return len(text)
