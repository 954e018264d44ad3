"""The one document of a session: any text is shown to Lean under the file's own name, in a server of ours.

The file itself is neither read nor written. An edit makes Lean drop what it was doing and reuse what it knows of the
unchanged beginning, so that texts that differ late are cheap one after the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from unsorry.errors import ProverError, ProverTimeout
from unsorry.provers.lean4.messages import Seen, read_messages
from unsorry.provers.lean4.server import LeanServer
from unsorry.provers.rpc import Message
from unsorry.text import SourceText, difference

_FATAL_SECONDS = 2.0
_STOP_SECONDS = 3.0
_PUBLISH_SECONDS = 2.0


class Scratch:
    """Owner of a session's server; starts it when needed, and again when it was lost. One call at a time."""

    def __init__(self, uri: str, start: Callable[[], Awaitable[LeanServer]]) -> None:
        self._uri = uri
        self._start = start
        self._server: LeanServer | None = None
        self._version = 0
        self._text: str | None = None  # what the server has, with Lean's own line ends
        self._seen: Seen | None = None
        self._done = ""  # the last text that Lean went through
        self._closed = False

    @property
    def pid(self) -> int | None:
        return self._server.pid if self._server is not None and self._server.alive else None

    async def start(self) -> LeanServer:
        """The live server; a new one if there is none.

        Raises:
            ProverError: it does not start, or the session has been closed.
        """
        if self._closed:
            raise ProverError("the session has been closed")
        if self._server is None or not self._server.alive:
            await self._lose()
            self._server = await self._start()
        return self._server

    async def show(self, text: str, seconds: float) -> Seen:
        """What Lean says of a text, when it has gone through it.

        Raises:
            ProverTimeout: not within ``seconds``; Lean has been made to leave it.
            ProverError: the server or the file's worker is gone.
        """
        source = SourceText(text)
        plain = text.replace("\r\n", "\n")
        alive = self._server is not None and self._server.alive
        if alive and self._seen is not None and self._text == plain:
            return Seen(source, read_messages(source, self._raw()), self._seen.fatal)
        self._seen = None
        deadline = time.monotonic() + seconds
        try:
            server = await self.start()
            await self._give(server, plain)
            fatal = await self._settled(server, deadline)
        except (ProverTimeout, asyncio.CancelledError):
            await _uncancelled(self._leave())
            raise
        except ProverError:
            await self._lose()
            raise
        self._done = plain
        self._seen = Seen(source, read_messages(source, self._raw()), fatal)
        return self._seen

    def knows(self, beginning: str) -> bool:
        """Whether Lean has been through a text that begins so, and need not go through that again."""
        alive = self._server is not None and self._server.alive
        return alive and self._text == self._done and self._done.startswith(beginning.replace("\r\n", "\n"))

    async def ask(self, method: str, source: SourceText, offset: int, seconds: float, **more: object) -> Any:
        """The result of a request about a place in the text that was last shown."""
        position = source.position(offset)
        where = {"line": position.line, "character": position.character}
        params: Message = {"textDocument": {"uri": self._uri}, **more}
        if "range" not in more:
            params["position"] = where
        server = await self.start()
        try:
            return await server.request(method, params, seconds)
        except ProverTimeout:
            await self._lose()
            raise

    async def close(self) -> None:
        self._closed = True
        await self._lose()

    def _raw(self) -> list[Message]:
        assert self._server is not None
        return self._server.news(self._uri).diagnostics

    async def _give(self, server: LeanServer, text: str) -> None:
        """Opens the document, or edits it. Versions only ever grow: Lean would not complain of others."""
        self._version += 1
        server.news(self._uri).fatal.clear()
        identity = {"uri": self._uri, "version": self._version}
        if self._text is None:
            server.forget(self._uri)
            document = {**identity, "languageId": "lean4", "text": text}
            # Building what the file imports can take minutes and belongs to the user.
            await server.notify("textDocument/didOpen", {"textDocument": document, "dependencyBuildMode": "never"})
        else:
            old, edit = SourceText(self._text), difference(self._text, text)
            range_ = old.range(edit.span)
            ends = {"start": _plain(range_.start), "end": _plain(range_.end)}
            change = {"range": ends, "text": edit.text}
            params = {"textDocument": identity, "contentChanges": [change]}
            await server.notify("textDocument/didChange", params)
        self._text = text

    async def _settled(self, server: LeanServer, deadline: float) -> bool:
        """Waits until Lean has gone through the present version; whether it gave up at the imports."""
        params = {"uri": self._uri, "version": self._version}
        left = max(0.01, deadline - time.monotonic())
        wait = asyncio.ensure_future(server.request("textDocument/waitForDiagnostics", params, left))
        fatal = asyncio.ensure_future(server.news(self._uri).fatal.wait())
        try:
            await asyncio.wait([wait, fatal], return_when=asyncio.FIRST_COMPLETED)
            if not wait.done():
                await asyncio.wait([wait], timeout=min(left, _FATAL_SECONDS))
            if not wait.done():
                raise ProverError("Lean's worker for the file died")
            try:
                await wait
            except ProverTimeout:
                raise ProverTimeout(f"Lean did not get through it within {left:.3g} s") from None
            await self._published(server)
        finally:
            await _end(wait, fatal)
        return server.news(self._uri).fatal.is_set()

    async def _published(self, server: LeanServer) -> None:
        """Sees to it that what is known is about the present version: no news are no good news."""
        end = time.monotonic() + _PUBLISH_SECONDS
        while server.news(self._uri).version != self._version:
            if time.monotonic() > end:
                raise ProverError("Lean does not say what it thinks of the text")
            await asyncio.sleep(0.005)

    async def _leave(self) -> None:
        """Makes Lean leave what it is at: an edit cancels it, here back to what it has been through before. A server
        that does not obey is ended."""
        passed = self._done[: difference(self._done, self._text or "").span.start]
        if self._server is None or "\n" not in passed:
            await self._lose()
            return
        try:
            await self._give(self._server, passed[: passed.rfind("\n") + 1])
            await self._settled(self._server, time.monotonic() + _STOP_SECONDS)
        except ProverError:
            await self._lose()

    async def _lose(self) -> None:
        server, self._server = self._server, None
        self._text, self._seen = None, None
        if server is not None:
            await server.close()


def _plain(position: Any) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


async def _end(*tasks: asyncio.Future[Any]) -> None:
    """Ends tasks that nobody waits for any more."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _uncancelled(work: Coroutine[Any, Any, None]) -> None:
    """Runs bounded work to its end although the caller is cancelled (again) meanwhile."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    task.result()
