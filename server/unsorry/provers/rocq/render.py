"""The edits that put candidates in place of Rocq's holes, well indented, with all that goes with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unsorry.errors import EditError
from unsorry.model import Document, Fill
from unsorry.provers.base import FoundHole, Outline, Unit
from unsorry.provers.rocq.candidates import with_end
from unsorry.provers.rocq.sentences import COMMENT_TOKEN, sentences
from unsorry.text import Edit, Span

_WIDTH = 100
_STEP = "  "
_BULLET = re.compile(r"(?:^|(?<=[.}]))\s*(-+|\++|\*+)(?=\s)", re.MULTILINE)


def render(document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
    """Edits for all fills together.

    Raises:
        EditError: a fill's hole is not in the outline, or two fills are for one hole.
    """
    text = document.text
    by_span = {fill.hole.span: fill for fill in fills}
    if len(by_span) != len(fills):
        raise EditError("two fills are for the same hole")
    edits: list[Edit] = []
    for unit in outline.units:
        mine = [(hole, by_span.pop(hole.span)) for hole in unit.holes if hole.span in by_span]
        if mine:
            edits += _unit(text, unit, mine)
    if by_span:
        raise EditError("the text has no such hole")
    return tuple(sorted(edits))


def _unit(text: str, unit: Unit, mine: Sequence[tuple[FoundHole, Fill]]) -> Iterator[Edit]:
    for hole, fill in mine:
        if text[hole.span.end - 1] != ".":
            raise EditError("the hole does not end in a period")
        if is_step(text, hole.span):
            yield Edit(hole.span, _inline(text, hole.span, fill.candidate.text))
        elif hole.span.start == (end := _last(text, unit).start):
            yield Edit(hole.span, _ending(text, hole.span, fill.candidate.text))
        else:
            yield from _whole(text, hole.span, end, fill.candidate.text)
    closing = _last(text, unit)
    if len(mine) == len(unit.holes) and all(is_step(text, hole.span) for hole, _ in mine):
        word = text.find("Admitted", closing.start, closing.end)
        if word >= 0:
            yield Edit(Span(word, word + len("Admitted")), "Qed")


def is_step(text: str, hole: Span) -> bool:
    """Whether the hole is a sentence like ``admit.``; else it ends with the proof."""
    return text.startswith(("admit", "give_up"), hole.start)


def _last(text: str, unit: Unit) -> Span:
    """The unit's last sentence."""
    last = unit.span
    for sentence in sentences(text, unit.head.end, unit.span.end):
        last = sentence.span
    return last


def _newline(text: str) -> str:
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def _indent(text: str, at: int) -> str:
    """The blanks that the line of an offset starts with."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    blanks = re.compile(r"[ \t]*").match(text, start)
    return blanks[0] if blanks else ""


def _column(text: str, at: int) -> str:
    """Blanks up to an offset's column: where a script of several lines lines up with its first."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    return "".join(c if c == "\t" else " " for c in text[start:at])


def _lines(candidate: str) -> list[str]:
    return [line.rstrip() for line in with_end(candidate).splitlines() if line.strip()] or [""]


def _inline(text: str, hole: Span, candidate: str) -> str:
    """In place of a step. A script with bullets gets braces, since it may stand below the same bullets."""
    lines = _lines(candidate)
    if len(lines) > 1 and _BULLET.search("\n".join(lines)):
        lines = ["{ " + lines[0], *(_STEP + line for line in lines[1:])]
        lines[-1] += " }"
    return (_newline(text) + _column(text, hole.start)).join(lines) + _comments(text, hole)


def _ending(text: str, hole: Span, candidate: str) -> str:
    """In place of the ``Admitted.`` after a script: the rest of the script, and ``Qed.``"""
    newline, indent = _newline(text), _indent(text, hole.start)
    alone = text[: hole.start].endswith(indent) and not text[: hole.start].rstrip(" \t").endswith(".")
    deeper = indent + _STEP
    if not alone and "\n" not in candidate:
        return f"{with_end(candidate)} Qed."
    return _STEP + (newline + deeper).join(_lines(candidate)) + f"{newline}{indent}Qed."


def _whole(text: str, hole: Span, closing: int, candidate: str) -> Iterator[Edit]:
    """In place of ``Proof. Admitted.``: what stands before ``Admitted`` stays, comments too."""
    newline, indent = _newline(text), _indent(text, hole.start)
    before = text[hole.start : closing]
    opening = next(iter(sentences(before))).span
    comment = before[opening.end :].strip()
    script = (newline + indent + _STEP).join([*([comment] if comment else []), *_lines(candidate)])
    yield Edit(Span(hole.start + opening.end, hole.end), f"{newline}{indent}{_STEP}{script}{newline}{indent}Qed.")


def _comments(text: str, hole: Span) -> str:
    """Comments inside the hole's sentence (``admit (* why *).``), kept after what takes its place."""
    inside = text[hole.start : hole.end]
    if "(*" not in inside:
        return ""
    first = COMMENT_TOKEN.search(inside)
    last = inside.rfind("*)")
    return "" if first is None or last < 0 else " " + inside[first.start() : last + 2]
