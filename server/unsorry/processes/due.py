"""The answers that a program owes: counted as they come, and waited for until a deadline.

Where a receiver takes output in (see ``output.py``), the one future and the one timer here are all that waiting costs,
however many pieces the answers come in.
"""

from __future__ import annotations

import asyncio

from unsorry.errors import ProverError
from unsorry.processes.child import Child

_SHORTEST, _LONGEST = 0.001, 0.02


class Due:
    """How many answers are owed. One waiter at a time."""

    def __init__(self) -> None:
        self._number = 0
        self._ended = False
        self._error: ProverError | None = None
        self._waiter: asyncio.Future[None] | None = None

    @property
    def number(self) -> int:
        return self._number

    def expect(self, number: int) -> None:
        """So many more have been asked for."""
        self._number += number

    def answered(self, number: int = 1) -> None:
        """
        Raises:
            ProverError: it was not asked for.
        """
        if self._number < number:
            raise ProverError("it answers what it was not asked")
        self._number -= number

    def end(self) -> None:
        """Nothing more will come."""
        self._ended = True

    def fail(self, error: ProverError) -> None:
        """Something came that is no answer: the first such thing is what the waiter hears of."""
        self._error = self._error or error

    def more(self) -> bool:
        """Whether there is more to wait for; wakes who waits if there is not."""
        more = bool(self._number) and not self._is_over
        if not more:
            self._wake()
        return more

    async def wait(self, program: Child, seconds: float) -> None:
        """Until everything that is owed has come.

        Raises:
            TimeoutError: it has not within ``seconds``.
            ProverError: it will not come.
        """
        if self._number and not self._is_over:
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            timer = loop.call_later(seconds, self._wake)
            try:
                await self._waiter
            finally:
                timer.cancel()
                self._waiter = None
        if self._error is not None:
            raise program.failure(self._error.message) from self._error
        if self._number and not self._ended:
            raise TimeoutError
        if self._number:
            await program.settled()
            raise program.failure("it ended while it was at work")

    @property
    def _is_over(self) -> bool:
        return self._ended or self._error is not None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def pause(seconds: float, part: float) -> float:
    """For how many seconds output may wait when its answer has taken so many already and may take this part more."""
    return min(max(_SHORTEST, part * seconds), _LONGEST)
