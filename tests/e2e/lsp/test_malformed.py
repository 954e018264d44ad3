"""Messages that make no sense: each is answered or ignored, and the session goes on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from e2e.lsp.editor import UNSORRY
from e2e.lsp.wire import Wire

URI = "file:///w/A.v"
ITEM = {"uri": URI, "languageId": "coq", "version": 1, "text": "Lemma a : 1 = 1.\nProof. Admitted.\n"}
QUIET = {"editor": {"prove_on_open": False}}


async def assert_alive(wire: Wire) -> None:
    wire.notify("textDocument/didOpen", {"textDocument": ITEM})
    published = await wire.until("textDocument/publishDiagnostics")
    assert [d["code"] for d in published["params"]["diagnostics"]] == ["open-goal"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"this is not JSON", -32700),
        (b"\xff\xfe\x00", -32700),
        (b"[]", -32600),
        (b"17", -32600),
        (b'{"id": 7, "method": "textDocument/hover"}', -32600),
    ],
)
async def test_what_is_no_message_gets_an_error(body: bytes, code: int) -> None:
    """The error has no id, since none can be read."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(initializationOptions=QUIET)
        wire.send_bytes(body)
        answer = await wire.answer(None)
        assert answer["error"]["code"] == code
        await assert_alive(wire)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/hover", {"textDocument": {"uri": URI}}),
        ("textDocument/hover", None),
        ("textDocument/codeAction", {"textDocument": 5}),
        ("workspace/executeCommand", {"command": "unsorry.prove", "arguments": [{"uri": URI}]}),
        ("workspace/executeCommand", {"command": "unsorry.prove", "arguments": ["text"]}),
        ("workspace/executeCommand", {"command": "unsorry.restartProver", "arguments": [{"language": "cobol"}]}),
        ("workspace/executeCommand", {"command": "unsorry.restartProver", "arguments": [{"language": 5}]}),
        ("workspace/executeCommand", {"command": "unsorry.unheardOf"}),
    ],
)
async def test_wrong_parameters_are_an_answer(method: str, params: Any) -> None:
    """A request whose parameters are wrong is answered, never left waiting."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(initializationOptions=QUIET)
        answer = await wire.ask(method, params)
        assert answer["error"]["code"] in (-32602, -32803), answer
        await assert_alive(wire)


async def test_notifications_out_of_order_are_ignored() -> None:
    """Changes and closings of what is not open, cancellations of what does not run, and answers to nothing."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(initializationOptions=QUIET)
        document = {"uri": URI, "version": 3}
        wire.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": "x"}]})
        wire.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        wire.notify("textDocument/didSave", {"textDocument": {"uri": URI}})
        wire.notify("$/cancelRequest", {"id": 99})
        wire.notify("window/workDoneProgress/cancel", {"token": "nobody's"})
        wire.notify("textDocument/didOpen", {"textDocument": {"uri": 5}})
        wire.notify("$/unheardOf", {})
        wire.send({"jsonrpc": "2.0", "id": 12345, "result": None})
        wire.send({"jsonrpc": "2.0", "id": 54321, "error": {"code": 1, "message": "no"}})
        await assert_alive(wire)
        wire.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        wire.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        late = await wire.ask("textDocument/hover", {"textDocument": {"uri": URI}, "position": _place(1, 8)})
        assert late["result"] is None
        assert not [message for message in wire.heard if message.get("method") == "window/showMessage"]


async def test_places_outside_the_text() -> None:
    """Lines and columns past the end mean the end."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(initializationOptions=QUIET)
        await assert_alive(wire)
        far = {"start": _place(1, 4000), "end": _place(4000, 4000)}
        document = {"uri": URI, "version": 2}
        change = {"range": far, "text": "\nLemma b : 2 = 2. Admitted.\n"}
        wire.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        published = await wire.until("textDocument/publishDiagnostics")
        assert len(published["params"]["diagnostics"]) == 2
        for method in ("textDocument/hover", "textDocument/codeAction"):
            context = {"diagnostics": []}
            params = {"textDocument": {"uri": URI}, "position": far["end"], "range": far, "context": context}
            assert "error" not in await wire.ask(method, params)


async def test_a_header_in_another_case_and_with_more_in_it() -> None:
    """Header names have no case, and other headers may stand before."""
    async with Wire.open(*UNSORRY) as wire:
        params = {"processId": None, "rootUri": None, "capabilities": {}}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
        wire.send_bytes(body, b"content-type: application/json\r\ncontent-length:%d\r\n\r\n" % len(body))
        assert "result" in await wire.answer(1)


async def test_what_is_not_framed_ends_the_session() -> None:
    """Nobody can tell where a message begins any more: the server says so and leaves, instead of hanging."""
    async with Wire.open(*UNSORRY, stderr=asyncio.subprocess.PIPE) as wire:
        await wire.initialize()
        wire.writer.write(b"GET / HTTP/1.1\r\nhello\r\n\r\n")
        assert await wire.status() == 1
        assert wire.process is not None
        assert wire.process.stderr is not None
        assert b"does not speak the protocol" in await wire.process.stderr.read()


async def test_ten_megabytes_on_one_line() -> None:
    """A text without line ends, as large as a client may send."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(initializationOptions=QUIET)
        item = {**ITEM, "text": "(*" + "x" * (10 << 20) + "*) Lemma a : 1 = 1. Admitted."}
        wire.notify("textDocument/didOpen", {"textDocument": item})
        published = await wire.until("textDocument/publishDiagnostics")
        assert len(published["params"]["diagnostics"]) == 1


def _place(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}
