"""``unsorry/status``: how the holes of a document stand, for status bars. Nothing essential depends on it."""

from __future__ import annotations

from typing import Any

from unsorry.events import Event, ProverStateChanged
from unsorry.lsp.editor import Change
from unsorry.lsp.names import STATUS
from unsorry.lsp.provers import NOT_TRUSTED, health_line
from unsorry.lsp.workspace import Workspace
from unsorry.model import HoleStatus, hole_counts

_DELAY = 0.1
_ORDER = ("proved", "proving", "open", "failed", "refuted")


def register(workspace: Workspace) -> None:
    notifier = StatusNotifier(workspace)
    workspace.subscribe(notifier.on_event)
    workspace.watch(notifier.mark)
    workspace.documents.subscribe(notifier.on_change)


class StatusNotifier:
    """Sends what has changed since it was last sent."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._waiting = workspace.coalescer(_DELAY, self._send)
        self._told: dict[str, dict[str, Any]] = {}

    def mark(self, uri: str) -> None:
        self._waiting.mark(uri)

    def on_event(self, event: Event) -> None:
        if isinstance(event, ProverStateChanged):
            for opened in self._workspace.documents:
                self.mark(opened.document.uri)

    def on_change(self, change: Change, uri: str) -> None:
        if change is Change.CLOSED:
            self._told.pop(uri, None)
        else:
            self.mark(uri)

    def _send(self, uri: str) -> None:
        opened = self._workspace.documents.get(uri)
        if opened is None:
            return
        counts = hole_counts(self._workspace.engine.states(uri))
        health = self._workspace.engine.health_of(opened.document.language)
        provers = [] if health is None else [{"name": health.prover, "state": health.state.value}]
        holes = {
            "open": counts[HoleStatus.OPEN] + counts[HoleStatus.SKIPPED],
            "proving": counts[HoleStatus.PROVING],
            "proved": counts[HoleStatus.PROVED],
            "refuted": counts[HoleStatus.REFUTED],
            "failed": counts[HoleStatus.FAILED],
        }
        status = {"uri": opened.uri, "holes": holes, "provers": provers}
        if self._told.get(uri) != status:
            self._told[uri] = status
            worded = [{**prover, "summary": health_line(health)} for prover in provers]
            lines = [_counted(holes), *(prover["summary"] for prover in worded)]
            if not self._workspace.options.trusted:
                lines.append(NOT_TRUSTED)
            self._workspace.notify(STATUS, {**status, "provers": worded, "summary": "\n".join(lines)})


def _counted(holes: dict[str, int]) -> str:
    return ", ".join(f"{holes[name]} {name}" for name in _ORDER if holes[name]) or "no holes"
