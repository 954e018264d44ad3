"""Metrics, as Prometheus reads them."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from unsorry.events import AttemptFinished, ProverStateChanged
from unsorry.model import Attempt, Hole, HoleKind, ProverState, Verdict
from unsorry.observation.metrics import Metrics, open_metrics
from unsorry.text import Span


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_events_are_counted_and_served() -> None:
    """Attempts by prover, strategy and verdict, their seconds, states, and what is asked for at that moment."""
    metrics = open_metrics(free_port(), lambda: 4, lambda: 9)
    assert metrics is not None
    hole = Hole("h", HoleKind.PROOF, "a", Span(0, 1))
    for seconds in (0.5, 2.0):
        metrics.on_event(AttemptFinished("u", hole, Attempt("micro", "rocq", 3, seconds, Verdict.VERIFIED)))
    metrics.on_event(ProverStateChanged("rocq", ProverState.HEALTHY))
    metrics.on_event(ProverStateChanged("rocq", ProverState.DEGRADED))
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics.port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    metrics.close()
    assert 'unsorry_attempts_total{prover="rocq",strategy="micro",verdict="verified"} 2.0' in lines
    assert 'unsorry_attempt_seconds_sum{prover="rocq",strategy="micro"} 2.5' in lines
    assert 'unsorry_candidates_total{prover="rocq",strategy="micro"} 6.0' in lines
    assert 'unsorry_prover_state{prover="rocq",state="degraded"} 1.0' in lines
    assert 'unsorry_prover_state{prover="rocq",state="healthy"} 0.0' in lines
    assert "unsorry_jobs 4.0" in lines
    assert "unsorry_ledger_acknowledged 9.0" in lines


def test_a_port_that_is_taken(caplog: pytest.LogCaptureFixture) -> None:
    """Proving goes on without metrics, and the log says why; without a port nothing listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert open_metrics(other.getsockname()[1], lambda: 0, lambda: 0) is None
    assert "metrics.port" in caplog.text
    assert open_metrics(0, lambda: 0, lambda: 0) is None


def test_only_this_machine_is_answered() -> None:
    """The server listens on the loopback interface."""
    metrics = Metrics(free_port(), lambda: 0, lambda: 0)
    assert metrics._server.server_address[0] == "127.0.0.1"
    metrics.close()
