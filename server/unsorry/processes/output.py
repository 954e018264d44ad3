"""A program's standard output, as it comes: read with one system call a chunk, without streams in between.

Provers write many small messages; what each of them costs this process is what counts here.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import os
from collections.abc import Callable

_CHUNK = 1 << 16
_HELD = 1 << 20

Receiver = Callable[[bytes], float]


class Output:
    """Owner of the read end of a pipe. What comes goes to ``receive`` at once, where there is one, which says for how
    many seconds it can wait for more (0: no time); else it is held until it is read, a bounded amount of it. Empty
    bytes stand for the end."""

    def __init__(self, descriptor: int, receive: Receiver | None = None) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        self._chunks: collections.deque[bytes] = collections.deque()
        self._held = 0
        self._ended = False
        self._reading = False
        self._waiter: asyncio.Future[None] | None = None
        self._later: asyncio.TimerHandle | None = None
        self._resume()

    async def read(self) -> bytes:
        """The next bytes; empty at the end. One reader at a time."""
        while not self._chunks and not self._ended:
            self._resume()
            self._waiter = self._loop.create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        if not self._chunks:
            return b""
        data = self._chunks.popleft()
        self._held -= len(data)
        return data

    def close(self) -> None:
        """Lets go of the pipe; who waits for it sees the end. Safe to call again."""
        if not self._ended:
            self._pause()
            self._ended = True
            if self._later is not None:
                self._later.cancel()
            with contextlib.suppress(OSError):
                os.close(self._descriptor)
            self._pass_on(b"")

    def _resume(self) -> None:
        if not (self._reading or self._ended):
            self._loop.add_reader(self._descriptor, self._on_readable)
            self._reading = True

    def _pause(self) -> None:
        if self._reading:
            self._loop.remove_reader(self._descriptor)
            self._reading = False

    def _on_readable(self) -> None:
        """Reads what there is; then waits for more, or for the time that the receiver leaves before it looks again."""
        self._later = None
        try:
            data = os.read(self._descriptor, _CHUNK)
        except (BlockingIOError, InterruptedError):
            self._resume()
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        seconds = self._pass_on(data)
        if self._ended:
            return
        if seconds:
            self._pause()
            self._later = self._loop.call_later(seconds, self._on_readable)
        elif self._receive is not None:
            self._resume()

    def _pass_on(self, data: bytes) -> float:
        if self._receive is not None:
            return self._receive(data)
        if data:
            self._chunks.append(data)
            self._held += len(data)
            if self._held > _HELD:
                self._pause()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        return 0.0
