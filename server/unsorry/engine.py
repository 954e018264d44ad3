"""The one façade: documents in, events out. Editor, command line and every later entrance call this and no less.

State is read with ``states``, ``state_at`` and ``health``; work is asked for with ``prove`` and ``cancel``; edits
come from ``fill``, and only verified ones.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Collection, Mapping, Sequence

from attrs import define, frozen

from unsorry import registry
from unsorry.configuration import Settings
from unsorry.errors import ProverError, ProverMissing, UnsorryError
from unsorry.events import (
    AttemptFinished,
    Event,
    GaveUp,
    HoleFound,
    HoleGone,
    ProverStateChanged,
)
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.receipts import Receipt
from unsorry.model import (
    Availability,
    Budget,
    Document,
    Goals,
    HoleState,
    HoleStatus,
    Language,
    Missing,
    NoGoal,
    Plan,
    ProverState,
)
from unsorry.orchestrator.announcing import Announcer
from unsorry.orchestrator.attempts import SearchLimits
from unsorry.orchestrator.checkpoint import Checkpoint
from unsorry.orchestrator.documents import DocumentStore, reduce_event
from unsorry.orchestrator.filling import Filled, Filler
from unsorry.orchestrator.governor import make_governor
from unsorry.orchestrator.health import HealthBoard, ProverHealth
from unsorry.orchestrator.history import History
from unsorry.orchestrator.memory import GoalMemory
from unsorry.orchestrator.observing import Observers
from unsorry.orchestrator.performing import Performer
from unsorry.orchestrator.racing import Place
from unsorry.orchestrator.recalling import Recaller
from unsorry.orchestrator.remedies import Remedies
from unsorry.orchestrator.remedying import make_remedies
from unsorry.orchestrator.replaying import Replayed, replay
from unsorry.orchestrator.roster import Roster
from unsorry.orchestrator.scheduler import Job, Limits, Priority, Scheduler
from unsorry.orchestrator.search import HoleSearch
from unsorry.orchestrator.selector import FixedOrderSelector, LearnedSelector, Load, Selector
from unsorry.orchestrator.sessions import SessionPool
from unsorry.orchestrator.shapes import shape_of
from unsorry.orchestrator.tasks import Tasks
from unsorry.orchestrator.toolchains import Toolchains
from unsorry.orchestrator.upkeep import keep_up
from unsorry.provers.base import Finder, Prover
from unsorry.strategies.base import Strategy

_log = logging.getLogger(__name__)

__all__ = ["Engine", "Explained", "Filled", "Priority", "Run"]


@frozen
class Explained:
    """A hole's goal and shape, and what would be tried on it and why, all stages in order."""

    goals: Goals | NoGoal
    shape: str
    plan: Plan


@define(eq=False)
class Run:
    """Searches that were asked for together."""

    jobs: tuple[Job, ...]
    _scheduler: Scheduler

    async def wait(self) -> None:
        """Returns when each search has ended; cancelling the wait does not cancel the searches."""
        await self._scheduler.settled(self.jobs)

    def cancel(self) -> None:
        for job in self.jobs:
            self._scheduler.cancel(job.uri, job.hole_id)


class Engine:
    """Owner of documents, sessions and searches. Lives on one event loop; ``aclose`` ends all that it started.

    ``trusted`` is whether provers may run at all: elaborating a file runs its code. ``ledger`` is where the work is
    recorded and remembered; the engine closes it.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        strategies: Mapping[str, Strategy] | None = None,
        selector: Selector | None = None,
        trusted: bool = True,
        make_prover: Callable[[Language], Prover | None] | None = None,
        ledger: Ledger | None = None,
    ) -> None:
        self.settings = settings
        self.trusted = trusted
        self._announcer = Announcer()
        make_prover = make_prover or (lambda language: registry.make_prover(language, settings.provers[language]))
        self._roster = Roster(make_prover, settings.provers, lambda language: registry.room_for(language).title)
        self._tasks = Tasks()
        self._closing = Tasks()
        self._health = HealthBoard()
        self._history = History()
        self._sessions = SessionPool(settings.verification.allowed_axioms)
        self._documents = DocumentStore(
            lambda document: registry.syntax_of(document.language), self._emit, self._announcer.changed
        )
        self._toolchains = Toolchains()
        self._ledger = ledger
        self._observers = Observers(
            self._announcer,
            ledger,
            settings.log,
            settings.metrics,
            language_of=self._language_of,
            version_of=self._toolchains.known,
            queued=lambda: self._scheduler.queued().total(),
        )
        conditions = repr(sorted(settings.verification.allowed_axioms))
        self._memory = GoalMemory(ledger, conditions, recall=settings.ledger.memory)
        self._checkpoint = Checkpoint(ledger, self._history, recall=settings.ledger.memory)
        self._filler = Filler(self._sessions, self._check_seconds)
        self._recaller = self._make_recaller()
        if strategies is None:
            strategies = registry.make_strategies()
        search = self._search = self._make_search(strategies, selector or _make_selector(settings))
        self._performer = self._make_performer()
        limits = Limits(settings.search.jobs, self._roster.parallel, settings.search.heavy_jobs, self._roster.tier)
        self._governor = make_governor(settings.search)
        has_room, on_done = self._governor.has_room, self._checkpoint.drop
        self._scheduler = Scheduler(self._performer.perform, limits, self._tasks, has_room, on_done)
        self._checkpoint.on_loaded = self._keep_queue
        self._remedies = Remedies(make_remedies(self._scheduler, self._sessions, search, self._health, self._closing))
        self._waiting: dict[str, asyncio.Task[None]] = {}
        self._upkeep: asyncio.Task[None] | None = None

    def _make_recaller(self) -> Recaller:
        allowed = self.settings.verification.allowed_axioms
        return Recaller(self._memory, self._sessions, self._toolchains, allowed, self._check_seconds, self._emit)

    def _make_search(self, strategies: Mapping[str, Strategy], selector: Selector) -> HoleSearch:
        return HoleSearch(
            strategies,
            selector,
            self._health,
            self._memory,
            self._toolchains,
            SearchLimits(self.settings.search.alternatives, self._check_seconds),
            self._emit,
            self._history,
        )

    def _make_performer(self) -> Performer:
        return Performer(
            self._documents,
            self._sessions,
            self._search,
            self._health,
            self._roster.get,
            self._tasks,
            self._emit,
            self._load,
            self._checkpoint,
            self._place_for,
        )

    def subscribe(self, reader: Callable[[Event], None]) -> Callable[[], None]:
        """Every event from now on goes to ``reader``, after the engine's own state has taken it in. Returns what
        ends the subscription."""
        return self._announcer.subscribe(reader)

    def watch(self, watcher: Callable[[str], None]) -> None:
        """From now on ``watcher`` is called with a document's uri whenever what is known of one of its holes has
        changed, also by what is no event (a search that begins, or is stopped)."""
        self._announcer.watch(watcher)

    def put(self, document: Document) -> bool:
        """Opens a document or gives it its new text; whether the text changed. Pure text work, no prover.

        A changed text stops the searches that run on the old one; they go on, for the holes that are still
        there, once the text has been left alone for ``editor.delay`` seconds.
        """
        _, changed = self._documents.put(document)
        if changed and self._scheduler.hold(document.uri):
            waiting = self._waiting.pop(document.uri, None)
            if waiting is not None:
                waiting.cancel()
            self._waiting[document.uri] = self._tasks.start(self._resume(document.uri), f"resume {document.uri}")
        return changed

    async def _resume(self, uri: str) -> None:
        await asyncio.sleep(self.settings.editor.delay)
        del self._waiting[uri]
        self._scheduler.release(uri, [state.hole.id for state in self.states(uri)])

    async def close(self, uri: str) -> None:
        """Forgets a document; stops its searches and ends its session."""
        if self._forget(uri):
            await self._sessions.close(uri)

    def close_soon(self, uri: str) -> None:
        """``close`` without the wait: the document is forgotten at once, so that it may be opened again at once,
        and its session ends in the background."""
        if self._forget(uri):
            self._closing.start(self._sessions.close(uri), f"close {uri}")

    def _forget(self, uri: str) -> bool:
        self._scheduler.cancel(uri)
        self._filler.forget(uri)
        return self._documents.close(uri) is not None

    def documents(self) -> tuple[Document, ...]:
        return tuple(tracked.document for tracked in self._documents)

    def document(self, uri: str) -> Document:
        """Raises ``UnsorryError`` when the document is not open."""
        return self._documents.get(uri).document

    def states(self, uri: str) -> tuple[HoleState, ...]:
        """What is known of each hole, in text order; empty when the document is not open."""
        return tuple(self._documents.get(uri).states.values()) if uri in self._documents else ()

    def state_at(self, uri: str, offset: int) -> HoleState | None:
        """The hole around an offset (code points), if there is one."""
        return next((s for s in self.states(uri) if s.hole.span.contains(offset)), None)

    def state_near(self, uri: str, offset: int) -> HoleState | None:
        """The hole around an offset (code points), or else the nearest one by lines, of two as near the one before;
        ``None`` where the document has no holes."""
        source = self._documents.get(uri).document.source
        line = source.line_of(offset)

        def distance(state: HoleState) -> int:
            span = state.hole.span
            return max(source.line_of(span.start) - line, line - source.line_of(span.end), 0)

        return self.state_at(uri, offset) or min(self.states(uri), key=distance, default=None)

    def declaration_spans(self, uri: str) -> tuple[tuple[str, int, tuple[HoleState, ...]], ...]:
        """For each declaration with holes: its name, where it starts (code points), and its holes' states."""
        tracked = self._documents.get(uri)
        by_span = {state.hole.span: state for state in tracked.states.values()}
        return tuple(
            (unit.name, unit.span.start, tuple(by_span[hole.span] for hole in unit.holes))
            for unit in tracked.outline.units
            if unit.holes
        )

    def prove(
        self,
        uri: str,
        hole_ids: Collection[str] | None = None,
        *,
        budget: float | None = None,
        priority: Priority = Priority.FILE,
    ) -> Run:
        """Queues searches for the given holes, or for every hole that has no proof of the present text.

        Holes that cannot be searched (no such prover, an untrusted workspace) end at once as ``SKIPPED``.

        Raises:
            UnsorryError: the document is not open.
        """
        tracked = self._documents.get(uri)
        seconds = self.settings.search.budget if budget is None else budget
        text_hash = hash(tracked.document.text)
        jobs = []
        for state in list(tracked.states.values()):
            wanted = state.hole.id in hole_ids if hole_ids is not None else not _proved_for(state, text_hash)
            if not wanted:
                continue
            prover, reason = self._usable(tracked.document.language)
            if prover is None:
                self._emit(GaveUp(uri, state.hole, reason, HoleStatus.SKIPPED))
                continue
            job = self._scheduler.submit(Job(uri, state.hole.id, prover.info.name, priority, seconds))
            self._checkpoint.keep(job, tracked.document)
            jobs.append(job)
        if jobs and self._ledger is not None:
            self._ledger.start()  # while the prover loads the file
        if jobs and self._upkeep is None:
            upkeep = keep_up(self._governor, self._scheduler, self._sessions, self.settings.search.idle_seconds)
            self._upkeep = self._tasks.start(upkeep, "upkeep")
        return Run(tuple(jobs), self._scheduler)

    async def find_holes(self, uri: str) -> None:
        """Asks the document's prover for holes that the text does not show, where it is one that sees any. They join
        the document's holes; without the prover, or where it fails, there are just those of the text.

        Raises:
            UnsorryError: the document is not open.
        """
        tracked = self._documents.get(uri)
        prover, _ = self._usable(tracked.document.language)
        if prover is None or not prover.info.finds_holes or not self._health.allows(prover.info.name, uri):
            return
        try:
            async with self._sessions.lease(prover, tracked) as lease:
                found = await lease.session.find_holes() if isinstance(lease.session, Finder) else ()
        except ProverError as error:
            _log.info("%s does not say what is missing in %s: %s", prover.info.title, uri, error.message)
            if not isinstance(error, ProverMissing):
                now = self._health.failed(prover.info.name, uri, error.message)
                self._emit(ProverStateChanged(prover.info.name, now, error.message))
            return
        self._documents.add_found(uri, lease.document.text, found)

    def look_at(self, uri: str, hole_id: str) -> None:
        """The user's cursor is at this hole: its search, if it waits for one, goes before the rest of its file."""
        self._scheduler.raise_to(uri, hole_id, Priority.CURSOR)

    def cancel(self, uri: str | None = None, hole_id: str | None = None) -> int:
        """Stops matching searches, queued or running; how many. Returns at once."""
        jobs = self._scheduler.cancel(uri, hole_id)
        for job in jobs:
            self._performer.unprove(job)
        return len(jobs)

    async def explain(self, uri: str, hole_id: str) -> Explained:
        """What would be tried at a hole, without trying it.

        Raises:
            ProverError: the prover failed, or is missing.
            UnsorryError: the document is not open, has no such hole, or there is no prover for it.
        """
        tracked = self._documents.get(uri)
        state = tracked.states.get(hole_id)
        prover, reason = self._usable(tracked.document.language)
        if prover is None or state is None:
            raise UnsorryError(reason or f"{uri} has no such hole.")
        await self._checkpoint.load()
        async with self._sessions.lease(prover, tracked) as lease:
            goals = await lease.session.goals(state.hole)
        if isinstance(goals, NoGoal):
            return Explained(goals, "", Plan(()))
        budget = Budget(self.settings.search.budget)
        shape = shape_of(tracked.document.language, goals)
        return Explained(goals, shape, self._search.plan(goals, prover, budget))

    async def fill(self, uri: str, choice: Mapping[str, int] | None = None) -> Filled:
        """The edits that fill holes, verified together against the document's text at this moment.

        ``choice`` maps a hole's id to the number of the proof to use; ``None`` means every proved hole with its
        best proof. A single proof of this very text is handed out as it was verified; anything else is verified
        now. Proofs that fail together are left out one by one.

        Raises:
            ProverError: the prover failed while it verified.
            UnsorryError: the document is not open.
        """
        tracked = self._documents.get(uri)
        filled = self._filler.at_hand(tracked, choice)
        if filled is not None:
            return filled
        prover, reason = self._usable(tracked.document.language)
        if prover is None:
            raise UnsorryError(reason)
        self._scheduler.hold(uri)  # the user waits for this; what is searched in the same session can wait
        try:
            return await self._filler.verify(prover, tracked, choice)
        finally:
            self._scheduler.release(uri, [state.hole.id for state in self.states(uri)])

    async def recall(self, uri: str, hole_ids: Collection[str]) -> None:
        """Verifies what is remembered of these holes, all at once; those whose proofs hold count as proved from then
        on, and as verified together for ``fill``. Where nothing is remembered, nothing happens.

        Raises:
            UnsorryError: the document is not open.
        """
        tracked = self._documents.get(uri)
        document = tracked.document
        prover, _ = self._usable(document.language)
        if prover is None or not self._health.allows(prover.info.name, uri):
            return
        holes = [state.hole for id_, state in tracked.states.items() if id_ in hole_ids]
        self._filler.keep(document, await self._recaller.recall(prover, tracked, holes))

    def receipts(self, uri: str) -> Mapping[str, Receipt]:
        """The receipts of the proofs that were found in a document, by hole."""
        return self._memory.receipts(uri)

    async def replay(self, uri: str, receipts: Sequence[Receipt]) -> Sequence[Replayed]:
        """Checks receipts against the document's text at this moment.

        Raises:
            ProverError: the prover is missing, or failed.
            UnsorryError: the document is not open, or no prover may be used.
        """
        tracked = self._documents.get(uri)
        prover, reason = self._usable(tracked.document.language)
        if prover is None:
            raise UnsorryError(reason)
        async with self._sessions.lease(prover, tracked) as lease:
            return await replay(lease, receipts, self.settings.verification.allowed_axioms, self._check_seconds)

    async def probe(self, language: Language) -> Availability:
        """Whether a language's prover is here, which version, and otherwise what to do about it."""
        prover = self._roster.get(language)
        if prover is None:
            return Missing(self._roster.why_not_live(language), "")
        return await prover.probe()

    async def restart(self, language: Language) -> None:
        """Stops the language's searches, ends its sessions and forgets its failures."""
        prover = self._roster.get(language)
        for tracked in list(self._documents):
            if tracked.document.language == language:
                self.cancel(tracked.uri)
                await self._sessions.close(tracked.uri)
        if prover is not None:
            self._health.reset(prover.info.name)
            self._remedies.take_back(prover.info.name)
            self._performer.forget(prover.info.name)
            self._toolchains.forget(prover.info.name)
            self._emit(ProverStateChanged(prover.info.name, ProverState.UNKNOWN, "restarted"))

    def health(self) -> tuple[ProverHealth, ...]:
        """How each prover fares that a document asked for so far."""
        queued = self._scheduler.queued()
        names = [prover.info.name for prover in self._roster.made()]
        return tuple(self._health.snapshot(name, queued[name], self._remedies.in_force(name)) for name in names)

    def health_of(self, language: Language) -> ProverHealth | None:
        """How a language's prover fares; ``None`` before anything asked for it, or where there is none."""
        prover = self._roster.made_for(language)
        if prover is None:
            return None
        name = prover.info.name
        return self._health.snapshot(name, self._scheduler.queued()[name], self._remedies.in_force(name))

    async def aclose(self) -> None:
        """Stops every search and ends every process. The engine is not used afterwards."""
        self._checkpoint.freeze()
        self._scheduler.cancel()
        await self._tasks.aclose()
        await self._closing.settle()
        await self._sessions.aclose()
        await self._observers.aclose()

    def _language_of(self, uri: str) -> Language | None:
        return self._documents.get(uri).document.language if uri in self._documents else None

    @property
    def _check_seconds(self) -> float:
        return self.settings.verification.seconds

    def _usable(self, language: Language) -> tuple[Prover, str] | tuple[None, str]:
        """The prover to use, or why there is none."""
        if not self.trusted:
            return None, "The workspace is not trusted, so no prover is started."
        return self._roster.usable(language)

    def _keep_queue(self) -> None:
        for job in self._scheduler.jobs():
            if job.uri in self._documents:
                self._checkpoint.keep(job, self.document(job.uri))

    def _place_for(self, job: Job) -> Place | None:
        """Where a job's heavy strategies may run beside its light ones, if the settings let them."""
        if not self.settings.search.speculate:
            return None
        claim, leave = self._scheduler.claim_beside, self._scheduler.leave_beside
        return Place(functools.partial(claim, job), functools.partial(leave, job), self._sessions.beside)

    def _load(self) -> Load:
        return self._scheduler.load()

    def _emit(self, event: Event) -> None:
        """Takes an event in, then passes it on."""
        self._health.on_event(event)
        if isinstance(event, AttemptFinished):
            self._remedies.consider(self._health.figures(event.attempt.prover))
            job = self._scheduler.running(event.uri)
            if job is not None and event.uri in self._documents:
                self._checkpoint.keep(job, self.document(event.uri))
        if not isinstance(event, HoleFound | HoleGone | ProverStateChanged):
            self._documents.set_state(event.uri, event.hole.id, lambda state: reduce_event(state, event))
        self._announcer.tell(event)


def _make_selector(settings: Settings) -> Selector:
    order = settings.search.strategies
    return FixedOrderSelector(order) if settings.search.selector == "fixed" else LearnedSelector(order)


def _proved_for(state: HoleState, text_hash: int) -> bool:
    return bool(state.proofs) and state.proofs[0].text_hash == text_hash
