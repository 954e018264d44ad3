"""``textDocument/didOpen``: holes are shown at once, whatever the editor calls the file."""

from __future__ import annotations

import pytest

from e2e.lsp.conftest import Start

TWO = "Lemma a : 1 = 1.\nProof. Admitted.\n\nLemma b : 2 = 2.\nProof.\n  admit.\nAdmitted.\n"
QUIET = {"editor": {"prove_on_open": False}}


async def test_each_hole_is_shown_where_it_is(start: Start) -> None:
    """Holes are known from the text alone: range, code, source and id come without any prover."""
    editor = await start(options=QUIET)
    editor.open("file:///w/A.v", TWO)
    await editor.until_codes("file:///w/A.v", "open-goal", "open-goal")
    first, second = editor.shown("file:///w/A.v")
    assert (first.source, second.source) == ("unsorry", "unsorry")
    assert (second.range.start.line, second.range.start.character) == (5, 2)
    assert "`b`" in second.message
    assert second.data["status"] == "open"
    assert first.data["hole"] != second.data["hole"]


async def test_a_file_that_is_no_proof_is_left_alone(start: Start) -> None:
    """Neither an unknown suffix nor a language that shares one with Rocq gets diagnostics, hovers or actions."""
    editor = await start(options=QUIET)
    for uri, language in (("file:///w/notes.md", "markdown"), ("file:///w/chip.v", "verilog")):
        editor.open(uri, TWO, language)
        editor.insert(uri, editor.place(uri, "Lemma a"), "x")
        assert await editor.hover(uri, "Admitted") is None
        assert await editor.actions(uri, "Admitted") == []
        assert await editor.lenses(uri) == []
    editor.open("file:///w/A.v", TWO)
    await editor.until_codes("file:///w/A.v", "open-goal", "open-goal")
    assert {published.uri for published in editor.client.published} == {"file:///w/A.v"}


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "file:///w/no-suffix", "vscode-remote://host/w/B"])
async def test_the_editor_may_say_the_language(start: Start, uri: str) -> None:
    """A file without a telling name is a proof file when the editor says so."""
    editor = await start(options=QUIET)
    editor.open(uri, TWO, "rocq")
    await editor.until_codes(uri, "open-goal", "open-goal")


async def test_one_file_in_two_spellings(start: Start) -> None:
    """``c%3A`` and ``c:`` name one file; answers come in the spelling that the editor opened it with."""
    editor = await start(options=QUIET)
    opened, other = "file:///c%3A/my%20files/A.v", "file:///C:/my files/A.v"
    editor.open(opened, TWO)
    await editor.until_codes(opened, "open-goal", "open-goal")
    editor.texts[other], editor.versions[other] = editor.texts[opened], 1
    assert await editor.hover(other, "Admitted") is not None
    editor.insert(other, editor.place(other, "Lemma b"), "Lemma c : 3 = 3. Admitted.\n")
    await editor.until_codes(opened, "open-goal", "open-goal", "open-goal")
    assert list(editor.client.diagnostics) == [opened]
    del editor.texts[opened]
    editor.close(other)
    await editor.until_codes(opened)
    assert await editor.command("unsorry.holes") == []


async def test_opening_again_replaces_the_text(start: Start) -> None:
    """An editor that lost track and opens a file twice is believed."""
    editor = await start(options=QUIET)
    editor.open("file:///w/A.v", TWO)
    editor.open("file:///w/A.v", "Lemma a : 1 = 1.\nProof. Admitted.\n")
    await editor.until_codes("file:///w/A.v", "open-goal")
