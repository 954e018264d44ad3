"""What runs when: a queue of holes by priority, one search a document, limits a prover and over all, cancellation."""

from __future__ import annotations

import asyncio
import functools
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterable
from enum import IntEnum

from attrs import define, field

from unsorry.orchestrator.tasks import Tasks


class Priority(IntEnum):
    """Smaller goes first: the hole that the user asked for, then the file in view, then the rest."""

    ASKED = 0
    FILE = 1
    WORKSPACE = 2


@define(eq=False)
class Job:
    """One hole to search. ``done`` is set when the search ended, however it ended."""

    uri: str
    hole_id: str
    prover: str
    priority: Priority
    budget: float
    number: int = 0
    done: asyncio.Event = field(factory=asyncio.Event)
    cancelled: bool = False

    @property
    def order(self) -> tuple[int, int]:
        return (self.priority, self.number)


class Scheduler:
    """Starts jobs as places become free. ``perform`` does one job's work and raises nothing."""

    def __init__(
        self,
        perform: Callable[[Job], Coroutine[None, None, None]],
        jobs: int,
        parallel: Callable[[str], int],
        tasks: Tasks,
    ) -> None:
        self._perform = perform
        self._limit = max(1, jobs)
        self._parallel = parallel
        self._tasks = tasks
        self._queue: list[Job] = []
        self._held: list[Job] = []
        self._running: dict[str, tuple[Job, asyncio.Task[None]]] = {}
        self._numbers = itertools.count()

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
            job.done.set()
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
                job.done.set()
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

    def _make_way(self, job: Job) -> None:
        """A hole that the user asked for does not wait for another of its own document: that one goes back."""
        running = self._running.get(job.uri)
        if running is None or job.priority is not Priority.ASKED or running[0] in self._queue:
            return
        other, task = running
        if other is not job and not other.cancelled and other.priority is not Priority.ASKED:
            self._queue.append(other)
            task.cancel()

    def _fill_places(self) -> None:
        for job in sorted(self._queue, key=lambda job: job.order):
            if len(self._running) >= self._limit:
                return
            at_prover = sum(other.prover == job.prover for other, _ in self._running.values())
            if job.uri not in self._running and at_prover < self._parallel(job.prover):
                self._queue.remove(job)
                task = self._tasks.start(self._perform(job), f"search {job.hole_id} of {job.uri}")
                self._running[job.uri] = (job, task)
                task.add_done_callback(functools.partial(self._on_end, job))

    def _on_end(self, job: Job, _task: asyncio.Task[None]) -> None:
        del self._running[job.uri]
        if job not in self._queue and job not in self._held:  # a job that was sent back is not done
            job.done.set()
        self._fill_places()
