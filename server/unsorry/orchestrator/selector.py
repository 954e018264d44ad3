"""Which strategies to try on a goal, in which order and for how long: a pure function from a case to a plan.

Each step's reason is one sentence for people (``unsorry explain``, hover).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from typing import Protocol

from attrs import evolve, field, frozen

from unsorry.model import Budget, Capability, Goals, Plan, Step
from unsorry.orchestrator.health import ProverHealth
from unsorry.orchestrator.history import History, arm_of
from unsorry.orchestrator.learning import Estimate, Learner
from unsorry.orchestrator.shapes import shape_of
from unsorry.provers.base import Prover
from unsorry.strategies.base import Strategy

# A step that is not the last may use this share of a stage's time, or all but so many times what the later ones are
# expected to need; the last may use all that is left.
_SHARE = 0.6
_RESERVE = 3.0
# What the heavy strategies are left of a hole's time, at least.
_HEAVY_SHARE = 0.3
TINY_SECONDS = 1.0

# Features of goals that no prover without the capability can have meant.
_DEMANDS: Mapping[str, Capability] = {
    "cubical": Capability.CUBICAL,
    "sized": Capability.SIZED_TYPES,
    "linear": Capability.LINEAR_TYPES,
    "quantity": Capability.QUANTITATIVE_TYPES,
    "proof_net": Capability.PROOF_NETS,
}


class Stage(IntEnum):
    """A hole's search in the order of its cost: a moment for every hole first, then the light strategies as long
    as they may take, then the heavy ones."""

    TINY = 0
    LIGHT = 1
    HEAVY = 2


@frozen
class Load:
    """How busy the scheduler is: searches that wait, and that run."""

    waiting: int = 0
    running: int = 0


@frozen
class Case:
    """All that a plan depends on. ``exhausted``: arms that have nothing new for this goal; ``budget``: what is left
    of the hole's."""

    goals: Goals
    prover: Prover
    strategies: Mapping[str, Strategy]
    health: ProverHealth
    budget: Budget
    history: History = field(factory=History)
    load: Load = Load()
    stage: Stage | None = None
    exhausted: frozenset[str] = frozenset()


class Selector(Protocol):
    """Pure: the same case gives the same plan."""

    def plan(self, case: Case) -> Plan:
        """The steps of the case's stage; of all stages, where it names none."""
        ...


class FixedOrderSelector:
    """Light strategies before heavy ones, otherwise in the order of the settings, each with a share of the time."""

    def __init__(self, order: Sequence[str]) -> None:
        self.order = tuple(order)

    def plan(self, case: Case) -> Plan:
        chosen = sorted(applicable(case, self.order), key=lambda s: s.info.heavy)
        heavy = any(strategy.info.heavy for strategy in chosen)
        steps = []
        for strategy in _of_stage(case, chosen):
            name = strategy.info.name
            if name not in case.exhausted:
                reason = (
                    f"{strategy.info.title}: {'heavy, so after the light ones' if strategy.info.heavy else 'light'}"
                )
                steps.append(Step(name, case.budget, reason))
        return Plan(_budgeted(steps, case, heavy))


class LearnedSelector:
    """UCB over arms, and light before heavy. Strategies that only repeat what is known come first, as the settings
    have them; ``seed`` decides between arms of which nothing tells which is better."""

    def __init__(self, order: Sequence[str], seed: int = 0, shipped: History | None = None) -> None:
        self.order = tuple(order)
        self._seed = seed
        self._shipped = shipped

    def plan(self, case: Case) -> Plan:
        chosen = applicable(case, self.order)
        heavy = any(strategy.info.heavy for strategy in chosen)
        arms = [arm for strategy in _of_stage(case, chosen) for arm in self._arms(case, strategy)]
        ranked = sorted(arms, key=lambda arm: arm.rank)
        expected = [arm.estimate.seconds for arm in ranked]
        return Plan(_budgeted([_step(arm, case) for arm in ranked], case, heavy, expected))

    def _arms(self, case: Case, strategy: Strategy) -> Iterator[_Arm]:
        learner = Learner(case.history, self._shipped)
        shape = shape_of(case.prover.info.language, case.goals)
        chance = random.Random(f"{self._seed} {shape}")  # noqa: S311 - only breaks ties, the same way every time
        info = strategy.info
        parts = case.prover.info.parts if info.by_parts and case.prover.info.parts else ("",)
        for number, part in enumerate(parts):
            name = arm_of(info.name, part)
            estimate = learner.estimate(shape, name) if info.learned else Estimate(1.0, 0.0, 0.0, 0.0)
            if name not in case.exhausted:
                yield _Arm(strategy, part, estimate, shape, (chance.random(), number))


@frozen
class _Arm:
    strategy: Strategy
    part: str
    estimate: Estimate
    shape: str
    tie: tuple[float, int]

    @property
    def rank(self) -> tuple[bool, bool, float, tuple[float, int]]:
        info = self.strategy.info
        return info.heavy, info.learned, -self.estimate.score if info.learned else 0.0, self.tie


def applicable(case: Case, order: Sequence[str]) -> list[Strategy]:
    """The strategies that have anything for the goal, that the prover can carry out and is healthy enough for."""
    if case.health.breaker_open or unmet(case.goals, case.prover.info.capabilities):
        return []
    chosen = (_able(case, name) for name in order)
    return list({strategy.info.name: strategy for strategy in chosen if strategy is not None}.values())


def _able(case: Case, name: str) -> Strategy | None:
    """The strategy of that name, or the first of its fallbacks that can be used on the goal."""
    left = dict(case.prover.info.fallback)
    while True:
        strategy = case.strategies.get(name)
        capable = strategy is not None and strategy.info.needs <= case.prover.info.capabilities
        if strategy is not None and capable and strategy.applies(case.prover, case.goals):
            return strategy
        if name not in left:
            return None
        name = left.pop(name)


def unmet(goals: Goals, capabilities: frozenset[Capability]) -> frozenset[Capability]:
    """What the goal demands of a prover that it cannot do."""
    return frozenset(need for feature, need in _DEMANDS.items() if feature in goals.features) - capabilities


def has_heavy(case: Case, order: Sequence[str]) -> bool:
    return any(strategy.info.heavy for strategy in applicable(case, order))


def _of_stage(case: Case, strategies: Sequence[Strategy]) -> Sequence[Strategy]:
    if case.stage is None:
        return strategies
    return [s for s in strategies if s.info.heavy == (case.stage is Stage.HEAVY)]


def _budgeted(steps: Sequence[Step], case: Case, heavy: bool, expected: Sequence[float] = ()) -> tuple[Step, ...]:
    """Each step but the last with a share of the time; light ones leave some for the heavy ones. ``expected``: the
    seconds that each step is likely to need, where that is known."""
    whole = stage_seconds(case.stage, case.budget.seconds, heavy)
    budgeted = []
    for number, step in enumerate(steps):
        seconds = whole
        if number < len(steps) - 1:
            later = sum(expected[number + 1 :]) if expected else whole
            seconds = max(whole * _SHARE, whole - _RESERVE * later)
        budgeted.append(evolve(step, budget=Budget(seconds, step.budget.per_candidate)))
    return tuple(budgeted)


def stage_seconds(stage: Stage | None, seconds: float, heavy: bool) -> float:
    """How much of the ``seconds`` that a hole has left a stage may use."""
    if stage is Stage.TINY:
        return min(seconds, TINY_SECONDS)
    if stage is Stage.LIGHT and heavy:
        return seconds * (1 - _HEAVY_SHARE)
    return seconds


def _step(arm: _Arm, case: Case) -> Step:
    return Step(arm.strategy.info.name, case.budget, _reason(arm), arm.part)


def _reason(arm: _Arm) -> str:
    info, estimate = arm.strategy.info, arm.estimate
    title = f"{info.title}, {arm.part.replace('_', ' ')}" if arm.part else info.title
    if not info.learned:
        return f"{title}: what is known already costs least, so it comes first"
    heavy = "; heavy, so after the light ones" if info.heavy else ""
    seen = f"{estimate.tries:.0f} runs" if estimate.tries >= 1 else "runs on similar goals"
    return (
        f"{title}: proves {estimate.chance:.0%} of goals like this one ({arm.shape}) in {_about(estimate.seconds)} "
        f"each, by {seen}{heavy}"
    )


def _about(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
