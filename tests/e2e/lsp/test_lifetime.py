"""However a session ends, no prover outlives it by more than a few seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from e2e.lsp.editor import UNSORRY, scripted
from e2e.lsp.wire import Wire

SECONDS_TO_DIE = 5.0
# Neither can be proved by what is tried, and both keep a search busy.
ROCQ = "Lemma hard (f : nat -> nat) : (forall x, f (f x) = x + 1987) -> False.\nProof. Admitted.\n"
AGDA = "module Hard where\n\npostulate\n  A : Set\n  f : A -> A\n  g : (A -> A) -> A -> A\n\nhard : A\nhard = ?\n"
EXTERNAL = ("eprover", "cvc4", "z3", "vampire")
PATIENT = {"search": {"budget": 120}}


async def proving(
    wire: Wire, path: Path, text: str, language: str, *programs: str, options: object = PATIENT
) -> list[psutil.Process]:
    """Opens a file, waits until one of the programs works on it, and returns every process below the server's."""
    path.write_text(text)
    await wire.initialize(initializationOptions=options)
    item = {"uri": path.as_uri(), "languageId": language, "version": 1, "text": text}
    wire.notify("textDocument/didOpen", {"textDocument": item})
    assert wire.process is not None
    server = psutil.Process(wire.process.pid)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        below = server.children(recursive=True)
        if any(program in _name(process) for process in below for program in programs):
            return below
        await asyncio.sleep(0.05)
    raise AssertionError(f"none of {programs} ever ran")


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.Error:
        return ""


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


async def assert_gone(processes: list[psutil.Process]) -> None:
    end = time.monotonic() + SECONDS_TO_DIE
    while alive := [process for process in processes if _lives(process)]:
        assert time.monotonic() < end, f"still alive: {[_name(process) for process in alive]}"
        await asyncio.sleep(0.05)


def kill(wire: Wire) -> None:
    assert wire.process is not None
    wire.process.kill()


def terminate(wire: Wire) -> None:
    assert wire.process is not None
    wire.process.terminate()


def hang_up(wire: Wire) -> None:
    wire.writer.close()


def leave(wire: Wire) -> None:
    wire.notify("exit", None)


ENDINGS = pytest.mark.parametrize("end", [kill, terminate, hang_up, leave])


@pytest.mark.rocq
@ENDINGS
async def test_rocq_ends_with_the_server(tmp_path: Path, end: Callable[[Wire], None]) -> None:
    """SIGKILL, SIGTERM, the editor's death (end of input), ``exit`` without ``shutdown``."""
    async with Wire.open(*UNSORRY) as wire:
        processes = await proving(wire, tmp_path / "Hard.v", ROCQ, "coq", "idetop")
        end(wire)
        await wire.status()
        await assert_gone(processes)


@pytest.mark.agda
@ENDINGS
async def test_agda_ends_with_the_server(tmp_path: Path, end: Callable[[Wire], None]) -> None:
    """The same for Agda."""
    async with Wire.open(*UNSORRY) as wire:
        processes = await proving(wire, tmp_path / "Hard.agda", AGDA, "agda", "agda")
        end(wire)
        await wire.status()
        await assert_gone(processes)


@pytest.mark.coqhammer
@pytest.mark.slow
@pytest.mark.parametrize("end", [kill, hang_up])
async def test_external_provers_end_with_the_server(tmp_path: Path, end: Callable[[Wire], None]) -> None:
    """What CoqHammer starts is three processes away, in groups of its own, and ends all the same."""
    async with Wire.open(*UNSORRY) as wire:
        options = {"search": {"budget": 120, "strategies": ["hammer"]}}
        processes = await proving(wire, tmp_path / "Hard.v", ROCQ, "coq", *EXTERNAL, options=options)
        end(wire)
        await wire.status()
        await assert_gone(processes)


@pytest.mark.rocq
async def test_shutdown_does_not_wait_for_a_proof(tmp_path: Path) -> None:
    """``shutdown`` in the middle of a search is answered when the provers have ended, not when they are done."""
    async with Wire.open(*UNSORRY) as wire:
        processes = await proving(wire, tmp_path / "Hard.v", ROCQ, "coq", "idetop")
        assert (await wire.ask("shutdown", None))["result"] is None
        await assert_gone(processes)
        leave(wire)
        assert await wire.status() == 0


@pytest.mark.rocq
async def test_closing_a_file_ends_its_prover(tmp_path: Path) -> None:
    """A session without an open proof file holds no process."""
    async with Wire.open(*UNSORRY) as wire:
        path = tmp_path / "Hard.v"
        processes = await proving(wire, path, ROCQ, "coq", "idetop")
        wire.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})
        await assert_gone(processes)
        assert (await wire.ask("unsorry/alive", {}))["error"]["code"] == -32601


async def test_the_editor_s_process_is_followed(tmp_path: Path) -> None:
    """An editor that dies without closing the pipe (something else holds it) takes the server with it."""
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(processId=editor.pid)
        editor.kill()
        assert await wire.status() == 1
        editor.wait()


async def test_an_editor_that_cannot_be_seen_is_not_followed() -> None:
    """A process id from another machine or container means nothing here."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize(processId=gone.pid)
        assert (await wire.ask("shutdown", None))["result"] is None


async def test_ctrl_c_ends_the_server(tmp_path: Path) -> None:
    """As it ends any program in a terminal."""
    async with Wire.open(*UNSORRY) as wire:
        await wire.initialize()
        assert wire.process is not None
        wire.process.send_signal(signal.SIGINT)
        assert await wire.status() == 128 + signal.SIGINT


@pytest.mark.parametrize("stream", ["null", "file"])
async def test_input_that_is_no_pipe(tmp_path: Path, stream: str) -> None:
    """The null device and plain files are read to their end, and the server leaves."""
    source = Path(os.devnull) if stream == "null" else tmp_path / "messages"
    if stream == "file":
        body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"processId":null}}'
        source.write_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    with source.open("rb") as given:
        done = subprocess.run([*UNSORRY], stdin=given, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1
    assert (b'"capabilities"' in done.stdout) == (stream == "file")
    assert b"Traceback" not in done.stderr


async def test_what_a_library_prints_stays_out_of_the_protocol(tmp_path: Path) -> None:
    """Standard output is the protocol's alone: anything else that writes there ends up in standard error."""
    code = (
        "import os, sys; sys.argv[1:] = ['{}']; import fakes.scripted_server as server, unsorry.lsp.workspace as w;"
        "old = w.Workspace.__init__;"
        "w.Workspace.__init__ = lambda *a: (print('stray'), os.system('echo from a child'), old(*a))[-1];"
        "server.main()"
    )
    async with Wire.open(sys.executable, "-c", code, stderr=subprocess.PIPE) as wire:
        await wire.initialize()
        assert (await wire.ask("shutdown", None))["result"] is None
        leave(wire)
        assert await wire.status() == 0
        assert wire.process is not None
        assert wire.process.stderr is not None
        told = await wire.process.stderr.read()
        assert b"stray" in told
        assert b"from a child" in told


async def test_a_feature_that_fails_is_an_answer_and_a_line_in_the_log() -> None:
    """A fault of ours is answered as an error, logged with its trace, and the server lives on."""
    code = (
        "import sys; sys.argv[1:] = ['{}']; import fakes.scripted_server as server, unsorry.lsp.features.hover as h;"
        "h._blocks = lambda *a: 1 / 0; server.main()"
    )
    async with Wire.open(sys.executable, "-c", code, stderr=subprocess.PIPE) as wire:
        await wire.initialize(initializationOptions={"editor": {"prove_on_open": False}})
        item = {"uri": "file:///w/A.v", "languageId": "coq", "version": 1, "text": "Lemma a : 1 = 1. Admitted.\n"}
        wire.notify("textDocument/didOpen", {"textDocument": item})
        place = {"line": 0, "character": 20}
        asked = {"textDocument": {"uri": "file:///w/A.v"}, "position": place}
        assert (await wire.ask("textDocument/hover", asked))["error"]["code"] == -32603
        assert "error" not in await wire.ask("textDocument/codeLens", {"textDocument": {"uri": "file:///w/A.v"}})
        assert wire.process is not None
        assert wire.process.stderr is not None
        kill(wire)
        assert b"ZeroDivisionError" in await wire.process.stderr.read()


async def test_many_files_opened_and_closed_leave_nothing_behind(tmp_path: Path) -> None:
    """Processes, file descriptors and threads do not grow with the number of files that were open once."""
    async with Wire.open(*scripted(closes={"a": ["lia"]})) as wire:
        await wire.initialize()
        assert wire.process is not None
        server = psutil.Process(wire.process.pid)

        async def round_of(count: int) -> None:
            for number in range(count):
                uri = f"file:///w/A{number}.v"
                item = {"uri": uri, "languageId": "coq", "version": 1, "text": "Lemma a : 1 = 1. Admitted.\n"}
                wire.notify("textDocument/didOpen", {"textDocument": item})
                wire.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
            await wire.ask("workspace/executeCommand", {"command": "unsorry.health"})

        await round_of(10)
        before = (server.num_fds(), len(server.children(recursive=True)))
        await round_of(200)
        assert (server.num_fds(), len(server.children(recursive=True))) == before
        assert server.num_threads() < 50  # those that a loop keeps for blocking calls, not one a file
        holes = await wire.ask("workspace/executeCommand", {"command": "unsorry.holes"})
        assert holes["result"] == []
