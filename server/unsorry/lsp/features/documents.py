"""``textDocument/didOpen``, ``didChange``, ``didSave``, ``didClose``: the editor's texts go to the engine, at once."""

from __future__ import annotations

import logging

from lsprotocol import types

from unsorry.lsp.convert import apply_changes
from unsorry.lsp.editor import Change, language_of
from unsorry.lsp.server import UnsorryServer
from unsorry.text import SourceText

_log = logging.getLogger(__name__)


def register(server: UnsorryServer) -> None:
    server.on(types.TEXT_DOCUMENT_DID_OPEN, did_open)
    server.on(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
    server.on(types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False))
    server.on(types.TEXT_DOCUMENT_DID_CLOSE, did_close)


def did_open(server: UnsorryServer, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    language = language_of(item.uri, item.language_id)
    if language is None:
        _log.info("%s (%s) is no proof file", item.uri, item.language_id)
        return
    document = server.documents.put(item.uri, language, item.version, SourceText(item.text))
    server.engine.put(document)
    server.documents.tell(Change.OPENED, document.uri)


def did_change(server: UnsorryServer, params: types.DidChangeTextDocumentParams) -> None:
    opened = server.documents.get(params.text_document.uri)
    if opened is None:
        _log.info("change of %s, which is not open here", params.text_document.uri)
        return
    source = apply_changes(opened.document.source, params.content_changes, server.client.encoding)
    document = server.documents.put(opened.uri, opened.document.language, params.text_document.version, source)
    server.engine.put(document)
    server.documents.tell(Change.CHANGED, document.uri)


def did_save(server: UnsorryServer, params: types.DidSaveTextDocumentParams) -> None:
    opened = server.documents.get(params.text_document.uri)
    if opened is not None:
        server.documents.tell(Change.SAVED, opened.document.uri)


def did_close(server: UnsorryServer, params: types.DidCloseTextDocumentParams) -> None:
    opened = server.documents.remove(params.text_document.uri)
    if opened is not None:
        server.engine.close_soon(opened.document.uri)
        server.documents.tell(Change.CLOSED, opened.uri)
