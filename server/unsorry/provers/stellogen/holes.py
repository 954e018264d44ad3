"""Finds Stellogen's definitions and holes from text alone.

Stellogen has no syntax for holes: one is the empty constellation of an ``(object name {})``, which no test can pass. A
unit is one top-level form; a bracket at the beginning of a line starts one even where the form before is not closed.
"""

from __future__ import annotations

from collections.abc import Iterator

from unsorry.model import HoleKind
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax
from unsorry.provers.stellogen import ROOM
from unsorry.text import Span

_TRIVIA = r"(?:\s++|;[^\n]*+)*+"
_STRING = r'"(?:[^"\\\n]++|\\[^\n])*+"?'
_ATOM = r'[^\s()\[\]{};"§@#]++'
_FORM = compiled(r"[§@#]*+[(\[{]")
_LOOSE = compiled(rf"{_STRING}|{_ATOM}(?:[^\S\n]++{_ATOM})*+|(?s:.)")
_TOKEN = compiled(
    r"[][(){};\"\n](?:(?<=[\[({])(?P<open>)|(?<=[\])}])(?P<close>)|(?<=\n)(?=§?[(\[{])(?P<top>)"
    r'|(?<=;)[^\n]*+|(?<=")(?:[^"\\\n]++|\\[^\n])*+"?)'
)
_SKIP = compiled(_TRIVIA)
_DEFINITION = compiled(rf"§?\((?P<word>object|def|spec|macro){_TRIVIA}(?:\({_TRIVIA})?+(?P<name>{_ATOM})")
_EMPTY = compiled(rf"§?\(object\b{_TRIVIA}(?:{_ATOM}|\([^(){{}}\"]*+\)){_TRIVIA}(?P<hole>\{{{_TRIVIA}\}}){_TRIVIA}\)")


def _scan(text: str, start: int, _state: int) -> Iterator[Unit]:
    at = _skip(text, start or text.startswith("\ufeff"))
    while at < len(text):
        form = _FORM.match(text, at)
        loose = None if form else _LOOSE.match(text, at)
        span = Span(at, _closing(text, form.end() - 1) if form else loose.end() if loose else at + 1)
        defined = _DEFINITION.match(text, at, span.end)
        name = defined["name"] if defined else ""
        head = Span(at, defined.end()) if defined else span
        empty = _EMPTY.fullmatch(text, at, span.end)
        if empty:
            hole = Span(*empty.span("hole"))
            yield Unit(span, name, head, (FoundHole(HoleKind.ASSERTION, hole),), (Escape("{}", hole),))
        else:
            yield Unit(span, name, head)
        at = _skip(text, span.end)


def _skip(text: str, at: int) -> int:
    match = _SKIP.match(text, at)
    return match.end() if match else at


def _closing(text: str, start: int) -> int:
    """Where the form ends whose first bracket is at ``start``."""
    depth = 0
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth <= 0:
                return match.end()
        elif kind == "top":
            return start + len(text[start : match.start()].rstrip())
    return start + len(text[start:].rstrip())


SYNTAX = ScannedSyntax(ROOM.language, ROOM.suffixes, _scan)
