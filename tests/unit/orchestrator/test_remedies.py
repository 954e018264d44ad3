"""Alerts and remedies: what is told of a prover that fares badly, what is done, and what takes it back."""

from __future__ import annotations

import logging

import pytest

from unsorry.events import AttemptFinished
from unsorry.model import Attempt, Hole, HoleKind, ProverState, Verdict
from unsorry.orchestrator.alerts import Figures, Level, alerts
from unsorry.orchestrator.health import HealthBoard, health_object
from unsorry.orchestrator.remedies import Kind, Remedies, Remedy, proposed
from unsorry.text import Span

HOLE = Hole("h", HoleKind.PROOF, "a", Span(0, 1))


class Knob:
    """Something that remedies turn."""

    def __init__(self, *, safe: bool = True) -> None:
        self.turned = 0
        self.safe = safe

    def remedies(self, *kinds: Kind) -> dict[Kind, Remedy]:
        return {kind: Remedy(kind, kind.value, lambda _prover: self._apply()) for kind in kinds}

    def _apply(self):  # type: ignore[no-untyped-def]
        if not self.safe:
            return None
        self.turned += 1
        return self._undo

    def _undo(self) -> None:
        self.turned -= 1


def figures(failed: float = 0.0, timed_out: float = 0.0, attempts: int = 20, **more: object) -> Figures:
    return Figures("rocq", ProverState.HEALTHY, attempts=attempts, failed=failed, timed_out=timed_out, **more)  # type: ignore[arg-type]


def test_alerts_say_how_serious_it_is() -> None:
    """An open breaker and a missing prover are critical, failures a warning, slowness a note; the loudest first."""
    assert [a.level for a in alerts(Figures("rocq", ProverState.OPEN, breaker_open=True))] == [Level.CRITICAL]
    assert [a.code for a in alerts(Figures("rocq", ProverState.MISSING, "not installed"))] == ["missing"]
    worst = alerts(figures(failed=0.5, timed_out=0.7, median=9.0, earlier=1.0))
    assert [(a.level, a.code) for a in worst] == [
        (Level.WARNING, "failing"),
        (Level.INFO, "slow"),
        (Level.INFO, "slower"),
    ]
    assert alerts(figures()) == []
    assert alerts(figures(failed=1.0, attempts=3)) == [], "three attempts are no rate"


def test_remedies_fit_the_trouble() -> None:
    """Nothing is done to a prover that fares well, that is hardly known, or that rests already."""
    assert Kind.RAISE_TIMEOUT in proposed(figures(timed_out=0.9))
    assert Kind.SWITCH_STRATEGY in proposed(figures(failed=0.9))
    assert proposed(figures()) == ()
    assert proposed(figures(failed=0.9, attempts=2)) == ()
    assert proposed(figures(failed=0.9, breaker_open=True)) == ()


def test_a_remedy_that_helped_is_taken_back_when_it_is_no_longer_needed() -> None:
    """It stays while the trouble lasts, and no longer."""
    knob = Knob()
    remedies = Remedies(knob.remedies(Kind.RAISE_TIMEOUT))
    remedies.consider(figures(timed_out=0.8))
    assert (knob.turned, remedies.in_force("rocq")) == (1, "raise_timeout")
    for _ in range(10):
        remedies.consider(figures(timed_out=0.05))
    assert knob.turned == 0
    assert "no longer needed" in remedies.in_force("rocq")


def test_a_remedy_that_makes_it_worse_is_rolled_back_and_not_tried_again_soon() -> None:
    """The next one gets its turn; after a while the first may be tried again."""
    now = 0.0
    knob, other = Knob(), Knob()
    table = knob.remedies(Kind.LOWER_CONCURRENCY) | other.remedies(Kind.SWITCH_STRATEGY)
    remedies = Remedies(table, clock=lambda: now)
    remedies.consider(figures(failed=0.3))
    assert (knob.turned, other.turned) == (1, 0)
    for _ in range(10):
        remedies.consider(figures(failed=0.6))
    assert knob.turned == 0
    remedies.consider(figures(failed=0.6))
    assert (knob.turned, other.turned) == (0, 1)
    remedies.take_back("rocq")
    now = 500.0
    remedies.consider(figures(failed=0.6))
    assert knob.turned == 1


def test_what_is_not_safe_just_now_is_not_done() -> None:
    """An apply that says no leaves nothing in force."""
    knob = Knob(safe=False)
    remedies = Remedies(knob.remedies(Kind.LOWER_CONCURRENCY))
    remedies.consider(figures(failed=0.9))
    assert (knob.turned, remedies.in_force("rocq")) == (0, "")


def test_alerts_are_logged_once_and_their_end_too(caplog: pytest.LogCaptureFixture) -> None:
    """A log of one line a change, not one an attempt; JSON shows the same alerts."""
    board = HealthBoard()

    def finish(verdict: Verdict) -> None:
        board.on_event(AttemptFinished("file:///a.v", HOLE, Attempt("micro", "rocq", 3, 1.0, verdict, "no answer")))

    with caplog.at_level(logging.INFO):
        for _ in range(20):
            finish(Verdict.TIMED_OUT)
        shown = health_object(board.snapshot("rocq"))
        for _ in range(40):
            finish(Verdict.VERIFIED)
    assert [r.getMessage() for r in caplog.records] == [
        "100% of the attempts of rocq got no answer in time",
        "rocq: slow is over",
    ]
    assert [alert["code"] for alert in shown["alerts"]] == ["slow"]
    assert shown["timeoutRate"] == 1.0


def test_figures_are_of_a_window() -> None:
    """What happened long ago does not count for ever."""
    now = 0.0
    board = HealthBoard(clock=lambda: now)
    board.on_event(AttemptFinished("file:///a.v", HOLE, Attempt("micro", "rocq", 3, 1.0, Verdict.REJECTED)))
    assert board.snapshot("rocq").attempts == 1
    now = 10_000.0
    assert board.snapshot("rocq").attempts == 0
