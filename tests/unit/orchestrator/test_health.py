"""What the hover and ``health`` say of a prover, and when its breaker opens."""

from __future__ import annotations

from unsorry.events import AttemptFinished
from unsorry.model import Attempt, Hole, HoleKind, ProverState, Verdict
from unsorry.orchestrator.health import HealthBoard
from unsorry.text import Span

HOLE = Hole("h", HoleKind.PROOF, "a", Span(0, 1))


def finished(verdict: Verdict, seconds: float = 1.0) -> AttemptFinished:
    return AttemptFinished("file:///a.v", HOLE, Attempt("micro", "rocq", 3, seconds, verdict))


def test_rates_and_times_are_of_finished_attempts_only() -> None:
    """A cancelled attempt says nothing of the prover."""
    board = HealthBoard()
    for event in (finished(Verdict.VERIFIED, 1), finished(Verdict.REJECTED, 3), finished(Verdict.CANCELLED, 99)):
        board.on_event(event)
    health = board.snapshot("rocq", queued=4)
    assert (health.attempts, health.success_rate, health.median_seconds, health.queued) == (2, 0.5, 2.0, 4)
    assert health.state is ProverState.HEALTHY


def test_a_prover_never_used_has_no_rate() -> None:
    """No attempt is not the same as no success."""
    health = HealthBoard().snapshot("agda")
    assert (health.success_rate, health.median_seconds, health.state) == (None, None, ProverState.UNKNOWN)


def test_the_breaker_opens_after_three_documents_and_lets_one_through_later() -> None:
    """A prover that dies on one document after another is left alone for half a minute; a success ends that."""
    now = 0.0
    board = HealthBoard(clock=lambda: now)
    assert board.failed("rocq", "a", "died") is ProverState.DEGRADED
    assert board.failed("rocq", "b", "died") is ProverState.DEGRADED
    assert board.allows("rocq", "c")
    assert board.failed("rocq", "c", "died") is ProverState.OPEN
    assert not board.allows("rocq", "d")
    assert board.snapshot("rocq").breaker_open
    now = 31.0
    assert board.allows("rocq", "d")
    board.on_event(finished(Verdict.REJECTED))
    assert board.snapshot("rocq").state is ProverState.HEALTHY


def test_a_document_that_kills_its_prover_does_not_stop_the_others() -> None:
    """It alone is left alone."""
    board = HealthBoard()
    for _ in range(5):
        board.failed("rocq", "a", "died")
    assert not board.allows("rocq", "a")
    assert board.allows("rocq", "b")
    assert not board.snapshot("rocq").breaker_open


def test_a_restart_forgets_failures() -> None:
    """The user's restart is believed at once."""
    board = HealthBoard()
    for uri in ("a", "b", "c"):
        board.failed("rocq", uri, "died")
    board.reset("rocq")
    assert board.allows("rocq", "a")
