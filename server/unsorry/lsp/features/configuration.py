"""``workspace/didChangeConfiguration``, and asking the client for the section ``unsorry`` once it is ready."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from lsprotocol import types

from unsorry.errors import UnsorryError
from unsorry.lsp.names import SERVER as SECTION
from unsorry.lsp.session import Session

_log = logging.getLogger(__name__)
_SECONDS = 5.0


def register(session: Session) -> None:
    session.on(types.INITIALIZED, initialized)
    session.on(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change)


async def initialized(session: Session, _params: types.InitializedParams) -> None:
    if session.client.registers_configuration:
        wish = types.Registration(SECTION, types.WORKSPACE_DID_CHANGE_CONFIGURATION, {"section": SECTION})
        session.tasks.start(_register(session, wish), "asking to hear of settings")
    if session.client.configuration:
        await _pull(session)


async def did_change(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Some clients say what has changed, others only that something has."""
    if session.client.configuration:
        await _pull(session)
        return
    settings = params.settings
    if isinstance(settings, Mapping):
        own = settings.get(SECTION, settings)
        session.configure(own if isinstance(own, Mapping) else {})


async def _pull(session: Session) -> None:
    params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
    try:
        answer: Any = await session.ask(types.WORKSPACE_CONFIGURATION, params, _SECONDS)
        values = answer[0] if isinstance(answer, list | tuple) and answer else {}
        session.configure(values if isinstance(values, Mapping) else {})
    except UnsorryError as error:
        _log.warning("the editor's settings are not known: %s", error)
    finally:
        session.preferences.known.set()


async def _register(session: Session, wish: types.Registration) -> None:
    try:
        await session.ask(types.CLIENT_REGISTER_CAPABILITY, types.RegistrationParams([wish]), _SECONDS)
    except UnsorryError as error:
        _log.info("changes of settings will not be heard of: %s", error)
