"""``textDocument/codeLens``: a line over each declaration with holes."""

from __future__ import annotations

from lsprotocol import types

from e2e.lsp.conftest import Start

URI = "file:///w/A.v"
TEXT = (
    "(* about a *)\nLemma a : 1 = 1.\nProof. Admitted.\n\nLemma full : 2 = 2.\nProof. auto. Qed.\n\n"
    "Lemma b : 3 = 3.\nProof.\n  - admit.\n  - admit.\nAdmitted.\n"
)


def shown(lenses: list[types.CodeLens]) -> list[tuple[int, str]]:
    return [(lens.range.start.line, lens.command.title) for lens in lenses if lens.command is not None]


async def test_over_declarations_with_holes(start: Start) -> None:
    """Each says how its holes stand, and proves them when it is clicked; a whole declaration has none."""
    editor = await start(options={"editor": {"prove_on_open": False}}, closes={"a": ["lia"], "b": ["auto"]})
    editor.open(URI, TEXT)
    lenses = await editor.lenses(URI)
    assert shown(lenses) == [(1, "1 hole (1 open): prove"), (7, "2 holes (2 open): prove")]
    command = lenses[0].command
    assert command is not None
    (hole,) = await editor.command(command.command, *(command.arguments or ()))
    assert (hole["declaration"], hole["status"]) == ("a", "proved")
    lenses = await editor.lenses(URI)
    assert shown(lenses) == [(1, "1 hole (1 proved): fill"), (7, "2 holes (2 open): prove")]
    command = lenses[0].command
    assert command is not None
    filled = await editor.command(command.command, *(command.arguments or ()))
    assert filled["filled"] == [hole["id"]]
    assert "Lemma a : 1 = 1.\nProof. lia. Qed." in editor.texts[URI].text


async def test_a_new_state_asks_for_new_lenses(start: Start) -> None:
    """The editor is told to ask again, since no keystroke would make it do so: once, when a lens reads otherwise."""
    editor = await start(options={"editor": {"prove_on_open": False}}, closes={"a": ["lia"]})
    editor.open(URI, TEXT)
    before = shown(await editor.lenses(URI))
    await editor.command("unsorry.proveAll", {"uri": URI})
    await editor.until(lambda: editor.client.refreshed, "a refresh")
    await editor.until_codes(URI, "proof-found", "open-goal", "open-goal")
    assert editor.client.refreshed == ["lenses"]
    assert shown(await editor.lenses(URI)) != before
