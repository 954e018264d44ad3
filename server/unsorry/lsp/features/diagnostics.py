"""Diagnostics: one for each hole, pushed when something changed, or pulled by clients that rather ask.

What is pushed is at most a tenth of a second behind the engine, and never behind the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lsprotocol import types

from unsorry.events import Event, ProverStateChanged
from unsorry.files import canonical_uri
from unsorry.lsp.coalescing import Coalescer
from unsorry.lsp.convert import to_diagnostic
from unsorry.lsp.editor import Change
from unsorry.lsp.server import UnsorryServer
from unsorry.model import Document, HoleState, ProverState

_DELAY = 0.1
_REFRESH_DELAY = 0.25


def register(server: UnsorryServer) -> None:
    publisher = Publisher(server)
    server.subscribe(publisher.on_event)
    server.watch(publisher.on_state)
    server.documents.subscribe(publisher.on_change)
    server.unopened.subscribe(publisher.on_file)
    options = types.DiagnosticOptions(inter_file_dependencies=False, workspace_diagnostics=True, identifier=server.name)
    server.on(types.TEXT_DOCUMENT_DIAGNOSTIC, pull_document, options)
    server.on(types.WORKSPACE_DIAGNOSTIC, pull_workspace)


class Publisher:
    """Pushes, or tells a client that pulls to pull again; says nothing that the client has been told already."""

    def __init__(self, server: UnsorryServer) -> None:
        self._server = server
        self._pushes = Coalescer(_DELAY, self._push)
        self._refreshes = Coalescer(_REFRESH_DELAY, self._refresh)
        self._told: dict[str, tuple[int | None, list[types.Diagnostic]]] = {}

    def on_event(self, event: Event) -> None:
        if isinstance(event, ProverStateChanged):
            for opened in self._server.documents:
                self._mark(opened.document.uri)

    def on_state(self, uri: str) -> None:
        self._mark(uri)

    def on_change(self, change: Change, uri: str) -> None:
        if change is not Change.SAVED:
            self._mark(uri, now=True)

    def on_file(self, uri: str) -> None:
        """A file that is not open was found to be other than before."""
        self._mark(uri)

    def _mark(self, uri: str, *, now: bool = False) -> None:
        if not self._server.client.pull:
            self._pushes.mark(uri, now=now)
        elif not now:
            self._refreshes.mark("")

    def _push(self, uri: str) -> None:
        opened = self._server.documents.get(uri)
        version = opened.document.version if opened is not None else None
        diagnostics = current(self._server, uri)
        if self._told.get(uri, (None, [])) == (version, diagnostics):
            return
        self._told[uri] = (version, diagnostics)
        if opened is None and not diagnostics:
            del self._told[uri]
        self._server.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(self._server.spelled(uri), diagnostics, version)
        )

    def _refresh(self, _key: str) -> None:
        self._server.ask_to_refresh(types.WORKSPACE_DIAGNOSTIC_REFRESH)


def current(server: UnsorryServer, uri: str) -> list[types.Diagnostic]:
    """What there is to say of a document at this moment, open or not."""
    opened = server.documents.get(uri)
    if opened is not None:
        return _of_states(server, opened.document, server.engine.states(uri))
    unopened = server.unopened.get(uri)
    if unopened is None or not server.settings.editor.workspace_diagnostics:
        return []
    return _of_states(server, unopened.document, (HoleState(hole) for hole in unopened.holes))


def _of_states(server: UnsorryServer, document: Document, states: Iterable[HoleState]) -> list[types.Diagnostic]:
    health = server.engine.health_of(document.language)
    prover = health.state if health is not None else ProverState.UNKNOWN
    encoding, settings = server.client.encoding, server.settings.editor
    shown = (to_diagnostic(document.source, state, encoding, settings, prover) for state in states)
    return [diagnostic for diagnostic in shown if diagnostic is not None]


def pull_document(
    server: UnsorryServer, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    diagnostics = current(server, canonical_uri(params.text_document.uri))
    result_id = _result_id(diagnostics)
    if result_id == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result_id)
    return types.RelatedFullDocumentDiagnosticReport(items=diagnostics, result_id=result_id)


def pull_workspace(server: UnsorryServer, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """Every file that has holes, and every one that the client thinks has some."""
    known = {canonical_uri(previous.uri): previous for previous in params.previous_result_ids}
    versions: dict[str, int | None] = {opened.document.uri: opened.document.version for opened in server.documents}
    uris = dict.fromkeys([*versions, *(file.document.uri for file in server.unopened), *known])
    items: list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport] = []
    for uri in uris:
        diagnostics = current(server, uri)
        result_id, version = _result_id(diagnostics), versions.get(uri)
        told = known.get(uri)
        spelled = told.uri if told is not None else server.spelled(uri)
        if told is not None and told.value == result_id:
            items.append(
                types.WorkspaceUnchangedDocumentDiagnosticReport(uri=spelled, result_id=result_id, version=version)
            )
        else:
            items.append(
                types.WorkspaceFullDocumentDiagnosticReport(
                    uri=spelled, items=diagnostics, version=version, result_id=result_id
                )
            )
    return types.WorkspaceDiagnosticReport(items)


def _result_id(diagnostics: list[types.Diagnostic]) -> str:
    return hashlib.blake2b(repr(diagnostics).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
