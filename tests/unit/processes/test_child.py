"""Child processes end when they must, with all that they have started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec, run

# Ignores SIGTERM, and has a child in its group, one in a session of its own, and a grandchild that lost its parent.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", sys.argv[1]])
subprocess.Popen(["sleep", sys.argv[1]], start_new_session=True)
subprocess.Popen(["sh", "-c", f"sleep {sys.argv[1]} & exit 0"], start_new_session=True).wait()
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def mark() -> Iterator[str]:
    """A number of seconds that no other process sleeps for; nothing that does is left afterwards."""
    mark = f"{500 + os.getpid() % 97}.{time.monotonic_ns() % 10**9}"
    yield mark
    for process in sleepers(mark):
        process.kill()


def sleepers(mark: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if mark in (process.info["cmdline"] or ()) and process.info["cmdline"][0] == "sleep":
            found.append(process)
    return found


async def until_gone(mark: str, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while sleepers(mark):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


def wait_for_sleepers(mark: str, number: int) -> bool:
    """Whether so many sleep within a few seconds; a process that has just been forked is not yet ``sleep``."""
    deadline = time.monotonic() + 10
    while len(sleepers(mark)) != number and time.monotonic() < deadline:
        time.sleep(0.02)
    return len(sleepers(mark)) == number


async def start_stubborn(mark: str) -> Child:
    child = await Child.start(ChildSpec((sys.executable, "-c", STUBBORN, mark)))
    assert (await asyncio.wait_for(child.read(), 10)).startswith(b"ready")
    assert wait_for_sleepers(mark, 3)
    return child


async def test_close_ends_the_whole_tree(mark: str) -> None:
    """Not even a program that ignores SIGTERM, or its orphan in another session, survives."""
    child = await start_stubborn(mark)
    await child.close()
    assert await until_gone(mark)
    assert not child.alive


async def test_close_twice_is_safe(mark: str) -> None:
    """A second close neither fails nor waits."""
    child = await start_stubborn(mark)
    await asyncio.gather(child.close(), child.close())
    await child.close()
    assert await until_gone(mark)


async def test_only_orphans_are_reaped_on_request(mark: str) -> None:
    """What the program lost sight of ends; the program and its own children live on."""
    child = await start_stubborn(mark)
    child.reap_orphans()
    assert wait_for_sleepers(mark, 2)
    assert child.alive
    await child.close()


def test_nothing_survives_the_death_of_the_owner(mark: str) -> None:
    """SIGKILL of the process that started a prover ends the prover's whole tree."""
    owner = textwrap.dedent(
        f"""
        import asyncio, sys
        from unsorry.processes import Child, ChildSpec
        async def main():
            child = await Child.start(ChildSpec((sys.executable, "-c", {STUBBORN!r}, {mark!r})))
            print((await child.read()).decode(), flush=True)
            await asyncio.sleep(600)
        asyncio.run(main())
        """
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3] / "server")}
    process = subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"ready")
    assert wait_for_sleepers(mark, 3)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert asyncio.run(until_gone(mark))


async def test_a_program_that_crashes_leaves_its_last_words() -> None:
    """The error for the user carries the status and the end of standard error."""
    child = await Child.start(ChildSpec((sys.executable, "-c", "import sys; sys.exit('it hurts')")))
    assert await asyncio.wait_for(child.read(), 10) == b""
    error = child.failure("it died")
    assert "exit status 1" in error.message
    assert error.stderr == "it hurts"
    await child.close()


async def test_writing_to_a_dead_program_is_an_error() -> None:
    """It does not hang and does not pass in silence."""
    child = await Child.start(ChildSpec(("true",)))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(child.read(), 10)
    with pytest.raises(ProverError):
        await child.send(b"x" * 10_000_000)
    await child.close()


async def test_a_flood_on_standard_error_blocks_nobody() -> None:
    """A chatty child goes on working, and only the end of what it said is kept."""
    code = "import os, sys; sys.stderr.write(('x' * 99 + '\\n') * 100_000); os.write(1, b'done')"
    child = await Child.start(ChildSpec((sys.executable, "-c", code)))
    assert await asyncio.wait_for(child.read(), 20) == b"done"
    await child.close()
    assert len(child.stderr_tail) < 10_000


async def test_run_ends_a_program_that_takes_too_long(mark: str) -> None:
    """The deadline is real: afterwards nothing runs."""
    with pytest.raises(ProverTimeout):
        await run(ChildSpec((sys.executable, "-c", STUBBORN, mark)), 1.0)
    assert await until_gone(mark)


async def test_run_gives_status_output_and_input() -> None:
    """Standard input reaches the program; its output and status come back."""
    done = await run(ChildSpec(("sh", "-c", "cat; echo oops >&2; exit 3")), 10, data="é\n".encode())
    assert (done.status, done.stdout, done.stderr) == (3, "é\n", "oops")


async def test_a_program_that_is_not_there_says_so() -> None:
    """Status 127, as a shell would give, with the program's name."""
    done = await run(ChildSpec(("no-such-program-here",)), 10)
    assert done.status == 127
    assert "no-such-program-here" in done.stderr


async def test_memory_is_capped() -> None:
    """A program that grows without end is stopped by its cap, not by the machine's."""
    code = "x = bytearray(2_000_000_000); print('grew')"
    done = await run(ChildSpec((sys.executable, "-c", code), memory_mb=500), 20)
    assert "grew" not in done.stdout
    assert "MemoryError" in done.stderr


async def test_interrupt_reaches_the_program_alone() -> None:
    """SIGINT arrives as in a terminal; the program decides."""
    code = """
import os, time
try:
    os.write(1, b"up")
    time.sleep(60)
except KeyboardInterrupt:
    os.write(1, b"woken")
"""
    child = await Child.start(ChildSpec((sys.executable, "-c", code)))
    assert await asyncio.wait_for(child.read(), 10) == b"up"
    child.interrupt()
    assert await asyncio.wait_for(child.read(), 10) == b"woken"
    await child.close()
