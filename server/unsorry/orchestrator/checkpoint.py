"""What survives a restart: the queue with how far each search has come, and what earlier runs have learned.

Both are in the ledger. Without one, or without leave to recall, every run begins anew.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable

from unsorry.ledger.entries import PendingJob
from unsorry.ledger.ledger import Ledger
from unsorry.model import Document
from unsorry.orchestrator.history import History, Tally, arm_of
from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.scheduler import Job


class Checkpoint:
    """Keeps a row of the ledger for each job, from the moment that it is queued until it is done."""

    def __init__(self, ledger: Ledger | None, history: History, *, recall: bool = True) -> None:
        self._ledger = ledger if recall else None
        self._history = history
        self._earlier: dict[tuple[str, str], PendingJob] = {}
        self._loaded = asyncio.Lock()
        self._asked = False
        self._frozen = False
        self.on_loaded: Callable[[], None] = lambda: None  # what is queued by then is to be kept

    async def load(self) -> None:
        """Asks the ledger, the first time; afterwards returns at once."""
        async with self._loaded:
            if self._ledger is None or self._asked:
                return
            self._asked = True
            for row in await self._ledger.tallies():
                self._history.add(row.shape, arm_of(row.strategy, row.part), Tally(row.tries, row.wins, row.seconds))
            for job in await self._ledger.pending_jobs():
                self._earlier.setdefault((job.uri, job.hole), job)
            self.on_loaded()

    def resume(self, job: Job, document: Document, progress: Progress) -> None:
        """Takes over what an earlier run did about the hole, if it was about this very text."""
        earlier = self._earlier.pop((job.uri, job.hole_id), None)
        progress.digest = digest_of(document.text)
        if earlier is not None and earlier.data.get("text") == progress.digest:
            progress.resume(earlier.data.get("exhausted", ()), float(earlier.data.get("spent", 0.0)))
        job.progress = progress
        self.keep(job, document)

    def keep(self, job: Job, document: Document) -> None:
        """Notes how the job stands; never waits. A row that has not been taken over yet stays as it is."""
        unread = not self._asked or (job.uri, job.hole_id) in self._earlier
        if self._ledger is None or self._frozen or job.cancelled or unread:
            return
        progress = job.progress
        pending = PendingJob(
            uri=job.uri,
            hole=job.hole_id,
            path=str(document.path or ""),
            language=document.language,
            prover=job.prover,
            priority=int(job.priority),
            budget=job.budget,
            owner=self._ledger.run,
            data={
                "text": progress.digest or digest_of(document.text),
                "exhausted": sorted(progress.exhausted),
                "spent": round(progress.spent, 3),
            },
        )
        self._ledger.keep_job(pending)

    def drop(self, job: Job) -> None:
        """The job is done, or was taken back."""
        if self._ledger is not None and not self._frozen:
            self._ledger.drop_job(job.uri, job.hole_id)

    def freeze(self) -> None:
        """From now on the rows stay as they are: what ends now is the run, not the work."""
        self._frozen = True


def digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
