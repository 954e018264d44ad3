"""The rule of verification: the one place that may say ``VERIFIED``.

A candidate counts only when the document, exactly as the edit would leave it, has been accepted by the prover's
own kernel, and

1. the edit changes nothing but the bodies of the declarations whose holes it fills: no statement, no function's
   meaning, no other declaration, and no declaration more or less;
2. the new text has no hole, axiom or escape hatch that the old one had not;
3. no declaration has an error that it had not before, and those with filled holes have none but those that later
   holes, which only the prover sees, had at the very same places;
4. the prover itself counts exactly the holes that are left;
5. the declarations with filled holes rest on no axiom that they did not rest on before.

Anything else (a timeout, a crash, a strange answer) is some other verdict, never a success.
"""

from __future__ import annotations

import itertools
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from unsorry.errors import EditError, ProverError, ProverTimeout
from unsorry.model import Document, Fill, Judgement, Problem, Report, Verdict
from unsorry.provers.base import Outline, Prover, Session, Unit
from unsorry.text import Edit, SourceText, Span, apply_edits, difference, growth_before

_NUMBER = re.compile(r"\d+")
_ASKED_AHEAD = 7


@frozen
class Verified:
    """A judgement with the edits that it is about, and all that the declarations with filled holes then rest on, also
    ``by_unit``; these are empty unless the verdict is ``VERIFIED``."""

    judgement: Judgement
    edits: tuple[Edit, ...] = ()
    axioms: tuple[str, ...] = ()
    by_unit: Mapping[int, tuple[str, ...]] = field(factory=dict)

    @property
    def ok(self) -> bool:
        return self.judgement.verdict is Verdict.VERIFIED


class _Refused(Exception):
    pass


class Verifier:
    """Applies the rule to fills of one document text; keeps the report on that text as the baseline."""

    def __init__(
        self, prover: Prover, document: Document, outline: Outline, *, allowed_axioms: Collection[str]
    ) -> None:
        self.document = document
        self.outline = outline
        self._prover = prover
        self._allowed = frozenset(allowed_axioms)
        self._baseline: Report | None = None
        self._asked: set[int] = set()  # units whose axioms the baseline was asked for

    async def verify(self, session: Session, fills: Sequence[Fill], seconds: float) -> Verified:
        """Judges the document with all ``fills`` in place; the whole may take ``seconds``.

        Never raises for what a candidate or a prover does; cancellation passes through.
        """
        started = time.monotonic()
        edits: tuple[Edit, ...] = ()
        try:
            edits, after, outline = apply_fills(self._prover, self.document, self.outline, fills)
            touched = self._touched(fills)
            left = check_text(self.document.text, self.outline, after.text, outline, edits, fills)
            report = await session.check(after, outline, touched, seconds)
            if not self._needs_no_excuse(report, touched, left):
                remaining = max(1.0, seconds - (time.monotonic() - started))
                baseline = await self._report(session, touched, remaining)
                spared = _spared(self.outline, baseline, edits, fills)
                check_reports(self.outline, baseline, report, touched, left, self._allowed, spared)
        except (_Refused, EditError) as refusal:
            return self._end(Verdict.REJECTED, str(refusal), started)
        except ProverTimeout as error:
            return self._end(Verdict.TIMED_OUT, error.message, started)
        except ProverError as error:
            return self._end(Verdict.PROVER_FAILED, error.message, started)
        by_unit = {number: tuple(sorted(report.axioms.get(number, ()))) for number in touched}
        axioms = tuple(sorted({axiom for names in by_unit.values() for axiom in names}))
        return Verified(Judgement(Verdict.VERIFIED, seconds=time.monotonic() - started), edits, axioms, by_unit)

    def _needs_no_excuse(self, report: Report, touched: Sequence[int], left: Mapping[int, int]) -> bool:
        """Whether the rule holds without regard to how things were before: no error anywhere, the holes that the text
        shows and no others, no axiom. What the old text's report could tell does nothing but excuse."""
        nothing = Report(True, open_holes=left, axioms=dict.fromkeys(touched, frozenset[str]()))
        try:
            check_reports(self.outline, nothing, report, touched, left, self._allowed)
        except _Refused:
            return False
        return True

    def _end(self, verdict: Verdict, reason: str, started: float) -> Verified:
        return Verified(Judgement(verdict, reason, time.monotonic() - started))

    def _touched(self, fills: Sequence[Fill]) -> tuple[int, ...]:
        numbers = {self.outline.unit_at(fill.hole.span.start) for fill in fills}
        return tuple(sorted(number for number in numbers if number is not None))

    async def _report(self, session: Session, touched: Sequence[int], seconds: float) -> Report:
        """The report on the document's own text, with what the touched units rest on. Asking costs, so that units
        with holes are asked about a few at a time, in the order in which a file's holes are filled."""
        known = self._baseline
        if known is None or any(number not in self._asked for number in touched):
            ahead = (n for n, unit in enumerate(self.outline.units) if unit.holes and n > touched[0])
            units = sorted({*touched, *itertools.islice(ahead, _ASKED_AHEAD)} - self._asked)
            report = await session.check(self.document, self.outline, units, seconds)
            self._asked.update(units)
            if known is not None:
                axioms, certain = {**known.axioms, **report.axioms}, {**known.certain, **report.certain}
                report = evolve(report, axioms=axioms, certain=certain)
            self._baseline = report
            return report
        return known


def apply_fills(
    prover: Prover, document: Document, outline: Outline, fills: Sequence[Fill]
) -> tuple[tuple[Edit, ...], Document, Outline]:
    """The edits that put ``fills`` in place, and the document as they leave it.

    Raises:
        EditError: a candidate cannot be put in place.
    """
    edits = prover.render(document, outline, fills)
    text = apply_edits(document.text, edits)
    name = document.uri.rsplit("/", 1)[-1]
    updated = prover.syntax.update(outline, difference(document.text, text), text, name)
    return edits, evolve(document, source=SourceText(text)), updated


def check_text(
    before: str, old: Outline, after: str, new: Outline, edits: Sequence[Edit], fills: Sequence[Fill]
) -> Mapping[int, int]:
    """Conditions 1 and 2, from the texts alone. Returns how many holes are left in each unit that has any.

    Raises a refusal, which ``Verifier`` turns into a verdict.
    """
    filled = {fill.hole.span for fill in fills}
    if not edits or after == before:
        raise _Refused("the candidate changes nothing")
    _check_places(old, edits, filled)
    if len(old.units) != len(new.units):
        raise _Refused("the candidate adds or removes a declaration")
    left: dict[int, int] = {}
    for number, (was, now) in enumerate(zip(old.units, new.units, strict=True)):
        name = was.name or "a declaration"
        if now.span != _shifted(was.span, edits) or now.name != was.name:
            raise _Refused(f"the candidate changes where {name} begins or ends")
        if _slice(after, now.head) != _slice(before, was.head):
            raise _Refused(f"the candidate changes the statement of {name}")
        if _meaning(after, now) != _meaning(before, was):
            raise _Refused(f"the candidate changes what {name} means")
        added = _words(now) - _words(was)
        if added:
            raise _Refused(f"the candidate adds {', '.join(sorted(added))}")
        shown = [hole.span for hole in was.holes if hole.shown]
        remaining = [span for span in shown if span not in filled]
        moved = [span.shifted(growth_before(span.start, edits)) for span in remaining]
        if moved != [hole.span for hole in now.holes if hole.shown]:
            raise _Refused(f"the candidate adds, hides or moves a hole of {name}")
        if len(remaining) < len(shown) and any(span.start < was.head.end for span in remaining):
            raise _Refused(f"the statement of {name} has a hole itself")
        if remaining:
            left[number] = len(remaining)
    return left


def _check_places(old: Outline, edits: Sequence[Edit], filled: Collection[Span]) -> None:
    """Each edit lies in the body of a declaration that has a hole to fill."""
    bodies = [unit for unit in old.units if any(hole.span in filled for hole in unit.holes)]
    for edit in edits:
        unit = next((u for u in bodies if u.span.start <= edit.span.start and edit.span.end <= u.span.end), None)
        if unit is None or edit.span.start < unit.head.end:
            raise _Refused("the edit reaches beyond the declaration's body")


def check_reports(
    outline: Outline,
    before: Report,
    after: Report,
    touched: Iterable[int],
    left: Mapping[int, int],
    allowed: frozenset[str],
    spared: Collection[Problem] = (),
) -> None:
    """Conditions 3, 4 and 5, and that the kernel has seen the whole text. ``spared`` are the problems that may be left
    in touched units."""
    _check_complete(after)
    touched = frozenset(touched)
    worse = _complaints(after.problems) - _complaints(before.problems)
    for problem in after.problems:
        excused = any((each.message, each.span) == (problem.message, problem.span) for each in spared)
        if (problem.unit in touched and not excused) or _complaint(problem) in worse:
            raise _Refused(problem.message)
    open_ = {*left, *(each.unit for each in spared)}
    for number, unit in enumerate(outline.units):
        counted, expected = after.open_holes.get(number, 0), left.get(number, 0)
        if number in touched and counted != expected:
            raise _Refused(f"the prover counts {counted} holes in {unit.name or 'the declaration'}, not {expected}")
        if number not in touched and counted > before.open_holes.get(number, 0):
            raise _Refused(f"{unit.name or 'another declaration'} has a new hole")
    for number in touched:
        had = before.certain.get(number, before.axioms.get(number))  # what is only guessed is no excuse
        _check_axioms(outline.units[number], had, after.axioms.get(number), number in open_, allowed)


def _spared(outline: Outline, before: Report, edits: Sequence[Edit], fills: Sequence[Fill]) -> list[Problem]:
    """The problems of holes that only the prover sees and that are not filled, where they are after the edits. They
    come after all that is filled in their declaration: provers take for granted what they have complained of before."""
    filled = {fill.hole.span for fill in fills}
    reached: dict[int, int] = {}  # by unit: where the last thing is that the fills are to mend
    for problem in before.problems:
        if problem.unit is not None and problem.span is not None and problem.hole in filled:
            end = max(problem.span.start, problem.hole.start)
            reached[problem.unit] = max(end, reached.get(problem.unit, 0))
    found: list[Problem] = []
    for problem in before.problems:
        if problem.unit not in reached or problem.span is None or problem.hole is None or problem.hole in filled:
            continue
        holes = [hole.span for hole in outline.units[problem.unit].holes if not hole.shown]
        if problem.hole in holes and problem.hole.start >= reached[problem.unit]:
            moved = problem.span.shifted(growth_before(problem.span.start, edits))
            found.append(evolve(problem, span=moved))
    return found


def why_not_standing(outline: Outline, report: Report, number: int, allowed: Collection[str]) -> str:
    """Why a declaration of a text, which ``report`` is about, does not hold with ``allowed`` as its axioms; empty when
    it does. Holes that the text shows may be left in it."""
    unit = outline.units[number]
    try:
        _check_complete(report)
        for problem in report.problems:
            if problem.unit == number:
                raise _Refused(problem.message)
        counted = report.open_holes.get(number, 0)
        if counted != len(unit.holes):
            raise _Refused(f"the prover counts {counted} holes in it, not {len(unit.holes)}")
        _check_axioms(unit, frozenset(allowed), report.axioms.get(number), bool(unit.holes), frozenset())
    except _Refused as refusal:
        return str(refusal)
    return ""


def _check_complete(report: Report) -> None:
    if not report.complete:
        reason = report.problems[0].message if report.problems else "no reason given"
        raise _Refused(f"the prover did not check the whole file: {reason}")


def _check_axioms(
    unit: Unit, before: frozenset[str] | None, after: frozenset[str] | None, open_: bool, allowed: frozenset[str]
) -> None:
    if before is None or after is None:
        raise _Refused(f"the prover does not tell what {unit.name or 'the declaration'} rests on")
    new = after - before - allowed
    if new:
        raise _Refused(f"the proof rests on {', '.join(sorted(new))}")
    if not open_ and unit.name and unit.name in after:
        raise _Refused(f"{unit.name} is still unproved")


def _slice(text: str, span: Span) -> str:
    return text[span.start : span.end]


def _meaning(text: str, unit: Unit) -> str | None:
    return None if unit.meaning is None else _slice(text, unit.meaning)


def _words(unit: Unit) -> Counter[str]:
    return Counter(escape.word for escape in unit.escapes)


def _complaint(problem: Problem) -> tuple[int | None, str]:
    """A problem without the numbers (lines, columns) that an edit elsewhere may shift."""
    return problem.unit, _NUMBER.sub("#", problem.message)


def _complaints(problems: Sequence[Problem]) -> Counter[tuple[int | None, str]]:
    return Counter(_complaint(problem) for problem in problems)


def _shifted(span: Span, edits: Sequence[Edit]) -> Span:
    """Where a unit lies after edits inside bodies: an insertion between two units belongs to the first."""
    return Span(span.start + growth_before(span.start, edits), span.end + growth_before(span.end, edits))
