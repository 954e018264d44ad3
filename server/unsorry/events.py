"""The typed events that the engine's work turns into. Every reader (editor, CLI, ledger) sees the same stream."""

from __future__ import annotations

from attrs import frozen

from unsorry.model import Attempt, Goals, Hole, HoleStatus, NoGoal, Plan, Proof, ProverState, Step


@frozen
class HoleFound:
    uri: str
    hole: Hole


@frozen
class HoleGone:
    uri: str
    hole: Hole


@frozen
class GoalRead:
    uri: str
    hole: Hole
    goals: Goals | NoGoal


@frozen
class PlanMade:
    uri: str
    hole: Hole
    plan: Plan


@frozen
class AttemptStarted:
    uri: str
    hole: Hole
    step: Step


@frozen
class AttemptFinished:
    uri: str
    hole: Hole
    attempt: Attempt


@frozen
class ProofFound:
    uri: str
    hole: Hole
    proof: Proof


@frozen
class GaveUp:
    """The search for this hole ended without a proof. ``status``: ``OPEN`` when it ran out of time or ideas,
    ``FAILED`` when something broke, ``SKIPPED`` when it could not begin."""

    uri: str
    hole: Hole
    reason: str
    status: HoleStatus = HoleStatus.OPEN


@frozen
class Refuted:
    uri: str
    hole: Hole
    reason: str


@frozen
class ProverStateChanged:
    prover: str
    state: ProverState
    reason: str = ""


Event = (
    HoleFound
    | HoleGone
    | GoalRead
    | PlanMade
    | AttemptStarted
    | AttemptFinished
    | ProofFound
    | GaveUp
    | Refuted
    | ProverStateChanged
)
