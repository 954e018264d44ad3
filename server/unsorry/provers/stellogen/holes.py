"""Finds Stellogen's definitions and holes from text alone.

Stellogen has no syntax for holes: one is the empty constellation of an ``(object name {})``, or an empty group among
the stars of ``(object name { [star] {} })``. A unit is one top-level form; a bracket at the beginning of a line starts
one even where the form before is not closed.
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
_INNER = compiled(rf"\{{{_TRIVIA}\}}")
_META = compiled(rf"\({_TRIVIA}(?P<word>object|def|spec|macro|use|show|forall|==|~=)(?![^\s()\[\]{{}};\"])")
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
        if defined and defined["word"] == "object":
            yield _object(text, span, name, head)
        else:
            yield Unit(span, name, head)
        at = _skip(text, span.end)


def _object(text: str, span: Span, name: str, head: Span) -> Unit:
    """An object with its empty groups, and with what would do more than describe a constellation."""
    empty = _EMPTY.fullmatch(text, span.start, span.end)
    holes = [Span(*empty.span("hole"))] if empty else []
    escapes = [Escape("{}", hole) for hole in holes]
    around = ""
    for match in _TOKEN.finditer(text, span.start + (text[span.start] == "§"), span.end):
        at = match.start()
        if match.lastgroup == "open":
            inner = _INNER.match(text, at, span.end) if around == "({" and not empty else None
            meta = _META.match(text, at, span.end) if around else None
            if inner and text[at - 1] not in "@#*":
                holes.append(Span(*inner.span()))
                escapes.append(Escape("{}", holes[-1]))
            elif meta:
                escapes.append(Escape(meta["word"], Span(*meta.span("word"))))
            around += text[at]
        elif match.lastgroup == "close":
            around = around[:-1]
    return Unit(span, name, head, tuple(FoundHole(HoleKind.ASSERTION, hole) for hole in holes), tuple(escapes))


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
