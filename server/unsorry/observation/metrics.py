"""Metrics for Prometheus, over HTTP on the loopback interface; off unless a port is set."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from unsorry.events import AttemptFinished, Event, GaveUp, GoalRead, ProofFound, ProverStateChanged
from unsorry.model import ProverState

_log = logging.getLogger(__name__)
_LOOPBACK = "127.0.0.1"
_BUCKETS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 60.0)


class Metrics:
    """Counts events, and serves the counts until ``close``. ``queued`` and ``recorded`` are asked when somebody looks:
    jobs that wait or run, and ledger entries that are durable."""

    def __init__(self, port: int, queued: Callable[[], int], recorded: Callable[[], int]) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

        registry = CollectorRegistry()
        self._attempts = Counter(
            "unsorry_attempts", "Attempts that ended.", ["prover", "strategy", "verdict"], registry=registry
        )
        self._seconds = Histogram(
            "unsorry_attempt_seconds",
            "Wall seconds of an attempt.",
            ["prover", "strategy"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self._candidates = Counter("unsorry_candidates", "Candidates tried.", ["prover", "strategy"], registry=registry)
        self._goals = Counter("unsorry_goals", "Goals read.", registry=registry)
        self._proofs = Counter("unsorry_proofs", "Proofs verified.", ["prover", "strategy"], registry=registry)
        self._given_up = Counter("unsorry_given_up", "Holes given up.", ["status"], registry=registry)
        self._states = Gauge("unsorry_prover_state", "1 for the present state.", ["prover", "state"], registry=registry)
        Gauge("unsorry_jobs", "Holes that wait or are searched.", registry=registry).set_function(queued)
        Gauge("unsorry_ledger_acknowledged", "Entries made durable.", registry=registry).set_function(recorded)
        self._server: Any
        self._server, _ = start_http_server(port, addr=_LOOPBACK, registry=registry)
        self.port: int = self._server.server_port

    def on_event(self, event: Event) -> None:
        match event:
            case AttemptFinished(attempt=attempt):
                self._attempts.labels(attempt.prover, attempt.strategy, attempt.verdict.value).inc()
                self._seconds.labels(attempt.prover, attempt.strategy).observe(attempt.seconds)
                self._candidates.labels(attempt.prover, attempt.strategy).inc(attempt.candidates)
            case GoalRead():
                self._goals.inc()
            case ProofFound(proof=proof):
                self._proofs.labels(proof.prover, proof.strategy).inc()
            case GaveUp(status=status):
                self._given_up.labels(status.value).inc()
            case ProverStateChanged(prover=prover, state=state):
                for each in ProverState:
                    self._states.labels(prover, each.value).set(each is state)
            case _:
                pass

    def close(self) -> None:
        """Ends the server; returns at once."""
        server = self._server

        def end() -> None:
            server.shutdown()
            server.server_close()

        threading.Thread(target=end, name="unsorry metrics closing", daemon=True).start()


def open_metrics(port: int, queued: Callable[[], int], recorded: Callable[[], int]) -> Metrics | None:
    """The metrics, or ``None`` when they are not wanted; a port that cannot be had is told of in the log."""
    if not port:
        return None
    try:
        metrics = Metrics(port, queued, recorded)
    except OSError as error:
        _log.warning("metrics.port: %s:%d cannot be listened on (%s); there are no metrics.", _LOOPBACK, port, error)
        return None
    _log.info("metrics at http://%s:%d/metrics", _LOOPBACK, metrics.port)
    return metrics
