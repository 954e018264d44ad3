"""How each prover fares: counts, times and breakers, read from the stream of events; what of it deserves to be told."""

from __future__ import annotations

import logging
import statistics
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any

from attrs import Factory, define, frozen

from unsorry.events import AttemptFinished, Event, ProverStateChanged
from unsorry.model import Attempt, ProverState, Verdict
from unsorry.orchestrator.alerts import Alert, Figures, alerts
from unsorry.orchestrator.breakers import Breaker

_log = logging.getLogger(__name__)
_WINDOW = 200
_WINDOW_SECONDS = 900.0


@frozen
class StrategyHealth:
    """How a strategy fares with a prover, over the window."""

    strategy: str
    attempts: int
    success_rate: float
    median_seconds: float


@frozen
class ProverHealth:
    """A snapshot. Rates and times are of the attempts that finished in the last quarter of an hour, 200 at most; times
    are wall seconds of an attempt; both ``None`` before the first. ``breaker_open``: after repeated failures no new
    session is started for a while. ``remedy``: what is being done about it, or was done last."""

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
    timeout_rate: float | None = None
    failure_rate: float | None = None
    strategies: tuple[StrategyHealth, ...] = ()
    alerts: tuple[Alert, ...] = ()
    remedy: str = ""


@frozen
class _Finished:
    at: float
    strategy: str
    verdict: Verdict
    seconds: float
    overdue: bool  # the prover did not answer in time, which is not the same as a budget that has gone

    @property
    def won(self) -> bool:
        return self.verdict is Verdict.VERIFIED


@define
class _Record:
    breaker: Breaker
    state: ProverState = ProverState.UNKNOWN
    reason: str = ""
    version: str = ""
    finished: deque[_Finished] = Factory(lambda: deque(maxlen=_WINDOW))
    documents: dict[str, Breaker] = Factory(dict)  # those where it failed since it last worked anywhere
    told: frozenset[Alert] = frozenset()


class HealthBoard:
    """Keeps a record a prover, with two breakers. Three failures in a row on one document, and that document is left
    alone; on three documents, and the prover is. Half a minute after the last failure one more try goes through."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, window_seconds: float = _WINDOW_SECONDS) -> None:
        self._records: dict[str, _Record] = {}
        self._clock = clock
        self._window_seconds = window_seconds

    def on_event(self, event: Event) -> None:
        if isinstance(event, AttemptFinished):
            self.learn(event.attempt)
            self._tell(event.attempt.prover)
        elif isinstance(event, ProverStateChanged):
            self.found(event.prover, event.state, event.reason)
            self._tell(event.prover)

    def found(self, prover: str, state: ProverState, reason: str = "") -> None:
        """Takes in a state that somebody else has found out, without telling of it."""
        record = self._record(prover)
        record.state, record.reason = state, reason

    def learn(self, attempt: Attempt) -> None:
        """Takes in a finished attempt, without telling of it."""
        if attempt.verdict is Verdict.CANCELLED:
            return
        record = self._record(attempt.prover)
        record.finished.append(_finished(attempt, self._clock()))
        if attempt.verdict is not Verdict.PROVER_FAILED:
            self._worked(record)

    def failed(self, prover: str, uri: str, reason: str) -> ProverState:
        """Notes that a session of a document failed; the state that the prover is in now."""
        record = self._record(prover)
        if uri not in record.documents or record.breaker.tripped:
            record.breaker.failed()  # counts documents, so that one that kills its prover stops only itself
        record.documents.setdefault(uri, Breaker(self._clock)).failed()
        record.reason = reason
        record.state = ProverState.OPEN if record.breaker.is_open else ProverState.DEGRADED
        return record.state

    def opened(self, prover: str, version: str) -> None:
        """Notes that a session started and which version it runs."""
        self._record(prover).version = version

    def reset(self, prover: str) -> None:
        """Forgets failures: the user restarted the prover."""
        record = self._record(prover)
        record.documents.clear()
        record.breaker.worked()
        record.state, record.reason = ProverState.UNKNOWN, ""

    def allows(self, prover: str, uri: str) -> bool:
        """Whether a session for this document may be tried now."""
        record = self._record(prover)
        document = record.documents.get(uri)
        return not (document is not None and document.is_open) and not record.breaker.is_open

    def state(self, prover: str) -> ProverState:
        return self._record(prover).state

    def snapshot(self, prover: str, queued: int = 0, remedy: str = "") -> ProverHealth:
        record = self._record(prover)
        recent = self._recent(record)
        seconds = sorted(each.seconds for each in recent)
        return ProverHealth(
            prover=prover,
            state=record.state,
            reason=record.reason,
            version=record.version,
            attempts=len(recent),
            success_rate=_share(recent, Verdict.VERIFIED),
            median_seconds=statistics.median(seconds) if seconds else None,
            p95_seconds=seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))] if seconds else None,
            queued=queued,
            breaker_open=record.breaker.is_open,
            timeout_rate=sum(each.overdue for each in recent) / len(recent) if recent else None,
            failure_rate=_share(recent, Verdict.PROVER_FAILED),
            strategies=_by_strategy(recent),
            alerts=tuple(alerts(self.figures(prover))),
            remedy=remedy,
        )

    def figures(self, prover: str) -> Figures:
        """What alerts and remedies are decided by."""
        record = self._record(prover)
        recent = self._recent(record)
        half = len(recent) // 2
        return Figures(
            prover,
            record.state,
            record.reason,
            record.breaker.is_open,
            len(recent),
            sum(each.overdue for each in recent) / max(1, len(recent)),
            _share(recent, Verdict.PROVER_FAILED) or 0.0,
            statistics.median(each.seconds for each in recent[half:]) if recent else None,
            statistics.median(each.seconds for each in recent[:half]) if half else None,
            sum(breaker.is_open for breaker in record.documents.values()),
        )

    def most_failing_strategy(self, prover: str) -> str | None:
        """The strategy in whose attempts the prover broke most often, unless it breaks in all alike."""
        recent = self._recent(self._record(prover))
        broken = Counter(each.strategy for each in recent if each.verdict is Verdict.PROVER_FAILED)
        others = {each.strategy for each in recent} - set(broken)
        return broken.most_common(1)[0][0] if broken and others else None

    def _recent(self, record: _Record) -> Sequence[_Finished]:
        since = self._clock() - self._window_seconds
        return [each for each in record.finished if each.at >= since]

    def _tell(self, prover: str) -> None:
        """Logs the alerts that are new."""
        record = self._record(prover)
        now = {alert.code: alert for alert in alerts(self.figures(prover))}
        known = {alert.code for alert in record.told}
        for code, alert in now.items():
            if code not in known:
                _log.log(alert.level, "%s", alert.message)
        for alert in record.told:
            if alert.code not in now:
                _log.info("%s: %s is over", prover, alert.code)
        record.told = frozenset(now.values())

    def _worked(self, record: _Record) -> None:
        record.documents.clear()
        record.breaker.worked()
        if record.state is not ProverState.HEALTHY:
            record.state, record.reason = ProverState.HEALTHY, ""

    def _record(self, prover: str) -> _Record:
        if prover not in self._records:
            self._records[prover] = _Record(Breaker(self._clock))
        return self._records[prover]


def health_object(health: ProverHealth) -> dict[str, Any]:
    """How a prover fares; rates are shares of 1, times wall seconds."""
    return {
        "prover": health.prover,
        "state": health.state.value,
        "reason": health.reason,
        "version": health.version,
        "attempts": health.attempts,
        "successRate": health.success_rate,
        "timeoutRate": health.timeout_rate,
        "failureRate": health.failure_rate,
        "medianSeconds": health.median_seconds,
        "p95Seconds": health.p95_seconds,
        "queued": health.queued,
        "breakerOpen": health.breaker_open,
        "strategies": [
            {
                "strategy": each.strategy,
                "attempts": each.attempts,
                "successRate": each.success_rate,
                "medianSeconds": each.median_seconds,
            }
            for each in health.strategies
        ],
        "alerts": [{"level": a.level.name, "code": a.code, "message": a.message} for a in health.alerts],
        "remedy": health.remedy,
    }


def _finished(attempt: Attempt, at: float) -> _Finished:
    overdue = attempt.verdict is Verdict.TIMED_OUT and bool(attempt.message)
    return _Finished(at, attempt.strategy, attempt.verdict, attempt.seconds, overdue)


def _share(finished: Sequence[_Finished], verdict: Verdict) -> float | None:
    return sum(each.verdict is verdict for each in finished) / len(finished) if finished else None


def _by_strategy(finished: Sequence[_Finished]) -> tuple[StrategyHealth, ...]:
    names = dict.fromkeys(each.strategy for each in finished)
    found = []
    for name in names:
        own = [each for each in finished if each.strategy == name]
        median = statistics.median(each.seconds for each in own)
        found.append(StrategyHealth(name, len(own), sum(each.won for each in own) / len(own), median))
    return tuple(found)
