"""Messages in any order: each request is answered, and nothing in the server breaks."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from e2e.lsp.editor import scripted
from e2e.lsp.wire import Wire

URIS = ["file:///w/A.v", "file:///w/%42.v", "file:///w/B.v", "untitled:C", "file:///w/notes.md"]
PIECES = ["", "\n", "admit. ", "Admitted.\n", "Lemma a : 1 = 1.\nProof. Admitted.\n", "(* ", "*) ", "𝔸", "Qed.\n"]
TEXT = "Lemma a : 1 = 1.\nProof. Admitted.\nLemma b : 2 = 2.\nProof. Admitted.\n"


class Chaos:
    """A client that sends what comes to its mind. ``say`` picks the next message."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.version = 0

    def say(self) -> tuple[str, Any, bool]:
        """Method, parameters, and whether an answer is due."""
        kinds: list[tuple[Callable[[], tuple[str, Any, bool]], int]] = [
            (self.open, 3),
            (self.change, 8),
            (self.close, 2),
            (self.ask, 6),
            (self.command, 4),
            (self.settings, 1),
        ]
        (kind,) = self.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        return kind()

    def uri(self) -> str:
        return self.random.choice(URIS)

    def place(self) -> dict[str, int]:
        return {"line": self.random.randrange(6), "character": self.random.randrange(24)}

    def open(self) -> tuple[str, Any, bool]:
        self.version += 1
        item = {"uri": self.uri(), "languageId": self.random.choice(["coq", "", "markdown"]), "version": self.version}
        return "textDocument/didOpen", {"textDocument": {**item, "text": TEXT}}, False

    def change(self) -> tuple[str, Any, bool]:
        self.version += 1
        places = sorted((self.place(), self.place()), key=lambda place: (place["line"], place["character"]))
        change = {"range": {"start": places[0], "end": places[1]}, "text": self.random.choice(PIECES)}
        document = {"uri": self.uri(), "version": self.version}
        return "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}, False

    def close(self) -> tuple[str, Any, bool]:
        method = self.random.choice(["didClose", "didSave"])
        return f"textDocument/{method}", {"textDocument": {"uri": self.uri()}}, False

    def ask(self) -> tuple[str, Any, bool]:
        method = self.random.choice(["hover", "codeAction", "codeLens", "diagnostic"])
        place = self.place()
        params = {"textDocument": {"uri": self.uri()}, "position": place, "range": {"start": place, "end": place}}
        return f"textDocument/{method}", {**params, "context": {"diagnostics": []}}, True

    def command(self) -> tuple[str, Any, bool]:
        name = self.random.choice(["prove", "proveAll", "fillAll", "cancel", "health", "holes", "restartProver"])
        arguments = {"uri": self.uri(), "position": self.place(), "language": "rocq", "budget": 1}
        token = {"workDoneToken": self.random.randrange(3)} if self.random.random() < 0.5 else {}
        return "workspace/executeCommand", {"command": f"unsorry.{name}", "arguments": [arguments], **token}, True

    def settings(self) -> tuple[str, Any, bool]:
        editor = {"delay": self.random.choice([0, 0.05]), "prove_on_open": self.random.random() < 0.8}
        search = {"alternatives": self.random.choice([1, 3])}
        settings = {"unsorry": {"editor": editor, "search": search}}
        return "workspace/didChangeConfiguration", {"settings": settings}, False


@pytest.mark.parametrize("seed", range(4))
async def test_every_request_is_answered(seed: int) -> None:
    """Two hundred messages without waiting for anything, then all the answers, and a proper end."""
    chaos, due = Chaos(seed), set()
    command = scripted(closes={"a": ["lia"], "b": ["auto"]}, seconds=0.005)
    async with Wire.open(*command, stderr=subprocess.PIPE) as wire:
        await wire.initialize(capabilities={"workspace": {"applyEdit": True}})
        for id_ in range(1000, 1200):
            method, params, is_request = chaos.say()
            wire.send({"jsonrpc": "2.0", "method": method, "params": params, **({"id": id_} if is_request else {})})
            if is_request:
                due.add(id_)
            if chaos.random.random() < 0.1 and due:
                wire.notify("$/cancelRequest", {"id": chaos.random.choice(sorted(due))})
        while due:
            message = await wire.receive()
            if message.get("method") == "workspace/applyEdit":
                wire.send({"jsonrpc": "2.0", "id": message["id"], "result": {"applied": chaos.random.random() < 0.5}})
            elif "method" not in message:
                due.discard(message["id"])
                assert message.get("error", {}).get("code") in (None, -32602, -32800, -32803), message
        assert (await wire.ask("shutdown", None))["result"] is None
        wire.notify("exit", None)
        assert await wire.status() == 0
        assert wire.process is not None
        assert wire.process.stderr is not None
        log = (await wire.process.stderr.read()).decode()
        assert "Traceback" not in log, log
