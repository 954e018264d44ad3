"""The wire: framed messages over standard input and output, or over one connection to a socket."""

from __future__ import annotations

import asyncio
import contextlib
import os
import stat
import sys
import threading
from collections.abc import AsyncIterator
from typing import Protocol

from attrs import frozen

# Larger than any text that a proof file may have.
_MESSAGE_LIMIT = 256 << 20
_HEADER_LIMIT = 1 << 16


class WireError(Exception):
    """The bytes are not framed messages; nobody can tell where the next one begins."""


class Writer(Protocol):
    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


@frozen
class Wire:
    """Both directions of a connection. Writing to a pipe or socket never blocks; what is not read waits here."""

    reader: asyncio.StreamReader
    writer: Writer

    async def messages(self) -> AsyncIterator[bytes]:
        """The body of each message, until the client closes its end.

        Raises:
            WireError: what comes is not framed as the protocol asks.
        """
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = await self._header()
                if length is None:
                    return
                yield await self.reader.readexactly(length)

    async def _header(self) -> int | None:
        """The length of the body that follows; ``None`` at the end."""
        length: int | None = None
        while True:
            try:
                line = await self.reader.readline()
            except ValueError as error:
                raise WireError("a header line without end") from error
            if not line.endswith(b"\n"):
                return None
            name, colon, value = line.partition(b":")
            if name.strip().lower() == b"content-length":
                length = _length(value)
            elif not line.strip():
                if length is not None:
                    return length
            elif not colon:
                raise WireError(f"not a header line: {line[:80]!r}")


def _length(value: bytes) -> int:
    try:
        length = int(value)
    except ValueError:
        length = -1
    if not 0 <= length <= _MESSAGE_LIMIT:
        raise WireError(f"not a message's length: {value[:40]!r}")
    return length


async def open_stdio() -> Wire:
    """Takes standard input and output for the protocol alone.

    From then on whatever else reads standard input finds its end, and whatever else prints ends up in standard
    error, so that neither a stray ``print`` nor a child process can harm the protocol.
    """
    stdin, stdout = _claim(0), _claim(1)
    return Wire(await _reader(stdin), await _writer(stdout))


def _claim(descriptor: int) -> int:
    """A private copy of a standard stream, whose own descriptor leads elsewhere from now on."""
    sys.stdout.flush()
    claimed = os.dup(descriptor)
    if descriptor == 1:
        with contextlib.suppress(OSError):  # there may be no standard error
            os.dup2(2, 1)
            return claimed
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, descriptor)
    os.close(null)
    return claimed


def _pollable(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


async def _reader(descriptor: int) -> asyncio.StreamReader:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(_HEADER_LIMIT)
    if _pollable(descriptor):
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0))
        return reader

    def feed() -> None:
        while data := os.read(descriptor, _HEADER_LIMIT):
            loop.call_soon_threadsafe(reader.feed_data, data)
        loop.call_soon_threadsafe(reader.feed_eof)

    threading.Thread(target=feed, name="standard input", daemon=True).start()
    return reader


async def _writer(descriptor: int) -> Writer:
    if not _pollable(descriptor):
        return _BlockingWriter(descriptor)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, os.fdopen(descriptor, "wb", 0))
    return transport


@frozen
class _BlockingWriter:
    """Writes to what cannot be waited for: a file, the null device, a terminal."""

    descriptor: int

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.descriptor, data) :]

    def close(self) -> None:
        os.close(self.descriptor)


async def accept(host: str, port: int, announce: str) -> Wire:
    """Waits for the one client of a socket. ``announce`` is printed to standard error with the address in place of
    ``{}``, since the port may be the system's choice.

    Raises:
        OSError: the address cannot be used.
    """
    arrived: asyncio.Future[Wire] = asyncio.get_running_loop().create_future()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if arrived.done():
            writer.close()
        else:
            arrived.set_result(Wire(reader, writer.transport))

    listener = await asyncio.start_server(connected, host, port, limit=_HEADER_LIMIT)
    bound = listener.sockets[0].getsockname()
    print(announce.format(f"{bound[0]}:{bound[1]}"), file=sys.stderr, flush=True)
    wire = await arrived
    listener.close()
    return wire
