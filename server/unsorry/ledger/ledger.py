"""The door of this room: one object that takes entries and answers questions, and never makes the editor wait."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from unsorry.errors import LedgerError
from unsorry.ledger.entries import ArmTally, AttemptRecord, Entry, PendingJob
from unsorry.ledger.location import Location, locate
from unsorry.ledger.reader import Reader, deliver
from unsorry.ledger.receipts import Receipt
from unsorry.ledger.writer import CAPACITY, JobGone, Writer
from unsorry.settings import LedgerSettings

if TYPE_CHECKING:
    import sqlalchemy as sa

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
ANSWER_SECONDS = 10.0  # the first answer waits until the database is open, and made if need be
CLOSE_SECONDS = 5.0


class Ledger:
    """Owner of the writing and the reading thread; both start when they are first needed.

    ``append`` takes an entry without waiting. An entry is acknowledged when it is durable: ``flush`` waits for that.
    When the ledger cannot be used, one warning is logged, entries are let go, and questions get no answer.
    """

    def __init__(self, location: Location, capacity: int = CAPACITY) -> None:
        self.location = location
        self._writer = Writer(location, capacity)
        self._reader = Reader(location)

    @property
    def run(self) -> str:
        """The name of this process's entries."""
        return self._writer.run

    @property
    def problem(self) -> LedgerError | None:
        """Why entries are not being written at the moment, if they are not."""
        return self._writer.problem

    @property
    def acknowledged(self) -> int:
        """How many of the items taken so far are durable."""
        return self._writer.acknowledged

    def start(self) -> None:
        """Begins to open the database in the background, so that the first question need not wait for that."""
        self._reader.start()

    def append(self, entry: Entry) -> bool:
        """Takes an entry; never waits. ``False`` when it cannot be kept."""
        return self._writer.append(entry)

    def keep_job(self, job: PendingJob) -> bool:
        """Puts a job into the queue's checkpoint, in place of what it held for that hole; never waits."""
        return self._writer.checkpoint(job)

    def drop_job(self, uri: str, hole: str) -> bool:
        """Takes a hole from the queue's checkpoint; never waits."""
        return self._writer.checkpoint(JobGone(uri, hole))

    def flush(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Waits until all that was taken is durable; ``False`` when it is not by then. Blocks: not for the loop."""
        return self._writer.flush(seconds)

    async def history(self, *, since: float = 0.0, limit: int = 50_000) -> Sequence[AttemptRecord]:
        """Finished attempts since a Unix time, oldest first; empty when the ledger cannot be asked."""

        def question(connection: sa.Connection) -> Sequence[AttemptRecord]:
            from unsorry.ledger.queries import history

            return history(connection, since=since, limit=limit)

        return await self.ask(question, ())

    async def tallies(self, *, since: float = 0.0) -> Sequence[ArmTally]:
        """Attempts since a Unix time, added up by shape and arm; empty when the ledger cannot be asked."""

        def question(connection: sa.Connection) -> Sequence[ArmTally]:
            from unsorry.ledger.queries import tallies

            return tallies(connection, since=since)

        return await self.ask(question, ())

    async def receipts(
        self, *, goal: str | None = None, uri: str | None = None, language: str | None = None, limit: int = 500
    ) -> Sequence[Receipt]:
        """Receipts of a goal, a file or a language, the latest first; empty when the ledger cannot be asked."""

        def question(connection: sa.Connection) -> Sequence[Receipt]:
            from unsorry.ledger.queries import receipts

            return receipts(connection, goal=goal, uri=uri, language=language, limit=limit)

        return await self.ask(question, ())

    async def searched_in_vain(self, context: str) -> float:
        """The largest budget, in seconds, of the vain searches in a context; 0 when there was none, or none known."""

        def question(connection: sa.Connection) -> float:
            from unsorry.ledger.queries import searched_in_vain

            return searched_in_vain(connection, context)

        return await self.ask(question, 0.0)

    async def pending_jobs(self) -> Sequence[PendingJob]:
        """The queue's checkpoint, most urgent first; empty when the ledger cannot be asked."""

        def question(connection: sa.Connection) -> Sequence[PendingJob]:
            from unsorry.ledger.queries import pending_jobs

            return pending_jobs(connection)

        return await self.ask(question, ())

    async def ask(self, question: Callable[[sa.Connection], _T], default: _T, seconds: float = ANSWER_SECONDS) -> _T:
        """What ``question`` makes of a connection, in the reading thread; ``default`` when it fails or is late."""
        return await self._reader.ask(question, default, seconds)

    async def aclose(self, seconds: float = CLOSE_SECONDS) -> bool:
        """``close`` without blocking the loop."""
        loop = asyncio.get_running_loop()
        closed: asyncio.Future[bool] = loop.create_future()
        threading.Thread(
            target=lambda: deliver(loop, closed, self.close(seconds)), name="unsorry ledger closing", daemon=True
        ).start()
        return await closed

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Makes durable what can be, within ``seconds``, and ends the threads; whether all of it is durable."""
        self._reader.close()
        return self._writer.close(seconds)


def open_ledger(settings: LedgerSettings) -> Ledger | None:
    """The ledger that the settings ask for, if any; nothing is opened before it is needed."""
    try:
        location = locate(settings)
    except LedgerError as error:
        _log.warning("%s Proving goes on without the ledger.", error)
        return None
    return None if location is None else Ledger(location)
