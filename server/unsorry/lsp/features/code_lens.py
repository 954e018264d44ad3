"""``textDocument/codeLens``: over each declaration with holes, how it stands, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lsprotocol import types

from unsorry.lsp.coalescing import Coalescer
from unsorry.lsp.convert import prove_arguments, to_range
from unsorry.lsp.editor import Opened
from unsorry.lsp.names import Command
from unsorry.lsp.server import UnsorryServer
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


def register(server: UnsorryServer) -> None:
    server.on(types.TEXT_DOCUMENT_CODE_LENS, code_lens, types.CodeLensOptions(resolve_provider=False))
    refreshes = Coalescer(_REFRESH_DELAY, lambda _key: server.ask_to_refresh(types.WORKSPACE_CODE_LENS_REFRESH))

    def on_state(_uri: str) -> None:
        if server.client.refreshes_lenses:
            refreshes.mark("")

    server.watch(on_state)


def code_lens(server: UnsorryServer, params: types.CodeLensParams) -> list[types.CodeLens]:
    opened = server.documents.get(params.text_document.uri)
    if opened is None:
        return []
    spans = server.engine.declaration_spans(opened.document.uri)
    return [lens for _, start, states in spans for lens in _lenses(server, opened, start, states)]


def _lenses(server: UnsorryServer, opened: Opened, start: int, states: Sequence[HoleState]) -> Iterator[types.CodeLens]:
    source, encoding = opened.document.source, server.client.encoding
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
