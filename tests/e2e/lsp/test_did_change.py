"""``textDocument/didChange``, ``didSave`` and ``didClose``: the server's text is the editor's text."""

from __future__ import annotations

import random

import pytest
from lsprotocol import types

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor, able
from unsorry.text import SourceText

URI = "file:///w/A.v"
QUIET = {"editor": {"prove_on_open": False}}
TEXT = "(* 𝔸 é *) Lemma a : 1 = 1. Admitted.\r\nLemma 𝒜b : 2 = 2.\nProof.\n  (* 😀 *) admit.\nAdmitted.\n"


async def assert_in_step(editor: Editor) -> None:
    """What the server knows of the text agrees with what the editor has: each hole's range holds a hole."""
    version = editor.versions[URI]
    published = editor.client.published
    await editor.until(lambda: published and published[-1].version == version, f"diagnostics of version {version}")
    source = editor.texts[URI]
    for diagnostic in editor.shown(URI):
        start = source.text[: _offset(editor, source, diagnostic.range.start)]
        hole = source.text[len(start) : _offset(editor, source, diagnostic.range.end)]
        assert hole in ("admit.", "Admitted.", "Proof. Admitted."), (hole, source.text)


def _offset(editor: Editor, source: SourceText, position: types.Position) -> int:
    from unsorry.lsp.convert import to_offset

    return to_offset(source, position, editor.encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
async def test_columns_behind_astral_characters(start: Start, encoding: str) -> None:
    """Ranges come, and edits are understood, in the negotiated unit; line ends may be mixed."""
    editor = await start(options=QUIET, capabilities=able(encodings=[encoding]))
    editor.open(URI, TEXT)
    await assert_in_step(editor)
    assert len(editor.shown(URI)) == 2
    editor.insert(URI, editor.place(URI, "(* 😀", after=True), "𝒳")
    editor.insert(URI, editor.place(URI, "Lemma a"), "(* 😀 *) Lemma z : 3 = 3. Admitted. ")
    await assert_in_step(editor)
    assert len(editor.shown(URI)) == 3


async def test_hundreds_of_edits_in_a_row(start: Start) -> None:
    """However edits come, one by one or many at once, the server's text stays the editor's."""
    editor = await start(options=QUIET)
    editor.open(URI, TEXT * 3)
    random_ = random.Random(7)
    pieces = ["", "x", "\n", "\r\n", "𝔸", "(* ", " *)", "admit. ", "Admitted.\n", "Lemma c : 1 = 1.\n"]
    for _ in range(200):
        changes = []
        for _ in range(random_.choice((1, 1, 1, 3))):
            line = random_.randrange(len(editor.texts[URI].line_starts))
            first, second = sorted(random_.sample(range(30), 2))
            place = types.Range(types.Position(line, first), types.Position(line, second))
            changes.append(types.TextDocumentContentChangePartial(range=place, text=random_.choice(pieces)))
        editor.change(URI, *changes)
    await assert_in_step(editor)
    editor.change(URI, types.TextDocumentContentChangeWholeDocument("Lemma a : 1 = 1. Admitted.\n"))
    await assert_in_step(editor)
    assert len(editor.shown(URI)) == 1


async def test_only_a_late_version_matters(start: Start) -> None:
    """Of a burst of changes the last one is always shown; those before it may be passed over."""
    editor = await start(options=QUIET)
    editor.open(URI, TEXT)
    for _ in range(100):
        editor.insert(URI, types.Position(0, 3), "x")
    await assert_in_step(editor)
    versions = [published.version for published in editor.client.published]
    assert versions == sorted(versions, key=lambda version: version or 0)
    assert versions[-1] == 101


async def test_a_hole_keeps_its_id_while_edits_move_it(start: Start) -> None:
    """What refers to a hole stays right while text grows elsewhere."""
    editor = await start(options=QUIET)
    editor.open(URI, TEXT)
    await assert_in_step(editor)
    before = [diagnostic.data["hole"] for diagnostic in editor.shown(URI)]
    editor.insert(URI, types.Position(0, 0), "(* longer *)\n\n")
    await assert_in_step(editor)
    assert [diagnostic.data["hole"] for diagnostic in editor.shown(URI)] == before


async def test_closing_clears_what_was_shown(start: Start) -> None:
    """A file that is neither open nor in the workspace shows nothing."""
    editor = await start(closes={"a": ["lia"]})
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\n")
    await editor.until_codes(URI, "proof-found")
    editor.close(URI)
    await editor.until_codes(URI)
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\n")
    await editor.until_codes(URI, "proof-found")


async def test_an_edit_while_proving(start: Start) -> None:
    """A search goes on after an edit elsewhere; an edit inside the declaration begins it anew."""
    editor = await start(closes={"a": ["lia"], "b": ["auto"]}, seconds=0.3, options={"editor": {"delay": 0.1}})
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\nLemma b : 2 = 2.\nProof. Admitted.\n")
    await editor.until(lambda: any(d.data["status"] == "proving" for d in editor.shown(URI)), "proving")
    editor.insert(URI, types.Position(0, 0), "(* a comment *)\n")
    await editor.until(lambda: any(d.data["status"] == "proving" for d in editor.shown(URI)), "proving")
    editor.insert(URI, editor.place(URI, "Lemma b"), "Lemma c : 3 = 3.\nProof. Admitted.\n")
    await editor.until_codes(URI, "proof-found", "open-goal", "proof-found")


async def test_a_new_hole_is_searched_by_itself(start: Start) -> None:
    """Typing a new lemma is enough; what was searched in vain is left alone until the file is saved."""
    editor = await start(closes={"b": ["lia"]}, options={"editor": {"delay": 0.05}})
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\n")
    await editor.until(lambda: "not proved" in "".join(d.message for d in editor.shown(URI)), "gave up on a")
    editor.insert(URI, types.Position(2, 0), "Lemma b : 2 = 2.\nProof. Admitted.\n")
    await editor.until_codes(URI, "open-goal", "proof-found")
    first = await editor.command("unsorry.health", {})
    editor.save(URI)
    await editor.until(lambda: "searched before" in editor.shown(URI)[0].message, "searched again")
    assert (await editor.command("unsorry.health", {}))["provers"][0]["attempts"] == first["provers"][0]["attempts"]


async def test_nothing_is_proved_where_the_user_wants_it_so(start: Start) -> None:
    """With ``editor.prove_on_open`` off, a search starts only on command."""
    editor = await start(closes={"a": ["lia"]}, options=QUIET)
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\n")
    editor.save(URI)
    await editor.until_codes(URI, "open-goal")
    assert (await editor.command("unsorry.health", {}))["provers"] == []
    (hole,) = await editor.command("unsorry.proveAll", {"uri": URI})
    assert hole["status"] == "proved"


async def test_a_client_that_wants_quiet_while_somebody_types(start: Start) -> None:
    """Between the first edit of a burst and its end nothing is pushed; what comes then is of the newest text."""
    editor = await start(options={**QUIET, "quietMs": 1000})
    editor.open(URI, TEXT)
    await assert_in_step(editor)
    for _ in range(20):
        editor.insert(URI, editor.place(URI, "Lemma a"), "𝒳 ")
        await editor.hover(URI, "Lemma a")  # by then the server has dealt with the edit
    await assert_in_step(editor)
    versions = [params.version for params in editor.client.published]
    assert versions[:2] == [1, 2]
    assert len(versions) < 10
