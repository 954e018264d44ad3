"""The one writer: a thread that makes entries durable in batches, fed by a bounded queue that never blocks.

What it has acknowledged is durable. What it cannot write it keeps and tries again, as long as its queue has room;
where trying again cannot help, it says so once and takes nothing more.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from unsorry.errors import LedgerError
from unsorry.ledger.entries import Entry, Kind, PendingJob
from unsorry.ledger.location import Location

if TYPE_CHECKING:
    import sqlalchemy as sa

_log = logging.getLogger(__name__)
CAPACITY = 20_000
_BATCH = 1000
_GATHER_SECONDS = 0.05  # entries come in bursts; one commit for each burst
_RETRY_SECONDS = (0.1, 0.5, 2.0, 5.0)


@frozen
class Numbered:
    """An entry with its number in this run: 1, 2, 3, … without gaps."""

    number: int
    entry: Entry


@frozen
class JobGone:
    """Takes a hole from the queue's checkpoint."""

    uri: str
    hole: str


Item = Numbered | PendingJob | JobGone
Write = Callable[["sa.Connection", str, Sequence[Item]], None]


class Writer:
    """Owner of the writing thread, which starts with the first entry. ``run`` names this process's entries."""

    def __init__(self, location: Location, capacity: int = CAPACITY) -> None:
        self.location = location
        self.run = uuid.uuid4().hex[:16]
        self.problem: LedgerError | None = None
        self.lost = 0
        self._queue: queue.Queue[Item | None] = queue.Queue(capacity)
        self._state = threading.Condition()
        self._appended = 0  # items that the queue has taken
        self._durable = 0
        self._number = 0
        self._hurry = threading.Event()
        self._closed = False
        self._warned = False
        self._opened = threading.Event()
        self._thread: threading.Thread | None = None
        self._connection: sa.Connection | None = None

    def append(self, entry: Entry) -> bool:
        """Takes an entry without waiting; ``False`` when it cannot be kept."""
        with self._state:
            if not self._put(Numbered(self._number + 1, entry)):
                self.lost += 1
                return False
            self._number += 1
            return True

    def checkpoint(self, job: PendingJob | JobGone) -> bool:
        """Takes a change of the queue's checkpoint without waiting; ``False`` when it cannot be kept."""
        with self._state:
            return self._put(job)

    def _put(self, item: Item) -> bool:
        if self._closed or (self.problem is not None and self.problem.lasting):
            return False
        try:
            self._queue.put_nowait(item)
        except queue.Full:
            return False
        self._appended += 1
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="unsorry ledger", daemon=True)
            self._thread.start()
        return True

    @property
    def acknowledged(self) -> int:
        """How many items are durable, of those taken so far and in their order."""
        with self._state:
            return self._durable

    def flush(self, seconds: float) -> bool:
        """Waits until all that was taken is durable; ``False`` when it is not by then, or cannot be."""
        with self._state:
            target = self._appended
            self._hurry.set()
            done = self._state.wait_for(lambda: self._durable >= target or self._hopeless, seconds)
            return done and self._durable >= target

    @property
    def _hopeless(self) -> bool:
        return self.problem is not None and self.problem.lasting

    def close(self, seconds: float) -> bool:
        """Makes durable what can be within ``seconds``, and ends; whether all of it is."""
        flushed = self.flush(seconds)
        with self._state:
            self._closed = True
        thread = self._thread
        if thread is not None:
            self._hurry.set()
            try:
                self._queue.put_nowait(None)
            except queue.Full:
                return False  # the thread is a daemon: it ends with the process
            thread.join(max(0.1, seconds) if flushed else 0.1)
        return flushed

    def _work(self) -> None:
        while True:
            batch = self._take()
            items = [item for item in batch if item is not None]
            if items and not self._write(items):
                break
            if len(items) < len(batch):
                break
        self._disconnect()

    def _take(self) -> list[Item | None]:
        batch = [self._queue.get()]
        self._hurry.wait(_GATHER_SECONDS)
        self._hurry.clear()
        while len(batch) < _BATCH and batch[-1] is not None:
            try:
                batch.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return batch

    def _write(self, items: Sequence[Item]) -> bool:
        """Writes a batch, however often it takes; ``False`` when there is no hope."""
        tries = 0
        while True:
            try:
                self._write_once(items)
            except LedgerError as error:
                self._disconnect()
                self._fail(error)
                if error.lasting or self._closed:
                    return False
                time.sleep(_RETRY_SECONDS[min(tries, len(_RETRY_SECONDS) - 1)])
                tries += 1
                continue
            with self._state:
                self._durable += len(items)
                self.problem, self._warned = None, False
                self._state.notify_all()
            self._tell_of_losses()
            return True

    def _write_once(self, items: Sequence[Item]) -> None:
        from unsorry.ledger import database, storing

        try:
            with database.explained(self.location):
                if self._connection is None:
                    self._connection = database.connect(self.location)
                    storing.retain(self._connection, self.location.retention)
                with database.writing(self._connection) as connection:
                    storing.store(connection, self.run, items)
        except LedgerError:
            raise
        except Exception as error:  # the boundary of the thread: proving goes on without the ledger
            raise LedgerError(f"the ledger {self.location.shown} failed: {error!r}.") from error

    def _fail(self, error: LedgerError) -> None:
        with self._state:
            self.problem = error
            self._state.notify_all()
        if not self._warned:
            self._warned = True
            _log.warning("%s Proving goes on without the ledger%s.", error, "" if error.lasting else " for now")

    def _tell_of_losses(self) -> None:
        with self._state:
            lost, self.lost = self.lost, 0
        if lost:
            self.append(Entry(kind=Kind.LOST, data={"entries": lost}))

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except Exception as error:  # noqa: BLE001 - a broken connection may not even close
                _log.debug("closing the ledger: %r", error)
