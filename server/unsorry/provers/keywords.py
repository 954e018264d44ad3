"""Scans languages whose declarations start with reserved words (Lean, Dafny): a unit reaches from one such word, with
the modifiers before it, to the next. A grammar says what the tokens are and describes a unit from what stood out in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from attrs import frozen

from unsorry.provers.base import Unit
from unsorry.provers.scanning import nested_end
from unsorry.text import Span

_PASSED = frozenset({"trivia", "passed"})


class Mark(NamedTuple):
    """A word of code that stood out in a unit; ``kind`` is the group of ``leap`` that found it. Between ``before`` and
    it there is nothing but blanks and comments."""

    kind: str
    span: Span
    before: int


@frozen
class KeywordGrammar:
    """The tokens and declarations of one language.

    ``leap`` finds what is worth looking at and tells which by its last group: ``start`` (the match ends where the next
    unit starts, or the text ends), ``deep`` (a comment that only counting can pass starts with the match), ``trivia``,
    ``passed`` or none (passed over); any other makes a ``Mark`` of the group's own span. ``word`` is the part of
    ``leap`` for what may follow a comment. ``opened`` matches the words that open a unit, ``trivia`` blanks and
    comments; ``opening`` opens a comment that nests, and ``comment`` is for counting, see ``nested_end``.

    Most units are plain, and this is what makes scanning fast: ``plain`` matches from behind what opens a unit through
    the rest of it, if that is code alone, and through the blanks and comments in group ``run`` to the next unit or the
    text's end. It fails at what it does not know. The unit is not plain either where ``inner`` finds anything in it.
    Nothing stands out before that line then, unless ``veil`` finds what may hide or begin something there: a quote, a
    comment, an attribute.
    """

    plain: re.Pattern[str]
    inner: re.Pattern[str]
    veil: re.Pattern[str]
    leap: re.Pattern[str]
    word: re.Pattern[str]
    opened: re.Pattern[str]
    trivia: re.Pattern[str]
    opening: str
    comment: re.Pattern[str]
    describe: Callable[[str, Span, re.Match[str] | None, Sequence[Mark]], Unit]

    def scan(self, text: str, start: int, _state: int) -> Iterator[Unit]:
        """Yields the units from ``start`` on: a ``Scan``."""
        at = self._skip(text, start or text.startswith("\ufeff"))
        fresh = True  # is this unit the first on its line? Only such a one is looked at for being plain
        while at < len(text):
            opened = self.opened.match(text, at)
            inside = opened.end() if opened else at
            plain = self.plain.match(text, inside) if opened and fresh else None
            end = plain.start("run") if plain else at
            marks: Sequence[Mark] = ()
            inner = self.inner.search(text, inside, end) if plain else None
            if plain and not inner:
                following = plain.end()
            else:
                if inner and not self.veil.search(text, inside, inner.start()):
                    inside = max(inside, text.rfind("\n", inside, inner.start()))
                marks, end, following = self._read(text, inside)
            if text[end - 1].isspace():
                end = at + len(text[at:end].rstrip())
            yield self.describe(text, Span(at, end), opened, marks)
            fresh = "\n" in text[end:following]
            at = following

    def _read(self, text: str, resume: int) -> tuple[Sequence[Mark], int, int]:
        """What stands out in the rest of a unit, where it ends, and where the next one starts."""
        marks: list[Mark] = []
        while True:  # again after each comment that the leap cannot pass by itself
            for match in self.leap.finditer(text, resume):
                kind, run = match.lastgroup, match.start()
                if kind == "deep":
                    resume = self._skip(text, run)
                    word = self.word.match(text, resume)
                    if word is None:
                        break
                    match, kind, resume = word, word.lastgroup, word.end()
                elif kind == "start" and match["trivia"] is None:
                    run = match.end()
                if kind == "start" or (kind == "trivia" and match.end() == len(text)):
                    return marks, run, match.end()
                if kind is not None and kind not in _PASSED:
                    marks.append(Mark(kind, Span(*match.span(kind)), run))
                if resume == match.end():
                    break
            else:
                return marks, len(text), len(text)

    def _skip(self, text: str, at: int) -> int:
        """Past the blanks and comments from ``at`` on; an unclosed comment reaches to the end of the text."""
        while True:
            match = self.trivia.match(text, at)
            at = match.end() if match else at
            if not text.startswith(self.opening, at):
                return at
            at = nested_end(text, at, self.comment)
