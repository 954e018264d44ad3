"""One live language server as a prover: requests with deadlines, and its notifications, handed on as they come.

A server's own requests to the client may have ids that collide with ours, so that a message is told by whether it has
a ``method``. Each is answered with nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from typing import Any

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec
from unsorry.provers.rpc import Framer, Message, encode

_FLOOD = 256 << 20
_CANCELLED = "$/cancelRequest"
Hear = Callable[[str, Message], None]
"""What becomes of a notification: its method, and its parameters."""


class RequestFailed(ProverError):
    """The server answered a request with an error; it is as usable as before."""


class LanguageServer:
    """Owner of one process. Whoever starts it closes it."""

    def __init__(self, child: Child, name: str, hear: Hear) -> None:
        self._child = child
        self._name = name
        self._hear = hear
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._unanswered = 0  # bytes that came since the last answer
        self._error: ProverError | None = None
        self._reader = asyncio.create_task(self._read(), name=f"reader of the server of {name}")

    @classmethod
    async def start(cls, spec: ChildSpec, name: str, hello: Message, hear: Hear, seconds: float) -> LanguageServer:
        """Starts the program and says hello. ``name`` is what messages call the server.

        Raises:
            ProverError: it did not start, or does not speak the protocol.
        """
        server = cls(await Child.start(spec), name, hear)
        try:
            await server.request("initialize", hello, seconds)
            await server.notify("initialized", {})
        except BaseException:
            await server.close()
            raise
        return server

    @property
    def alive(self) -> bool:
        return self._error is None and self._child.alive

    @property
    def error(self) -> ProverError | None:
        """Why it can no longer be asked, once it cannot."""
        return self._error

    @property
    def pid(self) -> int:
        """The supervisor's, for diagnosis."""
        return self._child.pid

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
            raise ProverTimeout(f"{self._name} did not answer {method} within {seconds:.3g} s") from None
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
        """Ends the process and all that it started. Safe to call twice."""
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
        except (LookupError, TypeError, ValueError, AttributeError) as odd:
            self._fail(self._child.failure(f"it writes what is not its protocol: {odd!r}"))
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
        else:
            self._hear(method, message.get("params") or {})

    def _answer(self, message: Message) -> None:
        self._unanswered = 0
        answer = self._waiting.get(message.get("id", -1))
        if answer is None or answer.done():
            return
        if "error" in message:
            reason = message["error"].get("message") or "no reason given"
            answer.set_exception(RequestFailed(f"{self._name} refuses: {reason}"))
            answer.exception()
        else:
            answer.set_result(message.get("result"))
