"""Dafny 4's language server as the warm way of trying: a document of its own for each text, its symbols verified on
request, their statuses and diagnostics read. Nothing here proves: that is said by a fresh ``dafny verify`` alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import define, field

from unsorry.errors import ProverError
from unsorry.processes import ChildSpec
from unsorry.provers.dafny.answers import VERIFIED, Answer, mangled, read_published
from unsorry.provers.dafny.copies import Only
from unsorry.provers.language_server import LanguageServer
from unsorry.provers.rpc import Message
from unsorry.text import Encoding, Position, SourceText

_START_SECONDS = 20.0
_HELLO: Message = {"processId": None, "rootUri": None, "capabilities": {}}
_UNDER_WAY = frozenset({"Parsing", "ResolutionStarted"})
_RESOLVED = "ResolutionSucceeded"
_REFUSED = frozenset({"ParsingFailed", "ResolutionFailed"})
_PENDING = frozenset({0, 1, 2})  # stale, queued, running
_ERROR, _CORRECT = 4, 5
_VERDICTS = {_ERROR: "error", _CORRECT: VERIFIED}


@define
class _News:
    """What the server last said of one document; ``changed`` is set whenever it says more."""

    status: str = ""
    diagnostics: Sequence[Message] = ()
    symbols: Mapping[tuple[int, int, int], int] | None = None  # by line and columns of the name
    odd: str = ""
    changed: asyncio.Event = field(factory=asyncio.Event)


class WarmServer:
    """Owner of one ``dafny server``. One text at a time; whoever starts it closes it."""

    def __init__(self, server: LanguageServer, news: dict[str, _News], folder: Path) -> None:
        self._server = server
        self._news = news
        self._folder = folder
        self._numbers = itertools.count()

    @classmethod
    async def start(cls, spec: ChildSpec, folder: Path) -> WarmServer:
        """``folder`` is where its documents seem to lie; nothing is written there.

        Raises:
            ProverError: it did not start, or does not speak the protocol.
        """
        news: dict[str, _News] = {}
        server = await LanguageServer.start(
            spec, "Dafny's server", _HELLO, lambda method, params: _note(news, method, params), _START_SECONDS
        )
        return cls(server, news, folder)

    @property
    def alive(self) -> bool:
        return self._server.alive

    async def close(self) -> None:
        await self._server.close()

    async def verify(self, source: str, only: Only | None, seconds: float) -> Answer:
        """What becomes of the symbols of a text that ``only`` chooses (``None``: all).

        Raises:
            TimeoutError: not all of them are done within ``seconds``.
            ProverError: the server is gone, or says what it must not.
        """
        name = f"try{next(self._numbers)}.dfy"
        uri = (self._folder / name).as_uri()
        news = self._news[name] = _News()
        item = {"uri": uri, "languageId": "dafny", "version": 1, "text": source}
        try:
            async with asyncio.timeout(seconds):
                await self._server.notify("textDocument/didOpen", {"textDocument": item})
                await self._until(news, lambda: bool(news.status) and news.status not in _UNDER_WAY)
                if news.status != _RESOLVED:
                    return _unresolved(news)
                await self._until(news, lambda: news.symbols is not None)
                return await self._verified(uri, SourceText(source), only, news, seconds)
        finally:
            del self._news[name]
            with contextlib.suppress(ProverError):
                await self._server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

    async def _verified(self, uri: str, source: SourceText, only: Only | None, news: _News, seconds: float) -> Answer:
        names = dict(_chosen(source, only, news.symbols or {}))
        verdicts = {_key(place, name): "not verified" for place, name in names.items()}
        started = []
        for place in names:
            position = {"line": place[0], "character": place[1]}
            asked = {"textDocument": {"uri": uri}, "position": position}
            if await self._server.request("dafny/textDocument/verifySymbol", asked, seconds) is True:
                started.append(place)
        done: dict[tuple[int, int, int], int] = {}

        def ended() -> bool:
            done.update({place: status for place, status in (news.symbols or {}).items() if place in started})
            return all(done.get(place, 0) not in _PENDING for place in started)

        await self._until(news, ended)
        for place in started:
            verdicts[_key(place, names[place])] = _VERDICTS[done[place]]
        errors = read_published(news.diagnostics)
        if bool(errors) < any(done[place] == _ERROR for place in started):
            raise ProverError("Dafny's server calls something wrong, and does not say what")
        return Answer(True, errors, verdicts)

    async def _until(self, news: _News, holds: Any) -> None:
        """Waits until something holds of what the server has said.

        Raises:
            ProverError: the server is gone, or has said something odd.
        """
        while True:
            news.changed.clear()
            if news.odd:
                raise ProverError(f"Dafny's server says what is not known: {news.odd}")
            if holds():
                return
            if not self._server.alive:
                raise self._server.error or ProverError("Dafny's server ended")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(news.changed.wait(), 0.25)  # and look whether it lives


def _key(place: tuple[int, int, int], name: str) -> str:
    return f"{place[0]}:{place[1]}.{mangled(name)}"


def _chosen(
    source: SourceText, only: Only | None, symbols: Mapping[tuple[int, int, int], int]
) -> Iterator[tuple[tuple[int, int, int], str]]:
    """The symbols to verify, with their names as the text has them."""
    for place in symbols:
        line, start, end = place
        first = source.offset(Position(line, start), Encoding.UTF16)
        name = source.text[first : source.offset(Position(line, end), Encoding.UTF16)]
        if only is None or (name == only.word if only.whole else only.word in name):
            yield place, name


def _unresolved(news: _News) -> Answer:
    if news.status not in _REFUSED:
        raise ProverError(f"Dafny's server says what is not known: {news.status}")
    errors = read_published(news.diagnostics)
    return Answer(False, errors, {}, errors[0].message if errors else "the text does not resolve")


def _note(every: Mapping[str, _News], method: str, params: Message) -> None:
    uri = params.get("uri")
    news = every.get(uri.rpartition("/")[2]) if isinstance(uri, str) else None
    if news is None:
        return
    if method == "textDocument/publishDiagnostics":
        news.diagnostics = params["diagnostics"]
    elif method == "dafny/compilation/status":
        news.status = str(params["status"])
    elif method == "dafny/textDocument/symbolStatus":
        news.symbols = dict(_statuses(news, params["namedVerifiables"]))
    else:
        return
    news.changed.set()


def _statuses(news: _News, symbols: Sequence[Message]) -> Iterator[tuple[tuple[int, int, int], int]]:
    for symbol in symbols:
        start, end, status = symbol["nameRange"]["start"], symbol["nameRange"]["end"], symbol["status"]
        if status not in _PENDING and status not in _VERDICTS:
            news.odd = f"the status {status!r}"
        yield (int(start["line"]), int(start["character"]), int(end["character"])), status
