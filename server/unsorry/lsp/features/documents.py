"""``textDocument/didOpen``, ``didChange``, ``didSave``, ``didClose``: the editor's texts go to the engine, at once."""

from __future__ import annotations

import logging

from lsprotocol import types

from unsorry.lsp.convert import apply_changes
from unsorry.lsp.editor import Change, language_of
from unsorry.lsp.session import Session
from unsorry.text import SourceText

_log = logging.getLogger(__name__)


def register(session: Session) -> None:
    session.on(types.TEXT_DOCUMENT_DID_OPEN, did_open)
    session.on(types.TEXT_DOCUMENT_DID_CHANGE, did_change)
    session.on(types.TEXT_DOCUMENT_DID_SAVE, did_save)
    session.on(types.TEXT_DOCUMENT_DID_CLOSE, did_close)


def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    item = params.text_document
    language = language_of(item.uri, item.language_id)
    if language is None:
        _log.info("%s (%s) is no proof file", item.uri, item.language_id)
        return
    document = session.documents.put(item.uri, language, item.version, SourceText(item.text))
    session.engine.put(document)
    session.documents.tell(Change.OPENED, document.uri)


def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    opened = session.documents.get(params.text_document.uri)
    if opened is None:
        _log.info("change of %s, which is not open here", params.text_document.uri)
        return
    source = apply_changes(opened.document.source, params.content_changes, session.client.encoding)
    document = session.documents.put(opened.uri, opened.document.language, params.text_document.version, source)
    session.engine.put(document)
    session.documents.tell(Change.CHANGED, document.uri)


def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    opened = session.documents.get(params.text_document.uri)
    if opened is not None:
        session.documents.tell(Change.SAVED, opened.document.uri)


def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    opened = session.documents.remove(params.text_document.uri)
    if opened is not None:
        session.engine.close_soon(opened.document.uri)
        session.documents.tell(Change.CLOSED, opened.uri)
