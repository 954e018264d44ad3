"""How each prover fares: counts, times and a breaker, read from the stream of events."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable

from attrs import Factory, define, frozen

from unsorry.events import AttemptFinished, Event, ProverStateChanged
from unsorry.model import ProverState, Verdict

_WINDOW = 200
_FAILURES_TO_OPEN = 3
_OPEN_SECONDS = 30.0


@frozen
class ProverHealth:
    """A snapshot. ``success_rate`` is of finished attempts, times are wall seconds of an attempt; both ``None``
    before the first. ``breaker_open``: after repeated failures no new session is started for a while."""

    prover: str
    state: ProverState
    reason: str
    version: str
    attempts: int
    success_rate: float | None
    median_seconds: float | None
    p95_seconds: float | None
    queued: int
    breaker_open: bool


@define
class _Record:
    state: ProverState = ProverState.UNKNOWN
    reason: str = ""
    version: str = ""
    finished: deque[tuple[bool, float]] = Factory(lambda: deque(maxlen=_WINDOW))
    failed_at: dict[str, list[float]] = Factory(dict)  # by document, since the prover last worked there


class HealthBoard:
    """Keeps a record a prover, with two breakers. Three failures in a row on one document, and that document is left
    alone; on three documents, and the prover is. Half a minute after the last failure one more try goes through."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._records: dict[str, _Record] = {}
        self._clock = clock

    def on_event(self, event: Event) -> None:
        if isinstance(event, AttemptFinished):
            self._on_attempt(event.attempt.prover, event.attempt.verdict, event.attempt.seconds)
        elif isinstance(event, ProverStateChanged):
            record = self._record(event.prover)
            record.state, record.reason = event.state, event.reason

    def _on_attempt(self, prover: str, verdict: Verdict, seconds: float) -> None:
        if verdict is Verdict.CANCELLED:
            return
        record = self._record(prover)
        record.finished.append((verdict is Verdict.VERIFIED, seconds))
        if verdict is not Verdict.PROVER_FAILED:
            self._worked(record)

    def failed(self, prover: str, uri: str, reason: str) -> ProverState:
        """Notes that a session of a document failed; the state that the prover is in now."""
        record = self._record(prover)
        record.failed_at.setdefault(uri, []).append(self._clock())
        record.reason = reason
        record.state = ProverState.OPEN if self._is_open(record) else ProverState.DEGRADED
        return record.state

    def opened(self, prover: str, version: str) -> None:
        """Notes that a session started and which version it runs."""
        self._record(prover).version = version

    def reset(self, prover: str) -> None:
        """Forgets failures: the user restarted the prover."""
        record = self._record(prover)
        record.failed_at.clear()
        record.state, record.reason = ProverState.UNKNOWN, ""

    def allows(self, prover: str, uri: str) -> bool:
        """Whether a session for this document may be tried now."""
        record = self._record(prover)
        times = record.failed_at.get(uri, [])
        rests = len(times) >= _FAILURES_TO_OPEN and self._clock() - times[-1] < _OPEN_SECONDS
        return not rests and not self._is_open(record)

    def state(self, prover: str) -> ProverState:
        return self._record(prover).state

    def snapshot(self, prover: str, queued: int = 0) -> ProverHealth:
        record = self._record(prover)
        seconds = sorted(s for _, s in record.finished)
        won = sum(ok for ok, _ in record.finished)
        return ProverHealth(
            prover=prover,
            state=record.state,
            reason=record.reason,
            version=record.version,
            attempts=len(seconds),
            success_rate=won / len(seconds) if seconds else None,
            median_seconds=statistics.median(seconds) if seconds else None,
            p95_seconds=seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))] if seconds else None,
            queued=queued,
            breaker_open=self._is_open(record),
        )

    def _is_open(self, record: _Record) -> bool:
        latest = max((times[-1] for times in record.failed_at.values()), default=0.0)
        return len(record.failed_at) >= _FAILURES_TO_OPEN and self._clock() - latest < _OPEN_SECONDS

    def _worked(self, record: _Record) -> None:
        record.failed_at.clear()
        if record.state is not ProverState.HEALTHY:
            record.state, record.reason = ProverState.HEALTHY, ""

    def _record(self, prover: str) -> _Record:
        return self._records.setdefault(prover, _Record())
