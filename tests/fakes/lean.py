#!/usr/bin/env python3
"""A scripted ``lean`` (or ``lake serve``) that misbehaves in one way, told by ``FAKE_SCENARIO``:

``honest``   nothing: a text is fine but for its ``sorry``s, ``rfl`` and ``assumption`` close goals, nothing else does
``mute``     never answers, not even to ``initialize``
``silent``   says hello, and then nothing more of any text
``deaf``     as ``silent``, and SIGTERM is ignored
``slow``     as ``honest``, but a text with a candidate in it is answered only once it has been edited
``garbage``  writes what is not the protocol
``nojson``   frames what is no JSON
``crash``    ends when it is given a text
``worker``   the file's worker dies: progress says so, and the request is never answered
``huge``     announces a message of a gigabyte
``flood``    never stops to write diagnostics
``lying``    answers that all is done and says nothing of the text
``stale``    the imports are out of date
``imports``  an import is not there
``forging``  claims of every text that it rests on nothing, everywhere but at the question
``old``      its version is too old
``stranger`` is no Lean
``collide``  as ``honest``, with requests of its own whose ids are ours
``quotes``   as ``honest``, with the wording of older versions
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import time
from typing import Any

SCENARIO = os.environ.get("FAKE_SCENARIO", "honest")
CLOSES = re.compile(r"\b(?:rfl|assumption)\b")


def write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def say(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def read() -> dict[str, Any] | None:
    length = 0
    while (line := sys.stdin.buffer.readline().strip()) != b"":
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return json.loads(sys.stdin.buffer.read(length)) if length else None


def place(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    return {"line": before.count("\n"), "character": len(before) - (before.rfind("\n") + 1)}


def told(text: str, start: int, end: int, message: str, severity: int) -> dict[str, Any]:
    ends = {"start": place(text, start), "end": place(text, end)}
    return {"range": ends, "fullRange": ends, "severity": severity, "message": message, "source": "Lean 4"}


def words(text: str) -> list[dict[str, Any]]:
    """What there is to say of a text."""
    found = []
    for match in re.finditer(r"^(?:theorem|example)[^\n]*(?:\n .*)*", text, re.MULTILINE):
        if re.search(r"\bsorry\b", match[0]):
            word = "'sorry'" if SCENARIO == "quotes" else "`sorry`"
            found.append(told(text, match.start() + 8, match.start() + 9, f"declaration uses {word}", 2))
        for bad in re.finditer(r"\b(?:simp|omega)\b", "" if "first" in match[0] else match[0]):
            at = match.start() + bad.start()
            found.append(told(text, at, at + 4, "it made no progress", 1))
    for match in re.finditer(r'\| focus\n(?P<body>(?:(?!\| ).)*?)trace "(?P<mark>[^"]*)"', text, re.DOTALL):
        if CLOSES.search(match["body"]):
            found.append(told(text, match.start("mark"), match.end("mark"), match["mark"], 3))
            break
    else:
        if "trace " in text:
            at = text.rfind("trace ")
            found.append(told(text, at, at + 5, "unsorry -1", 3))
    for match in re.finditer(r"#print axioms (\S+)", text):
        at = 0 if SCENARIO == "forging" else match.start()
        found.append(told(text, at, at + 6, f"'{match[1]}' does not depend on any axioms", 3))
    found += [told(text, m.start(), m.start() + 6, "Prop : Type", 3) for m in re.finditer(r"#check Prop", text)]
    for match in re.finditer(r"theorem _root_\.(\w+)Taken", text):
        offence = f"(kernel) invalid declaration, it uses unsafe declaration '{match[1]}'"
        found.append(told(text, match.start(), match.end(), offence, 1))
    return found


class Fake:
    def __init__(self) -> None:
        self.text = ""
        self.uri = ""
        self.version = 0
        self.pending = 0

    def publish(self, diagnostics: list[dict[str, Any]]) -> None:
        params = {"uri": self.uri, "version": self.version, "diagnostics": diagnostics}
        say({"method": "textDocument/publishDiagnostics", "params": params})

    def progress(self, kind: int) -> None:
        ends = {"start": place("", 0), "end": place("", 0)}
        document = {"uri": self.uri, "version": self.version}
        params = {"textDocument": document, "processing": [{"range": ends, "kind": kind}]}
        say({"method": "$/lean/fileProgress", "params": params})

    def take(self, params: dict[str, Any]) -> None:
        """A text, whole or changed."""
        self.uri, self.version = params["textDocument"]["uri"], params["textDocument"]["version"]
        if "text" in params["textDocument"]:
            self.text = params["textDocument"]["text"]
        for change in params.get("contentChanges", ()):
            start, end = (self.offset(change["range"][key]) for key in ("start", "end"))
            self.text = self.text[:start] + change["text"] + self.text[end:]
        if SCENARIO == "crash":
            sys.stderr.write("Stack overflow detected. Aborting.\n")
            sys.stderr.flush()
            os.kill(os.getpid(), signal.SIGABRT)
        if SCENARIO == "garbage":
            write(b"info: downloading component 'lean'\n" * 500)
        if SCENARIO == "nojson":
            write(b"Content-Length: 5\r\n\r\n<ht/>")
        if SCENARIO == "huge":
            write(b"Content-Length: 1073741824\r\n\r\n")
        while SCENARIO == "flood":
            self.publish([told(" " * 9, 0, 9, "x" * 100_000, 3)] * 10)
        if SCENARIO == "worker":
            self.progress(2)
        if self.pending:
            say({"id": self.pending, "result": {}})
            self.pending = 0

    def offset(self, position: dict[str, int]) -> int:
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: position["line"]]) + position["character"]

    def wait(self, number: int) -> None:
        if SCENARIO in ("silent", "deaf", "worker"):
            return
        if SCENARIO == "slow" and (" first" in self.text or "rfl" in self.text):
            self.pending = number
            return
        if SCENARIO == "stale":
            self.publish([told("", 0, 0, "Imports are out of date and must be rebuilt; use the editor.", 1)])
            self.progress(2)
        elif SCENARIO == "imports":
            self.publish([told("", 0, 0, "unknown module prefix 'Nowhere'", 1)])
            self.progress(2)
        elif SCENARIO != "lying":
            self.publish(words(self.text))
        else:
            self.publish([])
        say({"id": number, "result": {}})

    def answer(self, message: dict[str, Any]) -> None:
        method, number = message.get("method"), message.get("id", 0)
        if method in ("textDocument/didOpen", "textDocument/didChange"):
            self.take(message["params"])
        elif method == "initialize":
            say({"id": number, "result": {"capabilities": {}}})
        elif method == "textDocument/waitForDiagnostics":
            if SCENARIO == "collide":
                say({"id": number, "method": "workspace/semanticTokens/refresh"})
            self.wait(number)
        elif method == "$/lean/plainTermGoal":
            say({"id": number, "result": None})
        elif method == "$/lean/plainGoal":
            say({"id": number, "result": {"goals": ["n : Nat\n⊢ n = n"], "rendered": ""}})
        elif method == "textDocument/codeAction":
            say({"id": number, "result": []})


def main() -> None:
    if "--version" in sys.argv:
        version = "4.2.0" if SCENARIO == "old" else "4.35.0"
        print("not the one you want" if SCENARIO == "stranger" else f"Lean (version {version}, commit 0, Release)")
        return
    if SCENARIO == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if SCENARIO == "mute":
        time.sleep(3600)
    fake = Fake()
    while (message := read()) is not None:
        fake.answer(message)


if __name__ == "__main__":
    main()
