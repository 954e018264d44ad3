"""The code of a text: comments, strings and prose blanked, every offset kept; and the names in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
_FENCE = re.compile(r"^[ \t]*```(?:agda)?[ \t]*$")
_MARKS = {  # suffix: what begins and what ends a block of code, each a whole line
    ".lagda.md": (_FENCE, re.compile(r"^[ \t]*```[ \t]*$")),
    ".lagda.typ": (_FENCE, re.compile(r"^[ \t]*```[ \t]*$")),
    ".lagda.org": (
        re.compile(r"^[ \t]*#\+begin_src agda2.*$", re.IGNORECASE),
        re.compile(r"^[ \t]*#\+end_src.*$", re.IGNORECASE),
    ),
    ".lagda.tex": (re.compile(r"^(?:[^%\\]|\\.)*?\\begin\{code\}"), re.compile(r"\\end\{code\}")),
}


def blank(text: str) -> str:
    """Spaces for everything but line ends."""
    return _VISIBLE.sub(" ", text)


def mask(text: str, name: str = "") -> str:
    """The text with comments, strings, hole contents and the prose of literate files blanked; pragmas stay."""
    text = _without_prose(text, name)
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


def _without_prose(text: str, name: str) -> str:
    if name.endswith((".lagda", ".lagda.tex")):
        return _fenced(text, *_MARKS[".lagda.tex"])
    if name.endswith(".lagda.rst"):
        return _indented(text)
    marks = next((marks for suffix, marks in _MARKS.items() if name.endswith(suffix)), None)
    return _fenced(text, *marks) if marks is not None else text


def _fenced(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str:
    kept: list[str] = []
    inside = False
    for line in text.splitlines(keepends=True):
        mark = (end if inside else begin).search(line.rstrip("\r\n"))
        if mark is not None:
            inside = not inside
        kept.append(line if inside and mark is None else blank(line))
    return "".join(kept)


def _indented(text: str) -> str:
    """reStructuredText: what is indented after a paragraph that ends in ``::``."""
    kept: list[str] = []
    after, inside = False, False
    for line in text.splitlines(keepends=True):
        if line.strip():
            inside = (inside or after) and line[0] in " \t"
            after = not inside and re.search(r"(?<!\.\.)::\s*$", line) is not None
        kept.append(line if inside else blank(line))
    return "".join(kept)
