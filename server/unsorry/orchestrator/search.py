"""The search for one hole: goal, plan, candidates, verdicts; every step an event."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TypeVar

from attrs import define, evolve, field, frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.events import AttemptFinished, AttemptStarted, Event, GaveUp, GoalRead, PlanMade, ProofFound
from unsorry.model import (
    Attempt,
    Budget,
    Candidate,
    Fill,
    Hole,
    HoleStatus,
    NoGoal,
    Proof,
    Step,
    Trial,
    TrialResult,
    Verdict,
)
from unsorry.orchestrator.health import HealthBoard
from unsorry.orchestrator.memory import GoalMemory, Scene, make_scene
from unsorry.orchestrator.selector import Selector
from unsorry.orchestrator.sessions import Lease
from unsorry.orchestrator.toolchains import Toolchains
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, Strategy

_T = TypeVar("_T")
# The names under which trying remembered proofs is reported: those of the same goal, and those of goals like it.
_KNOWN, _SIMILAR = "memory", "similar"
_SIMILAR_SHARE = 0.2


@frozen
class SearchLimits:
    """``alternatives``: proofs kept a hole. ``check_seconds``: the most that checking one whole text may take."""

    alternatives: int
    check_seconds: float


@define(eq=False)
class _Progress:
    """What one hole's search has found so far."""

    proofs: list[Proof] = field(factory=list)
    attempts: list[Attempt] = field(factory=list)


class HoleSearch:
    """Runs searches; holds no state of its own between them but the memory of goals."""

    def __init__(
        self,
        strategies: Mapping[str, Strategy],
        selector: Selector,
        health: HealthBoard,
        memory: GoalMemory,
        toolchains: Toolchains,
        limits: SearchLimits,
        emit: Callable[[Event], None],
    ) -> None:
        self._strategies = strategies
        self._selector = selector
        self._health = health
        self._memory = memory
        self._toolchains = toolchains
        self._limits = limits
        self._emit = emit

    async def run(self, prover: Prover, lease: Lease, hole: Hole, known: Sequence[Candidate], budget: Budget) -> None:
        """Searches one hole until it is proved, the budget has gone, or nothing is left to try.

        ``known`` are candidates that proved the hole before an edit; they are tried before anything else.

        Raises:
            ProverError: the session failed, so that the goal could not be read.
        """
        uri, language = lease.document.uri, prover.info.language
        goals = await lease.session.goals(hole)
        self._emit(GoalRead(uri, hole, goals))
        if isinstance(goals, NoGoal):
            self._emit(GaveUp(uri, hole, goals.reason))
            return
        async with self._memory.alone(language, goals):
            version = await self._toolchains.version(prover)
            scene = make_scene(prover, version, lease.document, lease.outline, hole, goals)
            known = _distinct([*known, *await self._memory.known(scene)])
            # Only now: what loading the file takes (imports, what stands before the hole) is not the hole's time.
            deadline = time.monotonic() + budget.seconds
            found = _Progress()
            if known:
                step = Step(_KNOWN, Budget(budget.seconds, budget.per_candidate), "it proved this goal before")
                await self._attempt(prover, lease, hole, step, _one_batch(known), deadline, found)
            if not found.proofs:
                await self._follow_plan(scene, lease, known, budget, deadline, found)
            if found.proofs:
                self._memory.proved(scene, found.proofs[0])

    async def _follow_plan(
        self,
        scene: Scene,
        lease: Lease,
        known: Sequence[Candidate],
        budget: Budget,
        deadline: float,
        found: _Progress,
    ) -> None:
        uri, prover, hole, goals = lease.document.uri, scene.prover, scene.hole, scene.goals
        plan = self._selector.plan(goals, prover, self._strategies, self._health.snapshot(prover.info.name), budget)
        self._emit(PlanMade(uri, hole, plan))
        names = tuple(step.strategy for step in plan.steps)
        if names and await self._memory.searched(scene, names) >= budget.seconds:
            self._emit(GaveUp(uri, hole, "the same goal was searched before, as long as now, and not proved"))
            return
        started = time.monotonic()
        await self._try_similar(scene, lease, known, budget, deadline, found)
        for step in () if found.proofs else plan.steps:
            context = Context(prover, lease.session, hole, goals, step.budget)
            batches = self._strategies[step.strategy].batches(context)
            await self._attempt(prover, lease, hole, step, batches, deadline, found)
            if found.proofs or time.monotonic() >= deadline:
                break
        if not found.proofs:
            broken = bool(found.attempts) and all(a.verdict is Verdict.PROVER_FAILED for a in found.attempts)
            refused = any(attempt.refused for attempt in found.attempts)  # may hold once other holes are filled
            if not broken and not refused:
                await self._memory.in_vain(scene, names, budget.seconds)
            status = HoleStatus.FAILED if broken else HoleStatus.OPEN
            self._emit(GaveUp(uri, hole, _why(found.attempts, time.monotonic() - started), status))

    async def _try_similar(
        self,
        scene: Scene,
        lease: Lease,
        known: Sequence[Candidate],
        budget: Budget,
        deadline: float,
        found: _Progress,
    ) -> None:
        """Tries what proved goals like this one, and this one before an edit."""
        candidates = await self._memory.similar(scene, known)
        if candidates:
            seconds = budget.seconds * _SIMILAR_SHARE
            step = Step(_SIMILAR, Budget(seconds, budget.per_candidate), "it proved a similar goal")
            await self._attempt(scene.prover, lease, scene.hole, step, _one_batch(candidates), deadline, found)

    async def _attempt(
        self,
        prover: Prover,
        lease: Lease,
        hole: Hole,
        step: Step,
        batches: AsyncIterator[Sequence[Candidate]],
        deadline: float,
        found: _Progress,
    ) -> None:
        """One strategy's run; whatever ends it, the event that it has finished goes out."""
        self._emit(AttemptStarted(lease.document.uri, hole, step))
        trier = _Trier(lease, hole, step, min(deadline, time.monotonic() + step.budget.seconds))
        started = time.monotonic()
        verdict, message = Verdict.CANCELLED, ""
        try:
            verdict, message = await self._run_batches(prover, trier, batches, started, found)
        except ProverTimeout as error:
            verdict, message = Verdict.TIMED_OUT, error.message
        except ProverError as error:
            verdict, message = Verdict.PROVER_FAILED, error.message
        finally:
            seconds = time.monotonic() - started
            attempt = Attempt(step.strategy, prover.info.name, trier.tried, seconds, verdict, message, trier.refused)
            found.attempts.append(attempt)
            self._emit(AttemptFinished(lease.document.uri, hole, attempt))

    async def _run_batches(
        self,
        prover: Prover,
        trier: _Trier,
        batches: AsyncIterator[Sequence[Candidate]],
        started: float,
        found: _Progress,
    ) -> tuple[Verdict, str]:
        verdict, message = Verdict.REJECTED, ""
        async with _closing(batches) as stream:
            while True:
                try:
                    async with asyncio.timeout(trier.remaining):
                        batch = await anext(stream)
                        closed = await trier.run(batch)
                except StopAsyncIteration:
                    return verdict, message
                except TimeoutError:
                    closed = trier.take_closed()
                    if not closed:
                        return Verdict.TIMED_OUT, message
                for trial in closed:
                    checked = await self._verify(prover, trier, trial, started, found)
                    message = checked or message
                if found.proofs:
                    return Verdict.VERIFIED, ""
                if trier.remaining <= 0:
                    return Verdict.TIMED_OUT, message

    async def _verify(self, prover: Prover, trier: _Trier, trial: Trial, started: float, found: _Progress) -> str:
        """Applies the rule to one winner of a trial; why it was refused, if it was."""
        if len(found.proofs) >= self._limits.alternatives:
            return ""
        lease, fill = trier.lease, Fill(trier.hole, trial.candidate)
        checked = await lease.verifier.verify(lease.session, (fill,), self._limits.check_seconds)
        if not checked.ok:
            trier.refused += 1
            return checked.judgement.reason
        seconds = trial.seconds if found.proofs else time.monotonic() - started
        proof = Proof(
            fill,
            checked.edits,
            trier.step.strategy,
            prover.info.name,
            seconds,
            hash(lease.document.text),
            checked.axioms,
        )
        found.proofs.append(proof)
        self._emit(ProofFound(lease.document.uri, trier.hole, proof))
        return ""


@define(eq=False)
class _Trier:
    """Tries batches at one hole until a deadline, and keeps count."""

    lease: Lease
    hole: Hole
    step: Step
    deadline: float
    tried: int = 0
    refused: int = 0
    _closed: list[Trial] = field(factory=list)

    @property
    def remaining(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    async def run(self, batch: Sequence[Candidate]) -> list[Trial]:
        """The batch's trials that closed the goal: short ones first, then fast ones."""
        budget = evolve(self.step.budget, seconds=self.remaining)
        trials = self.lease.session.trials(self.hole, batch, budget)
        async with _closing(trials) as stream:
            async for trial in stream:
                self.tried += 1
                if trial.result is TrialResult.CLOSED:
                    self._closed.append(trial)
        return self.take_closed()

    def take_closed(self) -> list[Trial]:
        closed, self._closed = self._closed, []
        # Differences below a tenth of a second are noise; there the portfolio's own order counts.
        return sorted(closed, key=lambda trial: (len(trial.candidate.text), round(trial.seconds, 1)))


async def _one_batch(candidates: Sequence[Candidate]) -> AsyncIterator[Sequence[Candidate]]:
    yield candidates


@contextlib.asynccontextmanager
async def _closing(stream: AsyncIterator[_T]) -> AsyncIterator[AsyncIterator[_T]]:
    """Ends an asynchronous generator with the block, so that no prover works on for a reader that has left."""
    try:
        yield stream
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()


def _distinct(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    return tuple(dict.fromkeys(candidates))


def _why(attempts: Sequence[Attempt], seconds: float) -> str:
    if not attempts:
        return "no strategy has anything to try on this goal"
    tried = sum(attempt.candidates for attempt in attempts)
    names = ", ".join(attempt.strategy for attempt in attempts)
    told = next((attempt.message for attempt in reversed(attempts) if attempt.message), "")
    return f"not proved: {tried} candidates tried in {seconds:.1f} s ({names})" + (f"; {told}" if told else "")
