"""One job from the queue: its search in its document's session, and what every way of ending leaves behind."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from attrs import evolve

from unsorry.errors import ProverError, ProverMissing
from unsorry.events import Event, GaveUp, ProverStateChanged
from unsorry.model import Available, Budget, Document, HoleState, HoleStatus, Language, ProverState
from unsorry.orchestrator.checkpoint import Checkpoint
from unsorry.orchestrator.documents import DocumentStore
from unsorry.orchestrator.health import HealthBoard
from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.racing import Place
from unsorry.orchestrator.scheduler import Job, Priority
from unsorry.orchestrator.search import HoleSearch
from unsorry.orchestrator.selector import Load, Stage
from unsorry.orchestrator.sessions import SessionPool
from unsorry.orchestrator.tasks import Tasks
from unsorry.provers.base import Prover

_log = logging.getLogger(__name__)
# Looking for a prover that does not answer takes seconds; not again for every hole of a file.
_MISSING_SECONDS = 15.0


class Performer:
    """Performs jobs; raises nothing but cancellation, and leaves each hole in a state that says how it ended."""

    def __init__(
        self,
        documents: DocumentStore,
        sessions: SessionPool,
        search: HoleSearch,
        health: HealthBoard,
        prover_of: Callable[[Language], Prover | None],
        tasks: Tasks,
        emit: Callable[[Event], None],
        load: Callable[[], Load] = Load,
        checkpoint: Checkpoint | None = None,
        place_for: Callable[[Job], Place | None] = lambda _job: None,
    ) -> None:
        self._documents = documents
        self._sessions = sessions
        self._search = search
        self._health = health
        self._prover_of = prover_of
        self._tasks = tasks
        self._emit = emit
        self._load = load
        self._checkpoint = checkpoint
        self._place_for = place_for
        self._missing: dict[str, tuple[float, str]] = {}  # when a prover was found missing, and what was said

    async def perform(self, job: Job) -> bool:
        """Runs the job's next stage; whether there is another one."""
        tracked = self._documents.get(job.uri)
        state = tracked.states.get(job.hole_id)
        prover = self._prover_of(tracked.document.language)
        if state is None or prover is None:
            return False
        hole = state.hole
        if not self._health.allows(prover.info.name, job.uri):
            reason = f"{prover.info.title} failed several times in a row here; it is left alone for a while."
            self._emit(GaveUp(job.uri, hole, reason, HoleStatus.FAILED))
            return False
        missing = self._missing.get(prover.info.name)
        if missing is not None and time.monotonic() - missing[0] < _MISSING_SECONDS:
            self._emit(GaveUp(job.uri, hole, missing[1], HoleStatus.SKIPPED))
            return False
        if self._checkpoint is not None:
            await self._checkpoint.load()
        self._begin(job, tracked.document)
        try:
            async with self._sessions.lease(prover, tracked) as lease:
                self._on_session(prover)
                known = [proof.fill.candidate for proof in state.proofs]
                budget, place = Budget(job.budget), self._place_for(job)
                await self._search.run(prover, lease, hole, known, budget, job.progress, self._load(), place)
                return not job.progress.over
        except ProverMissing as error:
            self._missing[prover.info.name] = (time.monotonic(), str(error))
            self._emit(ProverStateChanged(prover.info.name, ProverState.MISSING, error.message))
            self._emit(GaveUp(job.uri, hole, str(error), HoleStatus.SKIPPED))
        except ProverError as error:
            now = self._health.failed(prover.info.name, job.uri, error.message)
            self._emit(ProverStateChanged(prover.info.name, now, error.message))
            if job.progress.attempts:
                return True  # with a new session, from where it was; the circuit breaker says when that is enough
            self._emit(GaveUp(job.uri, hole, str(error), HoleStatus.FAILED))
        except asyncio.CancelledError:
            self.unprove(job)
            raise
        except Exception:  # noqa: BLE001
            # The boundary of one search: a fault of ours must not leave a hole that looks as if it were being proved.
            _log.exception("searching hole %s of %s failed", hole.id, job.uri)
            self._emit(GaveUp(job.uri, hole, "An internal error ended the search; the log has it.", HoleStatus.FAILED))
        return False

    def _begin(self, job: Job, document: Document) -> None:
        """What was found out about another text counts for nothing now. Where others wait, a moment comes first."""
        text_hash = hash(document.text)
        if job.progress.text_hash != text_hash:
            tiny = self._load().waiting > 0 and job.priority is not Priority.ASKED
            job.progress = Progress(text_hash, stage=Stage.TINY if tiny else Stage.LIGHT)
            if self._checkpoint is not None:
                self._checkpoint.resume(job, document, job.progress)
        if not job.progress.begun:
            self._documents.set_state(job.uri, job.hole_id, _begun)
        else:
            self._documents.set_state(job.uri, job.hole_id, _goes_on)

    def forget(self, prover: str) -> None:
        """Looks for a prover that was missing again."""
        self._missing.pop(prover, None)

    def unprove(self, job: Job) -> None:
        """A stopped search leaves its hole as it was: proved if it has proofs, else open."""
        self._documents.set_state(job.uri, job.hole_id, _settled)

    def _on_session(self, prover: Prover) -> None:
        if self._health.state(prover.info.name) is not ProverState.HEALTHY:
            self._emit(ProverStateChanged(prover.info.name, ProverState.HEALTHY))
            self._tasks.start(self._note_version(prover), f"version of {prover.info.name}")

    async def _note_version(self, prover: Prover) -> None:
        found = await prover.probe()
        if isinstance(found, Available):
            self._health.opened(prover.info.name, found.version)


def _begun(state: HoleState) -> HoleState:
    return evolve(state, status=HoleStatus.PROVING, attempts=(), plan=None, seconds=0.0)


def _goes_on(state: HoleState) -> HoleState:
    return evolve(state, status=HoleStatus.PROVING)


def _settled(state: HoleState) -> HoleState:
    if state.status is not HoleStatus.PROVING:
        return state
    return evolve(state, status=HoleStatus.PROVED if state.proofs else HoleStatus.OPEN)
