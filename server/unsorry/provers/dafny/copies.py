"""One source text with many copies of a declaration under new names, one for each candidate, and what became of each.

The declaration itself stays as it is, so that the rest of the text still means what it meant.
"""

from __future__ import annotations

import bisect
from collections.abc import Mapping, Sequence

from attrs import frozen

from unsorry.provers.dafny.answers import Answer, Said, mangled
from unsorry.provers.dafny.tokens import NotCode, tokens

_NAME = "UnsorryCopy"


@frozen
class Only:
    """Which implementations are to be verified: those whose names contain a ``word``, or are ``whole`` that word;
    further ones may be."""

    word: str
    whole: bool = False

    @property
    def pattern(self) -> str:
        """For ``/proc`` of Dafny 2."""
        return f"*.{mangled(self.word)}" if self.whole else f"*{self.word}*"


COPIES = Only(_NAME)


@frozen
class Copies:
    """``source`` with copies that begin at the given ``lines`` (from 1) and have the given ``names``. ``last`` is the
    line after them all."""

    source: str
    names: tuple[str, ...]
    lines: tuple[int, ...]
    last: int

    def number_at(self, line: int) -> int | None:
        """The copy that a line belongs to."""
        if line >= self.last:
            return None
        number = bisect.bisect_right(self.lines, line) - 1
        return number if number >= 0 else None

    def errors(self, answer: Answer) -> tuple[Mapping[int, list[Said]], list[Said]]:
        """The errors in each copy, and those elsewhere."""
        inside: dict[int, list[Said]] = {}
        outside: list[Said] = []
        for error in answer.errors:
            number = self.number_at(error.line)
            if number is None:
                outside.append(error)
            else:
                inside.setdefault(number, []).append(error)
        return inside, outside

    def verdict(self, answer: Answer, number: int) -> bool:
        """Whether the verifier says itself that everything of a copy was verified."""
        return answer.passed(self.names[number])


def make_copies(text: str, name: str, end: int, versions: Sequence[str]) -> Copies:
    """``versions`` are texts of the declaration ``name`` that ends at ``end``, each with a candidate in place."""
    names = tuple(f"{_NAME}{number}" for number in range(len(versions)))
    line = text.count("\n", 0, end) + 2
    pieces: list[str] = []
    lines: list[int] = []
    for new, version in zip(names, versions, strict=True):
        copy = renamed(version, name, new)
        lines.append(line)
        line += copy.count("\n") + 1
        pieces.append(copy)
    inserted = "".join(f"\n{piece}" for piece in pieces) + "\n"
    return Copies(text[:end] + inserted + text[end:], names, tuple(lines), line)


def renamed(text: str, name: str, new: str) -> str:
    """A declaration's text under another name, its calls of itself included."""
    last = name.rpartition(".")[2]
    try:
        code = tokens(text)
    except NotCode:
        return text
    pieces: list[str] = []
    at = 0
    for index, token in enumerate(code):
        if token.kind == "word" and token.text == last and not (index and code[index - 1].text == "."):
            pieces.append(text[at : token.start] + new)
            at = token.end
    return "".join(pieces) + text[at:]


def only_named(name: str) -> Only:
    """The implementations of one declaration."""
    return Only(name.rpartition(".")[2], whole=True)
