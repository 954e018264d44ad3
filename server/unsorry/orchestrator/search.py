"""The search for one hole, stage by stage: goal, plan, candidates, verdicts; every step an event."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
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
    Goals,
    Hole,
    HoleStatus,
    NoGoal,
    Plan,
    Proof,
    Step,
    Trial,
    TrialResult,
    Verdict,
)
from unsorry.observation.context import about
from unsorry.orchestrator.health import HealthBoard
from unsorry.orchestrator.history import History
from unsorry.orchestrator.memory import GoalMemory
from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.scenes import Scene, make_scene
from unsorry.orchestrator.selector import Case, Load, Selector, Stage
from unsorry.orchestrator.sessions import Lease
from unsorry.orchestrator.shapes import shape_of
from unsorry.orchestrator.toolchains import Toolchains
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, Strategy

_T = TypeVar("_T")
_IDLE = Load()
# The names under which trying remembered proofs is reported.
_KNOWN, _SIMILAR = "memory", "similar"
_SIMILAR_SHARE = 0.2
_NUMBERS = itertools.count(1)  # of this process's attempts


@frozen
class SearchLimits:
    """``alternatives``: proofs kept a hole. ``check_seconds``: the most that checking one whole text may take."""

    alternatives: int
    check_seconds: float


class HoleSearch:
    """Runs searches, one stage at a time; holds no state of its own between them but what was learned."""

    def __init__(
        self,
        strategies: Mapping[str, Strategy],
        selector: Selector,
        health: HealthBoard,
        memory: GoalMemory,
        toolchains: Toolchains,
        limits: SearchLimits,
        emit: Callable[[Event], None],
        history: History | None = None,
    ) -> None:
        self._strategies = strategies
        self._selector = selector
        self._health = health
        self._memory = memory
        self._toolchains = toolchains
        self._limits = limits
        self._emit = emit
        self._history = history if history is not None else History()
        self.patience: dict[str, float] = {}  # a prover's candidates and checks may take so many times as long
        self.suspended: dict[str, set[str]] = {}  # strategies that a prover is spared for a while

    async def run(
        self,
        prover: Prover,
        lease: Lease,
        hole: Hole,
        known: Sequence[Candidate],
        budget: Budget,
        progress: Progress,
        load: Load = _IDLE,
    ) -> None:
        """Searches one hole in the next stage of its ``progress``; whether that is ``over`` then is for it to say.

        ``budget`` is for all stages together. ``known`` are candidates that proved the hole before an edit; they are
        tried before anything else.

        Raises:
            ProverError: the session failed, so that the goal could not be read.
        """
        goals = await lease.session.goals(hole)
        first, progress.begun = not progress.begun, True
        if first:
            self._emit(GoalRead(lease.document.uri, hole, goals))
        if isinstance(goals, NoGoal):
            progress.over = True
            self._emit(GaveUp(lease.document.uri, hole, goals.reason))
            return
        async with self._memory.alone(prover.info.language, goals):
            version = await self._toolchains.version(prover)
            scene = make_scene(prover, version, lease.document, lease.outline, hole, goals)
            # Only now: what loading the file takes (imports, what stands before the hole) is not the hole's time.
            started = time.monotonic()
            per_candidate = budget.per_candidate * self.patience.get(prover.info.name, 1.0)
            left = Budget(max(0.0, budget.seconds - progress.spent), per_candidate)
            case = self._case(goals, prover, left, load)
            try:
                if first:
                    known = _distinct([*known, *await self._memory.known(scene)])
                    await self._try_known(case, lease, hole, known, progress)
                    if progress.attempts and progress.attempts[-1].refused and not progress.proofs:
                        self._memory.drop(scene)
                if not progress.proofs:
                    await self._follow_plan(scene, case, lease, known if first else None, budget, progress)
            finally:
                progress.spent += time.monotonic() - started
            if progress.proofs:
                progress.over = True
                self._memory.proved(scene, progress.proofs[0])

    def plan(self, goals: Goals, prover: Prover, budget: Budget) -> Plan:
        """What would be tried on a goal, in all stages."""
        return self._selector.plan(self._case(goals, prover, budget, _IDLE))

    def _case(self, goals: Goals, prover: Prover, budget: Budget, load: Load) -> Case:
        name = prover.info.name
        health = self._health.snapshot(name)
        spared = self.suspended.get(name, ())
        strategies = {key: value for key, value in self._strategies.items() if key not in spared}
        return Case(goals, prover, strategies, health, budget, self._history, load)

    async def _try_known(
        self, case: Case, lease: Lease, hole: Hole, known: Sequence[Candidate], progress: Progress
    ) -> None:
        if known and _KNOWN not in progress.exhausted:
            step = Step(_KNOWN, case.budget, "it proved this goal before")
            deadline = time.monotonic() + case.budget.seconds
            await self._attempt(case, lease, hole, step, _one_batch(known), deadline, progress)

    async def _follow_plan(
        self,
        scene: Scene,
        case: Case,
        lease: Lease,
        known: Sequence[Candidate] | None,
        budget: Budget,
        progress: Progress,
    ) -> None:
        """``known`` is what has been tried already; ``None`` when this is not the search's first stage."""
        uri, hole = lease.document.uri, scene.hole
        whole = self._selector.plan(case)
        names = tuple(sorted({step.strategy for step in whole.steps}))
        if known is not None:
            self._emit(PlanMade(uri, hole, whole))
            if names and await self._memory.searched(scene, names) >= budget.seconds:
                progress.over = True
                self._emit(GaveUp(uri, hole, "the same goal was searched before, as long as now, and not proved"))
                return
            await self._try_similar(scene, case, lease, known, progress)
        if not progress.proofs:
            await self._run_stage(case, lease, hole, progress)
        if progress.over and not progress.proofs:
            broken = bool(progress.attempts) and all(a.verdict is Verdict.PROVER_FAILED for a in progress.attempts)
            refused = any(attempt.refused for attempt in progress.attempts)  # may hold once other holes are filled
            if not broken and not refused:
                await self._memory.in_vain(scene, names, budget.seconds)
            status = HoleStatus.FAILED if broken else HoleStatus.OPEN
            self._emit(GaveUp(uri, hole, _why(progress.attempts), status))

    async def _try_similar(
        self, scene: Scene, case: Case, lease: Lease, known: Sequence[Candidate], progress: Progress
    ) -> None:
        """Tries what proved goals like this one, and this one before an edit."""
        candidates = await self._memory.similar(scene, known)
        if candidates and _SIMILAR not in progress.exhausted:
            seconds = case.budget.seconds * _SIMILAR_SHARE
            step = Step(_SIMILAR, Budget(seconds, case.budget.per_candidate), "it proved a similar goal")
            deadline = time.monotonic() + seconds
            await self._attempt(case, lease, scene.hole, step, _one_batch(candidates), deadline, progress)

    async def _run_stage(self, case: Case, lease: Lease, hole: Hole, progress: Progress) -> None:
        """The steps of one stage; afterwards the progress is over, or at the next stage that has any."""
        case = evolve(case, stage=progress.stage, exhausted=frozenset(progress.exhausted))
        steps = self._selector.plan(case).steps
        started = time.monotonic()
        # The last step may use all that its stage has.
        deadline = started + (steps[-1].budget.seconds if steps else 0.0)
        for step in steps:
            context = Context(case.prover, lease.session, hole, case.goals, step.budget, step.part)
            batches = self._strategies[step.strategy].batches(context)
            await self._attempt(case, lease, hole, step, batches, deadline, progress)
            if progress.proofs or time.monotonic() >= deadline:
                break
        left = case.budget.seconds - (time.monotonic() - started)
        following = self._following(evolve(case, exhausted=frozenset(progress.exhausted)), progress.stage)
        progress.over = bool(progress.proofs) or following is None or left <= 0
        progress.stage = following if following is not None else progress.stage

    def _following(self, case: Case, stage: Stage) -> Stage | None:
        """The next stage in which there is anything to try."""
        later = (other for other in Stage if other > stage)
        return next((other for other in later if self._selector.plan(evolve(case, stage=other)).steps), None)

    async def _attempt(
        self,
        case: Case,
        lease: Lease,
        hole: Hole,
        step: Step,
        batches: AsyncIterator[Sequence[Candidate]],
        deadline: float,
        progress: Progress,
    ) -> None:
        """One strategy's run, under an id of its own."""
        with about(hole=hole.id, attempt=f"{hole.id}-{next(_NUMBERS)}"):
            await self._run_attempt(case, lease, hole, step, batches, deadline, progress)

    async def _run_attempt(
        self,
        case: Case,
        lease: Lease,
        hole: Hole,
        step: Step,
        batches: AsyncIterator[Sequence[Candidate]],
        deadline: float,
        progress: Progress,
    ) -> None:
        """Whatever ends the attempt, the event that it has finished goes out."""
        prover = case.prover.info
        self._emit(AttemptStarted(lease.document.uri, hole, step))
        trier = _Trier(lease, hole, step, min(deadline, time.monotonic() + step.budget.seconds), progress.rejected)
        started = time.monotonic()
        verdict, message = Verdict.CANCELLED, ""
        try:
            verdict, message = await self._run_batches(case.prover, trier, batches, started, progress)
        except ProverTimeout as error:
            verdict, message = Verdict.TIMED_OUT, error.message
        except ProverError as error:
            verdict, message = Verdict.PROVER_FAILED, error.message
        finally:
            attempt = Attempt(
                strategy=step.strategy,
                prover=prover.name,
                candidates=trier.tried,
                seconds=time.monotonic() - started,
                verdict=verdict,
                message=message,
                refused=trier.refused,
                part=step.part,
                shape=self._shape(step, case),
            )
            progress.note(attempt)
            self._history.note(attempt)
            self._emit(AttemptFinished(lease.document.uri, hole, attempt))

    def _shape(self, step: Step, case: Case) -> str:
        strategy = self._strategies.get(step.strategy)
        if strategy is None or not strategy.info.learned:
            return ""
        return shape_of(case.prover.info.language, case.goals)

    async def _run_batches(
        self,
        prover: Prover,
        trier: _Trier,
        batches: AsyncIterator[Sequence[Candidate]],
        started: float,
        progress: Progress,
    ) -> tuple[Verdict, str]:
        verdict, message = Verdict.REJECTED, ""
        async with _closing(batches) as stream:
            while True:
                try:
                    async with asyncio.timeout(trier.remaining) as limit:
                        trier.lease.skip = trier.skipping(limit)
                        batch = await anext(stream)
                        closed = await trier.run(batch)
                except StopAsyncIteration:
                    return verdict, message
                except TimeoutError:
                    closed = trier.take_closed()
                    if not closed:
                        return Verdict.TIMED_OUT, trier.skipped or message
                finally:
                    trier.lease.skip = None
                for trial in closed:
                    checked = await self._verify(prover, trier, trial, started, progress)
                    message = checked or message
                if progress.proofs:
                    return Verdict.VERIFIED, ""
                if trier.remaining <= 0:
                    return Verdict.TIMED_OUT, message

    async def _verify(self, prover: Prover, trier: _Trier, trial: Trial, started: float, progress: Progress) -> str:
        """Applies the rule to one winner of a trial; why it was refused, if it was."""
        if len(progress.proofs) >= self._limits.alternatives:
            return ""
        lease, fill = trier.lease, Fill(trier.hole, trial.candidate)
        most = self._limits.check_seconds * self.patience.get(prover.info.name, 1.0)
        checked = await lease.verifier.verify(lease.session, (fill,), most)
        if not checked.ok:
            trier.refused += 1
            return checked.judgement.reason
        seconds = trial.seconds if progress.proofs else time.monotonic() - started
        proof = Proof(
            fill,
            checked.edits,
            trier.step.strategy,
            prover.info.name,
            seconds,
            hash(lease.document.text),
            checked.axioms,
        )
        progress.proofs.append(proof)
        self._emit(ProofFound(lease.document.uri, trier.hole, proof))
        return ""


@define(eq=False)
class _Trier:
    """Tries batches at one hole until a deadline, and keeps count."""

    lease: Lease
    hole: Hole
    step: Step
    deadline: float
    rejected: set[Candidate]
    tried: int = 0
    refused: int = 0
    skipped: str = ""
    _closed: list[Trial] = field(factory=list)

    @property
    def remaining(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def skipping(self, limit: asyncio.Timeout) -> Callable[[], None]:
        """What ends the step at hand from outside, as if its time were over."""

        def skip() -> None:
            self.skipped = "the prover gave no sign of life"
            self.deadline = time.monotonic()
            if not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time())

        return skip

    async def run(self, batch: Sequence[Candidate]) -> list[Trial]:
        """The batch's trials that closed the goal: short ones first, then fast ones. What was tried at the hole and
        rejected is not tried again."""
        batch = [candidate for candidate in batch if candidate not in self.rejected]
        if not batch:
            return []
        budget = evolve(self.step.budget, seconds=self.remaining)
        trials = self.lease.session.trials(self.hole, batch, budget)
        async with _closing(trials) as stream:
            async for trial in stream:
                self.tried += 1
                self.lease.answers += 1
                if trial.result is TrialResult.CLOSED:
                    self._closed.append(trial)
                elif trial.result is TrialResult.REJECTED:
                    self.rejected.add(trial.candidate)
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


def _why(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return "no strategy has anything to try on this goal"
    tried = sum(attempt.candidates for attempt in attempts)
    seconds = sum(attempt.seconds for attempt in attempts)
    names = ", ".join(dict.fromkeys(attempt.strategy for attempt in attempts))
    told = next((attempt.message for attempt in reversed(attempts) if attempt.message), "")
    return f"not proved: {tried} candidates tried in {seconds:.1f} s ({names})" + (f"; {told}" if told else "")
