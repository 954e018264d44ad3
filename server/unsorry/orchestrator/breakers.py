"""Circuit breakers: what failed again and again is left alone for a while. ``pybreaker`` keeps their states."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pybreaker import STATE_CLOSED, STATE_OPEN, CircuitBreaker, CircuitMemoryStorage

FAILURES = 3
OPEN_SECONDS = 30.0


class Breaker:
    """Opens after three failures in a row; half a minute after the last of them tries are let through again, and the
    first that works closes it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._opened = 0.0
        storage = _Storage(clock)
        self._circuit = CircuitBreaker(
            fail_max=FAILURES, reset_timeout=OPEN_SECONDS, state_storage=storage, throw_new_error_on_trip=False
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing is let through now."""
        return self._circuit.current_state == STATE_OPEN and self._clock() - self._opened < OPEN_SECONDS

    @property
    def tripped(self) -> bool:
        """Whether it opened and nothing has worked since."""
        return self._circuit.current_state != STATE_CLOSED

    def failed(self) -> None:
        if self.is_open:
            self._circuit.open()  # what is under way may still fail; the half minute counts from the last failure
        else:
            with contextlib.suppress(_Failure):
                self._circuit.call(_fail)
        self._opened = self._clock()

    def worked(self) -> None:
        self._circuit.close()


class _Failure(Exception):
    pass


def _fail() -> None:
    raise _Failure


class _Storage(CircuitMemoryStorage):
    """Tells when the circuit was opened by a clock that nobody sets: that of the wall may jump, and machines sleep."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(STATE_CLOSED)
        self._clock = clock
        self._at: float | None = None

    @property
    def opened_at(self) -> datetime | None:
        return None if self._at is None else datetime.now(UTC) - timedelta(seconds=self._clock() - self._at)

    @opened_at.setter
    def opened_at(self, _now: datetime) -> None:
        self._at = self._clock()
