"""``textDocument/diagnostic`` and ``workspace/diagnostic``: for clients that rather ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lsprotocol import types

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor, able

URI = "file:///w/A.v"
ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"


async def pull(editor: Editor, uri: str, previous: str | None = None) -> Any:
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
    return await editor.client.text_document_diagnostic_async(params)


async def test_pulled_and_not_pushed(start: Start) -> None:
    """A client that pulls is never pushed to, lest each hole be shown twice; it is told when to ask again."""
    editor = await start(closes={"a": ["lia"]}, seconds=0.2, capabilities=able(pull=True))
    editor.open(URI, ONE)
    first = await pull(editor, URI)
    assert [item.code for item in first.items] == ["open-goal"]
    await editor.until_refreshed()
    while [item.code for item in (await pull(editor, URI)).items] != ["proof-found"]:
        await editor.until_refreshed()
    assert editor.client.published == []


async def test_what_has_not_changed_is_not_sent_again(start: Start) -> None:
    """The result's id stands for the diagnostics."""
    editor = await start(capabilities=able(pull=True), options={"editor": {"prove_on_open": False}})
    editor.open(URI, ONE)
    first = await pull(editor, URI)
    again = await pull(editor, URI, first.result_id)
    assert isinstance(again, types.RelatedUnchangedDocumentDiagnosticReport)
    editor.insert(URI, types.Position(0, 0), "\n")
    moved = await pull(editor, URI, first.result_id)
    assert [item.range.start.line for item in moved.items] == [2]


async def test_of_the_whole_workspace(start: Start, tmp_path: Path) -> None:
    """Files that are open and files that are not; those without holes only where the client believes otherwise."""
    root = tmp_path / "project"
    root.mkdir()
    (root / "Shut.v").write_text(ONE)
    (root / "Done.v").write_text("Lemma a : 1 = 1.\nProof. reflexivity. Qed.\n")
    editor = await start(capabilities=able(pull=True), root=root, options={"editor": {"prove_on_open": False}})
    open_, shut = (root / "Open.v").as_uri(), (root / "Shut.v").as_uri()
    editor.open(open_, ONE)

    async def ask(*previous: types.PreviousResultId) -> dict[str, Any]:
        params = types.WorkspaceDiagnosticParams(list(previous))
        report = await editor.client.workspace_diagnostic_async(params)
        return {item.uri: item for item in report.items}

    items = await ask()
    while shut not in items:
        await editor.until_refreshed()
        items = await ask()
    assert set(items) == {open_, shut}
    assert (items[open_].version, items[shut].version) == (1, None)
    gone = (root / "Gone.v").as_uri()
    again = await ask(
        types.PreviousResultId(shut, items[shut].result_id), types.PreviousResultId(gone, "what was there once")
    )
    assert isinstance(again[shut], types.WorkspaceUnchangedDocumentDiagnosticReport)
    assert again[gone].items == ()
    assert editor.client.published == []


async def test_a_client_that_could_pull_and_wants_to_be_pushed_to(start: Start) -> None:
    """It is not offered to ask."""
    options = {"push": True, "editor": {"prove_on_open": False}}
    editor = await start(capabilities=able(pull=True), options=options)
    editor.open(URI, ONE)
    await editor.until_codes(URI, "open-goal")
