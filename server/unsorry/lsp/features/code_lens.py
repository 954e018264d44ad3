"""``textDocument/codeLens``: over each declaration with holes, how it stands, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from lsprotocol import types

from unsorry.lsp.convert import prove_arguments, to_range
from unsorry.lsp.editor import Opened
from unsorry.lsp.names import Command
from unsorry.lsp.workspace import Workspace
from unsorry.model import HoleState, HoleStatus, hole_counts
from unsorry.text import Span

_REFRESH_DELAY = 0.25
_WORDS = {
    HoleStatus.PROVED: "proved",
    HoleStatus.PROVING: "being proved",
    HoleStatus.OPEN: "open",
    HoleStatus.SKIPPED: "not searched",
    HoleStatus.FAILED: "failed",
    HoleStatus.REFUTED: "refuted",
}


def register(workspace: Workspace) -> None:
    lenses = Lenses(workspace)
    workspace.on(types.TEXT_DOCUMENT_CODE_LENS, lambda _workspace, params: lenses.answer(params))
    if workspace.client.refreshes_lenses:
        workspace.watch(lenses.mark)


class Lenses:
    """Answers, and asks the client to ask again once a lens that it was told reads otherwise. Lenses that an edit
    only moved are the client's to move, and it asks after each edit by itself."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._told: dict[str, list[str]] = {}
        refreshes = workspace.coalescer(_REFRESH_DELAY, self._refresh)
        self.mark = refreshes.mark

    def answer(self, params: types.CodeLensParams) -> list[types.CodeLens]:
        opened = self._workspace.documents.get(params.text_document.uri)
        if opened is None:
            return []
        lenses = self._current(opened)
        self._told[opened.document.uri] = _titles(lenses)
        return lenses

    def _current(self, opened: Opened) -> list[types.CodeLens]:
        spans = self._workspace.engine.declaration_spans(opened.document.uri)
        return [lens for _, start, states in spans for lens in _lenses(self._workspace, opened, start, states)]

    def _refresh(self, uri: str) -> None:
        told, opened = self._told.get(uri), self._workspace.documents.get(uri)
        if opened is None:
            self._told.pop(uri, None)
        elif told is not None and told != _titles(self._current(opened)):
            del self._told[uri]  # until it has asked
            self._workspace.ask_to_refresh(types.WORKSPACE_CODE_LENS_REFRESH)


def _titles(lenses: Iterable[types.CodeLens]) -> list[str]:
    return [lens.command.title for lens in lenses if lens.command is not None]


def _lenses(workspace: Workspace, opened: Opened, start: int, states: Sequence[HoleState]) -> Iterator[types.CodeLens]:
    source, encoding = opened.document.source, workspace.client.encoding
    range_ = to_range(source, Span(start, start), encoding)
    to_do = next((state for state in states if not state.proofs and state.status is not HoleStatus.PROVING), None)
    proved = {state.hole.id: 0 for state in states if state.proofs}

    def lens(title: str, command: Command, arguments: dict[str, Any]) -> types.CodeLens:
        return types.CodeLens(range_, types.Command(title, command.value, arguments=[arguments]))

    if to_do is not None:
        arguments = prove_arguments(opened.uri, source, to_do.hole.span.start, encoding)
        yield lens(f"{_summary(states)}: prove", Command.PROVE, arguments)
    elif not proved:
        yield lens(f"{_summary(states)}: stop", Command.CANCEL, {"uri": opened.uri})
    if proved:
        title = "fill" if to_do is not None else f"{_summary(states)}: fill"
        yield lens(title, Command.FILL_ALL, {"uri": opened.uri, "proofs": proved})


def _summary(states: Sequence[HoleState]) -> str:
    counts = hole_counts(states)
    parts = ", ".join(f"{counts[status]} {word}" for status, word in _WORDS.items() if counts[status])
    return f"{len(states)} hole{'s' if len(states) > 1 else ''} ({parts})"
