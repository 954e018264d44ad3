"""Proving runs: searches that were started together, by the user or by themselves, and that end together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from attrs import define, field

from unsorry.errors import UnsorryError

if TYPE_CHECKING:
    from unsorry.engine import Priority, Run
    from unsorry.lsp.workspace import Workspace

Token = str | int


@define(eq=False)
class ProvingRun:
    """One run over holes of one document. ``asked``: by the user. ``token`` is the client's, where it asked to be told
    of progress; ``reporter`` is then the task that does so."""

    uri: str
    searches: Run
    asked: bool = False
    token: Token | None = None
    cancelled: bool = field(default=False, init=False)
    reporter: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def total(self) -> int:
        return len(self.searches.jobs)

    @property
    def done(self) -> int:
        return sum(job.done.is_set() for job in self.searches.jobs)


class Runs:
    """Starts and stops runs. Readers hear of each that has begun.

    A document whose run the user cancelled is *quiet*: nothing is searched there by itself until it is saved, or
    the user asks for something.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._readers: list[Callable[[ProvingRun], None]] = []
        self._active: list[ProvingRun] = []
        self._quiet: set[str] = set()

    def subscribe(self, reader: Callable[[ProvingRun], None]) -> None:
        self._readers.append(reader)

    def start(
        self,
        uri: str,
        hole_ids: Collection[str] | None,
        priority: Priority,
        *,
        budget: float | None = None,
        asked: bool = False,
        token: Token | None = None,
    ) -> ProvingRun:
        """Queues searches for holes of an open document; ``None``: all that have no proof of the present text.

        Raises:
            UnsorryError: the document is not open.
        """
        searches = self._workspace.engine.prove(uri, hole_ids, budget=budget, priority=priority)
        run = ProvingRun(uri, searches, asked, token)
        self._active.append(run)
        for reader in self._readers:
            reader(run)
        return run

    async def finish(self, run: ProvingRun) -> None:
        """Waits for a run; cancelling the wait cancels the run."""
        try:
            await run.searches.wait()
            if run.reporter is not None:
                await run.reporter
        except asyncio.CancelledError:
            self.cancel(run)
            raise

    def cancel(self, run: ProvingRun) -> None:
        """The user wants no more of this run."""
        run.cancelled = True
        self._quiet.add(run.uri)
        run.searches.cancel()

    def under_way(self, uri: str) -> set[str]:
        """The holes of a document that some run is still to end."""
        self._active = [run for run in self._active if run.done < run.total]
        jobs = (job for run in self._active if run.uri == uri for job in run.searches.jobs)
        return {job.hole_id for job in jobs if not job.done.is_set()}

    def is_quiet(self, uri: str) -> bool:
        return uri in self._quiet

    def hush(self, uri: str) -> None:
        self._quiet.add(uri)

    def wake(self, uri: str) -> None:
        self._quiet.discard(uri)


def no_such_document(uri: str) -> UnsorryError:
    return UnsorryError(f"{uri} is not an open proof file.", next_step="Open it in the editor first.")
