"""A rival: the heavy strategies of a hole, run beside its light ones in a session of their own. The first proof that is
verified wins, and whoever is at work on the hole still is stopped at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Any, Self

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.sessions import Lease
from unsorry.orchestrator.tasks import Tasks
from unsorry.provers.base import Prover

_log = logging.getLogger(__name__)


@frozen
class Place:
    """A place beside a running search. ``claim`` says whether there is one now; it may be taken away again, of which
    the function that it is given hears. ``leave`` gives it back; twice does no harm. ``session`` is another session of
    the same text."""

    claim: Callable[[Callable[[], None]], bool]
    leave: Callable[[], None]
    session: Callable[[Prover, Lease], AbstractAsyncContextManager[Lease]]


class Rival:
    """At most one for a stage of a search; ``run`` does its work with a progress of its own, in which proofs of its own
    appear. Used as a context, it has stopped when the context is left."""

    def __init__(
        self, place: Place | None, progress: Progress, run: Callable[[Progress], Coroutine[Any, Any, None]]
    ) -> None:
        self._place = place
        self._progress = progress
        self._own = progress.beside()
        self._run = run
        self._tasks = Tasks()
        self._task: asyncio.Task[None] | None = None
        self._beaten: asyncio.Timeout | None = None
        self.is_through = False  # it has done all that it could, so that there is no need to do it again

    async def __aenter__(self) -> Self:
        self._progress.on_proof = self._stop
        self._own.on_proof = self._win
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.on_proof = None
        if self._task is not None:
            self._task.cancel()
        await self._end()
        self._progress.proofs.extend(self._own.proofs)

    @property
    def has_begun(self) -> bool:
        return self._task is not None

    def begin(self) -> None:
        """Starts, where there is a place and this has not been done yet."""
        if self._task is None and self._place is not None and self._place.claim(self._stop):
            self._task = self._tasks.start(self._work(), "strategies beside the light ones")

    async def while_not_beaten(self, work: Coroutine[Any, Any, None]) -> None:
        """Does the light ones' work, until it ends or the rival wins."""
        try:
            async with asyncio.timeout(None) as self._beaten:
                if self._own.proofs:
                    work.close()
                else:
                    await work
        except TimeoutError:
            if not self._own.proofs:
                raise
        finally:
            self._beaten = None

    async def settled(self) -> None:
        """Waits for its end, if it has begun. From now on it is all that is done about the hole, so that it takes no
        place beside anything and nobody takes it away."""
        if self._task is not None and self._place is not None:
            self._place.leave()
            await asyncio.wait([self._task])

    async def _work(self) -> None:
        try:
            await self._run(self._own)
            self.is_through = True
        except ProverError as error:
            _log.info("no strategy beside the light ones: %s", error.message)
        finally:
            if self._place is not None:
                self._place.leave()

    def _win(self) -> None:
        """The rival has a proof; where it is the first, the light ones are beaten."""
        if self._beaten is not None and len(self._own.proofs) == 1:
            self._beaten.reschedule(asyncio.get_running_loop().time())

    def _stop(self) -> None:
        if self._task is not None and not self._own.proofs:
            self._task.cancel()

    async def _end(self) -> None:
        """Waits until it has stopped, also when the wait itself is cancelled: its prover must be gone by then."""
        cancelled: asyncio.CancelledError | None = None
        while self._task is not None and not self._task.done():
            try:
                await asyncio.wait([self._task])
            except asyncio.CancelledError as error:
                cancelled = error
                self._task.cancel()
        if cancelled is not None:
            raise cancelled
