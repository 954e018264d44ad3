"""Files changed outside the editor: the holes of proof files that are not open, and the project's settings."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types

from unsorry.configuration.layers import FILE_NAME
from unsorry.files import canonical_uri, discover, path_of, uri_of
from unsorry.lsp.editor import Change
from unsorry.lsp.unopened import look
from unsorry.lsp.workspace import Workspace
from unsorry.registry import room_of

_log = logging.getLogger(__name__)
_DEBOUNCE_MS = 300


def register(workspace: Workspace) -> None:
    watcher = WorkspaceWatcher(workspace)
    workspace.documents.subscribe(watcher.on_change)
    watcher.restart()
    workspace.on_settings(watcher.on_settings)
    workspace.on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, lambda _workspace, params: watcher.on_folders(params))


class WorkspaceWatcher:
    """Owner of the watch over the workspace's folders. Only files that git does not ignore are looked at, one at a
    time, in a thread."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._task: asyncio.Task[Any] | None = None
        self._listed: set[Path] = set()
        self._shows = True

    def restart(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task = self._workspace.tasks.start(self._run(), "watching the workspace")

    def on_settings(self) -> None:
        shows = self._workspace.settings.editor.workspace_diagnostics
        if shows != self._shows and self._task is not None:
            self.restart()

    def on_folders(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        added = [path for folder in params.event.added if (path := path_of(folder.uri)) is not None]
        removed = {path_of(folder.uri) for folder in params.event.removed}
        kept = [root for root in self._workspace.roots if root not in removed]
        self._workspace.roots = tuple(dict.fromkeys([*kept, *added]))
        self.restart()

    def on_change(self, change: Change, uri: str) -> None:
        """An open file is the editor's; a closed one is what it is on disk."""
        if change is Change.OPENED:
            self._workspace.unopened.put(uri, None)
        elif change is Change.CLOSED:
            path = path_of(uri)
            if path is not None and path in self._listed:
                self._workspace.tasks.start(self._look([path]), f"looking at {path}")

    async def _run(self) -> None:
        await self._workspace.preferences.known.wait()
        self._shows = self._workspace.settings.editor.workspace_diagnostics
        roots = [root.absolute() for root in self._workspace.roots if _is_bounded(root)]
        changes = _changes(roots)
        # Begins to watch before anything is looked at, so that nothing falls between.
        first = self._workspace.tasks.start(_next(changes), "the first change")
        try:
            await self._look_at_all(roots)
            batch = await first
            while batch is not None:
                await self._on_batch(roots, batch)
                batch = await _next(changes)
        except OSError as error:
            _log.warning("changes outside the editor will not be seen: %s", error)
        finally:
            first.cancel()

    async def _on_batch(self, roots: list[Path], paths: set[Path]) -> None:
        if any(path.name == FILE_NAME for path in paths):
            self._workspace.configure()
        proof_files = [path for path in paths if room_of(path.name) is not None]
        if any(path not in self._listed and path.exists() for path in proof_files):
            await self._list(roots)  # a new file: git may ignore it
        await self._look(path for path in proof_files if path in self._listed)

    async def _look_at_all(self, roots: list[Path]) -> None:
        before = self._listed
        await self._list(roots)
        for path in before - self._listed:
            self._workspace.unopened.put(canonical_uri(uri_of(path)), None)
        await self._look(sorted(self._listed))

    async def _list(self, roots: list[Path]) -> None:
        listed: set[Path] = set()
        for root in roots if self._shows else ():
            found = await asyncio.to_thread(discover, root, lambda name: room_of(name) is not None)
            listed.update(found.files)
            for problem in found.problems:
                _log.info("%s", problem)
        self._listed = listed

    async def _look(self, paths: Iterable[Path]) -> None:
        for path in paths:
            uri = canonical_uri(uri_of(path))
            if self._workspace.documents.get(uri) is None:
                found = await asyncio.to_thread(look, path)
                if self._workspace.documents.get(uri) is None:  # it may have been opened meanwhile
                    self._workspace.unopened.put(uri, found)


def _is_bounded(root: Path) -> bool:
    """Not a whole disk or home, which some editors open when no folder is."""
    return root != Path(root.anchor) and root != Path.home() and root.is_dir()


async def _next(changes: AsyncIterator[set[Path]]) -> set[Path] | None:
    return await anext(changes, None)


async def _changes(roots: list[Path]) -> AsyncIterator[set[Path]]:
    """The files of interest that have changed, batch by batch; ends at once when there is nothing to watch."""
    if not roots:
        return
    watchfiles = await asyncio.to_thread(__import__, "watchfiles")

    def of_interest(_change: object, name: str) -> bool:
        return room_of(name) is not None or Path(name).name == FILE_NAME

    async for batch in watchfiles.awatch(
        *roots, watch_filter=of_interest, debounce=_DEBOUNCE_MS, step=50, ignore_permission_denied=True
    ):
        yield {Path(name) for _, name in batch}
