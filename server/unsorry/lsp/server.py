"""The language server: one client, one engine, and the features between them.

Features are modules that the registry lists; each attaches its handlers with ``on`` and ``on_command``, reads the
engine, and hears of changes through ``subscribe`` (the engine's events) and ``documents`` (the editor's).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import importlib
import inspect
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from unsorry import __version__, registry
from unsorry.errors import ConfigError, UnsorryError
from unsorry.files import path_of
from unsorry.lsp.client import ClientFeatures, read_client
from unsorry.lsp.editor import Change, EditorDocuments
from unsorry.lsp.lifetime import CLOSING_SECONDS, follow, run_and_exit
from unsorry.lsp.names import SERVER
from unsorry.lsp.protocol import UnsorryProtocol
from unsorry.lsp.runs import Runs
from unsorry.lsp.unopened import UnopenedFiles
from unsorry.orchestrator.tasks import Tasks
from unsorry.settings import Settings

if TYPE_CHECKING:
    from unsorry.engine import Engine
    from unsorry.events import Event

_log = logging.getLogger(__name__)
_REQUEST_FAILED = -32803  # LSP 3.17 ErrorCodes.RequestFailed, which pygls does not name

_SETTINGS_SECONDS = 3.0  # how long a client may take to tell its settings before searches start without

MakeEngine = Callable[[Settings, bool], "Engine"]


class UnsorryServer(LanguageServer):
    """The state of one session. The engine starts when it is first needed, and anew when settings ask for it."""

    protocol: UnsorryProtocol

    def __init__(self, *, user_settings: Path | None = None, make_engine: MakeEngine | None = None) -> None:
        super().__init__(SERVER, __version__, protocol_cls=UnsorryProtocol)
        self.client = ClientFeatures()
        self.settings = Settings()
        self.trusted = True
        self.ended = False
        self.roots: tuple[Path, ...] = ()
        self.tasks = Tasks()
        self.documents = EditorDocuments()
        self.unopened = UnopenedFiles()
        self.runs = Runs(self)
        self._user_settings = user_settings
        self._make_engine = make_engine or _make_engine
        self._engine: Engine | None = None
        self.configured = asyncio.Event()
        self._readers: list[Callable[[Event], None]] = []
        self._watchers: list[Callable[[str], None]] = []
        self._settings_readers: list[Callable[[], None]] = []
        self._ready_readers: list[Callable[[], None]] = []
        self._given: dict[str, Any] = {}
        self._editor_settings: Mapping[str, Any] = {}
        self.on(types.SHUTDOWN, _shut_down)
        for name in registry.LSP_FEATURES:
            importlib.import_module(name).register(self)

    def on(self, method: str, handler: Callable[[Any, Any], Any], options: Any = None) -> None:
        """``handler(server, params)`` answers a method, at once or as a coroutine."""
        self.feature(method, options)(_guarded(functools.partial(handler, self)))

    def on_command(self, name: str, handler: Callable[[Any, Any], Any]) -> None:
        """``handler(server, params)`` runs a command; ``params`` are those of ``workspace/executeCommand``."""
        self.command(name)(_guarded(functools.partial(handler, self)))

    def subscribe(self, reader: Callable[[Event], None]) -> None:
        """Every event of whatever engine is in use goes to ``reader``."""
        self._readers.append(reader)

    def watch(self, watcher: Callable[[str], None]) -> None:
        """``watcher`` is called with a document's canonical URI when what is known of its holes has changed."""
        self._watchers.append(watcher)

    def on_settings(self, reader: Callable[[], None]) -> None:
        """``reader`` is called when settings have changed."""
        self._settings_readers.append(reader)

    def on_ready(self, reader: Callable[[], None]) -> None:
        """``reader`` is called once the client has said that it is ready to be spoken to."""
        self._ready_readers.append(reader)

    def tell_ready(self) -> None:
        for reader in self._ready_readers:
            reader()

    @property
    def engine(self) -> Engine:
        """The engine in use.

        Raises:
            UnsorryError: the session has ended.
        """
        if self.ended:
            raise UnsorryError("The server is shutting down.")
        if self._engine is None:
            self._engine = self._make_engine(self.settings, self.trusted)
            self._engine.subscribe(self._on_event)
            self._engine.watch(self._on_state)
        return self._engine

    def _on_state(self, uri: str) -> None:
        for watcher in self._watchers:
            watcher(uri)

    def _on_event(self, event: Event) -> None:
        for reader in self._readers:
            reader(event)

    def begin(self, params: types.InitializeParams, encoding: str) -> None:
        """Takes in what the client says of itself, its folders and its settings."""
        self.client = read_client(params.capabilities, encoding)
        options = params.initialization_options
        self._given = dict(options) if isinstance(options, Mapping) else {}
        self.trusted = self._given.pop("trusted", True) is True
        self.roots = _roots(params)
        if params.process_id is not None:
            self.tasks.start(follow(params.process_id, lambda: self.protocol.on_exit(1)), "following the editor")
        # Afterwards, so that no client waits for files to be read before it has its answer.
        loop = asyncio.get_running_loop()
        loop.call_soon(self.configure)
        if self.client.configuration:
            loop.call_later(_SETTINGS_SECONDS, self.configured.set)
        else:
            self.configured.set()

    def adjust(self, capabilities: types.ServerCapabilities) -> None:
        """What pygls cannot know of our capabilities."""
        if capabilities.execute_command_provider is not None:
            capabilities.execute_command_provider.work_done_progress = True
        if not self.client.pull:
            capabilities.diagnostic_provider = None

    def configure(self, values: Mapping[str, Any] | None = None) -> None:
        """Loads every layer of the settings and goes on with the result. ``values`` are the editor's own, over
        those that it gave at the start; ``None``: as before.

        Settings that are wrong are shown to the user, and leave out no more than the layer they are in.
        """
        if values is not None:
            self._editor_settings = values
        settings = self._load(layered(self._given, self._editor_settings))
        if settings == self.settings:
            return
        before, self.settings = self.settings, settings
        self._refit(before)
        for reader in self._settings_readers:
            reader()

    def _refit(self, before: Settings) -> None:
        """Gives the engine its new settings. Most are built into it, so that they ask for a new one."""
        engine = self._engine
        if engine is None:
            return
        if evolve(self.settings, editor=before.editor) == before:
            engine.settings = self.settings
        else:
            self._engine = None
            self.tasks.start(engine.aclose(), "closing the engine")
            for opened in self.documents:
                self.engine.put(opened.document)
        for opened in self.documents:
            self.documents.tell(Change.CHANGED, opened.document.uri)

    def _load(self, values: Mapping[str, Any]) -> Settings:
        from unsorry.configuration import load

        start = self.roots[0] if self.roots else Path.cwd()
        # A client cannot tell the user's own settings from those of the folder it opened, so neither may choose
        # what runs: hence untrusted.
        for overrides in (values, {}):
            try:
                loaded = load(start, user=self._user_settings, overrides=overrides, source="editor", trusted=False)
            except ConfigError as error:
                self.tell_user(str(error), types.MessageType.Error)
            else:
                return loaded.settings
        return self.settings

    def tell_user(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        self.window_show_message(types.ShowMessageParams(kind, message))

    def ask_to_refresh(self, method: str) -> None:
        """Asks the client to ask again for what it shows; it need not answer."""
        self.protocol.send_request(method)

    async def ask(self, method: str, params: Any, seconds: float) -> Any:
        """The client's answer to a request of ours.

        Raises:
            UnsorryError: it refuses, or does not answer in time.
        """
        try:
            return await asyncio.wait_for(self.protocol.send_request_async(method, params), seconds)
        except TimeoutError as error:
            raise UnsorryError(f"The editor did not answer {method} within {seconds:g} s.") from error
        except JsonRpcException as error:
            raise UnsorryError(f"The editor refused {method}: {error.message}") from error

    def spelled(self, uri: str) -> str:
        """A canonical URI as the client spells it."""
        opened = self.documents.get(uri)
        return opened.uri if opened is not None else uri

    async def aclose(self) -> None:
        """Ends every search and every prover; nothing can be proved afterwards."""
        self.ended = True
        engine, self._engine = self._engine, None
        await self.tasks.aclose()
        if engine is not None:
            await engine.aclose()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A fault of ours is for the log; a request that met it has its own answer."""
        _log.error("%s: %s", getattr(source, "__name__", source), error, exc_info=error)


def _guarded(handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A handler whose expected failures reach the client as such, in words for the user."""
    if inspect.iscoroutinefunction(handler):

        async def answer_later(params: Any) -> Any:
            try:
                return await handler(params)
            except UnsorryError as error:
                raise _failed(error) from error

        return answer_later

    def answer(params: Any) -> Any:
        try:
            return handler(params)
        except UnsorryError as error:
            raise _failed(error) from error

    return answer


def _failed(error: UnsorryError) -> JsonRpcException:
    return JsonRpcException(str(error), _REQUEST_FAILED)


async def _shut_down(server: UnsorryServer, _params: None) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(server.aclose(), CLOSING_SECONDS)


def layered(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings with others on top; sections that are no sections of ours are the client's own business."""
    sections = {field.name for field in fields(Settings)}
    merged = {name: value for name, value in below.items() if name in sections}
    for name, value in above.items():
        if name in sections and isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = {**merged[name], **value}
        elif name in sections:
            merged[name] = value
    return merged


def _roots(params: types.InitializeParams) -> tuple[Path, ...]:
    """The folders that the client has opened, in whichever of the three ways it says so."""
    uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    paths = [path_of(uri) for uri in uris]
    if paths == [None] and params.root_path:
        return (Path(params.root_path),)
    return tuple(path for path in paths if path is not None)


def _make_engine(settings: Settings, trusted: bool) -> Engine:
    from unsorry.engine import Engine

    return Engine(settings, trusted=trusted)


def main(*, address: tuple[str, int] | None = None, user_settings: Path | None = None) -> None:
    """Serves one client over standard input and output, or over a socket, until it leaves. Does not return: the
    process ends with the status that the protocol asks for.

    Raises:
        UnsorryError: the socket's address cannot be used.
    """
    if not logging.getLogger().isEnabledFor(logging.DEBUG):
        logging.getLogger("pygls").setLevel(logging.WARNING)  # below that it logs every message in full
    run_and_exit(UnsorryServer(user_settings=user_settings), address)
