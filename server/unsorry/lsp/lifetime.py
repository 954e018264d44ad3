"""When a connection ends: the client says so, goes away, or dies, or a signal comes; then every prover ends first."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from unsorry.errors import UnsorryError
from unsorry.lsp.transport import Wire, WireError, accept, open_stdio
from unsorry.orchestrator.tasks import Tasks

if TYPE_CHECKING:
    from unsorry.lsp.connection import UnsorryServer

_log = logging.getLogger(__name__)
_CLOSING_SECONDS = 4.0
_POLL_SECONDS = 2.0
_SLICE_SECONDS = 0.02


def run_and_exit(server: UnsorryServer, address: tuple[str, int] | None = None) -> None:
    """Serves until the connection ends, then ends the process: at once, without waiting for threads, since one that
    still reads a slow disk must not keep a server alive whose editor has gone.

    Raises:
        UnsorryError: the address cannot be used.
    """
    loop = asyncio.new_event_loop()
    status = loop.run_until_complete(serve(server, address))
    logging.shutdown()
    sys.stderr.flush()
    os._exit(status)


async def close_in_time(server: UnsorryServer) -> None:
    """Ends the server's provers; what has not ended after some seconds is left to the provers' supervisors."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.aclose(), _CLOSING_SECONDS)


async def serve(server: UnsorryServer, address: tuple[str, int] | None) -> int:
    """Serves one client; the exit status that the protocol asks for: 0 after a proper shutdown, else 1."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def end(status: int) -> None:
        if not ended.done():
            ended.set_result(status)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, end, 128 + number)
    server.protocol.on_exit = end
    tasks = Tasks()
    tasks.start(_talk(server, address, ended), "talking to the client")
    try:
        return await ended
    finally:
        await tasks.aclose()
        await close_in_time(server)


async def _talk(server: UnsorryServer, address: tuple[str, int] | None, ended: asyncio.Future[int]) -> None:
    """Reads messages until the client's end of the connection is closed; that ends the server too."""
    try:
        wire = await _connect(address)
        server.protocol.set_writer(wire.writer)
        await _receive(server, wire)
    except WireError as error:
        _log.error("the client does not speak the protocol: %s", error)
    except UnsorryError as error:
        ended.set_exception(error)
    finally:
        if not ended.done():
            ended.set_result(0 if server.protocol.was_shut_down else 1)


async def _connect(address: tuple[str, int] | None) -> Wire:
    try:
        if address is None:
            return await open_stdio()
        return await accept(*address, "unsorry listens on {}")
    except (OSError, ValueError) as error:
        where = "standard input and output" if address is None else "{}:{}".format(*address)
        raise UnsorryError(f"Cannot serve on {where}: {error}.") from error


async def _receive(server: UnsorryServer, wire: Wire) -> None:
    began = time.monotonic()
    async for body in wire.messages():
        try:
            server.protocol.receive(body)
        except Exception:  # noqa: BLE001 - the boundary of one message: the connection stays
            _log.exception("a message could not be dealt with")
        if time.monotonic() - began > _SLICE_SECONDS:
            # Many messages may wait already; what they ask for must get its turn.
            await asyncio.sleep(0)
            began = time.monotonic()


async def follow(pid: int, on_gone: Callable[[], None]) -> None:
    """Calls ``on_gone`` when the process that started us is gone. A process that cannot be seen from here (another
    container's, say) is not followed."""
    try:
        descriptor = os.pidfd_open(pid) if sys.platform == "linux" else -1
    except OSError as error:
        _log.info("the editor's process %d cannot be followed: %s", pid, error)
        return
    if descriptor < 0:
        await _poll(pid)
    else:
        await _readable(descriptor)
    _log.warning("the editor's process %d is gone", pid)
    on_gone()


async def _readable(descriptor: int) -> None:
    """A process's descriptor can be read once the process has ended."""
    loop = asyncio.get_running_loop()
    gone = asyncio.Event()
    loop.add_reader(descriptor, gone.set)
    try:
        await gone.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


async def _poll(pid: int) -> None:
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        except PermissionError:
            pass
        await asyncio.sleep(_POLL_SECONDS)
