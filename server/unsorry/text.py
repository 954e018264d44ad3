"""Positions, ranges and edits; the only module that knows UTF-16, code points and bytes.

Inside Unsorry a place in a text is an *offset*: a count of code points from the start, so that
``text[span.start : span.end]`` is always right. Columns in other units exist only at the edges and carry
their unit in the encoding that makes them.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from attrs import field, frozen

from unsorry.errors import EditError

# LSP 3.17, "Text Documents": these three end a line, and no other character does.
_LINE_END = re.compile(r"\r\n|\n|\r")


class Encoding(StrEnum):
    """The unit of ``Position.character`` (LSP ``PositionEncodingKind``)."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


class Span(NamedTuple):
    """A half-open range of offsets (code points) of one text.

    A tuple, since scanning makes tens of thousands of them.
    """

    start: int
    end: int

    def shifted(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a character; touching ends do not count."""
        return self.start < other.end and other.start < self.end

    def contains(self, offset: int) -> bool:
        """Whether ``offset`` lies inside or at either end, as a cursor would."""
        return self.start <= offset <= self.end


@frozen(order=True)
class Position:
    """A 0-based line and a 0-based column whose unit is the encoding that it was made with."""

    line: int
    character: int


@frozen(order=True)
class Range:
    start: Position
    end: Position


@frozen(order=True)
class Edit:
    """The text of ``span`` becomes ``text``."""

    span: Span
    text: str

    @property
    def growth(self) -> int:
        """How many code points longer the text is afterwards."""
        return len(self.text) - (self.span.end - self.span.start)


def _units(text: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or text.isascii():
        return len(text)
    if encoding is Encoding.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(c > "\uffff" for c in text)


@frozen(eq=False)
class SourceText:
    """One immutable text with its line table; converts between offsets and every other unit."""

    text: str
    _starts: list[int] = field(factory=list, init=False, repr=False)
    _bytes: list[int] = field(factory=list, init=False, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SourceText) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    @property
    def line_starts(self) -> Sequence[int]:
        """Offset of the first character of each line; there is always at least one line."""
        if not self._starts:
            self._starts.append(0)
            if "\r" in self.text:
                self._starts.extend(m.end() for m in _LINE_END.finditer(self.text))
            else:
                at = self.text.find("\n")
                while at >= 0:
                    self._starts.append(at + 1)
                    at = self.text.find("\n", at + 1)
        return self._starts

    def line_of(self, offset: int) -> int:
        return bisect.bisect_right(self.line_starts, offset) - 1

    def line_span(self, line: int) -> Span:
        """The span of a line without its end; an empty span at the end of the text for a line past it."""
        starts = self.line_starts
        if line >= len(starts):
            return Span(len(self.text), len(self.text))
        end = starts[line + 1] if line + 1 < len(starts) else len(self.text)
        start = starts[line]
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return Span(start, end)

    def position(self, offset: int, encoding: Encoding = Encoding.UTF16) -> Position:
        offset = max(0, min(offset, len(self.text)))
        starts = self.line_starts
        line = bisect.bisect_right(starts, offset) - 1
        if self.text.isascii():
            return Position(line, offset - starts[line])
        return Position(line, _units(self.text[starts[line] : offset], encoding))

    def offset(self, position: Position, encoding: Encoding = Encoding.UTF16) -> int:
        """The offset of a position. As LSP asks, a column past the line's end means the line's end; a column
        in the middle of a character means that character's start."""
        if position.line < 0:
            return 0
        span = self.line_span(position.line)
        line = self.text[span.start : span.end]
        wanted = max(0, position.character)
        if encoding is Encoding.UTF32 or line.isascii():
            return min(span.start + wanted, span.end)
        used = 0
        for index, character in enumerate(line):
            used += _units(character, encoding)
            if used > wanted:
                return span.start + index
        return span.end

    def range(self, span: Span, encoding: Encoding = Encoding.UTF16) -> Range:
        return Range(self.position(span.start, encoding), self.position(span.end, encoding))

    def span(self, range_: Range, encoding: Encoding = Encoding.UTF16) -> Span:
        start = self.offset(range_.start, encoding)
        return Span(start, max(start, self.offset(range_.end, encoding)))

    def byte_of(self, offset: int) -> int:
        """UTF-8 bytes before an offset."""
        if self.text.isascii():
            return offset
        line = self.line_of(offset)
        return self._line_bytes()[line] + _units(self.text[self.line_starts[line] : offset], Encoding.UTF8)

    def offset_of_byte(self, byte: int) -> int:
        """The offset at a count of UTF-8 bytes; inside a character, that character's start."""
        if self.text.isascii():
            return max(0, min(byte, len(self.text)))
        table = self._line_bytes()
        line = max(0, bisect.bisect_right(table, byte) - 1)
        used = table[line]
        for offset in range(self.line_starts[line], len(self.text)):
            used += _units(self.text[offset], Encoding.UTF8)
            if used > byte:
                return offset
        return len(self.text)

    def _line_bytes(self) -> list[int]:
        if not self._bytes:
            total = 0
            starts = [*self.line_starts, len(self.text)]
            for start, end in itertools.pairwise(starts):
                self._bytes.append(total)
                total += _units(self.text[start:end], Encoding.UTF8)
        return self._bytes


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, each given in offsets of ``text``.

    Raises:
        EditError: two edits overlap, or one lies outside the text.
    """
    pieces: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        if edit.span.start < at or not edit.span.start <= edit.span.end <= len(text):
            raise EditError(f"edit at {edit.span.start}..{edit.span.end} overlaps another or leaves the text")
        pieces.append(text[at : edit.span.start])
        pieces.append(edit.text)
        at = edit.span.end
    pieces.append(text[at:])
    return "".join(pieces)


def compose(text: str, first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits of ``text`` that do what ``first`` and then ``second``, which is of the text after it, do."""
    middle = apply_edits(text, first)
    made: list[tuple[Span, Edit, bool]] = [(edit.span, edit, False) for edit in second]
    growth = 0
    for edit in sorted(first, key=lambda e: (e.span.start, e.span.end)):
        start = edit.span.start + growth
        made.append((Span(start, start + len(edit.text)), edit, True))
        growth += edit.growth
    made.sort(key=lambda item: (item[0].start, item[0].end))
    result: list[Edit] = []
    growth = 0  # of the first edits so far: what lies between an offset in the middle text and one in ``text``
    at = 0
    while at < len(made):
        span, began = made[at][0], growth
        later: list[Edit] = []
        while at < len(made) and made[at][0].start <= span.end:  # what touches belongs together
            region, edit, is_first = made[at]
            span = Span(span.start, max(span.end, region.end))
            if is_first:
                growth += edit.growth
            else:
                later.append(Edit(edit.span, edit.text))
            at += 1
        inside = [Edit(edit.span.shifted(-span.start), edit.text) for edit in later]
        old = Span(span.start - began, span.end - growth)
        result.append(Edit(old, apply_edits(middle[span.start : span.end], inside)))
    return tuple(result)


def growth_before(offset: int, edits: Iterable[Edit]) -> int:
    """How far edits move what stands at an offset outside all of them; an insertion just there moves it too."""
    return sum(edit.growth for edit in edits if edit.span.end <= offset)


def difference(old: str, new: str) -> Edit:
    """The one smallest replacement that turns ``old`` into ``new`` (common prefix and suffix cut away)."""
    limit = min(len(old), len(new))
    start = _common(old, new, limit)
    tail = _common(old[start:][::-1], new[start:][::-1], limit - start)
    return Edit(Span(start, len(old) - tail), new[start : len(new) - tail])


def _common(a: str, b: str, limit: int) -> int:
    """Length of the common prefix, at most ``limit``, by halving: slices compare at memory speed."""
    low, high = 0, max(0, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
