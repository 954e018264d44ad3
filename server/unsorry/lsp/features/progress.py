"""Work-done progress of each proving run, which the user can cancel: under the client's token, or one of ours where
the client wants that."""

from __future__ import annotations

import asyncio
import logging
import uuid

from lsprotocol import types

from unsorry.errors import UnsorryError
from unsorry.lsp.runs import ProvingRun, Token
from unsorry.lsp.workspace import Workspace

_log = logging.getLogger(__name__)
_STEP_SECONDS = 0.25
_PATIENCE_SECONDS = 0.3  # a run that ends sooner need not be shown
_CREATE_SECONDS = 5.0


def register(workspace: Workspace) -> None:
    reporter = ProgressReporter(workspace)
    workspace.runs.subscribe(reporter.on_run)
    workspace.on(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, lambda _workspace, params: reporter.on_cancel(params))


class ProgressReporter:
    """Owner of the tokens in use; each belongs to one run."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._runs: dict[Token, ProvingRun] = {}

    def on_run(self, run: ProvingRun) -> None:
        if run.token is not None and run.token not in self._runs:
            self._runs[run.token] = run
            run.reporter = self._workspace.tasks.start(self._report(run, run.token), f"progress of {run.uri}")
        elif self._workspace.client.progress and (run.asked or self._workspace.options.background_progress):
            self._workspace.tasks.start(self._report_unasked(run), f"progress of {run.uri}")

    def on_cancel(self, params: types.WorkDoneProgressCancelParams) -> None:
        run = self._runs.get(params.token)
        if run is None:
            _log.info("no run has the progress token %r", params.token)
        else:
            self._workspace.runs.cancel(run)

    async def _report_unasked(self, run: ProvingRun) -> None:
        await asyncio.sleep(_PATIENCE_SECONDS)
        if run.done == run.total:
            return
        token = str(uuid.uuid4())
        params = types.WorkDoneProgressCreateParams(token)
        try:
            await self._workspace.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, params, _CREATE_SECONDS)
        except UnsorryError as error:
            _log.info("no progress is shown: %s", error)
            return
        self._runs[token] = run
        await self._report(run, token)

    async def _report(self, run: ProvingRun, token: Token) -> None:
        name = run.uri.rsplit("/", 1)[-1]
        told = run.done
        begin = types.WorkDoneProgressBegin(
            title=f"Proving {name}", cancellable=True, message=_message(run), percentage=_percentage(run)
        )
        self._tell(token, begin)
        try:
            waiting = self._workspace.tasks.start(run.searches.wait(), f"waiting for {run.uri}")
            while not waiting.done():
                await asyncio.wait([waiting], timeout=_STEP_SECONDS)
                if run.done != told:
                    told = run.done
                    self._tell(token, types.WorkDoneProgressReport(message=_message(run), percentage=_percentage(run)))
        finally:
            waiting.cancel()
            del self._runs[token]
            self._tell(token, types.WorkDoneProgressEnd(message=self._ending(run)))

    def _tell(
        self,
        token: Token,
        value: types.WorkDoneProgressBegin | types.WorkDoneProgressReport | types.WorkDoneProgressEnd,
    ) -> None:
        self._workspace.notify(types.PROGRESS, types.ProgressParams(token, value))

    def _ending(self, run: ProvingRun) -> str:
        if run.cancelled or self._workspace.ended:
            return "Cancelled"
        ids = {job.hole_id for job in run.searches.jobs}
        proved = sum(bool(s.proofs) for s in self._workspace.engine.states(run.uri) if s.hole.id in ids)
        return f"{proved} of {run.total} proved"


def _message(run: ProvingRun) -> str:
    return f"{run.done} of {run.total} holes"


def _percentage(run: ProvingRun) -> int:
    return 100 * run.done // run.total if run.total else 100
