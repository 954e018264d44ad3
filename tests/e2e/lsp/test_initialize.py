"""``initialize``, ``shutdown`` and ``exit``: what is offered, and what may be said when."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from e2e.lsp.conftest import Start
from e2e.lsp.editor import UNSORRY, able
from e2e.lsp.wire import Wire
from unsorry.lsp.names import Command

URI = "file:///w/A.v"


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(None, "utf-16"), (["utf-8", "utf-16"], "utf-8"), (["utf-32"], "utf-32"), (["utf-7"], "utf-16")],
)
async def test_the_unit_of_columns_is_the_client_s_first_choice(
    start: Start, offered: list[str] | None, chosen: str
) -> None:
    """UTF-16 unless the client prefers another unit that exists."""
    editor = await start(capabilities=able(encodings=offered))
    assert editor.encoding == chosen


async def test_what_is_offered() -> None:
    """Holes, actions, lenses and commands; nothing that a language's own server should do."""
    async with Wire.open(*UNSORRY) as wire:
        answer = await wire.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
    assert answer["result"]["serverInfo"]["name"] == "unsorry"
    offered = answer["result"]["capabilities"]
    assert set(offered) == {
        "positionEncoding",
        "textDocumentSync",
        "hoverProvider",
        "codeActionProvider",
        "codeLensProvider",
        "executeCommandProvider",
        "workspace",
    }
    assert offered["textDocumentSync"]["change"] == types.TextDocumentSyncKind.Incremental
    assert offered["executeCommandProvider"]["commands"] == [command.value for command in Command]
    assert offered["codeActionProvider"]["codeActionKinds"] == ["quickfix", "source.fixAll.unsorry"]


async def test_a_client_that_can_do_nothing_is_served(start: Start) -> None:
    """Without any capability: diagnostics, hovers in plain text, commands in place of actions, no progress."""
    editor = await start(capabilities=types.ClientCapabilities(), closes={"a": ["lia"]}, conclusions={"a": "1 = 1"})
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\n")
    await editor.until_codes(URI, "proof-found")
    hover = await editor.hover(URI, "Admitted")
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.PlainText
    (action,) = await editor.actions(URI, "Admitted")
    assert isinstance(action, types.Command)
    assert action.title.startswith("Fill with `lia`")
    assert editor.client.progress_reports == {}


async def test_requests_before_initialize_are_refused() -> None:
    """They get the error that the protocol has for it, notifications get nothing, and the session goes on."""
    async with Wire.open(*UNSORRY) as wire:
        wire.send({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {}})
        early = await wire.ask("textDocument/hover", {})
        assert early["error"]["code"] == -32002
        answer = await wire.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert "capabilities" in answer["result"]
        again = await wire.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        assert again["error"]["code"] == -32600


async def test_after_shutdown_only_exit_is_heard() -> None:
    """A late request is refused at once instead of waiting for ever."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize()
        assert (await wire.ask("shutdown", None))["result"] is None
        assert (await wire.ask("unsorry/anything", {}))["error"]["code"] == -32600
        wire.send({"jsonrpc": "2.0", "method": "exit"})
        assert await wire.status() == 0


async def test_exit_without_shutdown_is_an_abnormal_end() -> None:
    """The exit status says so, as the protocol asks."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize()
        wire.send({"jsonrpc": "2.0", "method": "exit"})
        assert await wire.status() == 1


async def test_an_unknown_request_is_an_error_and_no_more(start: Start) -> None:
    """The server answers that it does not know the method, and lives."""
    editor = await start()
    with pytest.raises(JsonRpcException, match="Method Not Found"):
        await editor.client.protocol.send_request_async("textDocument/unheardOf", {})
    editor.open(URI, "Lemma a : 1 = 1. Admitted.\n")
    await editor.until(lambda: editor.shown(URI), "diagnostics")


@pytest.mark.parametrize("options", [None, [], "nonsense", {"trace": {"server": "verbose"}, "trusted": True}])
async def test_options_of_any_shape_are_survived(start: Start, options: Any) -> None:
    """Whatever an editor sends as options, holes are shown; sections of the client's own are not our business."""
    editor = await start(options=options)
    editor.open(URI, "Lemma a : 1 = 1. Admitted.\n")
    await editor.until(lambda: editor.shown(URI), "diagnostics")
    assert editor.client.messages == []


async def test_an_untrusted_workspace_starts_no_prover(start: Start) -> None:
    """Holes are shown, with the reason why nothing is proved; not even on command is a prover started."""
    editor = await start(closes={"a": ["lia"]}, options={"trusted": False})
    editor.open(URI, "Lemma a : 1 = 1.\nProof. Admitted.\n")
    await editor.until(lambda: "not trusted" in "".join(d.message for d in editor.shown(URI)), "the reason")
    assert editor.codes(URI) == ["open-goal"]
    (hole,) = await editor.command("unsorry.proveAll", {"uri": URI})
    assert (hole["status"], hole["proof"]) == ("skipped", None)
    assert await editor.actions(URI, "Admitted") == []


async def test_over_a_socket(tmp_path: Path) -> None:
    """``serve --tcp`` says where it listens, serves one client, and ends with it."""
    process = await asyncio.create_subprocess_exec(
        *UNSORRY, "--tcp", "127.0.0.1:0", stderr=subprocess.PIPE, cwd=tmp_path
    )
    try:
        assert process.stderr is not None
        announced = (await process.stderr.readline()).decode()
        port = int(announced.rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        wire = Wire(reader, writer)
        await wire.initialize()
        writer.close()
        assert await asyncio.wait_for(process.wait(), 20) == 1
    finally:
        if process.returncode is None:
            process.kill()


async def test_a_socket_that_is_taken_is_a_clear_error(tmp_path: Path) -> None:
    """The command ends with a message, not with a traceback."""
    listener = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        *UNSORRY, "--tcp", f"127.0.0.1:{port}", stderr=subprocess.PIPE, cwd=tmp_path
    )
    _, told = await asyncio.wait_for(process.communicate(), 20)
    listener.close()
    assert process.returncode == 2
    assert b"Cannot serve on" in told
    assert b"Traceback" not in told
