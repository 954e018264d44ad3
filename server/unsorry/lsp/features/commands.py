"""``workspace/executeCommand``: what a user can ask for. Each command takes one object, and answers with one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from unsorry.errors import UnsorryError
from unsorry.files import canonical_uri
from unsorry.listing import attempt_lines, state_object
from unsorry.lsp.arguments import Arguments
from unsorry.lsp.editor import Change, Opened
from unsorry.lsp.filling import ReadyEdit, fill_verified
from unsorry.lsp.goals import show_goal
from unsorry.lsp.names import Command
from unsorry.lsp.provers import shown_health
from unsorry.lsp.workspace import Workspace
from unsorry.model import Document, Goal, Goals, HoleState, HoleStatus, Language
from unsorry.orchestrator.scheduler import Priority
from unsorry.registry import ROOMS

_APPLY_SECONDS = 20.0


def register(workspace: Workspace) -> None:
    workspace.on_command(Command.PROVE, prove)
    workspace.on_command(Command.PROVE_ALL, prove_all)
    workspace.on_command(Command.FILL, fill)
    workspace.on_command(Command.FILL_ALL, fill_all)
    workspace.on_command(Command.CANCEL, cancel)
    workspace.on_command(Command.RESTART_PROVER, restart_prover)
    workspace.on_command(Command.HEALTH, health)
    workspace.on_command(Command.HOLES, holes)


async def prove(workspace: Workspace, params: types.ExecuteCommandParams) -> list[dict[str, Any]]:
    """Searches the hole at a position, or every hole of the declaration around it; answers when that has ended."""
    arguments = Arguments(params)
    opened, budget = arguments.opened(workspace), arguments.take("budget", int, float)
    if budget is not None and not budget > 0:
        raise JsonRpcInvalidParams(f"{params.command}: `budget` must be more than 0")
    asked = [state.hole.id for state in _around(workspace, opened, arguments.offset(workspace, opened))]
    if not asked:
        raise UnsorryError("There is no hole here.", next_step="Put the cursor on a hole.")
    return await _run(workspace, opened, asked, Priority.ASKED, params.work_done_token, budget)


def _around(workspace: Workspace, opened: Opened, offset: int) -> Iterable[HoleState]:
    uri = opened.document.uri
    state = workspace.engine.state_at(uri, offset)
    if state is not None:
        return (state,)
    before = [entry for entry in workspace.engine.declaration_spans(uri) if entry[1] <= offset]
    states = before[-1][2] if before else ()
    return states if states and offset <= states[-1].hole.span.end else ()


async def prove_all(workspace: Workspace, params: types.ExecuteCommandParams) -> list[dict[str, Any]]:
    """Searches every hole of a document that has no proof of its present text, those that only its prover sees
    included."""
    opened = Arguments(params).opened(workspace)
    await workspace.engine.find_holes(opened.document.uri)
    if workspace.documents.get(opened.document.uri) is None:
        return []
    return await _run(workspace, opened, None, Priority.FILE, params.work_done_token)


async def _run(
    workspace: Workspace,
    opened: Opened,
    asked: Collection[str] | None,
    priority: Priority,
    token: types.ProgressToken | None,
    budget: float | None = None,
) -> list[dict[str, Any]]:
    uri = opened.document.uri
    workspace.runs.wake(uri)
    run = workspace.runs.start(uri, asked, priority, budget=budget, asked=True, token=token)
    await workspace.runs.finish(run)
    now = workspace.documents.get(uri)
    if now is None:
        return []
    return _objects(now.document, (s for s in workspace.engine.states(uri) if asked is None or s.hole.id in asked))


async def fill(workspace: Workspace, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """Has the client apply a proof of the hole at a position, or of the nearest one: the best, or the one that the
    number ``proof`` names."""
    arguments = Arguments(params)
    opened, number = arguments.opened(workspace), arguments.take("proof", int) or 0
    state = workspace.engine.state_near(opened.document.uri, arguments.offset(workspace, opened))
    chosen = {state.hole.id: number} if state is not None and 0 <= number < len(state.proofs) else {}
    return await _fill(workspace, opened, chosen)


async def fill_all(workspace: Workspace, params: types.ExecuteCommandParams) -> dict[str, Any]:
    """Has the client apply the proofs of a document, or those that ``proofs`` chooses, in its present version."""
    arguments = Arguments(params)
    opened, choice = arguments.opened(workspace), arguments.take("proofs", dict)
    if choice is not None and not all(isinstance(number, int) and number >= 0 for number in choice.values()):
        raise JsonRpcInvalidParams(f"{params.command}: `proofs` maps holes to numbers of proofs")
    return await _fill(workspace, opened, choice)


async def _fill(workspace: Workspace, opened: Opened, choice: Mapping[str, int] | None) -> dict[str, Any]:
    if not workspace.client.apply_edit:
        raise UnsorryError("The editor does not let servers change its text.", next_step="Use a code action.")
    ready = await fill_verified(workspace, opened.uri, choice)
    if ready.holes and not await _apply(workspace, ready):
        # The text moved between the check and the edit: once more, from the text that is there now.
        ready = await fill_verified(workspace, opened.uri, choice)
        if ready.holes and not await _apply(workspace, ready):
            raise UnsorryError("The editor did not take the edit.", next_step="Try again once the text keeps still.")
    _tell_left_out(workspace, ready)
    left = [{"hole": hole.id, "declaration": hole.declaration, "reason": reason} for hole, reason in ready.left_out]
    return {"filled": [hole.id for hole in ready.holes], "leftOut": left}


async def _apply(workspace: Workspace, ready: ReadyEdit) -> bool:
    """Whether the client took the edit; one for a text that it no longer has is not even sent."""
    now = workspace.documents.get(ready.opened.uri)
    if now is None or now.document.version != ready.opened.document.version:
        return False
    params = types.ApplyWorkspaceEditParams(ready.edit, "Fill holes")
    answer = await workspace.ask(types.WORKSPACE_APPLY_EDIT, params, _APPLY_SECONDS)
    return bool(answer is not None and answer.applied)


def _tell_left_out(workspace: Workspace, ready: ReadyEdit) -> None:
    if ready.left_out:
        lines = "; ".join(f"{hole.declaration or 'a hole'}: {reason}" for hole, reason in ready.left_out)
        workspace.tell_user(f"Not filled, since the proof does not hold any more: {lines}", types.MessageType.Warning)
    elif not ready.holes:
        workspace.tell_user("There is no proof to fill in yet.")


async def cancel(workspace: Workspace, params: types.ExecuteCommandParams) -> dict[str, int]:
    """Stops searches: of one hole, of a document, or all."""
    arguments = Arguments(params)
    hole = arguments.take("hole", str)
    uri = arguments.opened(workspace).document.uri if arguments.take("uri", str) is not None else None
    if hole is None:
        for opened in workspace.documents:
            if uri in (None, opened.document.uri):
                workspace.runs.hush(opened.document.uri)
    return {"cancelled": workspace.engine.cancel(uri, hole)}


async def restart_prover(workspace: Workspace, params: types.ExecuteCommandParams) -> dict[str, str]:
    """Ends the provers of a language, or of a document's, and forgets their failures; what they were to prove is tried
    again."""
    arguments = Arguments(params)
    if arguments.take("language", str) is None and arguments.take("uri", str) is not None:
        language = arguments.opened(workspace).document.language
    else:
        name = arguments.need("language", str)
        languages = [room.language for room in ROOMS]
        if name not in languages:
            raise JsonRpcInvalidParams(f"{params.command}: `language` is one of {', '.join(languages)}")
        language = Language(name)
    await workspace.engine.restart(language)
    for opened in workspace.documents:
        if opened.document.language == language:
            workspace.documents.tell(Change.SAVED, opened.document.uri)
    return {"restarted": language}


def health(workspace: Workspace, _params: types.ExecuteCommandParams) -> dict[str, Any]:
    """How each prover that was asked for so far fares; times in seconds."""
    return {"trusted": workspace.options.trusted, "provers": [shown_health(each) for each in workspace.engine.health()]}


def holes(workspace: Workspace, params: types.ExecuteCommandParams) -> list[dict[str, Any]]:
    """The holes of a document, or of all that are open or were found in the workspace: the command line's objects,
    with what an editor shows besides."""
    asked = Arguments(params).take("uri", str)
    uri = canonical_uri(asked) if asked is not None else None
    found: list[dict[str, Any]] = []
    for opened in workspace.documents:
        if uri in (None, opened.document.uri):
            found += _shown(opened.uri, opened.document, workspace.engine.states(opened.document.uri))
    for file in workspace.unopened:
        if uri in (None, file.document.uri):
            found += _shown(file.document.uri, file.document, (HoleState(hole) for hole in file.holes))
    return found


def _shown(uri: str, document: Document, states: Iterable[HoleState]) -> list[dict[str, Any]]:
    """``uri`` is spelled as the client does."""
    states = tuple(states)
    return [
        {
            **entry,
            "uri": uri,
            "proving": state.status is HoleStatus.PROVING,
            "goals": [show_goal(document.language, goal) for goal in _goals(state)],
            "tried": attempt_lines(state.attempts),
        }
        for entry, state in zip(_objects(document, states), states, strict=True)
    ]


def _goals(state: HoleState) -> Sequence[Goal]:
    return state.goals.goals if isinstance(state.goals, Goals) else ()


def _objects(document: Document, states: Iterable[HoleState]) -> list[dict[str, Any]]:
    name = str(document.path) if document.path is not None else document.uri
    return [state_object(name, document.language, document.source, state) for state in states]
