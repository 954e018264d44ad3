"""A session with Metamath: scratch copies that ``metamath`` reads, one short process each."""

from __future__ import annotations

import textwrap
import time
from collections.abc import AsyncIterator, Sequence

from unsorry.errors import ProverTimeout
from unsorry.model import (
    Budget,
    Candidate,
    Document,
    Goal,
    Goals,
    Hole,
    Hypothesis,
    NoGoal,
    Problem,
    Report,
    Trial,
    TrialResult,
)
from unsorry.provers.base import Outline
from unsorry.provers.metamath.answers import complaint, hypotheses, problems, unknown_steps, unproved, was_read, wrong
from unsorry.provers.metamath.assistant import Assistant
from unsorry.provers.metamath.program import Metamath, Scratch
from unsorry.provers.metamath.search import lemmas, one_step, variables, whole_proofs, without

_READING_SECONDS = 20.0
_VERIFY = "verify proof *"
_LINE = 70


class MetamathSession:
    """Implements ``Session``."""

    def __init__(self, metamath: Metamath, document: Document, outline: Outline) -> None:
        self._metamath = metamath
        self._scratch = Scratch(document)
        self._document, self._outline = document, outline

    async def update(self, document: Document, outline: Outline) -> None:
        self._document, self._outline = document, outline

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        number, index = self._place(hole)
        commands = (f"prove {hole.declaration}", "show new_proof /unknown /all")
        read, entered, unknown = await self._ask(self._document.text, commands, _READING_SECONDS)
        if not was_read(read):
            return NoGoal(complaint(read))
        steps = unknown_steps(unknown)
        if index >= len(steps):
            return NoGoal(complaint(entered) if "?" in entered else "Metamath does not show this step")
        known = tuple(Hypothesis((label,), said) for label, said in hypotheses(entered))
        names = tuple(unit.name for unit in self._outline.units[:number] if unit.name)
        return Goals((Goal(known, steps[index].goal, steps[index].name),), names=names[::-1])

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        deadline = time.monotonic() + budget.seconds
        for candidate in candidates:
            started = time.monotonic()
            if started >= deadline:
                return
            span, before = candidate.span(hole), self._document.text
            text = before[: span.start] + candidate.text + before[span.end :]
            try:
                commands = (f"verify proof {hole.declaration}",)
                read, said = await self._ask(text, commands, min(budget.per_candidate, deadline - started))
                closed = was_read(read) and "?" not in said
                result = TrialResult.CLOSED if closed else TrialResult.REJECTED
                message = "" if closed else complaint(said)
            except ProverTimeout as error:
                result, message = TrialResult.TIMED_OUT, error.message
            yield Trial(candidate, result, time.monotonic() - started, message)

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        number, index = self._place(hole)
        _, said = await self._ask(self._document.text, (_VERIFY,), min(_READING_SECONDS, budget.seconds))
        unit = self._outline.units[number]
        text = without(self._document.text, self._outline, wrong(said) - {hole.declaration})
        entering = f"prove {hole.declaration}"
        assistant: Assistant | None = None

        async def ask(commands: Sequence[str], seconds: float) -> Sequence[str]:
            return (await self._ask(text, (entering, *commands), seconds))[2:]

        steps = text[unit.head.end : unit.span.end].removesuffix("$.").split()
        if steps == ["?"]:
            known, free = lemmas(text, self._outline, number), variables(text, self._outline, number)
            assistant = Assistant(self._metamath.spec(self._scratch.write(text), self._scratch.cwd, entering))
            found = whole_proofs(assistant.ask, known, free, budget.seconds)
        else:
            found = one_step(ask, steps, index, budget.seconds)
        try:
            async for proof in found:
                yield Candidate("\n    ".join(textwrap.wrap(proof, _LINE, break_on_hyphens=False)))
        finally:
            if assistant is not None:
                await assistant.close()

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        """``verify proof *`` of the whole text. Axioms are what a database is made of, and any may be used; what a
        proof must not rest on are statements that are not proved themselves."""
        names = [outline.units[number].name for number in units]
        traces = tuple(f"show trace_back {name}" for name in names if name)
        read, said, *traced = await self._ask(document.text, (_VERIFY, *traces), seconds)
        if not was_read(read) or "100%" not in said:
            return Report(complete=False, problems=(Problem(complaint(read if "?" in read else said)),))
        missing = unproved(said)
        bad = wrong(said)  # ``show trace_back`` does not warn of what has an error, but lists all that is used
        rested = (unproved(trace) | (bad & frozenset(trace.split())) for trace in traced)
        rests = dict(zip((name for name in names if name), rested, strict=True))
        counted = {number: max(1, len(u.holes)) for number, u in enumerate(outline.units) if u.name in missing}
        axioms = {number: rests.get(outline.units[number].name, frozenset()) for number in units}
        return Report(True, problems(said, outline), open_holes=counted, axioms=axioms)

    async def close(self) -> None:
        self._scratch.close()

    def _place(self, hole: Hole) -> tuple[int, int]:
        """The number of the hole's unit, and which of its holes it is."""
        number = self._outline.unit_at(hole.span.start)
        assert number is not None
        spans = [found.span for found in self._outline.units[number].holes]
        return number, spans.index(hole.span) if hole.span in spans else 0

    async def _ask(self, text: str, commands: Sequence[str], seconds: float) -> tuple[str, ...]:
        return await self._metamath.script(self._scratch.write(text), self._scratch.cwd, commands, max(0.1, seconds))
