"""The queue: priorities, limits, one search a document, cancellation at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from unsorry.orchestrator.scheduler import Job, Limits, Priority, Scheduler
from unsorry.orchestrator.selector import Stage
from unsorry.orchestrator.tasks import Tasks


class Workshop:
    """A scheduler whose jobs run until they are let go; remembers in which order they began and ended."""

    def __init__(self, jobs: int = 1, parallel: int = 2, heavy: int = 1) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.stopped: list[str] = []
        self.most_at_once = 0
        self._gates: dict[str, asyncio.Event] = {}
        self._running = 0
        self.tasks = Tasks()
        self.room = True
        self.stages: dict[str, list[Stage]] = {}  # the stages that a hole's search goes through; one, if it is not here
        self.done: list[str] = []
        self.scheduler = Scheduler(
            self._perform,
            Limits(jobs, lambda _prover: parallel, heavy, lambda prover: {"first": 1}.get(prover, 2)),
            self.tasks,
            lambda _running: self.room,
            lambda job: self.done.append(job.hole_id),
        )

    async def _perform(self, job: Job) -> bool:
        self.begun.append(job.hole_id)
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        try:
            await self._gates.setdefault(job.hole_id, asyncio.Event()).wait()
            self.ended.append(job.hole_id)
            left = self.stages.get(job.hole_id, [])
            if left:
                job.progress.stage = left.pop(0)
                return True
            return False
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


async def test_every_hole_gets_a_moment_before_any_gets_more(shop: Workshop) -> None:
    """Small budgets first, over all holes; who waits for a job waits for its last stage."""
    for hole in ("1", "2", "3"):
        shop.stages[hole] = [Stage.LIGHT, Stage.HEAVY]
        shop.job(hole).progress.stage = Stage.TINY
    await shop.let_go("1", "2", "3")
    for _ in range(5):
        await settle()
    assert shop.ended == ["1", "2", "3"] * 3
    assert shop.done == ["1", "2", "3"]


async def test_heavy_searches_have_a_limit_of_their_own() -> None:
    """They leave places for light ones, which do not wait behind them."""
    shop = Workshop(jobs=3, parallel=3)
    for hole in ("h1", "h2"):
        job = Job(hole, hole, "rocq", Priority.FILE, 10.0)
        job.progress.stage = Stage.HEAVY
        shop.scheduler.submit(job)
    shop.job("l1", uri="c")
    shop.job("l2", uri="d")
    await settle()
    assert shop.begun == ["h1", "l1", "l2"]
    await shop.let_go("h1", "h2", "l1", "l2")
    assert shop.begun[-1] == "h2"
    await shop.tasks.aclose()


async def test_no_document_keeps_the_others_waiting(shop: Workshop) -> None:
    """Of two documents the one that has had less goes first, however many holes the other one has queued before it."""
    for number in range(5):
        shop.job(f"a{number}", uri="a")
    shop.job("b0", uri="b")
    await settle()
    await asyncio.sleep(0.01)
    await shop.let_go("a0")
    assert shop.begun == ["a0", "b0"]


async def test_without_room_only_what_the_user_asked_for_begins(shop: Workshop) -> None:
    """The governor holds the rest back until it is woken."""
    shop.room = False
    shop.job("1", uri="a")
    shop.job("2", uri="b", priority=Priority.ASKED)
    await settle()
    assert shop.begun == ["2"]
    await shop.let_go("2")
    assert shop.begun == ["2"]
    shop.room = True
    shop.scheduler.wake()
    await shop.let_go("1")
    assert shop.ended == ["2", "1"]


async def test_the_hole_under_the_cursor_goes_before_its_file(shop: Workshop) -> None:
    """It interrupts nothing; it is next."""
    for hole in ("1", "2", "3"):
        shop.job(hole)
    await settle()
    shop.scheduler.raise_to("a", "3", Priority.CURSOR)
    await shop.let_go("1", "2", "3")
    assert shop.ended == ["1", "3", "2"]
    assert shop.stopped == []


async def test_a_prover_can_be_given_fewer_places_for_a_while() -> None:
    """And gets them back."""
    shop = Workshop(jobs=3, parallel=3)
    shop.scheduler.reduce("rocq", 1)
    for name in ("a", "b", "c"):
        shop.job(name, uri=name)
    await settle()
    assert shop.begun == ["a"]
    shop.scheduler.reduce("rocq", None)
    await settle()
    await shop.let_go("a", "b", "c")
    assert shop.most_at_once == 3
    await shop.tasks.aclose()


async def test_documents_of_a_prover_of_the_first_tier_begin_first() -> None:
    """Among documents that have had nothing yet; what the user asked for still goes before."""
    workshop = Workshop()
    workshop.job("running", "x")
    workshop.job("b", "b")
    workshop.job("a", "a", prover="first")
    workshop.job("asked", "c", Priority.ASKED)
    await workshop.let_go("running", "a", "b", "asked")
    await workshop.scheduler.settled(workshop.scheduler.jobs())
    assert workshop.begun == ["running", "asked", "a", "b"]


async def test_a_running_search_may_have_a_second_place_while_nothing_waits() -> None:
    """It counts against all limits; as soon as a job waits that could use it, it has to be given back."""
    shop = Workshop(jobs=2)
    told: list[str] = []
    first = shop.job("1", uri="a")
    await settle()
    assert shop.scheduler.claim_beside(first, lambda: told.append("give it up"))
    assert not shop.scheduler.claim_beside(first, lambda: None), "one is enough"
    shop.job("2", uri="b")
    await settle()
    assert set(told) == {"give it up"}
    assert shop.begun == ["1"], "the place is not free yet"
    shop.scheduler.leave_beside(first)
    await settle()
    assert shop.begun == ["1", "2"]
    shop.scheduler.leave_beside(first)  # twice does no harm
    await shop.let_go("1", "2")
    assert shop.most_at_once == 2


@pytest.mark.parametrize("limits", [{"jobs": 1}, {"jobs": 2, "parallel": 1}, {"jobs": 2, "heavy": 0}])
async def test_no_second_place_beyond_the_limits(limits: dict[str, int]) -> None:
    """Not where jobs, the prover or the heavy class allow no more."""
    shop = Workshop(**limits)
    first = shop.job("1")
    await settle()
    assert not shop.scheduler.claim_beside(first, lambda: None)
    await shop.let_go("1")


async def test_no_second_place_where_a_hole_waits_or_the_machine_is_busy() -> None:
    """Each hole's own search goes before a second one for any."""
    shop = Workshop(jobs=2)
    first = shop.job("1")
    await settle()
    shop.room = False
    assert not shop.scheduler.claim_beside(first, lambda: None)
    shop.room = True
    shop.job("2")  # of the same document, so that it has to wait
    assert not shop.scheduler.claim_beside(first, lambda: None)
    await shop.let_go("1", "2")
