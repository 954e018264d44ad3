"""From a keystroke to the diagnostics of that version, in a file of 5,000 lines with 300 holes: a real server process,
beside an empty pygls server that answers each change with no diagnostics, by turns in one run.

Once with nothing else going on, once while the server proves the file's holes in the pauses, and once while it proves
the 300 holes of another file in the background.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from unsorry.model import Language
from unsorry.registry import syntax_of

LINES, HOLES, KEYSTROKES, ROUNDS = 5000, 300, 200, 4
PAUSE = 0.01  # between keystrokes; faster than anybody types
UNSORRY = [sys.executable, "-m", "unsorry", "serve"]
EMPTY_SERVER = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer
server = LanguageServer("empty", "0")
@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def change(params):
    document = params.text_document
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, [], document.version))
server.start_io()
"""


def generate() -> str:
    """A Rocq file: every declaration takes as many lines as make the whole come out right."""
    rest = LINES // HOLES - 4
    pieces = ["Require Import Arith Lia List.\n"]
    for number in range(HOLES):
        steps = "".join(f"  (* step {step} of lemma {number} *)\n" for step in range(rest))
        pieces.append(
            f"\nLemma sum_{number} (n m : nat) : n + m + {number} = m + n + {number}.\nProof.\n{steps}"
            + ("Admitted.\n" if number % 2 else "  admit. Admitted.\n")
        )
    text = "".join(pieces)
    return text + "\n" * (LINES - text.count("\n"))


class Client:
    """Talks to one server process over its standard streams; knows as little of the protocol as it needs."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._input, self._output = process, process.stdin, process.stdout

    @classmethod
    async def start(cls, command: list[str], folder: str, options: dict[str, Any]) -> Client:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 24,
        )
        client = cls(process)
        parameters = {"processId": None, "rootUri": None, "capabilities": {}, "initializationOptions": options}
        client.send("initialize", parameters, id_=1)
        while (await client.receive()).get("id") != 1:
            pass
        client.send("initialized", {})
        return client

    def send(self, method: str, parameters: Any, id_: int | None = None) -> None:
        message = {"jsonrpc": "2.0", "method": method, "params": parameters, **({} if id_ is None else {"id": id_})}
        body = json.dumps(message).encode()
        self._input.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def receive(self) -> dict[str, Any]:
        header = await self._output.readuntil(b"\r\n\r\n")
        length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        message: dict[str, Any] = json.loads(await self._output.readexactly(length))
        return message

    async def diagnostics(self, version: int) -> int:
        """How many diagnostics there are, once those of a version have come."""
        while True:
            message = await self.receive()
            parameters = message.get("params") or {}
            if message.get("method") == "textDocument/publishDiagnostics" and parameters.get("version") == version:
                return len(parameters["diagnostics"])

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        await asyncio.wait_for(self._process.wait(), 15)


async def keystrokes(
    command: list[str], folder: str, options: dict[str, Any], expected: int, *, beside: bool = False
) -> list[float]:
    """Milliseconds from sending each keystroke to having its diagnostics. ``beside``: while the holes of another
    file, as long as this one, are being proved."""
    client = await Client.start(command, folder, options)
    uri, text = Path(folder, "Generated.v").as_uri(), generate()
    try:
        if beside:
            await prove_another(client, Path(folder, "Another.v").as_uri(), text)
        item = {"uri": uri, "languageId": "coq", "version": 1, "text": text}
        client.send("textDocument/didOpen", {"textDocument": item})
        if expected:
            await client.diagnostics(1)
        times = []
        for number in range(KEYSTROKES):
            line = 6 + (number // 20) * (LINES // HOLES) * 7  # a word in one comment, then one in another
            place = {"line": line, "character": 5 + number % 20}
            change = {"range": {"start": place, "end": place}, "text": "x"}
            document = {"uri": uri, "version": number + 2}
            started = time.perf_counter()
            client.send("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
            found = await client.diagnostics(number + 2)
            times.append(1000 * (time.perf_counter() - started))
            if found != expected:
                raise RuntimeError(f"{found} diagnostics for {expected} holes")
            await asyncio.sleep(PAUSE)
        return times
    finally:
        await client.stop()


async def prove_another(client: Client, uri: str, text: str) -> None:
    """Asks for all proofs of another file, and waits until the first holes are proved."""
    item = {"uri": uri, "languageId": "coq", "version": 1, "text": text}
    client.send("textDocument/didOpen", {"textDocument": item})
    client.send("workspace/executeCommand", {"command": "unsorry.proveAll", "arguments": [{"uri": uri}]}, id_=7)
    while True:
        parameters = (await client.receive()).get("params") or {}
        found = parameters.get("diagnostics", ()) if parameters.get("uri") == uri else ()
        if any(each["data"]["status"] == "proved" for each in found):
            return


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def measure_all() -> list[dict[str, Any]]:
    text = generate()
    holes = sum(1 for _ in syntax_of(Language("rocq")).outline(text).holes)
    if (text.count("\n"), holes) != (LINES, HOLES):
        raise RuntimeError(f"the generated file has {text.count(chr(10))} lines and {holes} holes")
    empty: list[float] = []
    quiet: list[float] = []
    proving: list[float] = []
    beside: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            empty += await keystrokes([sys.executable, "-c", EMPTY_SERVER], folder, {}, 0)
            quiet += await keystrokes(UNSORRY, folder, {"editor": {"prove_on_open": False}}, HOLES)
        if shutil.which("coqidetop.opt") or shutil.which("coqidetop"):
            # Searches begin again in the pauses between two keystrokes.
            proving = await keystrokes(UNSORRY, folder, {"editor": {"delay": 0.0}}, HOLES)
            quietly = {"editor": {"prove_on_open": False}, "search": {"budget": 60.0}}
            beside = await keystrokes(UNSORRY, folder, quietly, HOLES, beside=True)
    against = f"p95 of an empty pygls server: {p95(empty):.1f} ms (medians {{:.1f}} and {statistics.median(empty):.1f})"
    rows = [
        ("lsp.keystroke_p95_ms", quiet),
        ("lsp.keystroke_while_proving_p95_ms", proving),
        ("lsp.keystroke_beside_proving_p95_ms", beside),
    ]
    return [
        {"name": name, "value": p95(times), "unit": "ms", "against": against.format(statistics.median(times))}
        for name, times in rows
        if times
    ]


def measure() -> list[dict[str, Any]]:
    return asyncio.run(measure_all())


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']}: {row['value']:.1f} {row['unit']} against {row['against']}")
