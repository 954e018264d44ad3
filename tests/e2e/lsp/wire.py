"""A bare connection to a server process: for messages that no well-behaved client sends."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import os
from collections.abc import AsyncIterator
from typing import Any

from e2e.lsp.editor import TESTS

_SECONDS = 60.0


class Wire:
    """Frames messages; answers are matched by id, all else is kept in ``heard``."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        process: asyncio.subprocess.Process | None = None,
    ) -> None:
        self.reader, self.writer, self.process = reader, writer, process
        self.heard: list[dict[str, Any]] = []
        self._ids = itertools.count(1)

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls, *command: str, stderr: int | None = None) -> AsyncIterator[Wire]:
        path = os.pathsep.join([str(TESTS), str(TESTS.parent / "server")])
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
            limit=1 << 24,
            env={**os.environ, "PYTHONPATH": path},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield cls(process.stdout, process.stdin, process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def send(self, message: Any) -> None:
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes, header: bytes | None = None) -> None:
        self.writer.write((header or b"Content-Length: %d\r\n\r\n" % len(body)) + body)

    def notify(self, method: str, params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    async def receive(self) -> dict[str, Any]:
        header = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), _SECONDS)
        length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        message: dict[str, Any] = json.loads(await self.reader.readexactly(length))
        return message

    async def answer(self, id_: Any) -> dict[str, Any]:
        while True:
            message = await self.receive()
            if message.get("id") == id_ and "method" not in message:
                return message
            self.heard.append(message)

    async def ask(self, method: str, params: Any) -> dict[str, Any]:
        id_ = next(self._ids)
        self.send({"jsonrpc": "2.0", "id": id_, "method": method, "params": params})
        return await self.answer(id_)

    async def initialize(self, **params: Any) -> dict[str, Any]:
        given = {"processId": None, "rootUri": None, "capabilities": {}, **params}
        answer = await self.ask("initialize", given)
        self.notify("initialized", {})
        return answer

    async def until(self, method: str) -> dict[str, Any]:
        """The next message of a method."""
        while True:
            message = await self.receive()
            self.heard.append(message)
            if message.get("method") == method:
                return message

    async def status(self) -> int:
        assert self.process is not None
        return await asyncio.wait_for(self.process.wait(), _SECONDS)
