"""One way to state what a scanner finds: source with its holes marked, and what is expected of the units."""

from __future__ import annotations

import re

from unsorry.model import Language
from unsorry.provers.base import Outline
from unsorry.registry import syntax_of

_MARK = re.compile("⟦(?:([a-z]+):)?|⟧")


def outline_of(language: Language, source: str, name: str = "") -> Outline:
    return syntax_of(language).outline(source, name)


def check(language: Language, marked: str, name: str = "") -> Outline:
    """Scans the source without its marks; each ``⟦kind:hole⟧`` is a hole of that kind, and there is no other.

    Marks stand around the hole, with nothing between them where it is empty.
    """
    source, expected, opened = "", [], []
    at = 0
    for mark in _MARK.finditer(marked):
        source += marked[at : mark.start()]
        at = mark.end()
        if mark[0] == "⟧":
            kind, start = opened.pop()
            expected.append((kind, start, len(source)))
        else:
            opened.append((mark[1], len(source)))
    source += marked[at:]
    outline = outline_of(language, source, name)
    found = [(hole.kind.value, hole.span.start, hole.span.end) for _, hole in outline.holes]
    assert found == sorted(expected, key=lambda hole: hole[1:]), f"in {source!r}"
    return outline


def names(outline: Outline) -> list[str]:
    """The names of all units, in order."""
    return [unit.name for unit in outline.units]


def escapes(outline: Outline) -> list[str]:
    """The normal forms of all escapes, in order."""
    return [escape.word for unit in outline.units for escape in unit.escapes]


def heads(source: str, outline: Outline) -> list[str]:
    """What each unit states."""
    return [source[unit.head.start : unit.head.end] for unit in outline.units]
