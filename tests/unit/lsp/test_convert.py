"""From our nouns to those of LSP and back: ranges, edits, diagnostics, titles."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from unsorry.lsp.client import ClientFeatures
from unsorry.lsp.convert import (
    apply_changes,
    code_of,
    message_of,
    shorten,
    to_diagnostic,
    to_offset,
    to_range,
    to_span,
    to_workspace_edit,
)
from unsorry.lsp.names import Code
from unsorry.model import (
    Candidate,
    Document,
    Fill,
    Goal,
    Goals,
    Hole,
    HoleKind,
    HoleState,
    HoleStatus,
    Language,
    NoGoal,
    Proof,
    ProverState,
)
from unsorry.settings import EditorSettings
from unsorry.text import Edit, Encoding, SourceText, Span, apply_edits

TEXTS = st.text(st.sampled_from("ab é𝔸😀\n\r\t⊢\u2028"), max_size=60)
ENCODINGS = st.sampled_from(Encoding)
HOLE = Hole("h1", HoleKind.PROOF, "add_0_r", Span(0, 5))
GOALS = Goals((Goal((), "n + 0 = n"),))


def proof(text: str = "lia", seconds: float = 0.038) -> Proof:
    return Proof(Fill(HOLE, Candidate(text)), (), "micro", "rocq", seconds, 0)


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    """Spans that begin and end between characters that LSP can tell apart."""
    places = st.integers(0, len(text)).filter(lambda at: text[at - 1 : at + 1] != "\r\n" or at == 0)
    start, end = sorted((draw(places), draw(places)))
    return Span(start, end)


@given(st.data(), TEXTS, ENCODINGS)
def test_ranges_go_there_and_back(data: st.DataObject, text: str, encoding: Encoding) -> None:
    """A span of any text is the same span after a round trip through any unit of columns."""
    source, span = SourceText(text), data.draw(spans(text))
    assert to_span(source, to_range(source, span, encoding), encoding) == span
    assert to_offset(source, to_range(source, span, encoding).end, encoding) == span.end


@given(st.data(), TEXTS, ENCODINGS)
def test_changes_do_what_edits_do(data: st.DataObject, text: str, encoding: Encoding) -> None:
    """A chain of changes gives the text that the same edits give, one after the other."""
    source, expected, changes = SourceText(text), text, []
    for _ in range(data.draw(st.integers(1, 4))):
        edit = Edit(data.draw(spans(expected)), data.draw(TEXTS))
        range_ = to_range(SourceText(expected), edit.span, encoding)
        changes.append(types.TextDocumentContentChangePartial(range=range_, text=edit.text))
        expected = apply_edits(expected, (edit,))
    assert apply_changes(source, changes, encoding).text == expected


def test_a_whole_text_replaces_whatever_was() -> None:
    """A change without a range is the new text."""
    changes = [types.TextDocumentContentChangeWholeDocument("new")]
    assert apply_changes(SourceText("old"), changes, Encoding.UTF16).text == "new"


@pytest.mark.parametrize(
    ("place", "offset"),
    [((0, 0), 0), ((0, 99), 1), ((1, 0), 2), ((1, 1), 2), ((1, 2), 3), ((1, 99), 4), ((9, 0), 4), ((9, 9), 4)],
)
def test_places_outside_or_within_a_character(place: tuple[int, int], offset: int) -> None:
    """Past a line is its end, past the text is its end, within a character is its start."""
    assert to_offset(SourceText("a\n𝔸b"), types.Position(*place), Encoding.UTF16) == offset


def test_an_edit_names_its_version() -> None:
    """So that a client can refuse it when the text has moved on."""
    document = Document("file:///c:/A.v", Language("rocq"), 7, SourceText("x 𝔸 Admitted."))
    edits = (Edit(Span(4, 13), "Qed."),)
    edit = to_workspace_edit("file:///c%3A/A.v", document, edits, ClientFeatures(versioned_edits=True))
    assert edit.changes is None
    assert edit.document_changes is not None
    (part,) = edit.document_changes
    assert isinstance(part, types.TextDocumentEdit)
    assert (part.text_document.uri, part.text_document.version) == ("file:///c%3A/A.v", 7)
    assert part.edits == [types.TextEdit(types.Range(types.Position(0, 5), types.Position(0, 14)), "Qed.")]
    plain = to_workspace_edit("file:///c%3A/A.v", document, edits, ClientFeatures())
    assert plain.document_changes is None
    assert plain.changes == {"file:///c%3A/A.v": part.edits}


@pytest.mark.parametrize(
    ("status", "prover", "code"),
    [
        (HoleStatus.OPEN, ProverState.HEALTHY, Code.OPEN_GOAL),
        (HoleStatus.PROVING, ProverState.MISSING, Code.OPEN_GOAL),
        (HoleStatus.PROVED, ProverState.MISSING, Code.PROOF_FOUND),
        (HoleStatus.REFUTED, ProverState.HEALTHY, Code.REFUTED),
        (HoleStatus.FAILED, ProverState.DEGRADED, Code.PROVER_FAILED),
        (HoleStatus.SKIPPED, ProverState.MISSING, Code.PROVER_MISSING),
        (HoleStatus.SKIPPED, ProverState.UNKNOWN, Code.OPEN_GOAL),
    ],
)
def test_each_state_has_its_code(status: HoleStatus, prover: ProverState, code: Code) -> None:
    """A hole that was skipped is only blamed on the prover where that is missing."""
    assert code_of(HoleState(HOLE, status), prover) is code


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (HoleState(HOLE), "A proof is missing in `add_0_r`.\nNot searched yet."),
        (HoleState(evolve(HOLE, declaration="")), "A proof is missing.\nNot searched yet."),
        (HoleState(HOLE, HoleStatus.PROVING, GOALS), "n + 0 = n\nBeing proved."),
        (HoleState(HOLE, goals=GOALS, message="not proved: 3 tried"), "n + 0 = n\nnot proved: 3 tried"),
        (
            HoleState(HOLE, goals=NoGoal("a syntax error before it"), message="a syntax error before it"),
            "The goal in `add_0_r` cannot be read: a syntax error before it\nNot searched.",
        ),
        (
            HoleState(HOLE, HoleStatus.PROVED, GOALS, (proof(),)),
            "n + 0 = n\nProof found: `lia` (rocq, 38 ms)",
        ),
        (
            HoleState(HOLE, HoleStatus.PROVED, GOALS, (proof(), proof("auto"))),
            "n + 0 = n\nProof found: `lia` (rocq, 38 ms) and 1 more",
        ),
        (HoleState(HOLE, HoleStatus.REFUTED, GOALS, message="n = 1"), "n + 0 = n\nThe goal is false: n = 1"),
        (
            HoleState(HOLE, goals=Goals((Goal((), "a = a"), Goal((), "b = b")))),
            "a = a  (and 1 more)\nNot searched yet.",
        ),
    ],
)
def test_messages_start_with_the_conclusion(state: HoleState, message: str) -> None:
    """Then comes how the hole stands."""
    assert message_of(state) == message


def test_a_diagnostic_carries_what_clients_need() -> None:
    """Range in the client's unit, code, source, severity, and the hole's id and state for whoever acts on it."""
    source = SourceText("𝔸 admit.")
    state = HoleState(evolve(HOLE, span=Span(2, 8)), HoleStatus.PROVED, GOALS, (proof(),))
    shown = to_diagnostic(source, state, Encoding.UTF8, EditorSettings(), ProverState.HEALTHY)
    assert shown is not None
    assert (shown.range.start.character, shown.range.end.character) == (5, 11)
    assert (shown.code, shown.source) == ("proof-found", "unsorry")
    assert shown.severity == types.DiagnosticSeverity.Information
    expected = {"hole": "h1", "status": "proved", "declaration": HOLE.declaration, "proof": "lia"}
    assert shown.data == expected


@pytest.mark.parametrize(
    ("state", "settings"),
    [
        (HoleState(HOLE), EditorSettings(severity_open_goal="off")),
        (HoleState(HOLE, HoleStatus.PROVED), EditorSettings(severity_proof_found="off")),
        (HoleState(HOLE, HoleStatus.REFUTED), EditorSettings(severity_refuted="off")),
        (HoleState(HOLE, HoleStatus.FAILED), EditorSettings(severity_prover="off")),
    ],
)
def test_what_is_off_is_not_shown(state: HoleState, settings: EditorSettings) -> None:
    """Each severity setting switches off its own codes."""
    assert to_diagnostic(SourceText("admit"), state, Encoding.UTF16, settings, ProverState.HEALTHY) is None
    assert to_diagnostic(SourceText("admit"), state, Encoding.UTF16, EditorSettings(), ProverState.HEALTHY)


@given(st.text(max_size=200))
def test_a_title_is_one_short_line(text: str) -> None:
    """Whatever a proof looks like."""
    title = shorten(text)
    assert len(title) <= 60
    assert len(title.splitlines()) <= 1
