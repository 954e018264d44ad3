"""The scanning engine that every language shares: units out of a scanner, incremental updates, nested comments.

A language gives a *scan*: a generator of units from any unit's start on. Its promise makes updates cheap: what it
yields from an offset depends only on the text from there on and on the unit's ``state``.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.model import Language
from unsorry.provers.base import Escape, FoundHole, Outline, Unit
from unsorry.text import Edit, Span

_CONTEXT = 8
"""More characters than any expression looks back at."""

Scan = Callable[[str, int, int], Iterator[Unit]]
"""``scan(text, start, state)``: the units from ``start``, which is 0 or a unit's start, in order."""

Reveal = Callable[[str, str], str]
"""``reveal(text, name)``: the text with a literate file's prose blanked out, every character in its place; the
very same text for a file that is not literate."""


@frozen
class ScannedSyntax:
    """A ``Syntax`` made of a scan."""

    language: Language
    suffixes: tuple[str, ...]
    scan: Scan
    reveal: Reveal | None = None

    def outline(self, text: str, name: str = "") -> Outline:
        code = self.reveal(text, name) if self.reveal else text
        return Outline(tuple(self.scan(code, 0, 0)))

    def update(self, outline: Outline, edit: Edit, text: str, name: str = "") -> Outline:
        """Scans from a unit before the touched line, until a new unit starts where an old one did. A literate file
        is scanned anew: one changed fence turns prose into code as far as the next."""
        if self.reveal and self.reveal(text, name) is not text:
            return self.outline(text, name)
        old = outline.units
        growth = edit.growth
        # Tokens are told apart by what follows on their line, and a unit's first line says whether it belongs to the
        # unit before: so one more unit than those that start on earlier lines has to be scanned again.
        line = text.rfind("\n", 0, edit.span.start) + 1
        kept = max(0, bisect.bisect_left(old, line, key=_start) - 2)
        start, state = (old[kept].span.start, old[kept].state) if kept else (0, 0)
        units = list(old[:kept])
        for unit in self.scan(text, start, state):
            before = unit.span.start - growth
            if before >= edit.span.end + _CONTEXT:
                again = bisect.bisect_left(old, before, key=_start)
                if again < len(old) and old[again].span.start == before and old[again].state == unit.state:
                    units.extend(_shifted(old[again:], growth))
                    return Outline(tuple(units))
            units.append(unit)
        return Outline(tuple(units))


def _start(unit: Unit) -> int:
    return unit.span.start


def _shifted(units: tuple[Unit, ...], by: int) -> Iterator[Unit]:
    if by == 0:
        yield from units
        return
    for unit in units:
        yield Unit(
            unit.span.shifted(by),
            unit.name,
            unit.head.shifted(by),
            tuple(FoundHole(hole.kind, hole.span.shifted(by), hole.hint, hole.shown) for hole in unit.holes),
            tuple(Escape(escape.word, escape.span.shifted(by)) for escape in unit.escapes),
            unit.state,
            unit.meaning.shifted(by) if unit.meaning else None,
        )


def words(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


def either(text: str) -> str:
    """An expression for any one of the words, written as one text. Sorted by first letter, since what matches none
    of them has to be found out at almost every word of a file."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(text.split(), reverse=True):  # a longer word before its own beginning
        by_letter.setdefault(word[0], []).append(re.escape(word[1:]))
    return _branches(by_letter)


def anywhere(text: str, rare: str) -> str:
    """An expression to search for any one of the words, written as one text, where no ASCII letter, digit or underscore
    stands before it. It matches from the word's first letter out of ``rare`` on and looks back at the rest, so that a
    search stops at few places."""
    by_letter: dict[str, list[str]] = {}
    for word in text.split():
        at = min(word.index(letter) for letter in rare if letter in word)
        whole = re.escape(word)
        by_letter.setdefault(word[at], []).append(f"{re.escape(word[at + 1 :])}(?<={whole})(?<![A-Za-z0-9_]{whole})")
    return _branches(by_letter)


def _branches(by_letter: Mapping[str, Sequence[str]]) -> str:
    return "(?:" + "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in by_letter.items()) + ")"


def covered(offset: int, spans: Sequence[Span]) -> bool:
    """Whether an offset lies in one of the spans, which are in order and do not overlap."""
    index = bisect.bisect_right(spans, offset, key=lambda span: span.start) - 1
    return index >= 0 and offset < spans[index].end


def nested_end(text: str, start: int, token: re.Pattern[str]) -> int:
    """The end of the nested block that opens at ``start``; the end of the text when nothing closes it."""
    end = nested_closing(text, start, token)
    return len(text) if end is None else end


def nested_closing(text: str, start: int, token: re.Pattern[str]) -> int | None:
    """The end of the nested block that opens at ``start``; ``None`` when nothing closes it.

    ``token`` finds what opens (group ``open``) and closes (``close``); anything else that it matches (strings
    that hide both) is passed over.
    """
    depth = 0
    for match in token.finditer(text, start):
        if match["open"] is not None:
            depth += 1
        elif match["close"] is not None:
            depth -= 1
            if depth <= 0:
                return match.end()
    return None
