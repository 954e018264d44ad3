"""One live Lean server, ``lake serve`` or ``lean --server``: requests with deadlines, and the news of each document.

Lean's own requests to the client have ids that collide with ours, so that a message is told by whether it has a
``method``. A worker that dies leaves its requests without an answer; only the progress report tells of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from typing import Any

from attrs import define, field

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec
from unsorry.provers.lean4.rpc import Framer, Message, encode

_FATAL = 2
_FLOOD = 256 << 20
_START = {"processId": None, "rootUri": None, "capabilities": {"lean": {"silentDiagnosticSupport": False}}}
_CANCELLED = "$/cancelRequest"


class RequestFailed(ProverError):
    """The server answered a request with an error; it is as usable as before."""


@define
class News:
    """What the server last said of one document: the diagnostics of ``version``, and whether its worker gave up."""

    version: int = -1
    diagnostics: list[Message] = field(factory=list)
    fatal: asyncio.Event = field(factory=asyncio.Event)


class LeanServer:
    """Owner of one process. Whoever starts it closes it."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._news: dict[str, News] = {}
        self._unanswered = 0  # bytes that came since the last answer
        self._error: ProverError | None = None
        self._reader = asyncio.create_task(self._read(), name="reader of Lean's server")

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> LeanServer:
        """Starts the program and says hello.

        Raises:
            ProverError: it did not start, or does not speak the protocol.
        """
        server = cls(await Child.start(spec))
        try:
            await server.request("initialize", _START, seconds)
            await server.notify("initialized", {})
        except BaseException:
            await server.close()
            raise
        return server

    @property
    def alive(self) -> bool:
        return self._error is None and self._child.alive

    @property
    def pid(self) -> int:
        """The supervisor's, for diagnosis."""
        return self._child.pid

    def news(self, uri: str) -> News:
        return self._news.setdefault(uri, News())

    def forget(self, uri: str) -> None:
        self._news.pop(uri, None)

    async def notify(self, method: str, params: object) -> None:
        """
        Raises:
            ProverError: the process is gone.
        """
        await self._send({"method": method, "params": params})

    async def request(self, method: str, params: object, seconds: float) -> Any:
        """The result of a request.

        Raises:
            RequestFailed: the server refuses it.
            ProverTimeout: no answer within ``seconds``; the request was withdrawn.
            ProverError: the process is gone, or no longer speaks the protocol.
        """
        number = next(self._ids)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        answered = False
        try:
            async with asyncio.timeout(seconds):
                await self._send({"id": number, "method": method, "params": params})
                result = await answer
            answered = True
            return result
        except TimeoutError:
            raise ProverTimeout(f"Lean did not answer {method} within {seconds:.3g} s") from None
        except RequestFailed:
            answered = True
            raise
        finally:
            del self._waiting[number]
            if not answered and self.alive:
                with contextlib.suppress(ProverError, TimeoutError, asyncio.CancelledError):
                    async with asyncio.timeout(1.0):
                        await self._send({"method": _CANCELLED, "params": {"id": number}})

    async def close(self) -> None:
        """Ends the process and all its workers. Safe to call twice."""
        self._fail(ProverError("the session has been closed"))
        self._reader.cancel()
        await self._child.close()

    async def _send(self, message: Message) -> None:
        if self._error is not None:
            raise self._error
        await self._child.send(encode(message))

    async def _read(self) -> None:
        framer = Framer()
        try:
            while data := await self._child.read():
                self._unanswered += len(data)
                if self._unanswered > _FLOOD:
                    raise ProverError("it floods its output")
                for message in framer.feed(data):
                    await self._take(message)
            self._fail(self._child.failure("it ended"))
        except ProverError as error:
            self._fail(self._child.failure(error.message))
            await self._child.close()

    def _fail(self, error: ProverError) -> None:
        if self._error is None:
            self._error = error
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(self._error)
                answer.exception()  # whoever waited may have left

    async def _take(self, message: Message) -> None:
        method = message.get("method")
        if method is None:
            self._answer(message)
        elif "id" in message:
            await self._child.send(encode({"id": message["id"], "result": None}))
        elif method == "textDocument/publishDiagnostics":
            params = message["params"]
            news = self.news(params["uri"])
            if params.get("version", 0) >= news.version:
                news.version, news.diagnostics = params.get("version", 0), params["diagnostics"]
        elif method == "$/lean/fileProgress":
            params = message["params"]
            if any(part.get("kind") == _FATAL for part in params["processing"]):
                self.news(params["textDocument"]["uri"]).fatal.set()

    def _answer(self, message: Message) -> None:
        self._unanswered = 0
        answer = self._waiting.get(message.get("id", -1))
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(RequestFailed(f"Lean refuses: {message['error'].get('message') or 'no reason given'}"))
            answer.exception()
        else:
            answer.set_result(message.get("result"))
