"""A prover whose answers are given: for tests of what the engine does with answers. It reads Rocq's holes.

The same paths run with real provers in ``tests/provers`` and ``tests/e2e``.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from attrs import define, field

from unsorry import registry
from unsorry.errors import ProverError
from unsorry.model import (
    Availability,
    Available,
    Budget,
    Candidate,
    Document,
    Fill,
    Goal,
    Goals,
    Hole,
    Language,
    NoGoal,
    Problem,
    ProverInfo,
    Report,
    Trial,
    TrialResult,
)
from unsorry.provers.base import Outline
from unsorry.text import Edit, SourceText


def document(text: str, version: int = 1, uri: str = "file:///a.v") -> Document:
    return Document(uri, Language("rocq"), version, SourceText(text))


@define
class Script:
    """``closes``: tactics that close the goal in a trial, by declaration. ``breaks``: texts that the check of a
    whole file refuses. ``gate``: trials wait for it. ``fail_open``/``fail_goals``: errors to raise. ``finds``: what the
    searches find, by kind, once they are let through ``search_gate``. ``most_sessions``: no more can be opened."""

    closes: Mapping[str, Sequence[str]] = field(factory=dict)
    portfolio: Sequence[Sequence[str]] = (("trivial", "auto", "lia"),)
    breaks: Sequence[str] = ()
    axioms: Mapping[str, frozenset[str]] = field(factory=dict)
    incomplete: bool = False
    conclusions: Mapping[str, str] = field(factory=dict)
    gate: asyncio.Event | None = None
    finds: Mapping[str, Sequence[str]] = field(factory=dict)
    search_gate: asyncio.Event | None = None
    most_sessions: int = 99
    searched: list[str] = field(factory=list)
    fail_open: ProverError | None = None
    fail_goals: ProverError | None = None
    tried: list[tuple[str, str]] = field(factory=list)
    checks: int = 0
    open_sessions: int = 0
    opened: int = 0


class ScriptedSession:
    def __init__(self, script: Script, doc: Document, outline: Outline) -> None:
        self.script, self.document, self.outline = script, doc, outline
        script.open_sessions += 1
        script.opened += 1
        self.closed = False

    async def update(self, document: Document, outline: Outline) -> None:
        self.document, self.outline = document, outline

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        if self.script.fail_goals is not None:
            raise self.script.fail_goals
        conclusion = self.script.conclusions.get(hole.declaration, hole.declaration)
        return NoGoal("an error stands before it") if conclusion == "none" else Goals((Goal((), conclusion),))

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        for candidate in candidates:
            if self.script.gate is not None:
                await self.script.gate.wait()
            self.script.tried.append((hole.declaration, candidate.text))
            closes = candidate.text in self.script.closes.get(hole.declaration, ())
            yield Trial(candidate, TrialResult.CLOSED if closes else TrialResult.REJECTED, 0.01)

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        self.script.searched.append(kind)
        if self.script.search_gate is not None:
            await self.script.search_gate.wait()
        for text in self.script.finds.get(kind, ()):
            yield Candidate(text)

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        self.script.checks += 1
        problems = []
        for number, unit in enumerate(outline.units):
            body = document.text[unit.span.start : unit.span.end]
            problems += [Problem(f"refused: {text}", unit.span, number) for text in self.script.breaks if text in body]
        axioms = {
            number: self.script.axioms.get(outline.units[number].name, frozenset())
            | (frozenset({outline.units[number].name}) if outline.units[number].holes else frozenset())
            for number in units
        }
        open_holes = {number: len(unit.holes) for number, unit in enumerate(outline.units) if unit.holes}
        return Report(not self.script.incomplete, tuple(problems), open_holes, axioms)

    async def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.script.open_sessions -= 1


class ScriptedProver:
    """Fits the ``Prover`` seam; renders as Rocq does for a proof that is missing as a whole."""

    info = ProverInfo("scripted", Language("rocq"), "Scripted", frozenset(), 1, 10.0, 2, "nothing to install")

    def __init__(self, script: Script) -> None:
        self.script = script
        self.syntax = registry.syntax_of(Language("rocq"))

    async def probe(self) -> Availability:
        return Available("1.0", "scripted")

    async def open(self, document: Document, outline: Outline) -> ScriptedSession:
        if self.script.fail_open is not None:
            raise self.script.fail_open
        if self.script.open_sessions >= self.script.most_sessions:
            raise ProverError("no more of them")
        return ScriptedSession(self.script, document, outline)

    def portfolio(self, goals: Goals, hole: Hole) -> Iterable[Sequence[Candidate]]:
        for batch in self.script.portfolio:
            yield tuple(Candidate(text) for text in batch)

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        return tuple(Edit(f.hole.span, f"Proof. {f.candidate.text}. Qed.") for f in fills)
