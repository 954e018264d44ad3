"""Searches that start by themselves: when a file is opened, has been left alone after a change, or is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from unsorry.lsp.editor import Change
from unsorry.lsp.workspace import Workspace
from unsorry.model import HoleState, HoleStatus
from unsorry.orchestrator.scheduler import Priority

_RETRIED_ON_SAVE = (HoleStatus.OPEN, HoleStatus.FAILED, HoleStatus.SKIPPED)


def register(workspace: Workspace) -> None:
    workspace.documents.subscribe(AutomaticProving(workspace).on_change)


class AutomaticProving:
    """Starts a run when a document has come to rest. A hole is searched by itself once for each text of its
    declaration; one that was found to be open is tried again when its file is saved with another text."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._waiting: dict[str, asyncio.Task[Any]] = {}
        self._searched: dict[str, dict[str, int]] = {}

    def on_change(self, change: Change, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()
        if change is not Change.CHANGED:
            self._workspace.runs.wake(uri)
        if change is Change.CLOSED:
            self._searched.pop(uri, None)
            return
        delay = self._workspace.settings.editor.delay if change is Change.CHANGED else 0.0
        wanted = self._worth_another_try if change is Change.SAVED else self._untouched
        self._waiting[uri] = self._workspace.tasks.start(self._start(uri, delay, wanted), f"proving {uri} by itself")

    async def _start(self, uri: str, delay: float, wanted: Callable[[str, HoleState], bool]) -> None:
        await asyncio.sleep(delay)
        workspace = self._workspace
        await workspace.preferences.known.wait()
        opened = workspace.documents.get(uri)
        if opened is None or not workspace.settings.editor.prove_on_open or workspace.runs.is_quiet(uri):
            return
        await workspace.engine.find_holes(uri)
        if workspace.documents.get(uri) is not opened:
            return
        under_way = workspace.runs.under_way(uri)
        states = (state for state in workspace.engine.states(uri) if state.hole.id not in under_way)
        holes = [state.hole.id for state in states if wanted(uri, state)]
        if holes:
            text_hash = hash(opened.document.text)
            self._searched.setdefault(uri, {}).update(dict.fromkeys(holes, text_hash))
            workspace.runs.start(uri, holes, Priority.FILE)

    def _untouched(self, _uri: str, state: HoleState) -> bool:
        """Whether nothing was tried at a hole since its declaration has the text that it has."""
        return state.status is HoleStatus.OPEN and not (state.attempts or state.proofs or state.message or state.goals)

    def _worth_another_try(self, uri: str, state: HoleState) -> bool:
        """Whether a hole may fare better than when it was last searched."""
        if state.status is not HoleStatus.OPEN:
            return state.status in _RETRIED_ON_SAVE
        opened = self._workspace.documents.get(uri)
        return opened is not None and self._searched.get(uri, {}).get(state.hole.id) != hash(opened.document.text)
