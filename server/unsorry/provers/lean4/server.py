"""One live Lean server, ``lake serve`` or ``lean --server``, and the news of each document.

A worker that dies leaves its requests without an answer; only the progress report tells of it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from attrs import define, field

from unsorry.processes import ChildSpec
from unsorry.provers.language_server import LanguageServer
from unsorry.provers.rpc import Message

_FATAL = 2
_START = {"processId": None, "rootUri": None, "capabilities": {"lean": {"silentDiagnosticSupport": False}}}


@define
class News:
    """What the server last said of one document: the diagnostics of ``version``, and whether its worker gave up."""

    version: int = -1
    diagnostics: list[Message] = field(factory=list)
    fatal: asyncio.Event = field(factory=asyncio.Event)


class LeanServer:
    """Owner of one process. Whoever starts it closes it."""

    def __init__(self, server: LanguageServer, news: dict[str, News]) -> None:
        self._server = server
        self._news = news

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> LeanServer:
        """Starts the program and says hello.

        Raises:
            ProverError: it did not start, or does not speak the protocol.
        """
        news: dict[str, News] = {}
        server = await LanguageServer.start(
            spec, "Lean", _START, lambda method, params: _note(news, method, params), seconds
        )
        return cls(server, news)

    @property
    def alive(self) -> bool:
        return self._server.alive

    @property
    def pid(self) -> int:
        """The supervisor's, for diagnosis."""
        return self._server.pid

    def news(self, uri: str) -> News:
        return self._news.setdefault(uri, News())

    def forget(self, uri: str) -> None:
        self._news.pop(uri, None)

    async def notify(self, method: str, params: object) -> None:
        """
        Raises:
            ProverError: the process is gone.
        """
        await self._server.notify(method, params)

    async def request(self, method: str, params: object, seconds: float) -> Any:
        """The result of a request.

        Raises:
            RequestFailed: the server refuses it.
            ProverTimeout: no answer within ``seconds``; the request was withdrawn.
            ProverError: the process is gone, or no longer speaks the protocol.
        """
        return await self._server.request(method, params, seconds)

    async def close(self) -> None:
        """Ends the process and all its workers. Safe to call twice."""
        await self._server.close()


def _note(every: dict[str, News], method: str, params: Message) -> None:
    if method == "textDocument/publishDiagnostics":
        news = every.setdefault(params["uri"], News())
        if params.get("version", 0) >= news.version:
            news.version, news.diagnostics = params.get("version", 0), params["diagnostics"]
    elif method == "$/lean/fileProgress" and any(part.get("kind") == _FATAL for part in params["processing"]):
        every.setdefault(params["textDocument"]["uri"], News()).fatal.set()
