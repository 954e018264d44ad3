"""``unsorry.goal``: the hole at a position, or the nearest one, for a panel that follows the cursor."""

from __future__ import annotations

from typing import Any

from lsprotocol import types

from unsorry.lsp.arguments import Arguments
from unsorry.lsp.convert import prove_arguments
from unsorry.lsp.goal_page import goal_page, nothing
from unsorry.lsp.names import Command
from unsorry.lsp.workspace import Workspace


def register(workspace: Workspace) -> None:
    workspace.on_command(Command.GOAL, goal)


def goal(workspace: Workspace, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """A page, and what tells the commands of its buttons which hole is meant. A panel asks wherever the user is."""
    arguments = Arguments(params)
    opened = workspace.documents.get(arguments.take("uri", str) or "")
    if opened is None:
        return {"html": nothing("Open a proof file to see its goals."), "argument": None}
    document = opened.document
    state = workspace.engine.state_near(document.uri, arguments.offset(workspace, opened))
    if state is None:
        return {"html": nothing("No holes in this file."), "argument": None}
    health = workspace.engine.health_of(document.language)
    argument = prove_arguments(opened.uri, document.source, state.hole.span.start, workspace.client.encoding)
    return {
        "html": goal_page(state, document.language, health, trusted=workspace.options.trusted),
        "argument": {**argument, "hole": state.hole.id},
    }
