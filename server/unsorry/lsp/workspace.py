"""What one client works on: the engine, the editor's documents, and the features between them.

Features are modules that the registry lists; each attaches its handlers with ``on`` and ``on_command``, reads the
engine, and hears of changes through ``watch`` and ``subscribe`` (the engine's) and ``documents`` (the editor's).
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from unsorry import registry
from unsorry.configuration import Settings
from unsorry.errors import ConfigError, UnsorryError
from unsorry.lsp.bursts import Bursts
from unsorry.lsp.client import read_client, read_options, read_roots
from unsorry.lsp.coalescing import Coalescer
from unsorry.lsp.editor import Change, EditorDocuments
from unsorry.lsp.guard import guarded
from unsorry.lsp.lifetime import follow
from unsorry.lsp.preferences import Preferences
from unsorry.lsp.runs import Runs
from unsorry.lsp.unopened import UnopenedFiles
from unsorry.observation.logs import is_wanted, set_up
from unsorry.orchestrator.tasks import Tasks

if TYPE_CHECKING:
    from unsorry.engine import Engine
    from unsorry.events import Event
    from unsorry.lsp.connection import MakeEngine, UnsorryServer

_log = logging.getLogger(__name__)
_SETTINGS_SECONDS = 3.0  # how long a client may take to tell its settings before searches start without them


class Workspace:
    """What the features share. The engine starts when it is first needed, and anew when settings ask for it."""

    def __init__(
        self,
        server: UnsorryServer,
        params: types.InitializeParams,
        encoding: str,
        user_settings: Path | None,
        make_engine: MakeEngine | None,
    ) -> None:
        given = params.initialization_options if isinstance(params.initialization_options, Mapping) else {}
        self.server = server
        self.client = read_client(params, encoding)
        self.options = read_options(given)
        self.roots = read_roots(params)
        self.tasks = Tasks()
        self.documents = EditorDocuments()
        self._bursts = Bursts(self.options.quiet, asyncio.get_running_loop().time)
        self.documents.subscribe(self._bursts.on_change)
        self.unopened = UnopenedFiles()
        self.runs = Runs(self)
        self.preferences = Preferences(user_settings, given, self._complain)
        self.ended = False
        self._make_engine = make_engine or _make_engine
        self._engine: Engine | None = None
        self._readers: list[Callable[[Event], None]] = []
        self._watchers: list[Callable[[str], None]] = []
        self._settings_readers: list[Callable[[], None]] = []
        for name in registry.LSP_FEATURES:
            self._load(name)
        self._begin(params.process_id)

    def _load(self, name: str) -> None:
        try:
            importlib.import_module(name).register(self)
        except Exception:  # noqa: BLE001 - the boundary of a plug-in: the others still load
            _log.exception("the feature %s does not load", name)
            self._complain(f"A part of Unsorry does not load ({name}); the log says why.")

    def _begin(self, editor: int | None) -> None:
        if editor is not None:
            self.tasks.start(follow(editor, lambda: self.server.protocol.on_exit(1)), "following the editor")
        self.configure()
        if self.client.configuration:
            asyncio.get_running_loop().call_later(_SETTINGS_SECONDS, self.preferences.known.set)
        else:
            self.preferences.known.set()

    def on(self, method: str, handler: Callable[[Any, Any], Any]) -> None:
        """``handler(workspace, params)`` answers a method, at once or as a coroutine."""
        self.server.feature(method)(guarded(functools.partial(handler, self)))

    def on_command(self, name: str, handler: Callable[[Any, Any], Any]) -> None:
        """``handler(workspace, params)`` runs a command; ``params`` are those of ``workspace/executeCommand``."""
        self.server.command(name)(guarded(functools.partial(handler, self)))

    def subscribe(self, reader: Callable[[Event], None]) -> None:
        """Every event of whatever engine is in use goes to ``reader``."""
        self._readers.append(reader)

    def watch(self, watcher: Callable[[str], None]) -> None:
        """``watcher`` is called with a document's canonical URI when what is known of its holes has changed."""
        self._watchers.append(watcher)

    def on_settings(self, reader: Callable[[], None]) -> None:
        """``reader`` is called when settings have changed."""
        self._settings_readers.append(reader)

    def coalescer(self, delay: float, action: Callable[[str], None]) -> Coalescer:
        """One that waits for the end of what is typed in the document that its key names, and does nothing any more
        once the workspace is closed."""
        return Coalescer(delay, lambda key: None if self.ended else action(key), self._bursts.end)

    @property
    def settings(self) -> Settings:
        return self.preferences.current

    @property
    def engine(self) -> Engine:
        """The engine in use.

        Raises:
            UnsorryError: the workspace is closed.
        """
        if self.ended:
            raise UnsorryError("The server is shutting down.")
        if self._engine is None:
            self._engine = self._make_engine(self.settings, self.options.trusted)
            self._engine.subscribe(self._on_event)
            self._engine.watch(self._on_state)
        return self._engine

    def _on_state(self, uri: str) -> None:
        for watcher in self._watchers:
            watcher(uri)

    def _on_event(self, event: Event) -> None:
        for reader in self._readers:
            reader(event)

    def configure(self, said: Mapping[str, Any] | None = None) -> None:
        """Loads the settings anew and goes on with them; ``said`` is what the editor says now, ``None``: as before."""
        before = self.settings
        if said is not None:
            self.preferences.take(said)
        if not self.preferences.load(self.roots[0] if self.roots else Path.cwd()):
            return
        self._set_up_log()
        self._refit(before)
        for reader in self._settings_readers:
            reader()

    def _set_up_log(self) -> None:
        if is_wanted(self.settings.log):
            try:
                set_up(self.settings.log)
            except ConfigError as error:
                self._complain(str(error))

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

    def _complain(self, message: str) -> None:
        self.tell_user(message, types.MessageType.Error)

    def tell_user(self, message: str, kind: types.MessageType = types.MessageType.Info) -> None:
        self.server.window_show_message(types.ShowMessageParams(kind, message))

    def notify(self, method: str, params: Any) -> None:
        self.server.protocol.notify(method, params)

    def ask_to_refresh(self, method: str) -> None:
        """Asks the client to ask again for what it shows; it need not answer."""
        self.server.protocol.send_request(method)

    async def ask(self, method: str, params: Any, seconds: float) -> Any:
        """The client's answer to a request of ours.

        Raises:
            UnsorryError: it refuses, or does not answer in time.
        """
        answer = asyncio.wrap_future(self.server.protocol.send_request(method, params))
        # Not cancelled when it is late: pygls knows no answer to a request that it has forgotten.
        answer.add_done_callback(lambda late: late.cancelled() or late.exception())
        await asyncio.wait([answer], timeout=seconds)
        if not answer.done():
            raise UnsorryError(f"The editor did not answer {method} within {seconds:g} s.")
        try:
            return answer.result()
        except JsonRpcException as error:
            raise UnsorryError(f"The editor refused {method}: {error.message}") from error

    def spelled(self, uri: str) -> str:
        """A canonical URI as the client spells it."""
        opened = self.documents.get(uri)
        return opened.uri if opened is not None else uri

    async def aclose(self) -> None:
        self.ended = True
        engine, self._engine = self._engine, None
        await self.tasks.aclose()
        if engine is not None:
            await engine.aclose()


def _make_engine(settings: Settings, trusted: bool) -> Engine:
    from unsorry.engine import Engine
    from unsorry.ledger.ledger import open_ledger

    return Engine(settings, trusted=trusted, ledger=open_ledger(settings.ledger))
