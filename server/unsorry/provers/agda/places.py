"""Where Agda says that something lies, as spans of our text.

Agda counts lines and columns from 1 in code points. It ends a line at more characters than an editor does, and
counts neither a byte order mark nor the carriage return of a CRLF.
"""

from __future__ import annotations

import bisect
import re
from pathlib import Path

from unsorry.provers.agda.replies import Place
from unsorry.text import Position, Span

_LINE_END = re.compile("\r\n|[\n\r\f\x85\u2028\u2029]")
# ``file:4,1-7``, ``file:4,1-5,12``; from Agda 2.8 on ``file:4.1-7:``, ``file:4.1-5.12:``.
_AT = re.compile(r"(\d+)[,.](\d+)(?:-(?:(\d+)[,.])?(\d+))?:?\s*")


class Places:
    """Converts Agda's places in one text. The text is what was loaded, byte order mark included."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._starts = [1 if text.startswith("\ufeff") else 0]
        self._starts.extend(match.end() for match in _LINE_END.finditer(text))

    def offset(self, position: Position) -> int:
        if position.line >= len(self._starts):
            return self._length
        return min(self._starts[position.line] + max(0, position.character), self._length)

    def span(self, place: Place) -> Span:
        start = self.offset(place.start)
        return Span(start, max(start, self.offset(place.end)))

    def position(self, offset: int) -> Position:
        """0-based, in Agda's lines and columns."""
        line = max(0, bisect.bisect_right(self._starts, offset) - 1)
        return Position(line, max(0, offset - self._starts[line]))

    def located(self, message: str, file: Path) -> tuple[str, Span | None]:
        """A message without the place that it begins with, and that place if it is in ``file``."""
        prefix = f"{file}:"
        if not message.startswith(prefix):
            return message, None
        match = _AT.match(message, len(prefix))
        if match is None:
            return message, None
        line, column, last_line, last_column = match.groups()
        start = Position(int(line) - 1, int(column) - 1)
        end = start
        if last_column is not None:
            end = Position(int(last_line or line) - 1, int(last_column) - 1)
        return message[match.end() :].strip() or "error", self.span(Place(start, end))
