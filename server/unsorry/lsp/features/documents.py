"""``textDocument/didOpen``, ``didChange``, ``didSave``, ``didClose``: the editor's texts go to the engine, at once."""

from __future__ import annotations

import logging

from lsprotocol import types

from unsorry.files import canonical_uri
from unsorry.lsp.convert import apply_changes
from unsorry.lsp.editor import Change, language_of
from unsorry.lsp.workspace import Workspace
from unsorry.text import SourceText

_log = logging.getLogger(__name__)


def register(workspace: Workspace) -> None:
    workspace.on(types.TEXT_DOCUMENT_DID_OPEN, did_open)
    workspace.on(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
    workspace.on(types.TEXT_DOCUMENT_DID_SAVE, did_save)
    workspace.on(types.TEXT_DOCUMENT_DID_CLOSE, did_close)


def did_open(workspace: Workspace, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    language = language_of(item.uri, item.language_id)
    if language is None:
        _log.info("%s (%s) is no proof file", item.uri, item.language_id)
        workspace.unopened.disown(canonical_uri(item.uri))
        return
    workspace.unopened.own(canonical_uri(item.uri))
    document = workspace.documents.put(item.uri, language, item.version, SourceText(item.text))
    workspace.engine.put(document)
    workspace.documents.tell(Change.OPENED, document.uri)


def did_change(workspace: Workspace, params: types.DidChangeTextDocumentParams) -> None:
    opened = workspace.documents.get(params.text_document.uri)
    if opened is None:
        _log.info("change of %s, which is not open here", params.text_document.uri)
        return
    source = apply_changes(opened.document.source, params.content_changes, workspace.client.encoding)
    document = workspace.documents.put(opened.uri, opened.document.language, params.text_document.version, source)
    workspace.engine.put(document)
    workspace.documents.tell(Change.CHANGED, document.uri)


def did_save(workspace: Workspace, params: types.DidSaveTextDocumentParams) -> None:
    opened = workspace.documents.get(params.text_document.uri)
    if opened is not None:
        workspace.documents.tell(Change.SAVED, opened.document.uri)


def did_close(workspace: Workspace, params: types.DidCloseTextDocumentParams) -> None:
    opened = workspace.documents.remove(params.text_document.uri)
    if opened is not None:
        workspace.engine.close_soon(opened.document.uri)
        workspace.documents.tell(Change.CLOSED, opened.document.uri)
