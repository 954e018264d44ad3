"""``textDocument/codeLens``: over each declaration with holes, how it stands, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    workspace.on(types.TEXT_DOCUMENT_CODE_LENS, code_lens)
    refreshes = workspace.coalescer(
        _REFRESH_DELAY, lambda _key: workspace.ask_to_refresh(types.WORKSPACE_CODE_LENS_REFRESH)
    )

    def on_state(_uri: str) -> None:
        if workspace.client.refreshes_lenses:
            refreshes.mark("")

    workspace.watch(on_state)


def code_lens(workspace: Workspace, params: types.CodeLensParams) -> list[types.CodeLens]:
    opened = workspace.documents.get(params.text_document.uri)
    if opened is None:
        return []
    spans = workspace.engine.declaration_spans(opened.document.uri)
    return [lens for _, start, states in spans for lens in _lenses(workspace, opened, start, states)]


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
