"""The search for one hole, stage by stage: goal, plan, candidates, verdicts; every step an event."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

from attrs import evolve

from unsorry.events import Event, GaveUp, GoalRead, PlanMade
from unsorry.model import (
    Attempt,
    Budget,
    Candidate,
    Goals,
    Hole,
    HoleStatus,
    NoGoal,
    Plan,
    Step,
    Verdict,
)
from unsorry.orchestrator.attempts import Attempts, SearchLimits
from unsorry.orchestrator.health import HealthBoard
from unsorry.orchestrator.history import History
from unsorry.orchestrator.memory import GoalMemory
from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.racing import Place, Rival
from unsorry.orchestrator.scenes import Scene, make_scene
from unsorry.orchestrator.selector import Case, Load, Selector, Stage
from unsorry.orchestrator.sessions import Lease
from unsorry.orchestrator.toolchains import Toolchains
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, Strategy

_IDLE = Load()
# The names under which trying remembered proofs is reported.
_KNOWN, _SIMILAR = "memory", "similar"
_SIMILAR_SHARE = 0.2


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
        self._emit = emit
        self._history = history if history is not None else History()
        self._attempts = Attempts(strategies, limits, emit, self._history)
        self.patience = self._attempts.patience
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
        place: Place | None = None,
    ) -> None:
        """Searches one hole in the next stage of its ``progress``; whether that is ``over`` then is for it to say.

        ``budget`` is for all stages together. ``known`` are candidates that proved the hole before an edit; they are
        tried before anything else. ``place``: where heavy strategies may run beside the light ones.

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
                    await self._follow_plan(scene, case, lease, known if first else None, budget, progress, place)
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
            await self._attempts.run(case, lease, hole, step, _one_batch(known), deadline, progress)

    async def _follow_plan(
        self,
        scene: Scene,
        case: Case,
        lease: Lease,
        known: Sequence[Candidate] | None,
        budget: Budget,
        progress: Progress,
        place: Place | None,
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
            await self._run_stage(case, lease, hole, progress, place)
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
            await self._attempts.run(case, lease, scene.hole, step, _one_batch(candidates), deadline, progress)

    async def _run_stage(self, case: Case, lease: Lease, hole: Hole, progress: Progress, place: Place | None) -> None:
        """The steps of one stage; afterwards the progress is over, or at the next stage that has any."""
        stage = progress.stage
        case = evolve(case, stage=stage, exhausted=frozenset(progress.exhausted))
        steps = self._selector.plan(case).steps
        started = time.monotonic()
        async with self._rival(case, lease, hole, progress, place) as rival:
            await rival.while_not_beaten(self._run_steps(steps, case, lease, hole, progress, rival.begin))
            if not progress.proofs and rival.has_begun:
                progress.stage = Stage.HEAVY  # which is all that goes on now
                await rival.settled()
        left = case.budget.seconds - (time.monotonic() - started)
        following = self._following(evolve(case, exhausted=frozenset(progress.exhausted)), stage)
        done = rival.is_through and following is Stage.HEAVY
        progress.over = bool(progress.proofs) or following is None or done or left <= 0
        progress.stage = following if following is not None else stage

    async def _run_steps(
        self,
        steps: Sequence[Step],
        case: Case,
        lease: Lease,
        hole: Hole,
        progress: Progress,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        # The last step may use all that its stage has.
        deadline = time.monotonic() + (steps[-1].budget.seconds if steps else 0.0)
        for step in steps:
            before_each()
            context = Context(case.prover, lease.session, hole, case.goals, step.budget, step.part)
            batches = self._strategies[step.strategy].batches(context)
            await self._attempts.run(case, lease, hole, step, batches, deadline, progress)
            if progress.proofs or time.monotonic() >= deadline:
                break

    def _rival(self, case: Case, lease: Lease, hole: Hole, progress: Progress, place: Place | None) -> Rival:
        """The heavy strategies, where there are any, for the time of the light ones' stage."""
        heavy = evolve(case, stage=Stage.HEAVY)
        steps = self._selector.plan(heavy).steps if place is not None and case.stage is Stage.LIGHT else ()

        async def run(own: Progress) -> None:
            assert place is not None
            async with place.session(case.prover, lease) as spare:
                await self._run_steps(steps, heavy, spare, hole, own)

        return Rival(place if steps else None, progress, run)

    def _following(self, case: Case, stage: Stage) -> Stage | None:
        """The next stage in which there is anything to try."""
        later = (other for other in Stage if other > stage)
        return next((other for other in later if self._selector.plan(evolve(case, stage=other)).steps), None)


async def _one_batch(candidates: Sequence[Candidate]) -> AsyncIterator[Sequence[Candidate]]:
    yield candidates


def _distinct(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    return tuple(dict.fromkeys(candidates))


def _why(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return "no strategy has anything to try on this goal"
    tried = sum(attempt.candidates for attempt in attempts)
    seconds = sum(attempt.seconds for attempt in attempts)
    names = ", ".join(dict.fromkeys(attempt.strategy for attempt in attempts))
    told = next((attempt.message for attempt in reversed(attempts) if attempt.message), "")
    what = f"{tried} candidates tried" if tried else "nothing found that could be tried"
    return f"not proved: {what} in {seconds:.1f} s ({names})" + (f"; {told}" if told else "")
