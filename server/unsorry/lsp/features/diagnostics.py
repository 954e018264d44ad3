"""Diagnostics: one for each hole, pushed when something changed, or pulled by clients that rather ask.

What is pushed is at most a tenth of a second behind the engine, and never behind the text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from lsprotocol import types

from unsorry.events import Event, ProverStateChanged
from unsorry.files import canonical_uri
from unsorry.lsp.convert import to_diagnostic
from unsorry.lsp.editor import Change
from unsorry.lsp.workspace import Workspace
from unsorry.model import Document, HoleState, ProverState

_DELAY = 0.1
_REFRESH_DELAY = 0.25


def register(workspace: Workspace) -> None:
    publisher = Publisher(workspace)
    workspace.subscribe(publisher.on_event)
    workspace.watch(publisher.on_state)
    workspace.documents.subscribe(publisher.on_change)
    workspace.unopened.subscribe(publisher.on_file)
    workspace.on_settings(publisher.on_settings)
    workspace.on(types.TEXT_DOCUMENT_DIAGNOSTIC, pull_document)
    workspace.on(types.WORKSPACE_DIAGNOSTIC, pull_workspace)


class Publisher:
    """Pushes, or tells a client that pulls to pull again; says nothing that the client has been told already."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._pushes = workspace.coalescer(_DELAY, self._push)
        self._refreshes = workspace.coalescer(_REFRESH_DELAY, self._refresh)
        self._told: dict[str, types.PublishDiagnosticsParams] = {}

    def on_event(self, event: Event) -> None:
        if isinstance(event, ProverStateChanged):
            for opened in self._workspace.documents:
                self._mark(opened.document.uri)

    def on_state(self, uri: str) -> None:
        self._mark(uri)

    def on_change(self, change: Change, uri: str) -> None:
        if change is not Change.SAVED:
            self._mark(uri, now=True)

    def on_file(self, uri: str) -> None:
        """A file that is not open was found to be other than before."""
        self._mark(uri)

    def on_settings(self) -> None:
        """Severities may be others."""
        for file in (*self._workspace.documents, *self._workspace.unopened):
            self._mark(file.document.uri)

    def _mark(self, uri: str, *, now: bool = False) -> None:
        if not self._workspace.client.pull:
            self._pushes.mark(uri, now=now)
        elif not now:
            self._refreshes.mark("")

    def _push(self, uri: str) -> None:
        opened = self._workspace.documents.get(uri)
        version = opened.document.version if opened is not None else None
        news = types.PublishDiagnosticsParams(self._workspace.spelled(uri), current(self._workspace, uri), version)
        told = self._told.pop(uri, None)
        if told is not None and told.uri != news.uri and told.diagnostics:
            # What was said under another spelling (of a file that was not open) would stay for ever.
            self._publish(types.PublishDiagnosticsParams(told.uri, []))
            told = None
        if news != (told or types.PublishDiagnosticsParams(news.uri, [])):
            self._publish(news)
        if opened is not None or news.diagnostics:
            self._told[uri] = news

    def _publish(self, params: types.PublishDiagnosticsParams) -> None:
        self._workspace.server.text_document_publish_diagnostics(params)

    def _refresh(self, _key: str) -> None:
        self._workspace.ask_to_refresh(types.WORKSPACE_DIAGNOSTIC_REFRESH)


def current(workspace: Workspace, uri: str) -> list[types.Diagnostic]:
    """What there is to say of a document at this moment, open or not."""
    opened = workspace.documents.get(uri)
    if opened is not None:
        health = workspace.engine.health_of(opened.document.language)
        prover = health.state if health is not None else ProverState.UNKNOWN
        return _of_states(workspace, opened.document, workspace.engine.states(uri), prover)
    unopened = workspace.unopened.get(uri)
    if unopened is None or not workspace.settings.editor.workspace_diagnostics:
        return []
    states = (HoleState(hole) for hole in unopened.holes)
    return _of_states(workspace, unopened.document, states, ProverState.UNKNOWN)


def _of_states(
    workspace: Workspace, document: Document, states: Iterable[HoleState], prover: ProverState
) -> list[types.Diagnostic]:
    encoding, settings = workspace.client.encoding, workspace.settings.editor
    shown = (to_diagnostic(document.source, state, encoding, settings, prover) for state in states)
    return [diagnostic for diagnostic in shown if diagnostic is not None]


def pull_document(
    workspace: Workspace, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
    diagnostics = current(workspace, canonical_uri(params.text_document.uri))
    result_id = _result_id(diagnostics)
    if result_id == params.previous_result_id:
        return types.RelatedUnchangedDocumentDiagnosticReport(result_id=result_id)
    return types.RelatedFullDocumentDiagnosticReport(items=diagnostics, result_id=result_id)


def pull_workspace(workspace: Workspace, params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
    """Every file that has holes, and every one that the client thinks has some."""
    known = {canonical_uri(previous.uri): previous for previous in params.previous_result_ids}
    versions: dict[str, int | None] = {opened.document.uri: opened.document.version for opened in workspace.documents}
    uris = dict.fromkeys([*versions, *(file.document.uri for file in workspace.unopened), *known])
    items: list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport] = []
    for uri in uris:
        diagnostics = current(workspace, uri)
        result_id, version = _result_id(diagnostics), versions.get(uri)
        told = known.get(uri)
        spelled = told.uri if told is not None else workspace.spelled(uri)
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
