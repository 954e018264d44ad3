"""The reading thread: answers questions over a connection of its own, so that none waits for the writer."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from unsorry.errors import LedgerError
from unsorry.ledger.location import Location

if TYPE_CHECKING:
    import sqlalchemy as sa

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_Question = tuple[Callable[["sa.Connection"], Any], asyncio.AbstractEventLoop, asyncio.Future[Any]]
_REST_SECONDS = 30.0  # after a connection that could not be made
_LATE_SECONDS = 1.0  # after an answer that did not come in time


class Reader:
    """Owner of the thread, which starts with the first question, or before it by ``start``."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._warned = False
        self._late = False
        self._refusal: LedgerError | None = None
        self._refused_until = 0.0

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="unsorry ledger reader", daemon=True)
            self._thread.start()

    async def ask(self, question: Callable[[sa.Connection], _T], default: _T, seconds: float) -> _T:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_T] = loop.create_future()
        self._questions.put((question, loop, answer))
        self.start()
        try:
            result = await asyncio.wait_for(answer, min(seconds, _LATE_SECONDS) if self._late else seconds)
            self._late = False
            return result
        except (LedgerError, TimeoutError) as error:
            self._late = isinstance(error, TimeoutError)
            self._warn(error if isinstance(error, LedgerError) else LedgerError("The ledger does not answer."))
            return default

    def close(self) -> None:
        self._questions.put(None)

    def _warn(self, error: LedgerError) -> None:
        _log.log(logging.DEBUG if self._warned else logging.INFO, "%s Proving goes on without what it knows.", error)
        self._warned = True

    def _work(self) -> None:
        connection: sa.Connection | None = None
        with contextlib.suppress(LedgerError):  # whoever asks will hear of it
            connection = self._connect()
        while (asked := self._questions.get()) is not None:
            question, loop, answer = asked
            if answer.done():
                continue
            try:
                connection = connection or self._connect()
                result = self._answer(connection, question)
            except LedgerError as error:
                connection = None
                deliver(loop, answer, error)
            else:
                deliver(loop, answer, result)
        if connection is not None:
            connection.close()

    def _connect(self) -> sa.Connection:
        """A connection; a ledger that was out of reach is left alone for a while, so that nobody waits for it again
        and again."""
        from unsorry.ledger import database

        if self._refusal is not None and time.monotonic() < self._refused_until:
            raise self._refusal
        try:
            connection = database.connect(self._location)
        except Exception as error:
            # The boundary of the thread: proving goes on without the ledger.
            failed = f"the ledger {self._location.shown} failed: {error!r}."
            self._refusal = error if isinstance(error, LedgerError) else LedgerError(failed)
            self._refused_until = time.monotonic() + _REST_SECONDS
            raise self._refusal from error
        self._refusal = None
        return connection

    def _answer(self, connection: sa.Connection, question: Callable[[sa.Connection], Any]) -> Any:
        from unsorry.ledger import database

        try:
            with database.explained(self._location), connection.begin():
                return question(connection)
        except LedgerError:
            connection.invalidate()
            raise
        except Exception as error:
            raise LedgerError(f"The ledger could not be read: {error!r}.") from error


def deliver(loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Any], result: Any) -> None:
    """Hands a result, or a ``LedgerError`` as the failure that it is, to whoever waits on a loop, from any thread."""

    def set_() -> None:
        if answer.done():
            return
        if isinstance(result, LedgerError):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    try:
        loop.call_soon_threadsafe(set_)
    except RuntimeError:  # the loop has closed meanwhile: nobody waits any more
        _log.debug("an answer of the ledger came too late")
