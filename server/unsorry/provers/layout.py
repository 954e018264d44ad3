"""Scans languages whose declarations go by indentation (Agda, Idris): a unit starts where a line's first word stands no
further right than the word that started the unit before. A grammar says what the tokens are and what units declare.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from attrs import frozen

from unsorry.model import HoleKind
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.scanning import covered, nested_closing, nested_end
from unsorry.text import Span

_STOPS = frozenset({"deep", "deephole", "pragma"})
_HOLES = frozenset({"hole", "deephole"})


class Item(NamedTuple):
    """What starts at a unit's first word.

    ``defines``: the names whose defining lines belong to it. ``head_end``: where its statement ends, unless that is
    where the first defining line starts. ``opens``: the end of a header whose content is units of its own (``module M
    where``). ``escape``: the normal form of the escape that the header is, if it is one.
    """

    name: str = ""
    defines: tuple[str, ...] = ()
    head_end: int | None = None
    opens: int | None = None
    escape: str = ""


_Parts = tuple[Span, Span, Sequence[Escape], int]
"""A unit's span, head and pragmas that are escapes; and where the next one starts."""


@frozen
class Grammar:
    """The tokens and declarations of one language.

    ``leap`` finds what is worth looking at and tells which by its last group: ``run`` (blanks and comments with a
    line's end or a comment among them), ``hole``, ``pragma`` (its start), ``deep`` and ``deephole`` (a comment or a
    hole that only counting can pass); all else is passed over. ``comment`` and ``hole`` are for counting, see
    ``nested_end``. ``item`` says what starts at an offset and column, ``joins`` whether the line there defines what
    the item declares. ``marks`` find something in every hole. ``escapes`` finds the words of code by which a text gets
    round the prover, and ``suspects`` something in each of them, sooner. ``pragma`` says where one ends, and its normal
    form if it is an escape.

    Most units are plain, and this is what makes scanning fast. Where the margin is the first column, ``plain`` matches
    a whole unit: a type signature (group ``head``) of one ``name`` with the clauses that start with it, or something
    without a name and all that is indented below. ``other`` matches whole units of other sorts. Both go on through the
    blanks and comments in group ``run`` to the next unit or the text's end, and fail at anything that they do not know.
    """

    plain: re.Pattern[str]
    other: re.Pattern[str]
    leap: re.Pattern[str]
    trivia: re.Pattern[str]
    comment: re.Pattern[str]
    item: Callable[[str, int, int], Item]
    joins: Callable[[str, int, int, Item], bool]
    marks: Sequence[re.Pattern[str]]
    escapes: re.Pattern[str]
    suspects: re.Pattern[str]
    hole: re.Pattern[str] | None = None
    pragma: Callable[[str, int], tuple[int, str]] | None = None

    def scan(self, text: str, start: int, _state: int) -> Iterator[Unit]:
        """Yields the units from ``start`` on: a ``Scan``."""
        at = self.skip(text, start or text.startswith("\ufeff"))
        line = text.rfind("\n", 0, at) + 1
        marks = iter(sorted(match.start() for mark in self.marks for match in mark.finditer(text, at)))
        mark = next(marks, len(text))
        suspect = self.suspects.search(text, at)
        while at < len(text):
            column = at - line  # a unit's state, since it decides how far the unit reaches
            match = self.plain.match(text, at) if column == 0 else None
            holes: tuple[FoundHole, ...] = ()
            escapes: Sequence[Escape] = ()
            header = False
            if match:
                name, following = match["name"] or "", match.end()
                span = head = _trimmed(text, at, match.start("run"))
                if name and match.end("head") < span.end:
                    head = _trimmed(text, at, match.end("head"))
                line = following
            else:
                item = self.item(text, at, column)
                name, header = item.name, item.opens is not None
                span, head, escapes, following = self._crooked(text, at, line, item)
                line = max(line, text.rfind("\n", at, following) + 1)
            if mark < span.end:
                if not header:
                    holes = tuple(self._holes(text, span))
                    escapes = _merged(escapes, [Escape("?", hole.span) for hole in holes])
                mark = next((place for place in marks if place >= span.end), len(text))
            if suspect and suspect.start() < span.end:
                escapes = _merged(escapes, list(self._words(text, span)))
                suspect = self.suspects.search(text, span.end)
            yield Unit(span, name, head, holes, tuple(escapes), column)
            at = following

    def _crooked(self, text: str, at: int, line: int, item: Item) -> _Parts:
        """The unit at an offset of a line, and where the next one starts, whatever its sort."""
        if item.opens is not None:
            span = Span(at, item.opens)
            escapes = [Escape(item.escape, span)] if item.escape else []
            return span, span, escapes, self.skip(text, item.opens)
        other = self.other.match(text, at) if at == line and not item.defines else None
        if other:
            span = _trimmed(text, at, other.start("run"))
            head = span if item.head_end is None else Span(at, min(item.head_end, span.end))
            return span, head, (), other.end()
        body = _Body(self, text, at, at - line, item)
        following = body.read()
        return body.span, body.head, body.escapes, following

    def skip(self, text: str, at: int) -> int:
        """Past the blanks and comments from ``at`` on; an unclosed comment reaches to the end of the text."""
        while True:
            match = self.trivia.match(text, at)
            at = match.end() if match else at
            if not self._comment_at(text, at):
                return at
            at = nested_end(text, at, self.comment)

    def _comment_at(self, text: str, at: int) -> bool:
        return text.startswith("{-", at) and not (self.pragma and text.startswith("#", at + 2))

    def _words(self, text: str, span: Span) -> Iterator[Escape]:
        """The words of code in a unit that are escapes."""
        hidden = [Span(start, end) for _, start, end in self._tokens(text, span)]
        for match in self.escapes.finditer(text, span.start, span.end):
            if not covered(match.start(), hidden):
                yield Escape(match[0], Span(*match.span()))

    def _holes(self, text: str, span: Span) -> Iterator[FoundHole]:
        for kind, start, end in self._tokens(text, span):
            # One with others inside that is being typed is none yet.
            closed = kind != "deephole" or (self.hole and nested_closing(text, start, self.hole) is not None)
            if kind in _HOLES and closed:
                inside = text[start + 2 : end - 2].strip() if text.startswith("{!", start) else ""
                yield FoundHole(HoleKind.TERM, Span(start, end), inside)

    def _tokens(self, text: str, span: Span) -> Iterator[tuple[str | None, int, int]]:
        """What is no code in a unit, its kind, start and end: comments, strings, holes and pragmas."""
        at = span.start
        while match := self.leap.search(text, at, span.end):
            kind, start, at = match.lastgroup, match.start(), match.end()
            if kind in _STOPS:
                at, _ = self.passed(text, start, kind)
            yield kind, start, at

    def passed(self, text: str, start: int, kind: str) -> tuple[int, str]:
        """Where a pragma ends, or a comment or hole with others inside; and the pragma's normal form if it is an
        escape."""
        if kind == "pragma" and self.pragma:
            return self.pragma(text, start)
        if kind == "deephole" and self.hole:
            return nested_end(text, start, self.hole), ""
        return self.skip(text, start), ""


class _Body:
    """What belongs to one unit, read up to the next unit's first word."""

    def __init__(self, grammar: Grammar, text: str, at: int, column: int, item: Item) -> None:
        self.escapes: list[Escape] = []
        self.span = self.head = Span(at, at)
        self._grammar = grammar
        self._text = text
        self._column = column
        self._item = item
        self._head_end = item.head_end

    def read(self) -> int:
        """Reads on; where the next unit starts."""
        text, at = self._text, self.span.start
        while True:  # again after each thing that the leap cannot pass by itself
            for match in self._grammar.leap.finditer(text, at):
                kind = match.lastgroup
                if kind == "run":
                    start, at = match.span()
                    if text.startswith("{-", at):
                        at = self._grammar.skip(text, at)
                    if self._ends(start, at):
                        return at
                    if at != match.end():
                        break
                elif kind in _STOPS:
                    at, word = self._grammar.passed(text, match.start(), kind)
                    if word:
                        self.escapes.append(Escape(word, Span(match.start(), at)))
                    if kind == "deep" and self._ends(match.start(), at):
                        return at
                    break
            else:
                self._close(len(text))
                return len(text)

    def _ends(self, run: int, at: int) -> bool:
        """Whether the unit ends before the blanks and comments from ``run`` to the word at ``at``."""
        if at < len(self._text):
            line = self._text.rfind("\n", run, at)
            if line < 0 or at - line - 1 > self._column:
                return False
            if self._item.defines and self._grammar.joins(self._text, at, at - line - 1, self._item):
                if self._head_end is None:
                    self._head_end = _trimmed(self._text, self.span.start, run).end
                return False
        self._close(run)
        return True

    def _close(self, end: int) -> None:
        self.span = _trimmed(self._text, self.span.start, end)
        self.head = self.span if self._head_end is None else Span(self.span.start, min(self._head_end, self.span.end))


def _trimmed(text: str, start: int, end: int) -> Span:
    """The span without the blanks at its end."""
    if end > start and text[end - 1].isspace():
        end = start + len(text[start:end].rstrip())
    return Span(start, end)


def within(text: str, column: int) -> bool:
    """Whether every line of a match after its first is indented further than a column."""
    return "\n" not in text or all(
        not line.strip() or len(line) - len(line.lstrip()) > column for line in text.split("\n")[1:]
    )


def _merged(some: Sequence[Escape], others: Sequence[Escape]) -> Sequence[Escape]:
    return sorted([*some, *others], key=_place) if some else others


def _place(escape: Escape) -> Span:
    return escape.span
