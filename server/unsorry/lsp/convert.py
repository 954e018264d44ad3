"""Between our nouns and those of LSP: the one place that knows both, and where columns change their unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lsprotocol import types

from unsorry.listing import duration, one_line
from unsorry.lsp.client import ClientFeatures
from unsorry.lsp.names import SOURCE, Code
from unsorry.model import Document, Goals, HoleState, HoleStatus, NoGoal, Proof, ProverState
from unsorry.settings import EditorSettings
from unsorry.text import Edit, Encoding, Position, Range, SourceText, Span, apply_edits

_TITLE_LENGTH = 60
_MESSAGE_LENGTH = 2000
_SEVERITIES: Mapping[str, types.DiagnosticSeverity] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "information": types.DiagnosticSeverity.Information,
    "hint": types.DiagnosticSeverity.Hint,
}


def to_position(source: SourceText, offset: int, encoding: Encoding) -> types.Position:
    position = source.position(offset, encoding)
    return types.Position(position.line, position.character)


def to_range(source: SourceText, span: Span, encoding: Encoding) -> types.Range:
    return types.Range(to_position(source, span.start, encoding), to_position(source, span.end, encoding))


def to_offset(source: SourceText, position: types.Position, encoding: Encoding) -> int:
    """The offset of a position; a place outside the text is the nearest one inside."""
    return source.offset(Position(position.line, position.character), encoding)


def to_span(source: SourceText, range_: types.Range, encoding: Encoding) -> Span:
    start, end = range_.start, range_.end
    return source.span(Range(Position(start.line, start.character), Position(end.line, end.character)), encoding)


def apply_changes(
    source: SourceText, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: Encoding
) -> SourceText:
    """The text after changes, each of which is about the text that the one before it left."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            edit = Edit(to_span(source, change.range, encoding), change.text)
            source = SourceText(apply_edits(source.text, (edit,)))
        else:
            source = SourceText(change.text)
    return source


def to_workspace_edit(
    uri: str, document: Document, edits: Sequence[Edit], client: ClientFeatures
) -> types.WorkspaceEdit:
    """Edits of exactly this version of a document. ``uri`` is spelled as the client does."""
    changes = [types.TextEdit(to_range(document.source, edit.span, client.encoding), edit.text) for edit in edits]
    if not client.versioned_edits:
        return types.WorkspaceEdit(changes={uri: changes})
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri=uri, version=document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, changes)])


def to_diagnostic(
    source: SourceText,
    state: HoleState,
    encoding: Encoding,
    settings: EditorSettings,
    prover: ProverState,
) -> types.Diagnostic | None:
    """What is shown of a hole; ``None`` where the settings switch it off. ``prover`` is the state of the prover of its
    language."""
    code = code_of(state, prover)
    severity = _SEVERITIES.get(_severity(settings, code))
    if severity is None:
        return None
    data = {
        "hole": state.hole.id,
        "status": state.status.value,
        "declaration": state.hole.declaration or None,
        "proof": shorten(state.proofs[0].fill.candidate.text) if state.proofs else None,
    }
    return types.Diagnostic(
        range=to_range(source, state.hole.span, encoding),
        message=message_of(state)[:_MESSAGE_LENGTH],
        severity=severity,
        code=code.value,
        source=SOURCE,
        data=data,
    )


def code_of(state: HoleState, prover: ProverState) -> Code:
    if state.status is HoleStatus.PROVED:
        return Code.PROOF_FOUND
    if state.status is HoleStatus.REFUTED:
        return Code.REFUTED
    if state.status is HoleStatus.FAILED:
        return Code.PROVER_FAILED
    if state.status is HoleStatus.SKIPPED and prover is ProverState.MISSING:
        return Code.PROVER_MISSING
    return Code.OPEN_GOAL


def _severity(settings: EditorSettings, code: Code) -> str:
    if code is Code.OPEN_GOAL:
        return settings.severity_open_goal
    if code is Code.PROOF_FOUND:
        return settings.severity_proof_found
    return settings.severity_refuted if code is Code.REFUTED else settings.severity_prover


def message_of(state: HoleState) -> str:
    """The conclusion, then how the hole stands."""
    return f"{_headline(state)}\n{_standing(state)}"


def _headline(state: HoleState) -> str:
    if isinstance(state.goals, Goals):
        more = len(state.goals.goals) - 1
        return state.goals.main.conclusion + (f"  (and {more} more)" if more else "")
    where = f" in `{state.hole.declaration}`" if state.hole.declaration else ""
    if isinstance(state.goals, NoGoal):
        return f"The goal{where} cannot be read: {state.goals.reason}"
    return f"A proof is missing{where}."


def _standing(state: HoleState) -> str:
    if state.proofs:
        others = len(state.proofs) - 1
        return f"Proof found: {proof_label(state.proofs[0])}" + (f" and {others} more" if others else "")
    if state.status is HoleStatus.PROVING:
        return "Being proved."
    if state.status is HoleStatus.REFUTED:
        return f"The goal is false: {state.message or 'a counterexample was found'}"
    if isinstance(state.goals, NoGoal):
        return "Not searched."
    return state.message or "Not searched yet."


def proof_label(proof: Proof) -> str:
    """A proof in a few words: ``lia.` (rocq, 38 ms)``, on one line."""
    return f"`{shorten(proof.fill.candidate.text)}` ({proof.prover}, {duration(proof.seconds)})"


def shorten(text: str, length: int = _TITLE_LENGTH) -> str:
    """A text on one line, cut where it is longer than a title may be."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def prove_arguments(uri: str, source: SourceText, offset: int, encoding: Encoding) -> dict[str, Any]:
    """The argument of ``unsorry.prove`` for a place in a document."""
    position = source.position(offset, encoding)
    return {"uri": uri, "position": {"line": position.line, "character": position.character}}
