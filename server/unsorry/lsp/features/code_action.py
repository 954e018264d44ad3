"""``textDocument/codeAction``: what is known to fill a hole, at once; nothing is searched while the client waits.

An edit goes out with its action when the text is the very one it was verified in. Otherwise it is made, and
verified again, only when the user picks the action (``codeAction/resolve``, or a command where clients lack that).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from unsorry.lsp.convert import proof_label, prove_arguments, to_diagnostic, to_span, to_workspace_edit
from unsorry.lsp.editor import Opened
from unsorry.lsp.filling import fill_one, fill_verified
from unsorry.lsp.names import FIX_ALL, Command
from unsorry.lsp.workspace import Workspace
from unsorry.model import HoleState, HoleStatus, Proof, ProverState

_LARGE = 4000
_Answer = types.CodeAction | types.Command


def register(workspace: Workspace) -> None:
    workspace.on(types.TEXT_DOCUMENT_CODE_ACTION, code_action)
    workspace.on(types.CODE_ACTION_RESOLVE, resolve)


def code_action(workspace: Workspace, params: types.CodeActionParams) -> list[_Answer]:
    opened = workspace.documents.get(params.text_document.uri)
    if opened is None:
        return []
    asked = to_span(opened.document.source, params.range, workspace.client.encoding)
    only = params.context.only
    states = workspace.engine.states(opened.document.uri)
    here = [s for s in states if s.hole.span.start <= asked.end and asked.start <= s.hole.span.end]
    actions: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix.value, only):
        for state in here:
            actions.extend(_for_hole(workspace, opened, state))
    proved = [state for state in states if state.proofs]
    if proved and _is_wanted(FIX_ALL, only) and (only is not None or (here and len(proved) > 1)):
        # Light bulbs show no source actions; who asks for none in particular may be one.
        kind = types.CodeActionKind.QuickFix if only is None else FIX_ALL
        actions.append(_fill_all(workspace, opened, proved, kind))
    if workspace.client.literal_actions:
        return list(actions)
    return [action.command for action in actions if action.command is not None]


def _is_wanted(kind: str, only: Any) -> bool:
    """Whether a kind is among those asked for, or below one of them."""
    if only is None:
        return True
    asked = (str(getattr(wanted, "value", wanted)) for wanted in only)
    return any(not wanted or kind == wanted or kind.startswith(f"{wanted}.") for wanted in asked)


def _for_hole(workspace: Workspace, opened: Opened, state: HoleState) -> Iterator[types.CodeAction]:
    health = workspace.engine.health_of(opened.document.language)
    prover = health.state if health is not None else ProverState.UNKNOWN
    shown = to_diagnostic(opened.document.source, state, workspace.client.encoding, workspace.settings.editor, prover)
    settles = [shown] if shown is not None else None
    for number, proof in enumerate(state.proofs):
        yield _fill(workspace, opened, state, number, proof, settles)
    if state.status is HoleStatus.PROVING:
        arguments = {"uri": opened.uri, "hole": state.hole.id}
        yield _command("Stop proving this goal", Command.CANCEL, arguments, settles)
    elif not state.proofs and workspace.options.trusted:
        arguments = prove_arguments(
            opened.uri, opened.document.source, state.hole.span.start, workspace.client.encoding
        )
        yield _command("Prove this goal", Command.PROVE, arguments, settles)


def _fill(
    workspace: Workspace,
    opened: Opened,
    state: HoleState,
    number: int,
    proof: Proof,
    settles: list[types.Diagnostic] | None,
) -> types.CodeAction:
    title = f"Fill with {proof_label(proof)}"
    action = types.CodeAction(title, types.CodeActionKind.QuickFix, settles)
    if workspace.client.preferred_actions and number == 0:
        action.is_preferred = True
    size = sum(len(edit.text) for edit in proof.edits)
    fresh = proof.text_hash == hash(opened.document.text)
    if workspace.client.literal_actions and fresh and (size <= _LARGE or not workspace.client.resolves_edits):
        action.edit = to_workspace_edit(opened.uri, opened.document, proof.edits, workspace.client)
    elif workspace.client.literal_actions and workspace.client.resolves_edits:
        action.data = {"uri": opened.uri, "hole": state.hole.id, "text": proof.fill.candidate.text}
    else:
        arguments = {"uri": opened.uri, "proofs": {state.hole.id: number}}
        action.command = types.Command(title, Command.FILL_ALL.value, arguments=[arguments])
    return action


def _fill_all(
    workspace: Workspace, opened: Opened, proved: list[HoleState], kind: types.CodeActionKind | str
) -> types.CodeAction:
    count = len(proved)
    title = f"Fill {count} holes with their proofs" if count > 1 else "Fill 1 hole with its proof"
    action = types.CodeAction(title, kind)
    if workspace.client.literal_actions and workspace.client.resolves_edits:
        action.data = {"uri": opened.uri}
    else:
        action.command = types.Command(title, Command.FILL_ALL.value, arguments=[{"uri": opened.uri}])
    return action


def _command(
    title: str, command: Command, arguments: dict[str, Any], settles: list[types.Diagnostic] | None
) -> types.CodeAction:
    run = types.Command(title, command.value, arguments=[arguments])
    return types.CodeAction(title, types.CodeActionKind.QuickFix, settles, command=run)


async def resolve(workspace: Workspace, action: types.CodeAction) -> types.CodeAction:
    """Makes the edit of an action that was handed out without one, from proofs that hold in the text as it is now."""
    data = action.data if isinstance(action.data, dict) else {}
    uri, hole, text = data.get("uri"), data.get("hole"), data.get("text")
    if action.edit is not None or not isinstance(uri, str):
        return action
    if isinstance(hole, str):
        action.edit = await fill_one(workspace, uri, hole, str(text))
    else:
        action.edit = (await fill_verified(workspace, uri)).edit
    return action
