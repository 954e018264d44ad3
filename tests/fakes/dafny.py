"""A scripted Dafny that misbehaves: ``python dafny.py SCENARIO [ARGUMENTS]``.

Without further arguments it is the warm server; with ``verify`` it is Dafny 4 and otherwise Dafny 2, given a file; with
``server`` it is Dafny 4's language server, as far as its protocol is documented.

``honest``   verifies every lemma whose text has no ``wrong`` in it
``silent``   answers nothing
``deaf``     as ``silent``, and SIGTERM is ignored
``crash``    dies at its first request, as Mono does: status 1, an exception on the way
``garbage``  answers what is no answer
``failure``  the server says that it failed
``lying``    says that all is well, and names nothing that it verified
``mute``     as Dafny 4, writes no log of what it verified
``coldish``  as a language server, does not start; else honest
``odd``      as a language server, tells a status that nobody knows; else honest
``vague``    as a language server, calls everything wrong and does not say what; else honest
``slow``     says that everything timed out
``flood``    never stops to talk
"""

from __future__ import annotations

import base64
import json
import re
import signal
import sys
import time
from pathlib import Path

END = "[[DAFNY-SERVER: EOM]]"
_LEMMA = re.compile(r"^(lemma|method|function)\s+(?:\{[^}]*\}\s*)?(\w+)", re.MULTILINE)


def say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def verdicts(scenario: str, source: str) -> list[tuple[str, int, str]]:
    """Each declaration with its line and what is said of it."""
    found = list(_LEMMA.finditer(source))
    ends = [*(match.start() for match in found[1:]), len(source)]
    said = []
    for match, end in zip(found, ends, strict=True):
        wrong = "wrong" in source[match.start() : end]
        verdict = "timed out" if scenario == "slow" else "error" if wrong else "verified"
        said.append((match[2], source.count("\n", 0, match.start()) + 1, verdict))
    return [] if scenario == "lying" else said


def classic(scenario: str, source: str) -> str:
    lines = []
    for name, line, verdict in verdicts(scenario, source):
        lines += ["", f"Verifying Impl$$_module.__default.{name} ...", f"  [1 proof obligation]  {verdict}"]
        if verdict == "error":
            lines.append(f"unsorry.dfy({line},0): Error BP5003: A postcondition might not hold on this return path.")
        elif verdict == "timed out":
            lines.append(f"unsorry.dfy({line},6): Verification of '{name}' timed out after 1 seconds")
    return "\n".join(lines) + "\n"


def misbehave(scenario: str) -> None:
    if scenario == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if scenario in ("silent", "deaf"):
        time.sleep(600)
    if scenario == "crash":
        say("[ERROR] FATAL UNHANDLED EXCEPTION: System.NullReferenceException\n")
        sys.exit(1)
    while scenario == "flood":
        say("x" * 65536 + "\n")


def serve(scenario: str) -> None:
    for line in sys.stdin:
        if line.strip() != "verify":
            continue
        source = json.loads(base64.b64decode(sys.stdin.readline()))["source"]
        misbehave(scenario)
        if scenario == "garbage":
            say(f"�� what?\n[SUCCESS] {END}\n")
        elif scenario == "failure":
            say(f"Object reference not set\n[FAILURE] {END}\n")
        else:
            say(f"{classic(scenario, source)}Verification completed successfully!\n[SUCCESS] {END}\n")


def read_message() -> dict[str, object] | None:
    length = 0
    while (line := sys.stdin.buffer.readline().strip()) != b"":
        length = int(line.rpartition(b":")[2])
    return json.loads(sys.stdin.buffer.read(length)) if length else None


def write_message(message: dict[str, object]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    sys.stdout.buffer.flush()


def speak(scenario: str) -> int:
    """Dafny 4's language server with ``--verify-on=Never``."""
    if scenario == "coldish":
        return 1
    texts: dict[str, str] = {}
    while (message := read_message()) is not None:
        method, params = message.get("method"), message.get("params")
        if method == "initialize":
            write_message({"id": 0, "method": "client/registerCapability", "params": {"registrations": []}})
            write_message({"id": message["id"], "result": {"capabilities": {}, "serverInfo": {"name": "Dafny"}}})
        elif method == "textDocument/didOpen":
            misbehave(scenario)
            if scenario == "garbage":
                say("what?" * 2000)
            item = params["textDocument"]
            texts[item["uri"]] = item["text"]
            resolve(item["uri"], item["text"], scenario)
        elif method == "dafny/textDocument/verifySymbol":
            uri, line = params["textDocument"]["uri"], params["position"]["line"]
            write_message({"id": message["id"], "result": True})
            verify(uri, texts[uri], line, scenario)
        elif method == "shutdown":
            write_message({"id": message["id"], "result": None})
        elif method == "exit":
            break
    return 0


VERIFIED: dict[str, dict[int, int]] = {}  # what has been said of each document's symbols, by line
SHOWN: dict[str, list[object]] = {}


def tell(uri: str, source: str) -> None:
    names = []
    for match in _LEMMA.finditer(source):
        line = source.count("\n", 0, match.start(2))
        column = match.start(2) - source.rfind("\n", 0, match.start(2)) - 1
        place = {"start": {"line": line, "character": column}}
        place["end"] = {"line": line, "character": column + len(match[2])}
        names.append({"nameRange": place, "status": VERIFIED[uri].get(line, 0)})
    notify("textDocument/publishDiagnostics", {"uri": uri, "version": 1, "diagnostics": SHOWN[uri]})
    notify("dafny/textDocument/symbolStatus", {"uri": uri, "version": 1, "namedVerifiables": names})


def notify(method: str, params: dict[str, object]) -> None:
    write_message({"method": method, "params": params})


def resolve(uri: str, source: str, scenario: str) -> None:
    VERIFIED[uri], SHOWN[uri] = {}, []
    notify("dafny/compilation/status", {"uri": uri, "version": 1, "status": "Parsing", "message": None})
    if "unresolved" in source:
        at = source.index("unresolved")
        place = {"line": source.count("\n", 0, at), "character": 0}
        value = {"range": {"start": place, "end": place}, "severity": 1, "message": "unresolved identifier"}
        SHOWN[uri] = [{**value, "source": "Resolver"}]
        tell(uri, source)
    elif scenario != "lying":
        tell(uri, source)
    status = "ResolutionFailed" if SHOWN[uri] else "ResolutionSucceeded"
    notify("dafny/compilation/status", {"uri": uri, "version": 1, "status": status, "message": None})
    if scenario == "lying":
        notify("dafny/textDocument/symbolStatus", {"uri": uri, "version": 1, "namedVerifiables": []})


def verify(uri: str, source: str, line: int, scenario: str) -> None:
    VERIFIED[uri][line] = 1
    tell(uri, source)
    (verdict,) = (verdict for _, at, verdict in verdicts(scenario, source) if at == line + 1)
    if verdict != "verified" or scenario == "vague":
        VERIFIED[uri][line] = 4
        said = "a postcondition could not be proved on this return path"
        message = said if verdict == "error" else "Verification of it timed out after 1 seconds"
        place = {"line": line, "character": 0}
        value = {"range": {"start": place, "end": place}, "severity": 1, "message": message, "source": "Verifier"}
        SHOWN[uri] += [] if scenario == "vague" else [value]
    else:
        VERIFIED[uri][line] = 3 if scenario == "odd" else 5
    tell(uri, source)


def run(scenario: str, arguments: list[str]) -> int:
    if "--version" in arguments or "/version" in arguments:
        say("4.11.0\n" if scenario.startswith("4") else "Dafny 2.3.0.10506\n")
        return 0
    if arguments[0] == "server":
        return speak(scenario)
    modern = arguments[0] == "verify"
    source = Path(arguments[-1]).read_text(encoding="utf-8")
    misbehave(scenario)
    if scenario == "garbage":
        say("�� what?\n")
        return 0
    said = verdicts(scenario, source)
    bad = [(line, verdict) for _, line, verdict in said if verdict != "verified"]
    errors = sum(verdict == "error" for _, verdict in bad)
    more = ", 1 time out" if scenario == "slow" else ""
    summary = f"Dafny program verifier finished with {len(said) - len(bad)} verified, {errors} errors{more}\n"
    if modern:
        for line, verdict in bad:
            message = "a postcondition could not be proved on this return path" if verdict == "error" else verdict
            place = {"filename": "unsorry.dfy", "range": {"start": {"line": line, "character": 0}}}
            value = {"location": place, "severity": 1, "defaultFormatMessage": message}
            say(json.dumps({"type": "diagnostic", "value": value}) + "\n")
        log = next(argument for argument in arguments if argument.startswith("--log-format=text;LogFileName="))
        if scenario != "mute":
            told = ((name, "Correct" if verdict == "verified" else "Errors") for name, _, verdict in said)
            lines = [f"\nResults for {name} (correctness)\n  Overall outcome: {outcome}\n" for name, outcome in told]
            Path(log.rpartition("=")[2]).write_text("".join(lines), encoding="utf-8")
        say(json.dumps({"type": "status", "value": "\n" + summary}) + "\n")
    else:
        say(classic(scenario, source) + "\n" + summary)
    return 4 if bad else 0


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(run(sys.argv[1], sys.argv[2:]))
    serve(sys.argv[1])
