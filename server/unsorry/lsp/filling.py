"""From proofs to edits of the version that the client has: verified against that very text, or not handed out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen
from lsprotocol import types

from unsorry.errors import UnsorryError
from unsorry.lsp.convert import to_workspace_edit
from unsorry.lsp.editor import Opened
from unsorry.lsp.runs import no_such_document
from unsorry.model import Hole
from unsorry.orchestrator.scheduler import Priority

if TYPE_CHECKING:
    from unsorry.lsp.workspace import Workspace

_log = logging.getLogger(__name__)
_TRIES = 2


@frozen
class ReadyEdit:
    """An edit of exactly one version. ``left_out``: holes whose proof does not hold there, and why."""

    edit: types.WorkspaceEdit
    opened: Opened
    holes: tuple[Hole, ...]
    left_out: tuple[tuple[Hole, str], ...]


async def fill_verified(workspace: Workspace, uri: str, choice: Mapping[str, int] | None = None) -> ReadyEdit:
    """The edit that fills every proved hole, or those of ``choice`` (proof numbers by hole), verified together in
    the text that the client has when it is made. If the text moves meanwhile, it is made once more.

    Raises:
        UnsorryError: the document is not open, its text would not keep still, or the prover failed.
    """
    for _ in range(_TRIES):
        opened = workspace.documents.get(uri)
        if opened is None:
            raise no_such_document(uri)
        try:
            filled = await workspace.engine.fill(opened.document.uri, choice)
        except UnsorryError:
            if _is_still(workspace, opened):
                raise
            continue
        if _is_still(workspace, opened) and filled.document.text == opened.document.text:
            now = workspace.documents.get(uri) or opened
            edit = to_workspace_edit(now.uri, now.document, filled.edits, workspace.client)
            if filled.left_out:
                _search_again(workspace, now, filled.left_out)
            return ReadyEdit(edit, now, filled.holes, filled.left_out)
    raise UnsorryError("The text changed while its proofs were being verified.", next_step="Try again.")


async def fill_one(workspace: Workspace, uri: str, hole_id: str, text: str) -> types.WorkspaceEdit:
    """The edit that fills one hole with the proof that has this text.

    Raises:
        UnsorryError: as above; or the hole or the proof is gone, or the proof does not hold any more.
    """
    opened = workspace.documents.get(uri)
    states = workspace.engine.states(opened.document.uri) if opened is not None else ()
    state = next((state for state in states if state.hole.id == hole_id), None)
    if state is None:
        raise UnsorryError("The hole is not there any more.")
    number = next((n for n, proof in enumerate(state.proofs) if proof.fill.candidate.text == text), None)
    if number is None:
        raise UnsorryError("The goal has changed, and this proof with it.", next_step="Ask for actions again.")
    ready = await fill_verified(workspace, uri, {hole_id: number})
    if ready.left_out:
        reason = ready.left_out[0][1]
        raise UnsorryError(f"The proof does not hold any more: {reason}.", next_step="It is searched again.")
    return ready.edit


def _is_still(workspace: Workspace, opened: Opened) -> bool:
    """Whether the client's text is the one that it was; its version number may have moved on."""
    now = workspace.documents.get(opened.uri)
    return now is not None and now.document.text == opened.document.text


def _search_again(workspace: Workspace, opened: Opened, left_out: tuple[tuple[Hole, str], ...]) -> None:
    for hole, reason in left_out:
        _log.info("the proof of hole %s does not hold: %s", hole.id, reason)
    workspace.runs.start(opened.document.uri, [hole.id for hole, _ in left_out], Priority.ASKED)
