"""Candidates into their places: ``by`` where a term is missing, indentation, parentheses, line ends. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from unsorry.errors import EditError
from unsorry.model import Document, Fill, HoleKind
from unsorry.provers.base import Outline
from unsorry.provers.lean4.admission import command_in
from unsorry.provers.lean4.place import takes_tactics
from unsorry.provers.lean4.words import TACTICS
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import words
from unsorry.text import Edit, Span

_BY = compiled(r"by(?![\w'!?.])\s*")
_WORD = compiled(r"[A-Za-z_][\w'!?]*|·")
_ATOM = compiled(r"[\w.'!?«»₀-₉]+")
_OPEN = compiled(r"(?::=|=>|[(\[{⟨,←]|<\||\$|(?<![\w.'!?])(?:exact|from|return|by|then|else|do|refine|show_term))\Z")
_CLOSE = compiled(r"[)\]}⟩,]|\Z")
_SEQUENCE = compiled(r"<;>\Z")
_STEP = 2
_TACTICS = words(TACTICS)


def render(document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
    """Edits for all fills together.

    Raises:
        EditError: a fill's hole is not in the outline, two fills are for one hole, or a candidate has a command in it.
    """
    spans = {hole.span for _, hole in outline.holes}
    if len({fill.hole.span for fill in fills}) != len(fills):
        raise EditError("two fills are for the same hole")
    if any(fill.hole.span not in spans for fill in fills):
        raise EditError("the text has no such hole")
    return tuple(sorted(make_edit(document.text, fill) for fill in fills))


def make_edit(text: str, fill: Fill) -> Edit:
    """The edit of one fill, with the line ends of the text.

    Raises:
        EditError: the candidate has a command in it.
    """
    hole = fill.hole
    command = command_in(fill.candidate.text)
    if command:
        raise EditError(f"the candidate has a command in it: {command}")
    span, new = Span(hole.span.start, hole.span.end), fill.candidate.text
    if takes_tactics(text, hole):
        span, new = _tactics(text, hole.kind, hole.span, tactic_lines(new))
    else:
        new = _term(text, hole.span, new)
    return Edit(span, new.replace("\n", "\r\n") if "\r\n" in text else new)


def tactic_lines(candidate: str) -> list[str]:
    """The lines of a tactic block, the first at the margin; a ``by`` before it is left out."""
    lines = [line.rstrip() for line in candidate.strip().splitlines() if line.strip()] or [""]
    match = _BY.match(lines[0])
    if match is not None and not candidate.strip()[match.end() :].strip():
        return [""]
    if match is not None:
        lines[0] = lines[0][match.end() :]
        if not lines[0]:
            lines = lines[1:]
            margin = min(len(line) - len(line.lstrip()) for line in lines)
            return [line[margin:] for line in lines]
    return lines


def is_tactic(candidate: str) -> bool:
    """Whether a text that is to stand for a term is a tactic: then it needs ``by``."""
    word = _WORD.match(candidate.lstrip())
    return word is not None and word[0] in _TACTICS


def _tactics(text: str, kind: HoleKind, span: Span, lines: Sequence[str]) -> tuple[Span, str]:
    column, before = _column(text, span.start), text[: span.start].rstrip(" \t")
    if len(lines) == 1 and not _SEQUENCE.search(before):
        return span, lines[0]
    if kind is HoleKind.PROOF and before.endswith("by"):
        indent = _indent(text, span.start) + _STEP
        return Span(len(before), span.end), "".join(f"\n{' ' * indent}{line}" for line in lines)
    if _SEQUENCE.search(before):
        joined = f"\n{' ' * (column + 1)}".join(lines)
        return span, joined if len(lines) == 1 and _ATOM.fullmatch(joined) else f"({joined})"
    return span, f"\n{' ' * column}".join(lines)


def _term(text: str, span: Span, candidate: str) -> str:
    alone = _stands_alone(text, span)
    column = _column(text, span.start)
    if not (_BY.match(candidate.lstrip()) or is_tactic(candidate)):
        lines = candidate.strip().splitlines() or [""]
        bare = alone or _ATOM.fullmatch(candidate.strip()) is not None
        shift = " " * (column if bare else column + 1)
        term = "\n".join([lines[0], *(f"{shift}{line}" if line.strip() else "" for line in lines[1:])])
        return term if bare else f"({term})"
    lines = tactic_lines(candidate)
    if len(lines) == 1:
        return f"by {lines[0]}" if alone else f"(by {lines[0]})"
    indent = " " * ((_indent(text, span.start) if alone else column) + _STEP)
    script = "".join(f"\n{indent}{line}" for line in lines)
    return f"by{script}" if alone else f"(by{script})"


def _stands_alone(text: str, span: Span) -> bool:
    """Whether a term here needs no parentheses: what is before it opens a term, and what is after it ends one."""
    before = text[: span.start].rstrip()
    end = text.find("\n", span.end)
    line = text[span.end : end if end >= 0 else len(text)].strip()
    after = "" if line.startswith("--") else line
    return _OPEN.search(before, max(0, len(before) - 12)) is not None and _CLOSE.match(after) is not None


def _column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def _indent(text: str, offset: int) -> int:
    """How far the line of an offset is indented."""
    start = text.rfind("\n", 0, offset) + 1
    return len(text[start:offset]) - len(text[start:offset].lstrip(" "))
