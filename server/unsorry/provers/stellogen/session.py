"""A session with Stellogen: scratch copies that ``sgen`` runs, one process each; nothing lives between two calls."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence

from attrs import evolve

from unsorry.errors import ProverTimeout
from unsorry.model import (
    Budget,
    Candidate,
    Document,
    Fill,
    Goal,
    Goals,
    Hole,
    HoleKind,
    Hypothesis,
    NoGoal,
    Problem,
    Report,
    Trial,
    TrialResult,
)
from unsorry.provers.base import FoundHole, Outline
from unsorry.provers.stellogen.expectations import Form, assertions_about, empty_objects, forms, is_tested
from unsorry.provers.stellogen.holes import SYNTAX
from unsorry.provers.stellogen.imports import imported
from unsorry.provers.stellogen.program import Outcome, Phase, Sgen, blanked, follow
from unsorry.provers.stellogen.render import edit_of, end_of_stars
from unsorry.provers.stellogen.scratch import Scratch
from unsorry.text import Span, apply_edits

_TRIAL_SECONDS = 0.5
_READING_SECONDS = 5.0


class StellogenSession:
    """Implements ``Session``. Divergence is normal: whatever does not end is killed and counts as failed."""

    def __init__(self, sgen: Sgen, document: Document, outline: Outline) -> None:
        self._sgen = sgen
        self._scratch = Scratch(document)
        self._pace = _TRIAL_SECONDS  # what a run takes here, diverging or not
        self._take(document, outline)

    def _take(self, document: Document, outline: Outline) -> None:
        self._document, self._outline = document, outline
        self._forms = forms(document.text, outline)
        self._imported = imported(document)
        self._failing: Mapping[Phase, Outcome] | None = None

    async def update(self, document: Document, outline: Outline) -> None:
        if document.text != self._document.text:
            self._take(document, outline)

    async def find_holes(self) -> Sequence[FoundHole]:
        """The ends of the objects that a failing assertion names, where none of these has an empty place already."""
        failing = await self._read()
        if any(outcome.stopped for outcome in failing.values()):
            return ()
        broken = {problem.unit for outcome in failing.values() for problem in outcome.problems}
        objects = {form.defines: number for number, form in self._forms.items() if form.term.symbol == "object"}
        found: dict[int, FoundHole] = {}
        for number in broken & self._forms.keys():
            form = self._forms[number] if number is not None else None
            named = [objects[name] for name in form.names if name in objects] if form and form.asserts else []
            if any(hole.shown for each in named for hole in self._outline.units[each].holes):
                continue
            for each in named:
                at = end_of_stars(self._document.text, self._outline, each)
                if at is not None:
                    found[each] = FoundHole(HoleKind.ASSERTION, Span(at, at), shown=False)
        return [found[number] for number in sorted(found)]

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        """The assertions that fail and depend on the object; with what they refer to."""
        tests = assertions_about(hole.declaration, self._forms)
        if not tests:
            return NoGoal(f"no assertion of this file tests `{hole.declaration}`")
        failing = await self._read()
        stopped = next((outcome.stopped for outcome in failing.values() if outcome.stopped), "")
        if stopped:
            return NoGoal(stopped)
        problems = {p.unit: p for outcome in failing.values() for p in outcome.problems if p.unit in tests}
        if not problems:
            return NoGoal(f"every assertion that tests `{hole.declaration}` passes as it is")
        goals = [self._goal(number, hole, problems[number]) for number in sorted(tests) if number in problems]
        return Goals(tuple(goals))

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        deadline = time.monotonic() + budget.seconds
        tests = assertions_about(hole.declaration, self._forms)
        phases = {Phase.CHECK if self._forms[number].marked else Phase.RUN for number in tests}
        phases |= {Phase.CHECK} if any(_calls_macro(self._forms[number]) for number in tests) else set()
        for candidate in candidates:
            if time.monotonic() >= deadline:
                return
            started = time.monotonic()
            result, message = await self._try(hole, candidate, tests, sorted(phases))
            yield Trial(candidate, result, time.monotonic() - started, message)

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        """There is none: ``ROOM.searches`` is empty."""
        none: Sequence[Candidate] = ()
        for candidate in none:
            yield candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        """Both phases of the whole text, and what ``sgen`` itself makes of it. Where an assertion fails, each of
        ``units`` that it depends on has the problem too: an object is proved by its tests."""
        deadline = time.monotonic() + seconds
        text = document.text
        done = await self._sgen.run("preprocess", self._scratch.write(text), seconds)
        if done.status != 0:
            return Report(complete=False, problems=(Problem(f"it cannot be read: {done.stderr[:300]}"),))
        known = forms(text, outline)
        tests = {number: assertions_about(outline.units[number].name, known) for number in units}
        problems: list[Problem] = []
        for phase in Phase:
            left = max(0.1, deadline - time.monotonic())
            outcome = await follow(self._sgen, self._scratch, phase, text, outline, left)
            if outcome.stopped:
                return Report(complete=False, problems=(Problem(outcome.stopped), *outcome.problems))
            for problem in outcome.problems:
                problems.append(problem)
                concerned = (number for number, by in tests.items() if problem.unit in by and number != problem.unit)
                problems.extend(evolve(problem, unit=number) for number in concerned)
        problems.extend(
            Problem(f"no assertion tests `{outline.units[number].name}`", unit=number)
            for number in units
            if not is_tested(outline.units[number].name, done.stdout)
        )
        return Report(
            complete=True,
            problems=tuple(problems),
            open_holes=_open(outline, done.stdout),
            axioms=dict.fromkeys(units, frozenset()),
        )

    async def close(self) -> None:
        self._scratch.close()

    async def _read(self) -> Mapping[Phase, Outcome]:
        """What fails in the text as it is. That a phase does not end is said as such, and not waited for again."""
        if self._failing is None:
            self._failing = {phase: await self._follow(phase) for phase in Phase}
        return self._failing

    async def _follow(self, phase: Phase) -> Outcome:
        started = time.monotonic()
        text, outline = self._document.text, self._outline
        try:
            outcome = await follow(self._sgen, self._scratch, phase, text, outline, _READING_SECONDS)
        except ProverTimeout as error:
            return Outcome((), error.message)
        self._pace = min(self._pace, time.monotonic() - started)
        return outcome

    def _goal(self, number: int, hole: Hole, problem: Problem) -> Goal:
        form = self._forms[number]
        wanted = {name for name in form.names if name != hole.declaration}
        around = [f for f in (*self._imported, *self._forms.values()) if f.defines in wanted and f.body]
        hypotheses = [Hypothesis((f.defines,), f.term.symbol, f.body) for f in around]
        mark = "§" if form.marked else ""
        return Goal(tuple(hypotheses), f"{mark}{form.term} ; {problem.message}")

    async def _try(
        self, hole: Hole, candidate: Candidate, tests: frozenset[int], phases: Sequence[Phase]
    ) -> tuple[TrialResult, str]:
        text = apply_edits(self._document.text, (edit_of(self._document.text, Fill(hole, candidate)),))
        outline = SYNTAX.outline(text)
        if len(outline.units) != len(self._outline.units):
            return TrialResult.REJECTED, "it is more, or less, than one constellation"
        failing = await self._read()
        for phase in phases:
            # What fails without the hole having to do with it would only stand in the way.
            others = {p.unit for p in failing[phase].problems if p.unit is not None} - tests
            copy = self._scratch.write(blanked(text, outline, others))
            try:
                done = await self._sgen.run(phase, copy, _TRIAL_SECONDS + self._pace)
            except ProverTimeout as error:
                return TrialResult.TIMED_OUT, error.message
            if done.status != 0:
                return TrialResult.REJECTED, ""
        return TrialResult.CLOSED, ""


def _calls_macro(form: Form) -> bool:
    """Whether only ``sgen`` knows in which phase the form is: the macro may say so."""
    return form.term.symbol not in ("==", "~=")


def _open(outline: Outline, preprocessed: str) -> Mapping[int, int]:
    """How many empty constellations ``sgen`` itself sees in each object, by unit."""
    seen: dict[str, list[int]] = {}
    for name, count in empty_objects(preprocessed):
        seen.setdefault(name, []).append(count)
    met: Counter[str] = Counter()
    counted: dict[int, int] = {}
    for number, unit in enumerate(outline.units):
        if unit.name not in seen or (not unit.holes and met[unit.name] >= len(seen[unit.name])):
            continue
        order = met[unit.name]
        met[unit.name] += 1
        if order < len(seen[unit.name]) and seen[unit.name][order]:
            counted[number] = seen[unit.name][order]
    return counted
