"""A pipe is read as its program writes, in bounds, to its end."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest

from unsorry.processes.output import Output


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A read end, which the test gives away, and a write end, which is closed afterwards."""
    ours, its = os.pipe()
    yield ours, its
    try:
        os.close(its)
    except OSError:
        return


async def test_what_comes_is_read_in_order_to_the_end(pipe: tuple[int, int]) -> None:
    """Chunks come in order, then empty bytes, again and again."""
    output = Output(pipe[0])
    os.write(pipe[1], b"one")
    assert await output.read() == b"one"
    os.write(pipe[1], b"two")
    os.close(pipe[1])
    assert [await output.read() for _ in range(3)] == [b"two", b"", b""]


async def test_a_flood_that_nobody_reads_is_not_kept(pipe: tuple[int, int]) -> None:
    """A program that writes without end to a reader that does not listen has to wait."""
    output = Output(pipe[0])
    os.set_blocking(pipe[1], False)
    written = 0
    for _ in range(2000):
        try:
            written += os.write(pipe[1], bytes(1 << 16))
        except BlockingIOError:
            await asyncio.sleep(0)
    assert written < 8 << 20
    while written:
        written -= len(await output.read())
    output.close()


async def test_a_receiver_hears_the_end_once(pipe: tuple[int, int]) -> None:
    """Whoever is told of output as it comes is told of its end too, once, also when we are who ends it."""
    heard: list[bytes] = []
    output = Output(pipe[0], lambda data: heard.append(data) or 0.0)
    os.write(pipe[1], b"one")
    while not heard:
        await asyncio.sleep(0)
    output.close()
    output.close()
    assert heard == [b"one", b""]


async def test_a_receiver_that_can_wait_hears_less_often(pipe: tuple[int, int]) -> None:
    """What comes while the receiver has time comes in one piece, in order, with the end after it."""
    heard: list[bytes] = []
    Output(pipe[0], lambda data: heard.append(data) or 0.05)
    for piece in (b"one", b"two", b"three"):
        os.write(pipe[1], piece)
        await asyncio.sleep(0.005)
    os.close(pipe[1])
    while not heard or heard[-1]:
        await asyncio.sleep(0.001)
    assert heard == [b"one", b"twothree", b""]


async def test_closing_while_the_receiver_waits(pipe: tuple[int, int]) -> None:
    """Nothing is read from a pipe that has been let go."""
    heard: list[bytes] = []
    output = Output(pipe[0], lambda data: heard.append(data) or 0.01)
    os.write(pipe[1], b"one")
    while not heard:
        await asyncio.sleep(0)
    output.close()
    await asyncio.sleep(0.03)
    assert heard == [b"one", b""]


async def test_closing_wakes_who_reads(pipe: tuple[int, int]) -> None:
    """A reader is not left waiting for a pipe that is gone."""
    output = Output(pipe[0])
    reading = asyncio.create_task(output.read())
    await asyncio.sleep(0)
    output.close()
    assert await reading == b""
