"""What the server tells a client that it can do: all of it, and nothing that a language's own server should do."""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types

from unsorry.lsp.names import FIX_ALL, SERVER, Command


def server_capabilities(encoding: str, *, pull: bool) -> types.ServerCapabilities:
    """``encoding`` is the unit of columns that was negotiated; ``pull`` whether diagnostics wait to be asked for."""
    capabilities = types.ServerCapabilities(
        position_encoding=encoding,
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True,
            change=types.TextDocumentSyncKind.Incremental,
            save=types.SaveOptions(include_text=False),
        ),
        hover_provider=True,
        code_action_provider=types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL], resolve_provider=True
        ),
        code_lens_provider=types.CodeLensOptions(resolve_provider=False),
        execute_command_provider=types.ExecuteCommandOptions(
            commands=[command.value for command in Command], work_done_progress=True
        ),
        workspace=types.WorkspaceOptions(
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True)
        ),
    )
    if pull:
        capabilities.diagnostic_provider = types.DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=True, identifier=SERVER
        )
    return capabilities


def pulls(params: types.InitializeParams) -> bool:
    """Whether a client is to ask for diagnostics: only one that can also be told to ask again, since proofs arrive
    without a keystroke, and that has not asked to be pushed to."""
    capabilities, options = params.capabilities, params.initialization_options
    if isinstance(options, Mapping) and options.get("push") is True:
        return False
    workspace = capabilities.workspace.diagnostics if capabilities.workspace is not None else None
    document = capabilities.text_document.diagnostic if capabilities.text_document is not None else None
    return document is not None and workspace is not None and bool(workspace.refresh_support)
