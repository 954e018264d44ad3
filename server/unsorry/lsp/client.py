"""What the client at the other end can do, read once from its capabilities; nothing is assumed that it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen
from lsprotocol import types

from unsorry.files import path_of
from unsorry.lsp.capabilities import pulls
from unsorry.text import Encoding


@frozen
class ClientFeatures:
    """One flag for each thing that changes how the server answers."""

    encoding: Encoding = Encoding.UTF16
    pull: bool = False
    versioned_edits: bool = False
    apply_edit: bool = False
    literal_actions: bool = False
    preferred_actions: bool = False
    resolves_edits: bool = False
    refreshes_lenses: bool = False
    progress: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    markdown: bool = False


@frozen
class ClientOptions:
    """What a client asks for when it initializes, settings apart. ``quiet`` is in seconds; 0: never."""

    trusted: bool = True
    background_progress: bool = True
    quiet: float = 0.0


def read_options(given: Mapping[str, Any]) -> ClientOptions:
    """What is of the wrong type counts as not said; but only ``true`` is trust."""
    quiet = given.get("quietMs")
    return ClientOptions(
        trusted=given.get("trusted", True) is True,
        background_progress=given.get("backgroundProgress") is not False,
        quiet=quiet / 1000 if isinstance(quiet, int | float) else 0.0,
    )


def read_client(params: types.InitializeParams, encoding: str) -> ClientFeatures:
    """``encoding`` is the one that was negotiated."""

    def said(path: str) -> Any:
        value: Any = params.capabilities
        for name in path.split("."):
            value = getattr(value, name, None)
        return value

    action = "text_document.code_action"
    return ClientFeatures(
        encoding=Encoding(encoding),
        pull=pulls(params),
        versioned_edits=bool(said("workspace.workspace_edit.document_changes")),
        apply_edit=bool(said("workspace.apply_edit")),
        literal_actions=said(f"{action}.code_action_literal_support") is not None,
        preferred_actions=bool(said(f"{action}.is_preferred_support")),
        resolves_edits=bool(said(f"{action}.data_support"))
        and "edit" in (said(f"{action}.resolve_support.properties") or ()),
        refreshes_lenses=bool(said("workspace.code_lens.refresh_support")),
        progress=bool(said("window.work_done_progress")),
        configuration=bool(said("workspace.configuration")),
        registers_configuration=bool(said("workspace.did_change_configuration.dynamic_registration")),
        markdown=types.MarkupKind.Markdown in (said("text_document.hover.content_format") or ()),
    )


def read_roots(params: types.InitializeParams) -> tuple[Path, ...]:
    """The folders that the client has opened, in whichever of the three ways it says so."""
    uris = [folder.uri for folder in params.workspace_folders or ()] or [params.root_uri or ""]
    paths = [path_of(uri) for uri in uris]
    if paths == [None] and params.root_path:
        return (Path(params.root_path),)
    return tuple(path for path in paths if path is not None)
