"""Has Dafny check a whole text, and reports the facts: errors by unit, open holes, what declarations rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from unsorry.model import Document, HoleKind, Problem, Report
from unsorry.provers.base import Outline, Unit
from unsorry.provers.dafny.answers import Answer, Said
from unsorry.provers.dafny.declarations import read_declaration
from unsorry.provers.dafny.findings import hole_for
from unsorry.provers.dafny.holes import whole_head
from unsorry.provers.dafny.programs import MOST_ERRORS, NAME
from unsorry.provers.dafny.tokens import NotCode, tokens
from unsorry.provers.dafny.trust import read_trust
from unsorry.provers.patterns import compiled
from unsorry.text import Edit, Encoding, Position, SourceText, Span, apply_edits

_AXIOM = " {:axiom}"
_INCLUDE = re.compile(r'^\s*include\s+"(?P<file>[^"\n]*)"', re.MULTILINE)
_MOST_INCLUDED = 200
_LONE_RETURN = compiled(r"\r(?!\n)")


@frozen
class Wrong:
    """One error, and its offset in the document."""

    said: Said
    at: int


@frozen
class Prepared:
    """A text as Dafny gets it: includes by absolute paths, and what lacks a body marked as an axiom, so that the
    strictest check looks at all the rest. ``places`` tells where its places lie in the document."""

    source: SourceText
    document: Document
    edits: tuple[Edit, ...]

    def offset(self, line: int, column: int, unit: Encoding) -> int:
        """The offset in the document of a place that Dafny names."""
        at = self.source.offset(Position(line - 1, column), unit)
        moved = 0
        for edit in self.edits:
            if edit.span.start + moved + len(edit.text) > at:
                break
            moved += edit.growth
        return max(0, min(at - moved, len(self.document.text)))


def prepare(document: Document, outline: Outline, *, seal: bool) -> Prepared:
    """``seal`` marks what lacks a body as an axiom."""
    edits = [*_includes(document), *(_axioms(document.text, outline) if seal else ())]
    edits.sort()
    return Prepared(SourceText(apply_edits(document.text, edits)), document, tuple(edits))


def included_texts(document: Document) -> Sequence[str]:
    """The texts of all files that a document includes, as far as they can be read."""
    if document.path is None:
        return ()
    found: dict[Path, str] = {}
    todo = [(document.text, document.path.parent)]
    while todo and len(found) < _MOST_INCLUDED:
        text, folder = todo.pop()
        for match in _INCLUDE.finditer(text):
            file = (folder / match["file"]).resolve()
            if file not in found:
                try:
                    found[file] = file.read_text(encoding="utf-8", errors="replace")
                except OSError:
                    continue
                todo.append((found[file], file.parent))
    return list(found.values())


def make_report(prepared: Prepared, outline: Outline, answer: Answer, units: Sequence[int]) -> Report:
    """What an answer says of a document. A touched unit of which the verifier does not say that it passed is not
    taken to be right."""
    document = prepared.document
    problems = _problems(prepared, outline, answer)
    real = tuple(each for each in problems if not _is_hole(outline, each))
    holes = {n: count for n, unit in enumerate(outline.units) if (count := sum(hole.shown for hole in unit.holes))}
    complete, reason = answer.ended, answer.reason
    if _LONE_RETURN.search(document.text):  # to Dafny it ends a line, and so a comment
        complete, reason = False, "the text has carriage returns that end no line"
    unseen = _unseen(document.text, outline, answer) if complete else frozenset()
    for number in units:
        if complete and number in unseen and not any(each.unit == number for each in problems):
            complete, reason = False, f"Dafny does not say that {outline.units[number].name} was verified"
    if not complete:
        first = Problem(reason or "Dafny did not finish", None, None)
        return Report(False, (first, *real), holes)
    failing = {each.unit for each in real if each.unit is not None}
    trust = read_trust(document.text, outline, failing | unseen, included_texts(document))
    names = {number: outline.units[number].name.rpartition(".")[2] for number in units}
    axioms = {number: trust.of(name) for number, name in names.items()}
    certain = {number: trust.certain(name) for number, name in names.items()}
    return Report(True, real, holes, axioms, certain)


def units_with_errors(prepared: Prepared, outline: Outline, answer: Answer) -> Mapping[int, list[Wrong]]:
    """The errors of each unit that has any, in the order in which Dafny tells them."""
    found: dict[int, list[Wrong]] = {}
    for error in answer.errors:
        problem = _problem(prepared, outline, error)
        if problem.unit is not None and problem.span is not None:
            found.setdefault(problem.unit, []).append(Wrong(error, problem.span.start))
    return found


def _problems(prepared: Prepared, outline: Outline, answer: Answer) -> list[Problem]:
    """The errors as problems, with the holes that they are about where all that is wrong in a unit is known."""
    found = [_problem(prepared, outline, error) for error in answer.errors]
    for number, every in units_with_errors(prepared, outline, answer).items():
        unit = outline.units[number]
        whole = len(every) < MOST_ERRORS and not any(each.said.undecided or each.said.taken for each in every)
        declaration = read_declaration(prepared.document.text, unit) if whole else None
        if declaration is None or any(hole.shown for hole in unit.holes):
            continue
        for index, problem in enumerate(found):
            # What is wrong in the head comes before all else.
            if problem.unit == number and problem.span is not None and problem.span.start >= declaration.head_end:
                hole = hole_for(declaration, problem.message, problem.span.start)
                found[index] = evolve(problem, hole=hole.span if hole else None)
    return found


def _problem(prepared: Prepared, outline: Outline, error: Said) -> Problem:
    if error.file and Path(error.file).name != NAME:
        return Problem(f"{error.file}: {error.message}")
    at = prepared.offset(error.line, error.column, error.unit)
    return Problem(error.message, Span(at, at), outline.unit_at(at))


def _is_hole(outline: Outline, problem: Problem) -> bool:
    """Whether a problem is only that an assumption which is still there does not hold by itself."""
    if problem.span is None or problem.unit is None:
        return False
    at = problem.span.start
    holes = outline.units[problem.unit].holes
    return any(h.shown and h.kind is HoleKind.ASSERTION and h.span.start <= at < h.span.end for h in holes)


def _unseen(text: str, outline: Outline, answer: Answer) -> frozenset[int]:
    """The units that the verifier passed over in silence, as an attribute can make it do, or that did not pass."""
    units = enumerate(outline.units)
    return frozenset(n for n, unit in units if not answer.passed(unit.name) and _should_be_seen(text, unit))


def _should_be_seen(text: str, unit: Unit) -> bool:
    """Whether the verifier has something to say of a unit: it promises something or does something. Of what has
    nothing to check it says nothing."""
    declaration = read_declaration(text, unit)
    if declaration is None:
        return bool(unit.name) and unit.head.end < unit.span.end
    if declaration.body is not None and declaration.is_function:
        return bool(declaration.having("ensures"))
    if declaration.body is None or not (declaration.is_lemma or declaration.kind == "method"):
        return False
    return bool(declaration.code or declaration.having("ensures"))


def _includes(document: Document) -> Iterator[Edit]:
    if document.path is None:
        return
    for match in _INCLUDE.finditer(document.text):
        file = (document.path.parent / match["file"]).resolve()
        yield Edit(Span(*match.span("file")), str(file))


def _axioms(text: str, outline: Outline) -> Iterator[Edit]:
    """``{:axiom}`` after the keyword of whatever promises something and lacks a body."""
    for unit in outline.units:
        end, has_body = whole_head(text, unit)
        if has_body or end <= unit.span.start or "ensures" not in text[unit.span.start : end]:
            continue
        try:
            code = tokens(text, unit.span.start, end)
        except NotCode:
            continue
        name = unit.name.rpartition(".")[2]
        if any(token.text == "axiom" for token in code):
            continue
        at = next((i for i, token in enumerate(code) if token.text == name), None)
        if at:
            yield Edit(Span(code[at - 1].end, code[at - 1].end), _AXIOM)
