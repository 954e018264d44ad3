"""The text that Idris is to hold total, whatever the user's own text asks for.

Idris takes a proof by itself (``f x = f x``) without a word unless totality is asked for; and ``:total`` looks at a
function alone, not at what its ``where`` holds. So the whole text is checked under ``%default total``, and what then is
wrong with a declaration is held against the proofs in it. Every line stays where it was, but for one that may be added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from unsorry.model import Problem
from unsorry.provers.base import Outline
from unsorry.provers.idris2.code import mask
from unsorry.provers.patterns import compiled
from unsorry.text import Edit, Span, apply_edits

_DIRECTIVE = compiled(r"%default[ \t]++(total|covering|partial)(?![\w'])")
_NOT_TOTAL = compiled(r"is not (?:total|covering)")
_FRONT = ("module", "import")
_EXCUSES = frozenset({"partial", "covering"})
_EXCUSED = "the text excuses this declaration from Idris's totality check, so that nothing in it can be verified"


@frozen
class Held:
    """A text under ``%default total``, made of another by ``edits``."""

    text: str
    edits: tuple[Edit, ...]

    def original(self, span: Span) -> Span:
        """Where a place of this text lies in the other."""
        return Span(self._offset(span.start), self._offset(span.end))

    def _offset(self, offset: int) -> int:
        growth = 0
        for edit in self.edits:
            if edit.span.start + growth >= offset:
                break
            growth += edit.growth
        return offset - growth


def hold(text: str, file: str, outline: Outline) -> Held:
    code = mask(text, file)
    edits = [
        Edit(Span(*match.span(1)), "total".ljust(len(match[1])))
        for match in _DIRECTIVE.finditer(code)
        if match[1] != "total"
    ]
    front = _end_of_front(code, outline)
    if not any(match.start() < _first(code, outline) for match in _DIRECTIVE.finditer(code)):
        mark = "> " if file.endswith(".lidr") else ""
        line = f"{mark}%default total\n"
        edits.append(Edit(Span(front, front), f"\n\n{line}" if front else f"{line}\n"))
    edits.sort()
    return Held(apply_edits(text, edits), tuple(edits))


def mend(text: str, outline: Outline, held: Held, problems: Sequence[Problem]) -> Held:
    """The same without what is wrong with it: declarations that are not total are called partial, others with an error
    lose their body. Where anything has an error, Idris says nothing of terms elsewhere that it could not make out."""
    edits = list(held.edits)
    for number in {problem.unit for problem in problems if problem.unit is not None}:
        unit = outline.units[number]
        own = [problem for problem in problems if problem.unit == number]
        if unit.head.start == unit.span.start and all(_NOT_TOTAL.search(problem.message) for problem in own):
            edits.append(Edit(Span(unit.span.start, unit.span.start), "partial "))
            continue
        stated = all(problem.span is not None and problem.span.start >= unit.head.end for problem in own)
        lost = Span(unit.head.end if stated and unit.head.end > unit.span.start else unit.span.start, unit.span.end)
        edits.append(Edit(lost, "".join(c if c in "\r\n" else " " for c in text[lost.start : lost.end])))
    edits.sort()
    return Held(apply_edits(text, edits), tuple(edits))


def _end_of_front(code: str, outline: Outline) -> int:
    """The end of the line of the last import, or of the module's header; 0 without either."""
    end = 0
    for unit in outline.units:
        inside = code[unit.span.start : unit.span.end]
        if inside.split(maxsplit=1)[:1] and inside.split(maxsplit=1)[0] in _FRONT:
            end = unit.span.start + len(inside.rstrip())
    line_end = code.find("\n", end)
    return 0 if end == 0 else (line_end if line_end >= 0 else len(code))


def _first(code: str, outline: Outline) -> int:
    """Where the first declaration begins: behind it, a directive comes too late."""
    for unit in outline.units:
        inside = code[unit.span.start : unit.span.end].lstrip()
        if unit.name and not inside.startswith(_FRONT):
            return unit.span.start
    return len(code)


def excused(text: str, outline: Outline, units: Sequence[int]) -> Iterator[Problem]:
    """A problem for each of ``units`` that the text itself calls partial or covering, be it on a line before."""
    for number in units:
        first = number
        while first > 0 and not outline.units[first - 1].name:
            first -= 1
        near = [unit for unit in outline.units[first : number + 1] if not text.startswith("%default", unit.span.start)]
        if any(escape.word in _EXCUSES for unit in near for escape in unit.escapes):
            yield Problem(_EXCUSED, outline.units[number].head, number)
