"""``workspace/didChangeConfiguration``, and asking the client for the section ``unsorry`` once it is ready."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from unsorry.errors import UnsorryError
from unsorry.lsp.names import SERVER as SECTION
from unsorry.lsp.workspace import Workspace

_log = logging.getLogger(__name__)
_SECONDS = 5.0


def register(workspace: Workspace) -> None:
    workspace.on(types.INITIALIZED, initialized)
    workspace.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change)


async def initialized(workspace: Workspace, _params: types.InitializedParams) -> None:
    if workspace.client.registers_configuration:
        wish = types.Registration(SECTION, types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION})
        workspace.tasks.start(_register(workspace, wish), "asking to hear of settings")
    if workspace.client.configuration:
        await _pull(workspace)


async def did_change(workspace: Workspace, params: types.DidChangeConfigurationParams) -> None:
    """Some clients say what has changed, others only that something has."""
    if workspace.client.configuration:
        await _pull(workspace)
        return
    settings = params.settings
    if isinstance(settings, Mapping):
        own = settings.get(SECTION, settings)
        workspace.configure(own if isinstance(own, Mapping) else {})


async def _pull(workspace: Workspace) -> None:
    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    try:
        answer: Any = await workspace.ask(types.WORKSPACE_CONFIGURATION, params, _SECONDS)
        values = answer[0] if isinstance(answer, list | tuple) and answer else {}
        workspace.configure(values if isinstance(values, Mapping) else {})
    except UnsorryError as error:
        _log.warning("the editor's settings are not known: %s", error)
    finally:
        workspace.preferences.known.set()


async def _register(workspace: Workspace, wish: types.Registration) -> None:
    try:
        await workspace.ask(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([wish]), _SECONDS)
    except UnsorryError as error:
        _log.info("changes of settings will not be heard of: %s", error)
