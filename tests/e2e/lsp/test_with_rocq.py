"""The editor with a real Rocq: what it shows and fills is what Rocq accepts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor, able

pytestmark = pytest.mark.rocq

HEAD = "Require Import Arith Lia.\n\n"
ADD = "Lemma add_zero (n : nat) : n + 0 = n.\nProof. Admitted.\n"
SWAP = (
    "Lemma swap (A B : Prop) : A /\\ B -> B /\\ A.\n"
    "Proof.\n  intros [a b]. split.\n  - admit.\n  - exact a.\nAdmitted.\n"
)
FALSE = "Lemma wrong : 1 = 2.\nProof. Admitted.\n"


def compile_with_coqc(folder: Path, text: str) -> str:
    """What an independent run of the compiler has to say; empty when it accepts."""
    (folder / "Check.v").write_text(text)
    done = subprocess.run(["coqc", "-q", "Check.v"], cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stderr


async def opened(start: Start, tmp_path: Path, text: str, **given: object) -> tuple[Editor, str]:
    editor = await start(**given)
    uri = (tmp_path / "Natural.v").as_uri()
    editor.open(uri, text)
    return editor, uri


async def test_from_a_hole_to_its_proof(start: Start, tmp_path: Path) -> None:
    """Opened, proved, filled: the diagnostic goes, and the compiler accepts the file."""
    editor, uri = await opened(start, tmp_path, HEAD + ADD)
    await editor.until_codes(uri, "proof-found")
    (diagnostic,) = editor.shown(uri)
    assert diagnostic.message.startswith("n + 0 = n\nProof found: ")
    best = (await editor.actions(uri, "Admitted"))[0]
    assert best.title.startswith("Fill with `")
    assert "(rocq, " in best.title
    assert best.is_preferred
    assert editor.apply(best.edit)
    await editor.until_codes(uri)
    assert compile_with_coqc(tmp_path, editor.texts[uri].text) == ""


async def test_fix_all_of_two_holes(start: Start, tmp_path: Path) -> None:
    """Both are filled by one edit; the false lemma between them is left alone."""
    editor, uri = await opened(start, tmp_path, HEAD + ADD + FALSE + SWAP)
    await editor.until_codes(uri, "proof-found", "open-goal", "proof-found")
    (action,) = await editor.actions(uri, "Lemma", ["source.fixAll"])
    assert action.title == "Fill 2 holes with their proofs"
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.apply(resolved.edit)
    await editor.until_codes(uri, "open-goal")
    text = editor.texts[uri].text
    assert (text.count("Admitted."), text.count("Qed.")) == (1, 2)
    assert compile_with_coqc(tmp_path, text) == ""


async def test_an_edit_while_proving(start: Start, tmp_path: Path) -> None:
    """Typing never breaks what is going on: in the end each hole of the final text has its state."""
    options = {"editor": {"delay": 0.1}}
    editor, uri = await opened(start, tmp_path, HEAD + ADD + SWAP, options=options)
    editor.insert(uri, types.Position(1, 0), "(* 𝔸 *)\n")
    editor.insert(uri, editor.place(uri, "Lemma swap"), "Lemma add_one n : 1 + n = S n.\nProof. Admitted.\n")
    await editor.until_codes(uri, "proof-found", "proof-found", "proof-found")
    answer = await editor.command("unsorry.fillAll", {"uri": uri})
    assert (len(answer["filled"]), answer["leftOut"]) == (3, [])
    await editor.until_codes(uri)
    assert compile_with_coqc(tmp_path, editor.texts[uri].text) == ""


KEY = "Hypothesis key : forall n, f n = n + 41.\n"
SECTION = f"Section S.\nVariable f : nat -> nat.\n{KEY}Lemma use : f 1 = 1 + 41.\nProof. Admitted.\nEnd S.\n"


async def test_a_stale_proof_is_verified_again(start: Start, tmp_path: Path) -> None:
    """After an edit elsewhere the action has no edit until it is picked; what comes then holds in the new text."""
    editor, uri = await opened(start, tmp_path, SECTION)
    await editor.until_codes(uri, "proof-found")
    editor.insert(uri, types.Position(0, 0), "(* nothing to do with it *)\n")
    action = (await editor.actions(uri, "Proof. Admitted"))[0]
    assert action.edit is None
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.apply(resolved.edit)
    await editor.until_codes(uri)
    assert compile_with_coqc(tmp_path, editor.texts[uri].text) == ""


async def test_a_proof_whose_ground_is_gone_is_refused(start: Start, tmp_path: Path) -> None:
    """An edit took away what the proof rests on: it is an error to fill it in, and the diagnostic is right soon."""
    editor, uri = await opened(start, tmp_path, SECTION)
    await editor.until_codes(uri, "proof-found")
    editor.change(uri, types.TextDocumentContentChangeWholeDocument(SECTION.replace(KEY, "")))
    action = (await editor.actions(uri, "Proof. Admitted"))[0]
    with pytest.raises(JsonRpcException, match="does not hold any more"):
        await editor.client.code_action_resolve_async(action)
    await editor.until_codes(uri, "open-goal")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_behind_astral_characters(start: Start, tmp_path: Path, encoding: str) -> None:
    """The edit lands on the hole in every unit of columns."""
    text = "Lemma a𝔸b : (* 😀 𝒜 *) 1 + 1 = 2. (* é *) Proof. Admitted.\n".replace("a𝔸b", "ab")
    editor, uri = await opened(start, tmp_path, text, capabilities=able(encodings=[encoding]))
    await editor.until_codes(uri, "proof-found")
    assert editor.apply((await editor.actions(uri, "Admitted"))[0].edit)
    filled = editor.texts[uri].text
    assert filled.startswith("Lemma ab : (* 😀 𝒜 *) 1 + 1 = 2. (* é *) Proof.")
    assert filled.endswith("Qed.\n")
    assert compile_with_coqc(tmp_path, filled) == ""


async def test_hover_shows_the_goal_as_rocq_does(start: Start, tmp_path: Path) -> None:
    """Context, rule, conclusion; what was tried; the prover with its version."""
    editor, uri = await opened(start, tmp_path, HEAD + SWAP)
    await editor.until_codes(uri, "proof-found")
    await editor.until(lambda: editor.client.statuses[-1].provers[0].state == "healthy", "the prover's state")
    hover = await editor.hover(uri, "admit.")
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    shown = hover.contents.value
    assert "```coq\nA, B : Prop\na : A\nb : B\n============================\nB\n```" in shown
    assert "**Tried**" in shown
    assert "is healthy" in shown


async def test_pulled_diagnostics(start: Start, tmp_path: Path) -> None:
    """A client that asks learns of the proof when it is told to ask again."""
    editor, uri = await opened(start, tmp_path, HEAD + ADD, capabilities=able(pull=True))
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    while True:
        report = await editor.client.text_document_diagnostic_async(params)
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        if [item.code for item in report.items] == ["proof-found"]:
            break
        await editor.until_refreshed()
    assert editor.client.published == []


async def test_a_search_that_is_cancelled(start: Start, tmp_path: Path) -> None:
    """Cancelling the progress stops Rocq's search, and the next one works."""
    hard = "Lemma hard (f : nat -> nat) : (forall x, f (f x) = x + 1987) -> False.\nProof. Admitted.\n"
    editor, uri = await opened(start, tmp_path, HEAD + hard, options={"search": {"budget": 120}})
    await editor.until(lambda: any(editor.client.progress_reports.values()), "progress")
    (token,) = editor.client.progress_reports
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    reports = editor.client.progress_reports[token]
    await editor.until(lambda: isinstance(reports[-1], types.WorkDoneProgressEnd), "the end")
    await editor.until(lambda: editor.shown(uri)[0].data["status"] == "open", "stopped")
    editor.insert(uri, types.Position(2, 0), ADD)
    place = editor.place(uri, "Proof")
    asked = {"uri": uri, "position": {"line": place.line, "character": place.character}}
    (hole,) = await editor.command("unsorry.prove", asked)
    assert hole["status"] == "proved"


async def test_an_error_before_the_hole(start: Start, tmp_path: Path) -> None:
    """The message says that the goal cannot be read, and mending the error is enough."""
    options = {"editor": {"delay": 0.1}}
    editor, uri = await opened(start, tmp_path, "Definition d := nowhere.\n" + ADD, options=options)
    await editor.until(lambda: editor.shown(uri) and editor.shown(uri)[0].data["status"] != "proving", "an end")
    editor.change(uri, types.TextDocumentContentChangeWholeDocument("Definition d := 0.\n" + ADD))
    editor.save(uri)
    await editor.until_codes(uri, "proof-found")
