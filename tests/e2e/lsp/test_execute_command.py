"""``workspace/executeCommand``: what each command does."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor

URI = "file:///w/A.v"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"
TWO = ONE + "Lemma b : 2 = 2.\nProof. Admitted.\n"
QUIET = {"editor": {"prove_on_open": False}}


async def opened(start: Start, text: str = TWO, **given: Any) -> Editor:
    editor = await start(**{"closes": {"a": ["lia"], "b": ["auto"]}, "options": QUIET, **given})
    editor.open(URI, text)
    return editor


def position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


async def test_prove_answers_with_the_hole(start: Start) -> None:
    """The answer comes when the search has ended: the same object that the command line prints."""
    editor = await opened(start)
    (hole,) = await editor.command("unsorry.prove", {"uri": URI, "position": position(3, 9)})
    assert hole["declaration"] == "b"
    assert (hole["status"], hole["proof"], hole["prover"], hole["strategy"]) == ("proved", "auto", "scripted", "micro")
    assert hole["range"] == {"start": position(3, 0), "end": position(3, 16)}
    assert hole["file"] == "/w/A.v"
    await editor.until_codes(URI, "open-goal", "proof-found")


async def test_prove_on_a_statement_means_its_holes(start: Start) -> None:
    """The cursor need not stand on the hole itself."""
    editor = await opened(start)
    (hole,) = await editor.command("unsorry.prove", {"uri": URI, "position": position(2, 8)})
    assert (hole["declaration"], hole["status"]) == ("b", "proved")


async def test_prove_where_there_is_nothing(start: Start) -> None:
    """An error in words for the user, of the kind that editors show as such."""
    editor = await opened(start, TWO + "\n\n(* the end *)\n")
    with pytest.raises(JsonRpcException, match="There is no hole here") as refused:
        await editor.command("unsorry.prove", {"uri": URI, "position": position(7, 0)})
    assert refused.value.code == -32803
    with pytest.raises(JsonRpcException, match="not an open proof file"):
        await editor.command("unsorry.prove", {"uri": "file:///w/B.v", "position": position(0, 0)})


@pytest.mark.parametrize("budget", [0, -1, "long", True])
async def test_a_budget_that_is_none(start: Start, budget: Any) -> None:
    """It is refused, not taken for the default."""
    editor = await opened(start)
    with pytest.raises(JsonRpcException, match="budget"):
        await editor.command("unsorry.prove", {"uri": URI, "position": position(1, 8), "budget": budget})


async def test_prove_keeps_to_its_budget(start: Start) -> None:
    """A search that does not end is ended, and the hole says why."""
    editor = await opened(start, seconds=3600.0)
    asked = {"uri": URI, "position": position(1, 8), "budget": 0.5}
    (hole,) = await editor.command("unsorry.prove", asked)
    assert hole["status"] == "open"
    assert "not proved" in hole["message"]


async def test_prove_all(start: Start) -> None:
    """Every hole is searched; one with a proof of the present text is not searched again."""
    editor = await opened(start)
    holes = await editor.command("unsorry.proveAll", {"uri": URI})
    assert [hole["proof"] for hole in holes] == ["lia", "auto"]
    health = await editor.command("unsorry.health", {})
    await editor.command("unsorry.proveAll", {"uri": URI})
    assert await editor.command("unsorry.health", {}) == health


async def test_cancelling_the_request_stops_the_search(start: Start) -> None:
    """``$/cancelRequest`` for a command that proves ends its searches."""
    editor = await opened(start, seconds=3600.0, options={**QUIET, "search": {"budget": 3600}})
    params = types.ExecuteCommandParams("unsorry.proveAll", [{"uri": URI}])
    asked = asyncio.ensure_future(editor.client.protocol.send_request_async("workspace/executeCommand", params, "r1"))
    await editor.until(lambda: "proving" in [d.data["status"] for d in editor.shown(URI)], "proving")
    editor.client.cancel_request(types.CancelParams("r1"))
    with pytest.raises(JsonRpcException) as cancelled:
        await asked
    assert cancelled.value.code == -32800
    await editor.until(lambda: {d.data["status"] for d in editor.shown(URI)} == {"open"}, "stopped")


async def test_fill_all(start: Start) -> None:
    """The editor is asked to apply one edit of its present version; what has no proof stays."""
    editor = await opened(start, TWO + "Lemma c : 3 = 3.\nProof. Admitted.\n")
    await editor.command("unsorry.proveAll", {"uri": URI})
    answer = await editor.command("unsorry.fillAll", {"uri": URI})
    assert (len(answer["filled"]), answer["leftOut"]) == (2, [])
    assert editor.texts[URI].text == (
        "Lemma a : 1 = 1.\nProof. lia. Qed.\nLemma b : 2 = 2.\nProof. auto. Qed.\nLemma c : 3 = 3.\nProof. Admitted.\n"
    )
    assert editor.versions[URI] == 2


async def test_fill_means_the_hole_at_the_cursor(start: Start) -> None:
    """Its best proof goes in, or the one that was chosen; away from all holes the nearest one is meant."""
    editor = await opened(start)
    await editor.command("unsorry.proveAll", {"uri": URI})
    answer = await editor.command("unsorry.fill", {"uri": URI, "position": position(3, 9)})
    assert len(answer["filled"]) == 1
    assert editor.texts[URI].text == ONE + "Lemma b : 2 = 2.\nProof. auto. Qed.\n"
    await editor.command("unsorry.fill", {"uri": URI, "position": position(3, 0), "proof": 0})
    assert editor.texts[URI].text == "Lemma a : 1 = 1.\nProof. lia. Qed.\nLemma b : 2 = 2.\nProof. auto. Qed.\n"


async def test_fill_without_a_proof(start: Start) -> None:
    """Nothing is edited and the user is told: no hole has a proof, the file has no hole, or no such proof."""
    editor = await opened(start)
    for line, proof in ((1, 0), (3, 7), (3, -1)):
        if line == 3:
            await editor.command("unsorry.proveAll", {"uri": URI})
        told = len(editor.client.messages)
        answer = await editor.command("unsorry.fill", {"uri": URI, "position": position(line, 9), "proof": proof})
        assert answer == {"filled": [], "leftOut": []}
        await editor.until(lambda told=told: len(editor.client.messages) > told, "a message")
        assert "no proof" in editor.client.messages[-1].message
    assert editor.texts[URI].text == TWO


async def test_goal_of_the_nearest_hole(start: Start) -> None:
    """A page for a panel, whose buttons' commands take the argument that comes with it; it follows the hole's state."""
    editor = await opened(start)
    page = await editor.command("unsorry.goal", {"uri": URI, "position": position(4, 0)})
    assert "<h1>Hole of <code>b</code>" in page["html"]
    assert 'data-action="prove"' in page["html"]
    await editor.command("unsorry.prove", page["argument"])
    page = await editor.command("unsorry.goal", {"uri": URI, "position": position(3, 9)})
    assert "scripted 1.0 is healthy" in page["html"]
    assert "micro proved it" in page["html"]
    await editor.command("unsorry.fill", {**page["argument"], "proof": 0})
    assert editor.texts[URI].text == ONE + "Lemma b : 2 = 2.\nProof. auto. Qed.\n"
    editor.open("file:///w/None.v", "(* nothing here *)\n")
    page = await editor.command("unsorry.goal", {"uri": "file:///w/None.v", "position": position(0, 0)})
    assert page == {"html": '<p class="quiet">No holes in this file.</p>', "argument": None}
    for elsewhere in ({}, {"uri": "file:///w/notes.txt", "position": position(0, 0)}):
        page = await editor.command("unsorry.goal", elsewhere)
        assert page == {"html": '<p class="quiet">Open a proof file to see its goals.</p>', "argument": None}


async def test_fill_all_when_the_text_moves_before_the_edit_arrives(start: Start) -> None:
    """The editor refuses an edit of an older version; the server makes one of the new text."""
    editor = await opened(start)
    await editor.command("unsorry.proveAll", {"uri": URI})
    asked = 0

    def type_first(params: types.ApplyWorkspaceEditParams) -> bool:
        nonlocal asked
        asked += 1
        if asked == 1:
            editor.insert(URI, types.Position(0, 0), "(* typed meanwhile *)\n")
        return editor.apply(params.edit)

    editor.client.on_edit = type_first
    answer = await editor.command("unsorry.fillAll", {"uri": URI})
    assert (asked, len(answer["filled"])) == (2, 2)
    assert editor.texts[URI].text == (
        "(* typed meanwhile *)\nLemma a : 1 = 1.\nProof. lia. Qed.\nLemma b : 2 = 2.\nProof. auto. Qed.\n"
    )


async def test_fill_all_that_the_editor_does_not_take(start: Start) -> None:
    """After two refusals the command says so."""
    editor = await opened(start)
    await editor.command("unsorry.proveAll", {"uri": URI})
    editor.client.on_edit = lambda _params: False
    with pytest.raises(JsonRpcException, match="did not take the edit"):
        await editor.command("unsorry.fillAll", {"uri": URI})
    assert editor.texts[URI].text == TWO


async def test_fill_all_without_a_proof(start: Start) -> None:
    """Nothing is edited, and the user is told."""
    editor = await opened(start)
    assert (await editor.command("unsorry.fillAll", {"uri": URI}))["filled"] == []
    await editor.until(lambda: editor.client.messages, "a message")
    assert "no proof" in editor.client.messages[0].message


async def test_fill_all_leaves_out_what_does_not_hold(start: Start) -> None:
    """Nothing unverified is filled in; the answer and a message say what was left out and why."""
    editor = await opened(start)
    await editor.command("unsorry.proveAll", {"uri": URI})
    editor.insert(URI, types.Position(0, 0), "(* poison *)\n")
    answer = await editor.command("unsorry.fillAll", {"uri": URI})
    assert answer["filled"] == []
    assert {left["declaration"] for left in answer["leftOut"]} == {"a", "b"}
    assert editor.texts[URI].text == "(* poison *)\n" + TWO
    await editor.until(lambda: editor.client.messages, "a message")


async def test_cancel_everything(start: Start) -> None:
    """Every search ends, and none starts by itself until the file is saved."""
    options = {"editor": {"delay": 0.05}, "search": {"budget": 3600}}
    editor = await start(closes={"a": ["lia"]}, seconds=3600.0, options=options)
    editor.open(URI, TWO)
    await editor.until(lambda: "proving" in [d.data["status"] for d in editor.shown(URI)], "proving")
    assert (await editor.command("unsorry.cancel", {}))["cancelled"] == 2
    await editor.until(lambda: {d.data["status"] for d in editor.shown(URI)} == {"open"}, "stopped")
    editor.insert(URI, types.Position(0, 0), "Lemma c : 3 = 3.\nProof. Admitted.\n")
    await editor.until_codes(URI, *["open-goal"] * 3)
    await asyncio.sleep(0.3)
    assert {d.data["status"] for d in editor.shown(URI)} == {"open"}
    editor.save(URI)
    await editor.until(lambda: "proving" in [d.data["status"] for d in editor.shown(URI)], "proving again")


async def test_restarting_a_prover_that_was_given_up(start: Start) -> None:
    """Its failures are forgotten, and what it was to prove is tried again."""
    editor = await start(fails="scripted: no luck")
    editor.open(URI, "".join(f"Lemma a{n} : {n} = {n}.\nProof. Admitted.\n" for n in range(4)))
    await editor.until_codes(URI, *["prover-failed"] * 4)
    await editor.until(lambda: "left alone" in editor.shown(URI)[3].message, "this file is given up")
    for name in ("b", "c"):
        editor.open(f"file:///{name}.v", f"Lemma {name} : 1 = 1.\nProof. Admitted.\n")
        await editor.until_codes(f"file:///{name}.v", "prover-failed")
    (prover,) = (await editor.command("unsorry.health"))["provers"]
    assert (prover["state"], prover["breakerOpen"]) == ("open", True)
    assert await editor.command("unsorry.restartProver", {"language": "rocq"}) == {"restarted": "rocq"}
    await editor.until(lambda: "left alone" in editor.shown(URI)[3].message, "tried again")
    assert await editor.command("unsorry.restartProver", {"uri": URI}) == {"restarted": "rocq"}


async def test_health(start: Start) -> None:
    """Numbers in seconds and shares, before and after a search."""
    editor = await opened(start)
    assert await editor.command("unsorry.health") == {"trusted": True, "provers": []}
    await editor.command("unsorry.proveAll", {"uri": URI})
    (prover,) = (await editor.command("unsorry.health", {}))["provers"]
    assert {key: prover[key] for key in ("prover", "state", "reason", "attempts", "successRate", "queued")} == {
        "prover": "scripted",
        "state": "healthy",
        "reason": "",
        "attempts": 2,
        "successRate": 1.0,
        "queued": 0,
    }
    assert 0 <= prover["medianSeconds"] <= prover["p95Seconds"]
    assert prover["breakerOpen"] is False
    assert prover["summary"].startswith(f"{prover['title']} 1.0 is healthy; 100% of 2 attempts succeeded; median ")


async def test_holes_of_the_workspace(start: Start, tmp_path: Path) -> None:
    """All that is known: open files with what was proved, and files that nobody opened."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "Shut.v").write_text("(* 𝔸 *) Lemma s : 1 = 1. Proof. Admitted.\n")
    editor = await start(closes={"a": ["lia"]}, root=root)
    editor.open(URI, ONE)
    await editor.until_codes(URI, "proof-found")
    await editor.until(lambda: editor.codes((root / "Shut.v").as_uri()) == ["open-goal"], "the other file")
    proved, shut = await editor.command("unsorry.holes", {})
    assert (proved["declaration"], proved["status"], proved["proof"]) == ("a", "proved", "lia")
    assert (shut["declaration"], shut["status"], shut["file"]) == ("s", "open", str(root / "Shut.v"))
    assert (proved["uri"], shut["uri"]) == (URI, (root / "Shut.v").as_uri())
    assert (proved["proving"], proved["goals"], shut["goals"]) == (False, ["=" * 28 + "\na"], [])
    assert [line.split(" (")[0] for line in proved["tried"]] == ["micro proved it"]
    assert shut["range"]["start"] == position(0, 26)  # in UTF-16 units, as on the command line
    assert await editor.command("unsorry.holes", {"uri": URI}) == [proved]
    assert await editor.command("unsorry.holes", {"uri": (root / "Shut.v").as_uri()}) == [shut]
    assert await editor.command("unsorry.holes", {"uri": "file:///w/nowhere.v"}) == []
