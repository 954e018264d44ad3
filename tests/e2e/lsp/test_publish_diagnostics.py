"""``textDocument/publishDiagnostics``: how each state of a hole is shown."""

from __future__ import annotations

import pytest
from lsprotocol import types

from e2e.lsp.conftest import Start
from e2e.lsp.editor import TESTS, Editor
from unsorry.provers.room import Room
from unsorry.registry import ROOMS

URI = "file:///w/A.v"
EXAMPLES = TESTS.parent / "examples"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"


async def test_the_message_starts_with_the_conclusion(start: Start) -> None:
    """An open goal and a proof found both begin with what is to be shown."""
    conclusions = {"a": "n + 0 = n", "b": "m = m"}
    editor = await start(closes={"a": ["lia"]}, conclusions=conclusions)
    editor.open(URI, ONE + "Lemma b : 2 = 2.\nProof. Admitted.\n")
    await editor.until(lambda: len(editor.shown(URI)) == 2 and "not proved" in editor.shown(URI)[1].message, "end")
    proved, open_ = editor.shown(URI)
    assert proved.message.startswith("n + 0 = n\nProof found: `lia` (scripted, ")
    assert (proved.code, proved.severity) == ("proof-found", types.DiagnosticSeverity.Information)
    assert proved.data["status"] == "proved"
    assert open_.message.startswith("m = m\nnot proved: 3 candidates tried")
    assert (open_.code, open_.severity) == ("open-goal", types.DiagnosticSeverity.Information)
    assert open_.data["status"] == "open"


async def test_a_goal_that_cannot_be_read(start: Start) -> None:
    """The reason stands in the place of the conclusion."""
    editor = await start(conclusions={"a": "none"})
    editor.open(URI, ONE)
    await editor.until(lambda: "cannot be read" in "".join(d.message for d in editor.shown(URI)), "the reason")
    assert "an error stands before it" in editor.shown(URI)[0].message
    assert editor.codes(URI) == ["open-goal"]


async def test_a_prover_that_is_missing(start: Start) -> None:
    """Each hole says what is missing and what to do about it."""
    editor = await start(missing="There is no scripted prover.")
    editor.open(URI, ONE)
    await editor.until_codes(URI, "prover-missing")
    (diagnostic,) = editor.shown(URI)
    assert diagnostic.severity == types.DiagnosticSeverity.Warning
    assert "There is no scripted prover. Install it." in diagnostic.message
    assert diagnostic.data["status"] == "skipped"


async def test_a_prover_that_fails(start: Start) -> None:
    """A crash is shown as such, and after some of them the prover is left alone, with words."""
    editor = await start(fails="scripted: it stopped (exit status 134)")
    editor.open(URI, "".join(f"Lemma a{n} : {n} = {n}.\nProof. Admitted.\n" for n in range(5)))
    await editor.until_codes(URI, *["prover-failed"] * 5)
    messages = [diagnostic.message for diagnostic in editor.shown(URI)]
    assert "exit status 134" in messages[0]
    assert "left alone for a while" in messages[4]


async def test_severities_are_the_user_s(start: Start) -> None:
    """Any severity, and ``off``, which shows nothing and still fills."""
    options = {"editor": {"severity_open_goal": "hint", "severity_proof_found": "off"}}
    editor = await start(closes={"a": ["lia"]}, options=options)
    editor.open(URI, ONE + "Lemma b : 2 = 2.\nProof. Admitted.\n")
    await editor.until_codes(URI, "open-goal")
    assert editor.shown(URI)[0].severity == types.DiagnosticSeverity.Hint
    (action, *_) = await editor.actions(URI, "Proof. Admitted")
    assert action.edit is not None


@pytest.mark.parametrize("room", [room for room in ROOMS if room.language != "rocq"], ids=lambda room: room.language)
async def test_a_language_that_cannot_be_proved_yet(start: Start, room: Room) -> None:
    """Its holes are shown all the same, as open, and nothing is said to be broken. (Every room is live today; this
    server has a prover for Rocq alone.)"""
    (path, *_) = sorted(path for path in (EXAMPLES / room.language).iterdir() if path.name.endswith(room.suffixes))
    editor = await start(closes={})
    editor.open(path.as_uri(), path.read_text(encoding="utf-8"), room.editor_ids[0])
    await editor.until(lambda: "cannot prove them yet" in _messages(editor, path.as_uri()), "the reason")
    assert set(editor.codes(path.as_uri())) == {"open-goal"}


def _messages(editor: Editor, uri: str) -> str:
    return "\n".join(diagnostic.message for diagnostic in editor.shown(uri))
