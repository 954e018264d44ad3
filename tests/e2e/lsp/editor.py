"""An editor for tests: a real client of a real server process, that keeps texts and applies edits as editors do."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from cattrs import Converter
from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES

from unsorry.lsp.convert import apply_changes
from unsorry.text import Encoding, SourceText

TESTS = Path(__file__).parents[2]
UNSORRY = (sys.executable, "-m", "unsorry", "serve")
DEADLINE = 60.0


def scripted(**script: Any) -> tuple[str, ...]:
    """The command of a server whose prover answers as the script says."""
    return (sys.executable, "-m", "fakes.scripted_server", json.dumps(script))


def able(**changes: Any) -> types.ClientCapabilities:
    """The capabilities of an editor that can do everything, except pull diagnostics unless it is asked for."""
    document = types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        code_action=types.CodeActionClientCapabilities(
            code_action_literal_support=types.ClientCodeActionLiteralOptions(
                types.ClientCodeActionKindOptions(value_set=["", "quickfix", "source", "source.fixAll"])
            ),
            is_preferred_support=True,
            data_support=True,
            resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"])
            if changes.pop("resolve", True)
            else None,
        ),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(version_support=True, data_support=True),
    )
    workspace = types.WorkspaceClientCapabilities(
        apply_edit=True,
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
        configuration=changes.pop("configuration", False),
    )
    if changes.pop("pull", False):
        document.diagnostic = types.DiagnosticClientCapabilities()
        workspace.diagnostics = types.DiagnosticWorkspaceClientCapabilities(refresh_support=True)
    general = types.GeneralClientCapabilities(position_encodings=changes.pop("encodings", None))
    window = types.WindowClientCapabilities(work_done_progress=changes.pop("progress", True))
    assert not changes
    return types.ClientCapabilities(workspace=workspace, text_document=document, window=window, general=general)


def make_converter() -> Converter:
    """pygls' own takes every code action that has a command for a command."""
    converter = default_converter()

    def action(given: Any, _type: Any) -> Any:
        is_command = isinstance(given.get("command"), str)
        return converter.structure(given, types.Command if is_command else types.CodeAction)

    converter.register_structure_hook(types.Command | types.CodeAction, action)
    return converter


class TestClient(LanguageClient):
    """Remembers what the server said, beyond what pytest-lsp remembers."""

    __test__ = False

    def __init__(self) -> None:
        super().__init__(converter_factory=make_converter)
        self.published: list[types.PublishDiagnosticsParams] = []
        self.statuses: list[Any] = []
        self.refreshed: list[str] = []
        self.on_edit: Callable[[types.ApplyWorkspaceEditParams], bool] = lambda _params: False
        for method, handler in DEFAULT_CLIENT_FEATURES.items():
            if method != types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS:
                self.feature(method)(handler)
        # pygls writes attributes on handlers, which methods do not take.
        self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(functools.partial(self._publish))
        self.feature("unsorry/status")(functools.partial(self.statuses.append))
        self.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda _params: self.refreshed.append("lenses"))
        self.feature(types.WORKSPACE_APPLY_EDIT)(functools.partial(self._apply_edit))

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self.published.append(params)
        self.diagnostics[params.uri] = params.diagnostics

    def _apply_edit(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        return types.ApplyWorkspaceEditResult(applied=self.on_edit(params))


class Editor:
    """Texts by URI, with versions; edits of another version than the present one are refused, as by VS Code."""

    def __init__(self, client: TestClient, encoding: Encoding) -> None:
        self.client = client
        self.encoding = encoding
        self.texts: dict[str, SourceText] = {}
        self.versions: dict[str, int] = {}
        client.on_edit = lambda params: self.apply(params.edit)

    @property
    def pid(self) -> int:
        assert self.client._server is not None
        return self.client._server.pid

    def open(self, uri: str, text: str, language: str = "coq") -> None:
        self.texts[uri], self.versions[uri] = SourceText(text), 1
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def close(self, uri: str) -> None:
        del self.texts[uri]
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(document))

    def save(self, uri: str) -> None:
        document = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    def place(self, uri: str, wanted: str, after: bool = False) -> types.Position:
        """Where a piece of text begins, or ends, in the negotiated unit."""
        offset = self.texts[uri].text.index(wanted) + (len(wanted) if after else 0)
        position = self.texts[uri].position(offset, self.encoding)
        return types.Position(position.line, position.character)

    def insert(self, uri: str, position: types.Position, text: str) -> None:
        self.change(uri, types.TextDocumentContentChangePartial(range=types.Range(position, position), text=text))

    def change(self, uri: str, *changes: types.TextDocumentContentChangeEvent) -> None:
        self.texts[uri] = apply_changes(self.texts[uri], changes, self.encoding)
        self.versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(version=self.versions[uri], uri=uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, changes))

    def apply(self, edit: types.WorkspaceEdit | None) -> bool:
        """Applies an edit, if it is one of the present versions, and tells the server as editors do."""
        assert edit is not None
        for part in edit.document_changes or ():
            assert isinstance(part, types.TextDocumentEdit)
            if part.text_document.version != self.versions[part.text_document.uri]:
                return False
            self._replace(part.text_document.uri, part.edits)
        for uri, edits in (edit.changes or {}).items():
            self._replace(uri, edits)
        return True

    def _replace(self, uri: str, edits: Sequence[Any]) -> None:
        # From the end backwards, so that each place is still where the server saw it.
        ordered = sorted(edits, key=lambda e: (e.range.start.line, e.range.start.character), reverse=True)
        parts = [types.TextDocumentContentChangePartial(range=e.range, text=e.new_text) for e in ordered]
        self.change(uri, *parts)

    def shown(self, uri: str) -> list[types.Diagnostic]:
        return list(self.client.diagnostics.get(uri, ()))

    def codes(self, uri: str) -> list[Any]:
        return [diagnostic.code for diagnostic in self.shown(uri)]

    async def until(self, condition: Callable[[], Any], what: str = "") -> None:
        """Waits for a condition; fails, with what is shown, when it does not come true."""
        end = time.monotonic() + DEADLINE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"never came true: {what}; shown: {dict(self.client.diagnostics)}")
            await asyncio.sleep(0.02)

    async def until_refreshed(self) -> None:
        """Waits until the server asks once more to be asked for diagnostics."""
        seen = self.client.diagnostic_refresh_count
        await self.until(lambda: self.client.diagnostic_refresh_count > seen, "a refresh")

    async def until_codes(self, uri: str, *codes: str) -> None:
        await self.until(lambda: self.codes(uri) == list(codes), f"codes {codes}")

    async def command(self, name: str, *arguments: Any, token: str | None = None) -> Any:
        params = types.ExecuteCommandParams(name, list(arguments), token)
        return await self.client.workspace_execute_command_async(params)

    async def actions(self, uri: str, wanted: str, only: Sequence[str] | None = None) -> list[Any]:
        """The code actions with the cursor at the start of a piece of text."""
        place = self.place(uri, wanted)
        context = types.CodeActionContext(diagnostics=[], only=only)
        document = types.TextDocumentIdentifier(uri)
        params = types.CodeActionParams(document, types.Range(place, place), context)
        return list(await self.client.text_document_code_action_async(params) or ())

    async def hover(self, uri: str, wanted: str) -> types.Hover | None:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), self.place(uri, wanted))
        return await self.client.text_document_hover_async(params)

    async def lenses(self, uri: str) -> list[types.CodeLens]:
        params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
        return list(await self.client.text_document_code_lens_async(params) or ())


@contextlib.asynccontextmanager
async def editing(
    command: Sequence[str],
    home: Path,
    *,
    capabilities: types.ClientCapabilities | None = None,
    options: Any = None,
    root: Path | None = None,
    configuration: dict[str, Any] | None = None,
) -> AsyncIterator[Editor]:
    """An editor with its server, from start to shutdown; ``home`` holds the user's settings, if any."""
    client = TestClient()
    client.set_configuration(configuration or {})
    path = os.pathsep.join([str(TESTS), str(TESTS.parent / "server")])
    env = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONPATH": path}
    await client.start_io(*command, env=env)
    try:
        result = await client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities if capabilities is not None else able(),
                initialization_options=options,
                workspace_folders=[types.WorkspaceFolder(root.as_uri(), root.name)] if root is not None else None,
            )
        )
        encoding = result.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        yield Editor(client, Encoding(str(getattr(encoding, "value", encoding))))
        if client._server is not None and client._server.returncode is None:
            await asyncio.wait_for(client.shutdown_session(), 20)
            assert client._server.returncode == 0
    finally:
        if client._server is not None and client._server.returncode is None:
            client._server.kill()
        await client.stop()
