"""The one object that each command takes, read with words for whoever sent a wrong one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from unsorry.lsp.convert import to_offset
from unsorry.lsp.editor import Opened
from unsorry.lsp.runs import no_such_document

if TYPE_CHECKING:
    from unsorry.lsp.workspace import Workspace


class Arguments:
    """The argument of one command; what is asked of it and wrong is ``JsonRpcInvalidParams``."""

    def __init__(self, params: types.ExecuteCommandParams) -> None:
        given = params.arguments[0] if params.arguments else {}
        if not isinstance(given, dict):
            raise JsonRpcInvalidParams(f"{params.command}: the argument must be an object")
        self._command, self._given = params.command, given

    def take(self, name: str, *kinds: type) -> Any:
        """An argument of one of these types, or ``None`` where it is absent."""
        value = self._given.get(name)
        if value is not None and (not isinstance(value, kinds) or isinstance(value, bool)):
            raise JsonRpcInvalidParams(f"{self._command}: `{name}` is of the wrong type")
        return value

    def need(self, name: str, *kinds: type) -> Any:
        value = self.take(name, *kinds)
        if value is None:
            raise JsonRpcInvalidParams(f"{self._command}: `{name}` is missing")
        return value

    def opened(self, workspace: Workspace) -> Opened:
        uri = self.need("uri", str)
        opened = workspace.documents.get(uri)
        if opened is None:
            raise no_such_document(uri)
        return opened

    def position(self) -> types.Position:
        place = self.need("position", dict)
        line, character = place.get("line"), place.get("character")
        if not isinstance(line, int) or not isinstance(character, int):
            raise JsonRpcInvalidParams(f"{self._command}: `position` needs a line and a character")
        return types.Position(max(0, line), max(0, character))

    def offset(self, workspace: Workspace, opened: Opened) -> int:
        """Where ``position`` is in a document."""
        return to_offset(opened.document.source, self.position(), workspace.client.encoding)
