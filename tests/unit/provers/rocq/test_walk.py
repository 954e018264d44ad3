"""Walking through states: what has been run is what succeeded, whatever was sent ahead."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from unsorry.processes import ChildSpec
from unsorry.provers.rocq.idetop import Idetop
from unsorry.provers.rocq.walk import Ran, Walk

FAKE = Path(__file__).parents[3] / "fakes" / "idetop.py"


@contextlib.asynccontextmanager
async def walking() -> AsyncIterator[Walk]:
    """On a program that numbers states two by two, takes a sentence only where the last one led, and fails at
    ``fail.`` until it goes back."""
    idetop = await Idetop.start(ChildSpec((sys.executable, str(FAKE)), env={"FAKE_SCENARIO": "strict"}, nice=0), 10)
    try:
        yield Walk(idetop, idetop.first_state, time.monotonic() + 30)
    finally:
        await idetop.close()


async def run_all(walk: Walk, *texts: str) -> list[Ran]:
    ran: list[Ran] = []
    await walk.run_all([(text, False) for text in texts], ran)
    return ran


async def test_only_what_came_on_top_of_the_last_counts() -> None:
    """Where states are not numbered as expected, the sentences sent ahead have not been run; one at a time they are."""
    async with walking() as walk:
        assert [each.state for each in await run_all(walk, "a.", "b.", "c.")] == [3]
        assert [each.state for each in await run_all(walk, "b.", "c.")] == [5]
        assert [each.state for each in await run_all(walk, "c.")] == [7]
        assert walk.tip == 7


async def test_what_fails_leaves_the_walk_where_it_was() -> None:
    """After a failure the next sentence goes on from the last one that succeeded."""
    async with walking() as walk:
        assert await run_all(walk, "fail.", "b.") == []
        assert (walk.tip, (await walk.run("fail.")).good) == (1, False)
        assert (await walk.run("b.")).good
        assert walk.tip == 3


async def test_going_back_is_done_with_the_next_sentence() -> None:
    """After going back, sentences are run on top of the earlier state."""
    async with walking() as walk:
        await walk.run("a.")
        await walk.run("b.")
        walk.back(3)
        assert not walk.settled
        assert (await walk.run("c.")).good
        assert walk.settled
