"""``textDocument/codeAction`` and ``codeAction/resolve``: filling holes with what was verified."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor, able

URI = "file:///w/A.v"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"
TWO = ONE + "Lemma b : 2 = 2.\nProof. Admitted.\n"
FILLED = "Lemma a : 1 = 1.\nProof. lia. Qed.\n"


def titles(actions: list[Any]) -> list[str]:
    return [action.title for action in actions]


async def opened(start: Start, text: str = ONE, **given: Any) -> Editor:
    """An editor whose file has had all its searches."""
    editor = await start(**{"closes": {"a": ["lia", "auto"], "b": ["auto"]}, **given})
    editor.open(URI, text)
    proved = ["proof-found"] * text.count("Admitted.")
    await editor.until_codes(URI, *proved)
    return editor


async def test_one_action_for_each_proof(start: Start) -> None:
    """The best one is preferred; each has the versioned edit that was verified, and the diagnostic that it settles."""
    editor = await opened(start)
    await editor.until(lambda: "and 1 more" in editor.shown(URI)[0].message, "both proofs")
    best, other = await editor.actions(URI, "Admitted")
    assert best.title.startswith("Fill with `lia` (scripted, ")
    assert other.title.startswith("Fill with `auto` (scripted, ")
    assert (best.kind, best.is_preferred, other.is_preferred) == ("quickfix", True, None)
    assert list(best.diagnostics) == editor.shown(URI)
    assert best.edit.document_changes[0].text_document.version == 1
    assert editor.apply(best.edit)
    assert editor.texts[URI].text == FILLED
    await editor.until_codes(URI)
    assert await editor.actions(URI, "lia") == []


async def test_an_open_hole_can_be_proved_on_command(start: Start) -> None:
    """Without a proof there is the command that looks for one; away from the hole there is nothing."""
    editor = await start(options={"editor": {"prove_on_open": False}}, closes={"a": ["lia"]})
    editor.open(URI, ONE)
    (prove,) = await editor.actions(URI, "Admitted")
    assert (prove.title, prove.edit) == ("Prove this goal", None)
    (hole,) = await editor.command(prove.command.command, *prove.command.arguments)
    assert (hole["status"], hole["proof"]) == ("proved", "lia")
    assert await editor.actions(URI, "Lemma") == []


async def test_nothing_waits_for_a_search(start: Start) -> None:
    """While a search runs, actions answer from what is known; the search can be stopped."""
    editor = await start(closes={"a": ["lia"]}, seconds=3600.0, options={"search": {"budget": 3600}})
    editor.open(URI, ONE)
    await editor.until(lambda: editor.shown(URI) and editor.shown(URI)[0].data["status"] == "proving", "proving")
    (stop,) = await editor.actions(URI, "Admitted")
    assert stop.title == "Stop proving this goal"
    assert (await editor.command(stop.command.command, *stop.command.arguments))["cancelled"] == 1
    await editor.until(lambda: editor.shown(URI)[0].data["status"] == "open", "stopped")


async def test_kinds_that_were_asked_for(start: Start) -> None:
    """``only`` is obeyed, with the kinds below it; "fill all" comes unasked only where there is more than one,
    as a quick fix, since light bulbs show no source actions."""
    editor = await opened(start, TWO)
    fills = titles(await editor.actions(URI, "Admitted", ["quickfix"]))
    assert all(title.startswith("Fill with") for title in fills)
    for kind in ("source", "source.fixAll", "source.fixAll.unsorry"):
        assert titles(await editor.actions(URI, "Lemma", [kind])) == ["Fill 2 holes with their proofs"]
    assert await editor.actions(URI, "Admitted", ["source.fixAll.other"]) == []
    assert await editor.actions(URI, "Admitted", ["refactor"]) == []
    unasked = await editor.actions(URI, "Admitted")
    assert ("Fill 2 holes with their proofs", "quickfix") in [(action.title, action.kind) for action in unasked]
    assert await editor.actions(URI, "Lemma") == []


async def test_fix_all_is_one_edit_verified_as_a_whole(start: Start) -> None:
    """The edit is made when the action is picked."""
    editor = await opened(start, TWO)
    (action,) = await editor.actions(URI, "Lemma", ["source.fixAll"])
    assert (action.kind, action.edit) == ("source.fixAll.unsorry", None)
    resolved = await editor.client.code_action_resolve_async(action)
    assert editor.apply(resolved.edit)
    assert editor.texts[URI].text == FILLED + "Lemma b : 2 = 2.\nProof. auto. Qed.\n"
    await editor.until_codes(URI)


async def test_after_an_edit_elsewhere_the_proof_is_verified_again(start: Start) -> None:
    """The action has no edit until it is picked; then the edit is one of the present version."""
    editor = await opened(start)
    editor.insert(URI, types.Position(0, 0), "(* 𝔸 *)\n")
    action = (await editor.actions(URI, "Admitted"))[0]
    assert action.edit is None
    resolved = await editor.client.code_action_resolve_async(action)
    assert resolved.edit.document_changes[0].text_document.version == 2
    assert editor.apply(resolved.edit)
    assert editor.texts[URI].text == "(* 𝔸 *)\n" + FILLED


async def test_a_fill_does_not_wait_for_a_search(start: Start) -> None:
    """A search that runs in the same file makes way for what the user waits for, and goes on afterwards."""
    options = {"editor": {"delay": 0}, "search": {"budget": 3600}}
    editor = await start(closes={"a": ["lia"]}, stuck=["b"], options=options)
    editor.open(URI, TWO)
    await editor.until(lambda: editor.codes(URI)[:1] == ["proof-found"], "a is proved")
    editor.insert(URI, types.Position(0, 0), "(* an edit *)\n")
    await editor.until(lambda: editor.shown(URI)[1].data["status"] == "proving", "b is searched")
    action = (await editor.actions(URI, "Proof. Admitted.\nLemma b"))[0]
    assert action.edit is None
    resolved = await editor.client.code_action_resolve_async(action)
    await editor.until(lambda: editor.shown(URI)[1].data["status"] == "proving", "b is searched again")
    assert editor.apply(resolved.edit)
    assert "Proof. lia. Qed." in editor.texts[URI].text


async def test_a_proof_that_does_not_hold_any_more(start: Start) -> None:
    """It is refused with the reason, nothing is changed, and the goal is searched again."""
    editor = await opened(start, closes={"a": ["lia"]})
    action = (await editor.actions(URI, "Admitted"))[0]
    editor.insert(URI, types.Position(0, 0), "(* poison *)\n")
    stale = (await editor.actions(URI, "Admitted"))[0]
    with pytest.raises(JsonRpcException, match="does not hold any more") as refused:
        await editor.client.code_action_resolve_async(stale)
    assert refused.value.code == -32803
    assert not editor.apply(action.edit)
    await editor.until_codes(URI, "open-goal")


async def test_what_is_gone_cannot_be_filled(start: Start) -> None:
    """Resolving an action for a hole that is not there any more is an error, not an edit somewhere else."""
    editor = await opened(start)
    editor.insert(URI, types.Position(0, 0), "\n")
    action = (await editor.actions(URI, "Admitted"))[0]
    editor.change(URI, types.TextDocumentContentChangeWholeDocument("Lemma a : 1 = 1.\nProof. auto. Qed.\n"))
    with pytest.raises(JsonRpcException, match="not there any more"):
        await editor.client.code_action_resolve_async(action)
    with pytest.raises(JsonRpcException, match="not there any more"):
        await editor.client.code_action_resolve_async(types.CodeAction("x", data={"uri": "file:///w/B.v", "hole": "1"}))


async def test_an_edit_while_an_action_is_being_resolved(start: Start) -> None:
    """The edit that comes back is one of the version that the editor has then, or there is none."""
    editor = await opened(start, seconds=0.05)
    editor.insert(URI, types.Position(0, 0), "\n")
    action = (await editor.actions(URI, "Admitted"))[0]
    resolving = asyncio.ensure_future(editor.client.code_action_resolve_async(action))
    editor.insert(URI, types.Position(0, 0), "\n")
    resolved = await resolving
    if editor.apply(resolved.edit):
        assert editor.texts[URI].text == "\n\n" + FILLED


async def test_clients_that_cannot_resolve_get_a_command(start: Start) -> None:
    """The command verifies, and has the editor apply the edit."""
    editor = await opened(start, capabilities=able(resolve=False))
    assert (await editor.actions(URI, "Admitted"))[0].edit is not None
    editor.insert(URI, types.Position(0, 0), "\n")
    action = (await editor.actions(URI, "Admitted"))[0]
    assert (action.edit, action.data) == (None, None)
    assert action.command.command == "unsorry.fillAll"
    await editor.command(action.command.command, *action.command.arguments)
    assert editor.texts[URI].text == "\n" + FILLED


async def test_a_long_proof_is_shortened_in_its_title(start: Start) -> None:
    """Titles are one line; the edit is whole."""
    long = "auto with " + ", ".join(f"lemma_number_{n}" for n in range(40))
    editor = await start(closes={"a": [long]}, portfolio=[[long]])
    editor.open(URI, ONE)
    await editor.until_codes(URI, "proof-found")
    action = (await editor.actions(URI, "Admitted"))[0]
    assert len(action.title) < 100
    assert "…` (scripted" in action.title
    assert long in action.edit.document_changes[0].edits[0].new_text
