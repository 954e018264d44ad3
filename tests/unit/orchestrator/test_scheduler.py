"""The queue: priorities, limits, one search a document, cancellation at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from unsorry.orchestrator.scheduler import Job, Limits, Priority, Scheduler
from unsorry.orchestrator.tasks import Tasks


class Workshop:
    """A scheduler whose jobs run until they are let go; remembers in which order they began and ended."""

    def __init__(self, jobs: int = 1, parallel: int = 2) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.stopped: list[str] = []
        self.most_at_once = 0
        self._gates: dict[str, asyncio.Event] = {}
        self._running = 0
        self.tasks = Tasks()
        self.scheduler = Scheduler(self._perform, Limits(jobs, lambda _prover: parallel), self.tasks)

    async def _perform(self, job: Job) -> None:
        self.begun.append(job.hole_id)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            await self._gates.setdefault(job.hole_id, asyncio.Event()).wait()
            self.ended.append(job.hole_id)
        except asyncio.CancelledError:
            self.stopped.append(job.hole_id)
            raise
        finally:
            self._running -= 1

    def job(self, hole: str, uri: str = "a", priority: Priority = Priority.FILE, prover: str = "rocq") -> Job:
        return self.scheduler.submit(Job(uri, hole, prover, priority, 10.0))

    async def let_go(self, *holes: str) -> None:
        for hole in holes:
            self._gates.setdefault(hole, asyncio.Event()).set()
        await settle()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def shop() -> AsyncIterator[Workshop]:
    workshop = Workshop()
    yield workshop
    workshop.scheduler.cancel()
    await workshop.tasks.aclose()


async def test_holes_of_one_document_are_searched_in_order(shop: Workshop) -> None:
    """One session a document means one search at a time, first come first served."""
    for hole in ("1", "2", "3"):
        shop.job(hole)
    await shop.let_go("1", "2", "3")
    assert shop.ended == ["1", "2", "3"]
    assert shop.most_at_once == 1


async def test_the_hole_that_the_user_asked_for_goes_first(shop: Workshop) -> None:
    """It interrupts another hole of its document, which is searched again afterwards and not lost."""
    first = shop.job("1")
    shop.job("2")
    await settle()
    asked = shop.job("3", priority=Priority.ASKED)
    await settle()
    assert shop.begun == ["1", "3"]
    await shop.let_go("3")
    assert asked.done.is_set()
    assert not first.done.is_set()
    await shop.let_go("1", "2")
    assert shop.ended == ["3", "1", "2"]
    assert first.done.is_set()


async def test_limits_hold_over_all_and_for_each_prover() -> None:
    """Never more searches at once than jobs allow, nor more of one prover than it allows."""
    shop = Workshop(jobs=3, parallel=1)
    shop.job("r1", uri="a", prover="rocq")
    shop.job("r2", uri="b", prover="rocq")
    shop.job("a1", uri="c", prover="agda")
    await settle()
    assert shop.begun == ["r1", "a1"]
    await shop.let_go("r1", "r2", "a1")
    assert sorted(shop.ended) == ["a1", "r1", "r2"]
    await shop.tasks.aclose()


async def test_the_same_hole_is_searched_once(shop: Workshop) -> None:
    """Asking twice gives the same job."""
    assert shop.job("1") is shop.job("1")
    await shop.let_go("1")
    assert shop.ended == ["1"]


async def test_cancel_stops_what_runs_and_what_waits(shop: Workshop) -> None:
    """A cancelled document begins nothing more, and whoever waits for its jobs is let go."""
    jobs = [shop.job("1"), shop.job("2")]
    other = shop.job("3", uri="b")
    await settle()
    assert shop.scheduler.cancel("a") == [jobs[1], jobs[0]]
    await asyncio.wait_for(shop.scheduler.settled(jobs), 1)
    assert shop.stopped == ["1"]
    await shop.let_go("3")
    assert shop.ended == ["3"]
    assert other.done.is_set()


async def test_held_jobs_go_on_for_the_holes_that_are_left(shop: Workshop) -> None:
    """While the user types, searches rest; afterwards those of vanished holes are done, the others run again."""
    first, second = shop.job("1"), shop.job("2")
    await settle()
    assert shop.scheduler.hold("a")
    await settle()
    assert shop.stopped == ["1"]
    assert not first.done.is_set()
    shop.scheduler.release("a", ["1"])
    await shop.let_go("1")
    assert shop.ended == ["1"]
    assert first.done.is_set()
    assert second.done.is_set()
    assert not shop.scheduler.hold("a")
