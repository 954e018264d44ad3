"""Where a constellation goes: in place of an empty one, or as one more star before the end of an object."""

from __future__ import annotations

from unsorry.model import Fill
from unsorry.provers.base import Outline
from unsorry.provers.patterns import compiled
from unsorry.text import Edit

_END_OF_STARS = compiled(r"\}(?:\s++|;[^\n]*+)*+\)\Z")


def end_of_stars(text: str, outline: Outline, number: int) -> int | None:
    """Where a star could be added to the object of a unit; ``None`` where its body is no ``{ … }``."""
    unit = outline.units[number]
    found = _END_OF_STARS.search(text, unit.head.end, unit.span.end)
    return found.start() if found else None


def edit_of(text: str, fill: Fill) -> Edit:
    """The edit that puts a candidate in place: by itself where a ``{}`` stands for it, on a line of its own where the
    stars have theirs."""
    span, star = fill.candidate.span(fill.hole), fill.candidate.text
    if span.start < span.end:
        return Edit(span, star)
    if star.startswith(("(+", "(-")):
        star = f"[{star}]"
    line = text.rfind("\n", 0, span.start) + 1
    margin = text[line : span.start]
    if margin.strip():
        return Edit(span, star if margin.endswith((" ", "{")) else f" {star}")
    end = "\r\n" if "\r\n" in text else "\n"
    return Edit(span, f"  {star}{end}{margin}")
