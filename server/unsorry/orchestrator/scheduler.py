"""What runs when: a queue of holes by priority, a moment for each before more for any, one search a document, limits a
prover and over all, cancellation."""

from __future__ import annotations

import asyncio
import functools
import itertools
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterable
from enum import IntEnum

from attrs import define, field, frozen

from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.selector import Load, Stage
from unsorry.orchestrator.tasks import Tasks


class Priority(IntEnum):
    """Smaller goes first: the hole that the user asked for, the one under the cursor, the file in view, the rest; last
    what is worked on in the background."""

    ASKED = 0
    CURSOR = 1
    FILE = 2
    WORKSPACE = 3
    BACKGROUND = 4


@define(eq=False)
class Job:
    """One hole to search. ``done`` is set when the search ended, however it ended."""

    uri: str
    hole_id: str
    prover: str
    priority: Priority
    budget: float
    number: int = 0
    progress: Progress = field(factory=Progress)
    done: asyncio.Event = field(factory=asyncio.Event)
    cancelled: bool = False

    @property
    def heavy(self) -> bool:
        return self.progress.stage is Stage.HEAVY


@frozen
class Limits:
    """Searches at once: ``jobs`` over all, ``heavy`` of those that start processes of their own, ``parallel`` of one
    prover. ``tier``: which prover's documents begin first, 1 before 2."""

    jobs: int
    parallel: Callable[[str], int]
    heavy: int = 1
    tier: Callable[[str], int] = lambda _prover: 1


class Scheduler:
    """Starts jobs as places become free. ``perform`` does one stage of a job's work and raises nothing; it says whether
    the job is to go on. ``room``: whether the machine has any for another search just now (see ``governor.py``); who
    the user waits for is not asked."""

    def __init__(
        self,
        perform: Callable[[Job], Coroutine[None, None, bool | None]],
        limits: Limits,
        tasks: Tasks,
        room: Callable[[int], bool] = lambda _running: True,
        on_done: Callable[[Job], None] = lambda _job: None,
    ) -> None:
        self._perform = perform
        self._limits = limits
        self._tasks = tasks
        self._room = room
        self._on_done = on_done
        self._queue: list[Job] = []
        self._held: list[Job] = []
        self._running: dict[str, tuple[Job, asyncio.Task[bool | None]]] = {}
        self._numbers = itertools.count()
        self._served: dict[str, float] = {}  # seconds of search by document, while it has jobs
        self._reduced: dict[str, int] = {}
        self._beside: dict[Job, Callable[[], None]] = {}  # running jobs that have a second place, and what ends that

    def submit(self, job: Job) -> Job:
        """Queues a job; a hole that is queued or running already keeps its job, at the better priority."""
        for other in self._all():
            if (other.uri, other.hole_id) == (job.uri, job.hole_id) and not other.cancelled:
                other.priority = min(other.priority, job.priority)
                other.budget = max(other.budget, job.budget)
                job = other
                break
        else:
            job.number = next(self._numbers)
            self._queue.append(job)
        self._make_way(job)
        self._fill_places()
        return job

    def cancel(self, uri: str | None = None, hole_id: str | None = None) -> list[Job]:
        """Takes matching jobs from the queue and stops matching searches; returns them. Returns at once: a
        stopped search sets ``done`` when its prover has stopped."""

        def matches(job: Job) -> bool:
            return (uri is None or job.uri == uri) and (hole_id is None or job.hole_id == hole_id)

        cancelled = [job for job in (*self._queue, *self._held) if matches(job)]
        self._queue = [job for job in self._queue if not matches(job)]
        self._held = [job for job in self._held if not matches(job)]
        for job in cancelled:
            job.cancelled = True
            self._end(job)
        for job, task in self._running.values():
            if matches(job) and not job.cancelled:
                job.cancelled = True
                cancelled.append(job)
                task.cancel()
        return cancelled

    def hold(self, uri: str) -> bool:
        """Stops a document's searches without ending its jobs: they wait for ``release``. Whether there are any."""
        held = [job for job in self._queue if job.uri == uri]
        self._queue = [job for job in self._queue if job.uri != uri]
        running = self._running.get(uri)
        if running is not None and not running[0].cancelled and running[0] not in (*held, *self._held):
            held.append(running[0])
            running[1].cancel()
        self._held.extend(held)
        return any(job.uri == uri for job in self._held)

    def release(self, uri: str, hole_ids: Collection[str]) -> None:
        """Queues a document's held jobs again; those of other holes than ``hole_ids`` are done."""
        released = [job for job in self._held if job.uri == uri]
        self._held = [job for job in self._held if job.uri != uri]
        for job in released:
            if job.hole_id in hole_ids:
                self._queue.append(job)
            else:
                self._end(job)
        self._fill_places()

    def queued(self) -> Counter[str]:
        """Jobs by prover, those that run included."""
        return Counter(job.prover for job in self._all())

    async def settled(self, jobs: Iterable[Job]) -> None:
        for job in list(jobs):
            await job.done.wait()

    def _all(self) -> list[Job]:
        running = (job for job, _ in self._running.values())
        return list(dict.fromkeys((*self._queue, *self._held, *running)))

    def load(self) -> Load:
        return Load(len(self._queue), len(self._running))

    def running(self, uri: str) -> Job | None:
        """The job of a document that is being performed."""
        found = self._running.get(uri)
        return found[0] if found is not None else None

    def jobs(self) -> tuple[Job, ...]:
        """Every job that is not done, in no particular order."""
        return tuple(self._all())

    def raise_to(self, uri: str, hole_id: str, priority: Priority) -> None:
        """Lets a hole's job, if there is one, go before others from now on; nothing that runs is interrupted."""
        for job in self._all():
            if (job.uri, job.hole_id) == (uri, hole_id):
                job.priority = min(job.priority, priority)

    def reduce(self, prover: str, parallel: int | None) -> None:
        """Lowers the searches at once of one prover; ``None`` takes that back."""
        self._reduced.pop(prover, None)
        if parallel is not None:
            self._reduced[prover] = parallel
        self.wake()

    def claim_beside(self, job: Job, give_up: Callable[[], None]) -> bool:
        """Whether a running job may have a second place, for heavy work, until ``leave_beside``. Only while nothing
        waits: as soon as a job does, ``give_up`` is called, and is to free the place."""
        if self._queue or job in self._beside or job.cancelled or not self._has_place(job.prover, heavy=True):
            return False
        if not self._room(len(self._running) + len(self._beside)):
            return False
        self._beside[job] = give_up
        return True

    def leave_beside(self, job: Job) -> None:
        """Gives the second place back; does nothing when the job has none."""
        if self._beside.pop(job, None) is not None:
            self._fill_places()

    def stand_down(self) -> None:
        """Has all second places given back."""
        for give_up in list(self._beside.values()):
            give_up()

    def wake(self) -> None:
        """Starts what there is room for now; called when room may have become free without a job's end."""
        self._fill_places()

    def _make_way(self, job: Job) -> None:
        """A hole that the user asked for does not wait for another of its own document: that one goes back."""
        running = self._running.get(job.uri)
        if running is None or job.priority is not Priority.ASKED or running[0] in self._queue:
            return
        other, task = running
        if other is not job and not other.cancelled and other.priority is not Priority.ASKED:
            self._queue.append(other)
            task.cancel()

    def _end(self, job: Job) -> None:
        job.done.set()
        self._on_done(job)

    def _order(self, job: Job) -> tuple[int, int, float, int, int]:
        """Small budgets before large ones; between documents, whichever has had least; else by the prover's tier."""
        served = self._served.get(job.uri, 0.0)
        return job.priority, job.progress.stage, served, self._limits.tier(job.prover), job.number

    def _fill_places(self) -> None:
        if self._queue:
            self.stand_down()
        for job in sorted(self._queue, key=self._order):
            if len(self._running) + len(self._beside) >= self._limits.jobs:
                return
            if job.uri in self._running or not self._may_start(job):
                continue
            self._queue.remove(job)
            task = self._tasks.start(self._perform(job), f"search {job.hole_id} of {job.uri}")
            self._running[job.uri] = (job, task)
            task.add_done_callback(functools.partial(self._on_end, job, time.monotonic()))

    def most_at_once(self, prover: str) -> int:
        """Searches at once that a prover is allowed now."""
        most = min(self._limits.jobs, self._limits.parallel(prover))
        return min(most, self._reduced.get(prover, most))

    def _may_start(self, job: Job) -> bool:
        if not self._has_place(job.prover, heavy=job.heavy):
            return False
        return job.priority is Priority.ASKED or self._room(len(self._running) + len(self._beside))

    def _has_place(self, prover: str, *, heavy: bool) -> bool:
        at_work = [(job.prover, job.heavy) for job, _ in self._running.values()]
        at_work += [(job.prover, True) for job in self._beside]
        if len(at_work) >= self._limits.jobs or sum(p == prover for p, _ in at_work) >= self.most_at_once(prover):
            return False
        return not heavy or sum(is_heavy for _, is_heavy in at_work) < self._limits.heavy

    def _on_end(self, job: Job, started: float, task: asyncio.Task[bool | None]) -> None:
        del self._running[job.uri]
        self._beside.pop(job, None)
        self._served[job.uri] = self._served.get(job.uri, 0.0) + time.monotonic() - started
        again = not task.cancelled() and task.exception() is None and task.result() is True
        if job not in self._queue and job not in self._held:  # a job that was sent back is not done
            if again and not job.cancelled:
                self._queue.append(job)
            else:
                self._end(job)
        if not any(other.uri == job.uri for other in self._all()):
            self._served.pop(job.uri, None)
        self._fill_places()
