"""``$/progress``: proving runs are shown, and can be cancelled."""

from __future__ import annotations

import asyncio

from lsprotocol import types

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor, able

URI = "file:///w/A.v"
TWO = "Lemma a : 1 = 1.\nProof. Admitted.\nLemma b : 2 = 2.\nProof. Admitted.\n"
QUIET = {"editor": {"prove_on_open": False}}
CLOSES = {"a": ["lia"], "b": ["lia"]}


def statuses(editor: Editor) -> set[str]:
    return {diagnostic.data["status"] for diagnostic in editor.shown(URI)}


async def test_a_run_that_nobody_asked_for(start: Start) -> None:
    """A token is created with the client's consent; then begin, reports, and an end that says what came of it."""
    editor = await start(closes=CLOSES, seconds=0.2)
    editor.open(URI, TWO)
    await editor.until_codes(URI, "proof-found", "proof-found")

    def ended() -> bool:
        return any(
            reports and isinstance(reports[-1], types.WorkDoneProgressEnd)
            for reports in editor.client.progress_reports.values()
        )

    await editor.until(ended, "the end of progress")
    ((begin, *_, end),) = editor.client.progress_reports.values()
    assert isinstance(begin, types.WorkDoneProgressBegin)
    assert (begin.title, begin.cancellable) == ("Proving A.v", True)
    assert end.message == "2 of 2 proved"


async def test_the_client_s_own_token(start: Start) -> None:
    """A command that comes with a token reports under it, and ends it before it answers."""
    editor = await start(closes=CLOSES, options=QUIET, seconds=0.1)
    editor.open(URI, TWO)
    editor.client.progress_reports["mine"] = []
    await editor.command("unsorry.proveAll", {"uri": URI}, token="mine")
    begin, *_, end = editor.client.progress_reports["mine"]
    assert isinstance(begin, types.WorkDoneProgressBegin)
    assert isinstance(end, types.WorkDoneProgressEnd)
    assert set(editor.client.progress_reports) == {"mine"}


async def test_cancelled_by_the_user(start: Start) -> None:
    """Cancelling stops every search of the run at once, the one under way too."""
    editor = await start(closes=CLOSES, seconds=3600.0, options={"search": {"budget": 3600}})
    editor.open(URI, TWO)
    await editor.until(lambda: any(editor.client.progress_reports.values()), "progress")
    (token,) = editor.client.progress_reports
    assert "proving" in statuses(editor)
    editor.client.window_work_done_progress_cancel(types.WorkDoneProgressCancelParams(token))
    reports = editor.client.progress_reports[token]
    await editor.until(lambda: isinstance(reports[-1], types.WorkDoneProgressEnd), "the end")
    assert reports[-1].message == "Cancelled"
    await editor.until(lambda: statuses(editor) == {"open"}, "stopped")


async def test_one_token_twice(start: Start) -> None:
    """A client that uses a token for two runs at once gets progress of one under it, and both answers."""
    editor = await start(closes=CLOSES, options=QUIET, seconds=0.1, capabilities=able(progress=False))
    editor.open(URI, TWO)
    editor.client.progress_reports["twice"] = []
    first, second = await asyncio.gather(
        editor.command("unsorry.proveAll", {"uri": URI}, token="twice"),
        editor.command("unsorry.proveAll", {"uri": URI}, token="twice"),
    )
    assert [hole["status"] for hole in first] == [hole["status"] for hole in second] == ["proved", "proved"]
    kinds = [type(report) for report in editor.client.progress_reports["twice"]]
    assert kinds.count(types.WorkDoneProgressBegin) == kinds.count(types.WorkDoneProgressEnd) == 1


async def test_only_where_the_client_shows_it(start: Start) -> None:
    """Without the capability no token is ever created."""
    editor = await start(closes=CLOSES, seconds=0.2, capabilities=able(progress=False))
    editor.open(URI, TWO)
    await editor.until_codes(URI, "proof-found", "proof-found")
    assert editor.client.progress_reports == {}


async def test_what_is_done_at_once_is_not_shown(start: Start) -> None:
    """A run that ends in the blink of an eye does not flicker."""
    editor = await start(closes=CLOSES)
    editor.open(URI, TWO)
    await editor.until_codes(URI, "proof-found", "proof-found")
    await asyncio.sleep(0.5)
    assert editor.client.progress_reports == {}


async def test_searches_in_the_background_can_go_unreported(start: Start) -> None:
    """Where the client says so; what its user asks for is reported all the same."""
    editor = await start(closes=CLOSES, seconds=0.5, options={"backgroundProgress": False})
    editor.open(URI, TWO)
    await editor.until_codes(URI, "proof-found", "proof-found")
    assert editor.client.progress_reports == {}
    editor.insert(URI, types.Position(0, 0), "Lemma c : 3 = 3.\nProof. Admitted.\n")
    await editor.command("unsorry.proveAll", {"uri": URI})
    (reports,) = editor.client.progress_reports.values()
    assert isinstance(reports[0], types.WorkDoneProgressBegin)
