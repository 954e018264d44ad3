"""Finds Metamath's statements, holes and axioms from text alone.

A unit is one statement. A hole is a ``?`` among the steps of a proof. In a compressed proof, where letters stand for
steps, the hole is the whole proof.
"""

from __future__ import annotations

from collections.abc import Iterator

from unsorry.model import HoleKind
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.metamath import ROOM
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax
from unsorry.text import Span

_COMMENT = r"\$\((?:[^$]++|\$(?!\)))*+(?:\$\))?+"
_TRIVIA = rf"(?:\s++|{_COMMENT})*+"
_REST = rf"(?:[^$]++|{_COMMENT}|\$(?![.(cvfedap{{}}\[]))*+(?:\$\.)?+"
_STATEMENT = compiled(
    rf"(?:(?P<label>[^\s$]++){_TRIVIA}(?=\$[feap]))?+(?P<keyword>\$[cvfedap]){_REST}|\$\[[^$]*+(?:\$\])?+|\$[{{}}]"
)
_LOOSE = compiled(r"[^\s$]++|\$.?")
_SKIP = compiled(_TRIVIA)
_PROOF = compiled(rf"(?:[^$]++|{_COMMENT}|\$(?![=.(]))*+\$=(?P<steps>(?:[^$]++|{_COMMENT}|\$(?![.(]))*+)")
_STEP = compiled(rf"{_COMMENT}|(?P<step>[^\s$]++)")


def _scan(text: str, start: int, _state: int) -> Iterator[Unit]:
    at = _end(text, start or text.startswith("\ufeff"))
    while at < len(text):
        statement = _STATEMENT.match(text, at)
        loose = None if statement else _LOOSE.match(text, at)
        if statement:
            span = Span(at, at + len(text[at : statement.end()].rstrip()))
            yield _unit(text, span, statement["label"] or "", statement["keyword"] or "")
        else:
            span = Span(at, loose.end() if loose else at + 1)
            yield Unit(span, head=span)
        at = _end(text, span.end)


def _end(text: str, at: int) -> int:
    match = _SKIP.match(text, at)
    return match.end() if match else at


def _unit(text: str, span: Span, label: str, keyword: str) -> Unit:
    proof = _PROOF.match(text, span.start, span.end) if keyword == "$p" else None
    if proof is None:
        axioms = (Escape(f"{label} $a".strip(), span),) if keyword == "$a" else ()
        return Unit(span, label, span, escapes=axioms)
    steps = [Span(*step.span()) for step in _STEP.finditer(text, *proof.span("steps")) if step["step"]]
    holes = tuple(_holes(text, steps))
    escapes = tuple(Escape("?", hole.span) for hole in holes)
    return Unit(span, label, Span(span.start, proof.start("steps")), holes, escapes)


def _holes(text: str, steps: list[Span]) -> Iterator[FoundHole]:
    words = [text[step.start : step.end] for step in steps]
    if words[:1] == ["("]:
        if "?" in "".join(words[words.index(")") :] if ")" in words else words):
            yield FoundHole(HoleKind.PROOF, Span(steps[0].start, steps[-1].end))
        return
    kind = HoleKind.PROOF if words == ["?"] else HoleKind.TERM
    for step, word in zip(steps, words, strict=True):
        if word == "?":
            yield FoundHole(kind, step)


SYNTAX = ScannedSyntax(ROOM.language, ROOM.suffixes, _scan)
