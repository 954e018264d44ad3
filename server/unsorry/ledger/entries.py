"""What the ledger holds: entries, which are never changed, and the queue's checkpoint; and what it answers with."""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import field, frozen


class Kind(StrEnum):
    """What an entry tells of. ``LOST``: so many entries could not be kept when the ledger was out of reach."""

    RUN_STARTED = "run_started"
    RUN_ENDED = "run_ended"
    GOAL_READ = "goal_read"
    PLAN_MADE = "plan_made"
    ATTEMPT_STARTED = "attempt_started"
    ATTEMPT_FINISHED = "attempt_finished"
    PROOF_FOUND = "proof_found"
    GAVE_UP = "gave_up"
    REFUTED = "refuted"
    PROVER_STATE_CHANGED = "prover_state_changed"
    RECEIPT = "receipt"
    VAIN = "vain"
    LOST = "lost"


@frozen(kw_only=True)
class Entry:
    """One event as the ledger keeps it; what does not apply is empty or ``None``.

    ``goal`` is the key of the normalised goal, ``shape`` what it looks like, ``part`` the part of the strategy that was
    run (both as in ``model.Attempt``), ``context`` the digest of all that a search's outcome depends on. ``seconds``
    and ``budget`` are wall seconds, ``at`` is Unix time. ``data`` holds the rest, as JSON.
    """

    kind: Kind
    uri: str = ""
    hole: str = ""
    declaration: str = ""
    language: str = ""
    prover: str = ""
    strategy: str = ""
    part: str = ""
    verdict: str = ""
    shape: str = ""
    goal: str = ""
    context: str = ""
    toolchain: str = ""
    seconds: float | None = None
    budget: float | None = None
    candidates: int | None = None
    data: Mapping[str, Any] = field(factory=dict)
    at: float = field(factory=time.time)


@frozen(kw_only=True)
class AttemptRecord:
    """One finished attempt. ``features`` and ``shape`` are the goal's."""

    at: float
    run: str
    uri: str
    hole: str
    language: str
    prover: str
    strategy: str
    part: str
    verdict: str
    shape: str
    features: frozenset[str]
    goal: str
    seconds: float
    candidates: int


@frozen
class ArmTally:
    """The finished attempts of one strategy, or part of one, on goals of one shape, added up; wall seconds."""

    shape: str
    strategy: str
    part: str
    tries: int
    wins: int
    seconds: float


@frozen(kw_only=True)
class PendingJob:
    """A hole that is to be searched, as the queue's checkpoint holds it; one for each ``uri`` and ``hole``.

    ``state`` and ``data`` are the scheduler's own words. ``owner`` is the run that put it there.
    """

    uri: str
    hole: str
    path: str = ""
    language: str = ""
    prover: str = ""
    priority: int = 0
    budget: float = 0.0
    state: str = "queued"
    owner: str = ""
    data: Mapping[str, Any] = field(factory=dict)
    at: float = field(factory=time.time)
