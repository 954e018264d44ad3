"""What a program owes: who waits goes on when all of it has come, or nothing will."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from unsorry.errors import ProverError
from unsorry.processes import Child, ChildSpec, Due, pause


@pytest.fixture
async def program() -> AsyncIterator[Child]:
    child = await Child.start(ChildSpec((sys.executable, "-c", "import sys; sys.stdin.read()")))
    yield child
    await child.close()


async def test_who_waits_goes_on_with_the_last_answer(program: Child) -> None:
    """Not with the one before."""
    due = Due()
    due.expect(2)
    waiting = asyncio.create_task(due.wait(program, 10))
    await asyncio.sleep(0)
    due.answered()
    assert due.more()
    await asyncio.sleep(0)
    assert not waiting.done()
    due.answered()
    assert not due.more()
    await waiting


async def test_an_answer_in_the_last_moment_counts(program: Child) -> None:
    """Also where the time is up before the waiter has its turn."""
    due = Due()
    due.expect(1)
    waiting = asyncio.create_task(due.wait(program, 0))
    await asyncio.sleep(0)
    due.answered()
    await waiting
    due.expect(1)
    with pytest.raises(TimeoutError):
        await due.wait(program, 0)


async def test_what_will_not_come_is_not_waited_for(program: Child) -> None:
    """Neither after nonsense, of which the first is told, nor after the end of the output."""
    due = Due()
    due.expect(1)
    due.fail(ProverError("nonsense"))
    due.fail(ProverError("more of it"))
    assert not due.more()
    with pytest.raises(ProverError, match=r": nonsense$"):
        await due.wait(program, 10)
    ended = Due()
    ended.expect(1)
    ended.end()
    with pytest.raises(ProverError, match="ended"):
        await ended.wait(program, 10)


def test_an_answer_too_many_is_an_error() -> None:
    """It would be taken for another question's."""
    due = Due()
    due.expect(1)
    due.answered()
    with pytest.raises(ProverError):
        due.answered()


def test_pauses_are_neither_tiny_nor_long() -> None:
    """Less would not be worth it, more would be noticed."""
    assert pause(0.0, 0.5) == pytest.approx(0.001)
    assert pause(0.01, 0.5) == pytest.approx(0.005)
    assert pause(60.0, 0.5) == pytest.approx(0.02)
