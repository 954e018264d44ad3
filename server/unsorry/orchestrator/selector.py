"""Which strategies to try on a goal, in which order and for how long: a pure function to a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from unsorry.model import Budget, Goals, Plan, Step
from unsorry.orchestrator.health import ProverHealth
from unsorry.provers.base import Prover
from unsorry.strategies.base import Strategy

# A step that is not the last may use this share of the whole budget; the last may use all that is left.
_SHARE = 0.6


class Selector(Protocol):
    """Pure: the same arguments give the same plan. ``health`` is what a learning selector goes by."""

    def plan(
        self,
        goals: Goals,
        prover: Prover,
        strategies: Mapping[str, Strategy],
        health: ProverHealth,
        budget: Budget,
    ) -> Plan: ...


class FixedOrderSelector:
    """Light strategies before heavy ones, otherwise in the order of the settings, each with a share of the time."""

    def __init__(self, order: Sequence[str]) -> None:
        self.order = tuple(order)

    def plan(
        self,
        goals: Goals,
        prover: Prover,
        strategies: Mapping[str, Strategy],
        health: ProverHealth,
        budget: Budget,
    ) -> Plan:
        named = [strategies[name] for name in self.order if name in strategies]
        chosen = sorted((s for s in named if s.applies(prover, goals)), key=lambda s: s.info.heavy)
        steps = []
        for strategy in chosen:
            last = strategy is chosen[-1]
            seconds = budget.seconds if last else budget.seconds * _SHARE
            reason = f"{strategy.info.title}: {'heavy, so after the light ones' if strategy.info.heavy else 'light'}"
            steps.append(Step(strategy.info.name, Budget(seconds, budget.per_candidate), reason))
        return Plan(tuple(steps))
