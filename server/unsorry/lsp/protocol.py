"""What pygls leaves open of the protocol: what may be said when, answers to messages that make no sense, commands as
they were sent, and documents that are ours alone."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable, Generator
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcParseError,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol, lsp_method

from unsorry.lsp.capabilities import pulls, server_capabilities
from unsorry.lsp.lifetime import close_in_time

if TYPE_CHECKING:
    from unsorry.lsp.connection import UnsorryServer

_log = logging.getLogger(__name__)
_Handling = Generator[Any, Any, Any]


class UnsorryProtocol(LanguageServerProtocol):
    """One connection with one client. Handlers are looked up in ``self.fm``, as pygls keeps them."""

    _server: UnsorryServer

    def __init__(self, server: UnsorryServer, converter: Any) -> None:
        super().__init__(server, converter)
        self._initialized = False
        self.on_exit: Callable[[int], None] = lambda _status: None

    @property
    def was_shut_down(self) -> bool:
        return self._shutdown

    def receive(self, body: bytes) -> None:
        """Takes in one message. Whatever it is, the connection stays; a request always gets an answer."""
        try:
            data = json.loads(body)
        except ValueError as error:
            self._refuse(None, JsonRpcParseError(f"not JSON: {error}"))
            return
        if not isinstance(data, dict) or data.get("jsonrpc") != self.VERSION:
            self._refuse(None, JsonRpcInvalidRequest("not a JSON-RPC 2.0 message"))
            return
        method, id_ = data.get("method"), data.get("id")
        refusal = self._out_of_turn(method) if method is not None else None
        if refusal is not None:
            self._refuse(id_, refusal)
            return
        if method != types.INITIALIZE:
            self._server.open_workspace()
        try:
            message = self.structure_message(data)
        except JsonRpcException as error:
            if method is not None:
                self._refuse(id_, JsonRpcInvalidParams(f"{method}: {error}"))
            return
        self.handle_message(message)

    def _out_of_turn(self, method: str) -> JsonRpcException | None:
        """Why a message cannot be dealt with at this point."""
        if method == types.EXIT:
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("the server is shutting down")
        if method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server is initialized already") if self._initialized else None
        return None if self._initialized else JsonRpcServerNotInitialized("send initialize first")

    def _refuse(self, id_: Any, error: JsonRpcException) -> None:
        """Answers a request; of a notification nothing can be said but to the log."""
        _log.warning("message refused: %s", error)
        if id_ is not None or (isinstance(error, JsonRpcParseError | JsonRpcInvalidRequest) and not self._shutdown):
            self._send_response(id_, error=error.to_response_error())

    def _send_handler_result(self, future: Future[Any], *, msg_id: str | int) -> None:
        """Answers a request. A refusal that a handler chose to give is no fault, and leaves no trace in the log."""
        error = None if future.cancelled() else future.exception()
        if isinstance(error, JsonRpcException):
            _log.info("request %s refused: %s", msg_id, error)
            self._request_futures.pop(msg_id, None)
            self._send_response(msg_id, error=error.to_response_error())
        else:
            super()._send_handler_result(future, msg_id=msg_id)

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> _Handling:
        self._initialized = True
        result: types.InitializeResult = yield from super().lsp_initialize(params)
        chosen = result.capabilities.position_encoding or types.PositionEncodingKind.Utf16
        encoding = str(getattr(chosen, "value", chosen))
        self._server.begin(params, encoding)
        return types.InitializeResult(server_capabilities(encoding, pull=pulls(params)), self.server_info)

    @lsp_method(types.SHUTDOWN)
    def lsp_shutdown(self, *args: Any) -> _Handling:
        """Ends every prover before it answers; how long that may take is bounded."""
        yield close_in_time, (self._server,), None
        return (yield from super().lsp_shutdown(*args))

    @lsp_method(types.EXIT)
    def lsp_exit(self, *args: Any) -> _Handling:
        """Ends the connection; the process ends once the engine has let go of its provers."""
        self.on_exit(0 if self._shutdown else 1)
        yield from ()

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]
        self, params: types.ExecuteCommandParams
    ) -> Any:
        """Runs a command within the request's own task, so that cancelling the request reaches the command."""
        handler = self.fm.commands.get(params.command)
        if handler is None:
            raise JsonRpcInvalidParams(f"there is no command {params.command!r}")
        answer = handler(params)
        return await answer if inspect.isawaitable(answer) else answer

    # Documents: pygls would keep texts of its own, and ends lines at characters that LSP does not.

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> _Handling:
        yield from self._hand_on(types.TEXT_DOCUMENT_DID_OPEN, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> _Handling:
        yield from self._hand_on(types.TEXT_DOCUMENT_DID_CHANGE, params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> _Handling:
        yield from self._hand_on(types.TEXT_DOCUMENT_DID_CLOSE, params)

    @lsp_method(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def lsp_work_done_progress_cancel(self, params: types.WorkDoneProgressCancelParams) -> _Handling:
        yield from self._hand_on(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, params)

    def _hand_on(self, method: str, params: Any) -> _Handling:
        handler = self.fm.features.get(method)
        if handler is not None:
            yield handler, (params,), None
