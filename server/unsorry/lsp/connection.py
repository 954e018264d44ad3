"""The pygls server: it answers ``initialize`` before anything heavy is imported, and then opens the workspace."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from unsorry import __version__
from unsorry.lsp.names import SERVER
from unsorry.lsp.protocol import UnsorryProtocol

if TYPE_CHECKING:
    from unsorry.configuration import Settings
    from unsorry.engine import Engine
    from unsorry.lsp.workspace import Workspace

    MakeEngine = Callable[[Settings, bool], Engine]

_log = logging.getLogger(__name__)


class UnsorryServer(LanguageServer):
    """One connection. ``make_engine`` stands in for the engine's own making, given settings and trust."""

    protocol: UnsorryProtocol

    def __init__(self, *, user_settings: Path | None = None, make_engine: MakeEngine | None = None) -> None:
        super().__init__(SERVER, __version__, protocol_cls=UnsorryProtocol)
        self._user_settings = user_settings
        self._make_engine = make_engine
        self._opening: tuple[types.InitializeParams, str] | None = None
        self._workspace: Workspace | None = None

    def begin(self, params: types.InitializeParams, encoding: str) -> None:
        """Takes in what the client says of itself; the workspace opens when the answer has gone out."""
        self._opening = params, encoding
        asyncio.get_running_loop().call_soon(self.open_workspace)

    def open_workspace(self) -> None:
        """Loads the features, unless they are there already or the client has not said who it is."""
        if self._workspace is not None or self._opening is None:
            return
        from unsorry.lsp.workspace import Workspace

        self._workspace = Workspace(self, *self._opening, self._user_settings, self._make_engine)
        gc.enable()  # see server.main
        gc.freeze()

    async def aclose(self) -> None:
        """Ends every search and every prover; nothing can be proved afterwards."""
        if self._workspace is not None:
            await self._workspace.aclose()

    def report_server_error(self, error: Exception, source: Any) -> None:
        """A fault of ours is for the log; a request that met it has its own answer, and is logged with that."""
        if source is not FeatureRequestError:
            _log.error("%s: %s", getattr(source, "__name__", source), error, exc_info=error)
