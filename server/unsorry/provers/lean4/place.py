"""A hole in its text: what of the text Lean has to see for it, and what stands around it. Pure."""

from __future__ import annotations

from attrs import frozen

from unsorry.model import Hole, HoleKind
from unsorry.provers.base import Outline
from unsorry.provers.lean4.holes import TRIVIA
from unsorry.provers.patterns import compiled
from unsorry.text import Span

_BY_BEFORE = compiled(rf"(?<![\w.'!?«])by{TRIVIA}\Z")
_BLOCK = compiled(r"(?:(?:noncomputable|public|meta|private|local|scoped)\s+)*(?P<word>mutual|namespace|section|end)\b")
_GOES_ON = compiled(rf"\bin{TRIVIA}\Z")
_MANY_BEFORE = compiled(rf"(?:<;>|\ball_goals|\bany_goals|\brepeat){TRIVIA}\(?{TRIVIA}\Z")
_TAIL = 400


@frozen
class Place:
    """One hole of a text. ``start``: where the hole's declaration begins, with what it is one block with. ``end``:
    where the text may be cut off, after that block."""

    text: str
    hole: Hole
    unit: Span
    end: int
    start: int

    @property
    def takes_tactics(self) -> bool:
        """Whether tactics stand here; else a term does."""
        return takes_tactics(self.text, self.hole)

    @property
    def column(self) -> int:
        return self.hole.span.start - (self.text.rfind("\n", 0, self.hole.span.start) + 1)

    @property
    def closes_all(self) -> bool:
        """Whether all goals that are open here must be closed, not the first alone."""
        start = self.hole.span.start
        before = self.text[max(self.unit.start, start - _TAIL) : start]
        return self.text.startswith("stop", start) or _MANY_BEFORE.search(before) is not None

    @property
    def open(self) -> str:
        """The text up to ``end`` as it is."""
        return f"{self.text[: self.end]}\n"

    def filled(self, text: str, span: Span | None = None) -> str:
        """The text up to ``end`` with something in place of the hole, or of a span around it."""
        span = span or self.hole.span
        return f"{self.text[: span.start]}{text}{self.text[span.end : self.end]}\n"

    def limited(self, text: str, heartbeats: int) -> str:
        """A text that begins as this one does up to ``start``, with a limit for the block there; 0 is none."""
        return f"{text[: self.start]}{self._limit(heartbeats)}{text[self.start :]}"

    def shift(self, heartbeats: int) -> int:
        """By how much a limit moves the block."""
        return len(self._limit(heartbeats))

    def _limit(self, heartbeats: int) -> str:
        # On a line of its own: columns mean something in Lean.
        margin = " " * (self.start - (self.text.rfind("\n", 0, self.start) + 1))
        return f"set_option maxHeartbeats {heartbeats} in\n{margin}" if heartbeats else ""


def takes_tactics(text: str, hole: Hole) -> bool:
    if hole.kind is not HoleKind.PROOF:
        return hole.kind is HoleKind.TACTIC
    return _BY_BEFORE.search(text, max(0, hole.span.start - _TAIL), hole.span.start) is not None


def find_place(text: str, outline: Outline, hole: Hole) -> Place | None:
    """The place of a hole; ``None`` where the outline has none there."""
    number = outline.unit_at(hole.span.start)
    if number is None or all(found.span != hole.span for found in outline.units[number].holes):
        return None
    first, last = block(text, outline, number)
    return Place(text, hole, outline.units[number].span, outline.units[last].span.end, outline.units[first].span.start)


def block(text: str, outline: Outline, number: int) -> tuple[int, int]:
    """The first and the last unit of what must be read together with a unit: its ``mutual`` block, and what is
    said ``in`` it before."""
    first = last = number
    opened: list[tuple[str, int]] = []
    for index in range(number):
        word = _word(text, outline, index)
        if word == "end" and opened:
            opened.pop()
        elif word:
            opened.append((word, index))
    mutual = next((index for word, index in opened if word == "mutual"), None)
    if mutual is not None:
        first, depth = mutual, len(opened) - [index for _, index in opened].index(mutual)
        while depth and last + 1 < len(outline.units):
            last += 1
            word = _word(text, outline, last)
            depth += 0 if not word else -1 if word == "end" else 1
    while first and _GOES_ON.search(text, outline.units[first - 1].span.start, outline.units[first - 1].span.end):
        first -= 1
    return first, last


def _word(text: str, outline: Outline, number: int) -> str:
    match = _BLOCK.match(text, outline.units[number].span.start)
    return match["word"] if match else ""
