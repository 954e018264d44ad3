"""``workspace/didChangeConfiguration``, and asking the client for the section ``unsorry`` once it is ready."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from unsorry.errors import UnsorryError
from unsorry.lsp.names import SERVER
from unsorry.lsp.server import UnsorryServer

_log = logging.getLogger(__name__)
_SECONDS = 5.0


def register(server: UnsorryServer) -> None:
    server.on(types.INITIALIZED, initialized)
    server.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change)


async def initialized(server: UnsorryServer, _params: types.InitializedParams) -> None:
    server.tell_ready()
    if server.client.registers_configuration:
        wish = types.Registration(SERVER, types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SERVER})
        server.tasks.start(_register(server, wish), "asking to hear of settings")
    if server.client.configuration:
        await _pull(server)


async def did_change(server: UnsorryServer, params: types.DidChangeConfigurationParams) -> None:
    """Some clients say what has changed, others only that something has."""
    if server.client.configuration:
        await _pull(server)
        return
    settings = params.settings
    if isinstance(settings, Mapping):
        own = settings.get(SERVER, settings)
        server.configure(own if isinstance(own, Mapping) else {})


async def _pull(server: UnsorryServer) -> None:
    params = types.ConfigurationParams([types.ConfigurationItem(section=SERVER)])
    try:
        answer: Any = await server.ask(types.WORKSPACE_CONFIGURATION, params, _SECONDS)
        values = answer[0] if isinstance(answer, list | tuple) and answer else {}
        server.configure(values if isinstance(values, Mapping) else {})
    except UnsorryError as error:
        _log.warning("the editor's settings are not known: %s", error)
    finally:
        server.configured.set()


async def _register(server: UnsorryServer, wish: types.Registration) -> None:
    try:
        await server.ask(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([wish]), _SECONDS)
    except UnsorryError as error:
        _log.info("changes of settings will not be heard of: %s", error)
