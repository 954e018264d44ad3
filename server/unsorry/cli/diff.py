"""A unified diff straight from edits: exact down to line ends, and linear in what it prints.

Lines end at ``\n`` alone, as ``patch`` and ``git apply`` see them; a carriage return is part of its line.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence

from attrs import frozen

from unsorry.text import Edit, apply_edits

_CONTEXT = 3
_NO_END = "\\ No newline at end of file\n"


@frozen
class _Change:
    """Lines ``start`` to ``end`` (exclusive, from 0) of the old text become ``lines``."""

    start: int
    end: int
    lines: tuple[str, ...]


def unified_diff(name: str, text: str, edits: Sequence[Edit]) -> str:
    """The diff that applies ``edits`` (offsets of ``text``, without overlap) to the file ``name``; empty when
    they change nothing."""
    if apply_edits(text, edits) == text:
        return ""
    lines = _split(text)
    hunks = list(_hunks(_joined(_changes(text, lines, edits))))
    if not hunks:
        return ""
    absolute = name.startswith("/")
    old, new = (name, name) if absolute else (f"a/{name}", f"b/{name}")
    pieces = [f"--- {old}\n+++ {new}\n"]
    shift = 0
    for hunk in hunks:
        body, growth = _print(hunk, lines, shift)
        pieces.append(body)
        shift += growth
    return "".join(pieces)


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def _changes(text: str, lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[_Change]:
    """The edits as changes of whole lines; edits that share a line are one change."""
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    groups: list[list[Edit]] = []
    reach = -1
    for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
        first = _line_at(starts, edit.span.start)
        if groups and first <= reach:
            groups[-1].append(edit)
        else:
            groups.append([edit])
        reach = max(reach, _line_at(starts, edit.span.end))
    for group in groups:
        first = _line_at(starts, group[0].span.start)
        last = min(_line_at(starts, max(e.span.end for e in group)) + 1, len(lines))
        change = _whole_lines(text, starts, group, first, last, lines)
        if change is not None:
            yield change


def _line_at(starts: Sequence[int], offset: int) -> int:
    return bisect.bisect_right(starts, offset) - 1


def _whole_lines(
    text: str, starts: Sequence[int], group: Sequence[Edit], first: int, last: int, lines: Sequence[str]
) -> _Change | None:
    """What the group makes of its lines, without the lines at either end that stay as they were."""
    at, pieces = starts[first], []
    for edit in group:
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    pieces.append(text[at : starts[last]] if at < starts[last] else "")
    new = _split("".join(pieces))
    if new and not new[-1].endswith("\n") and last < len(lines):
        new[-1] += lines[last]
        last += 1
    while first < last and new and new[0] == lines[first]:
        del new[0]
        first += 1
    while first < last and new and new[-1] == lines[last - 1]:
        del new[-1]
        last -= 1
    return _Change(first, last, tuple(new)) if new or first < last else None


def _joined(changes: Iterator[_Change]) -> list[_Change]:
    """Changes that touch become one, so that old lines stand before new ones."""
    joined: list[_Change] = []
    for change in changes:
        if joined and joined[-1].end == change.start:
            before = joined.pop()
            change = _Change(before.start, change.end, before.lines + change.lines)
        joined.append(change)
    return joined


def _hunks(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Changes whose context would touch belong to one hunk."""
    hunk: list[_Change] = []
    for change in changes:
        if hunk and change.start - hunk[-1].end > 2 * _CONTEXT:
            yield hunk
            hunk = []
        hunk.append(change)
    if hunk:
        yield hunk


def _print(hunk: Sequence[_Change], lines: Sequence[str], shift: int) -> tuple[str, int]:
    """A hunk's text, and how many lines longer the file is after it. ``shift``: the same of the hunks before."""
    start = max(0, hunk[0].start - _CONTEXT)
    end = min(len(lines), hunk[-1].end + _CONTEXT)
    body: list[str] = []
    at = start
    for change in hunk:
        body.extend(_marked(" ", lines[at : change.start]))
        body.extend(_marked("-", lines[change.start : change.end]))
        body.extend(_marked("+", change.lines))
        at = change.end
    body.extend(_marked(" ", lines[at:end]))
    growth = sum(len(change.lines) - (change.end - change.start) for change in hunk)
    old = _extent(start, end - start)
    new = _extent(start + shift, end - start + growth)
    return f"@@ -{old} +{new} @@\n" + "".join(body), growth


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield f"{mark}{line}" if line.endswith("\n") else f"{mark}{line}\n{_NO_END}"


def _extent(start: int, length: int) -> str:
    """A range of lines as diffs count them: from 1, or the line before when it is empty."""
    first = start + 1 if length else start
    return f"{first}" if length == 1 else f"{first},{length}"
