"""The remedies as this engine carries them out: what each changes, and what takes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from unsorry.orchestrator.health import HealthBoard
from unsorry.orchestrator.remedies import Kind, Remedy
from unsorry.orchestrator.scheduler import Scheduler
from unsorry.orchestrator.search import HoleSearch
from unsorry.orchestrator.sessions import SessionPool
from unsorry.orchestrator.tasks import Tasks

_PATIENCE = 2.0


def make_remedies(
    scheduler: Scheduler, sessions: SessionPool, search: HoleSearch, health: HealthBoard, tasks: Tasks
) -> Mapping[Kind, Remedy]:
    """Dropping a remembered proof that turned out wrong is not among them: ``HoleSearch`` does it on the spot."""

    def lower_concurrency(prover: str) -> Callable[[], None] | None:
        if scheduler.most_at_once(prover) <= 1:
            return None
        scheduler.reduce(prover, 1)
        return lambda: scheduler.reduce(prover, None)

    def raise_timeout(prover: str) -> Callable[[], None] | None:
        search.patience[prover] = _PATIENCE

        def undo() -> None:
            search.patience.pop(prover, None)

        return undo

    def switch_strategy(prover: str) -> Callable[[], None] | None:
        worst = health.most_failing_strategy(prover)
        if worst is None:
            return None
        search.suspended.setdefault(prover, set()).add(worst)
        return lambda: search.suspended[prover].discard(worst)

    def restart(prover: str) -> Callable[[], None] | None:
        # A session that is in use stays: it is closed by its own failure, if it has one.
        tasks.start(sessions.close_idle(0.0, prover), f"restart {prover}")
        return lambda: None

    found = (
        Remedy(Kind.LOWER_CONCURRENCY, "one search at a time", lower_concurrency),
        Remedy(Kind.RAISE_TIMEOUT, "twice the time for a candidate and for checking a file", raise_timeout),
        Remedy(Kind.SWITCH_STRATEGY, "without the strategy that fails most", switch_strategy),
        Remedy(Kind.RESTART, "sessions that are not in use are started anew", restart),
    )
    return {remedy.kind: remedy for remedy in found}
