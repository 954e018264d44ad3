"""One strategy's run on one goal: batches tried at the hole, winners judged by the rule, events whatever ends it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TypeVar

from attrs import define, evolve, field, frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.events import AttemptFinished, AttemptStarted, Event, ProofFound
from unsorry.model import Attempt, Candidate, Fill, Hole, Proof, Step, Trial, TrialResult, Verdict
from unsorry.observation.context import about
from unsorry.orchestrator.history import History
from unsorry.orchestrator.progress import Progress
from unsorry.orchestrator.selector import Case
from unsorry.orchestrator.sessions import Lease
from unsorry.orchestrator.shapes import shape_of
from unsorry.provers.base import Prover
from unsorry.strategies.base import Strategy

_T = TypeVar("_T")
_NUMBERS = itertools.count(1)  # of this process's attempts


@frozen
class SearchLimits:
    """``alternatives``: proofs kept a hole. ``check_seconds``: the most that checking one whole text may take."""

    alternatives: int
    check_seconds: float


class Attempts:
    """Runs them. ``patience``: a prover's candidates and checks may take so many times as long."""

    def __init__(
        self,
        strategies: Mapping[str, Strategy],
        limits: SearchLimits,
        emit: Callable[[Event], None],
        history: History,
    ) -> None:
        self._strategies = strategies
        self._limits = limits
        self._emit = emit
        self._history = history
        self.patience: dict[str, float] = {}

    async def run(
        self,
        case: Case,
        lease: Lease,
        hole: Hole,
        step: Step,
        batches: AsyncIterator[Sequence[Candidate]],
        deadline: float,
        progress: Progress,
    ) -> None:
        """One strategy's run, under an id of its own."""
        with about(hole=hole.id, attempt=f"{hole.id}-{next(_NUMBERS)}"):
            self._emit(AttemptStarted(lease.document.uri, hole, step))
            until = min(deadline, time.monotonic() + step.budget.seconds)
            await self._run(case, _Trier(lease, hole, step, until, progress.rejected), batches, progress)

    async def _run(
        self, case: Case, trier: _Trier, batches: AsyncIterator[Sequence[Candidate]], progress: Progress
    ) -> None:
        """Whatever ends the attempt, the event that it has finished goes out."""
        prover, step = case.prover.info, trier.step
        started = time.monotonic()
        verdict, message = Verdict.CANCELLED, ""
        try:
            verdict, message = await self._run_batches(case.prover, trier, batches, started, progress)
        except ProverTimeout as error:
            verdict, message = Verdict.TIMED_OUT, error.message
        except ProverError as error:
            verdict, message = Verdict.PROVER_FAILED, error.message
        finally:
            attempt = Attempt(
                strategy=step.strategy,
                prover=prover.name,
                candidates=trier.tried,
                seconds=time.monotonic() - started,
                verdict=verdict,
                message=message,
                refused=trier.refused,
                part=step.part,
                shape=self._shape(step, case),
            )
            progress.note(attempt)
            self._history.note(attempt)
            self._emit(AttemptFinished(trier.lease.document.uri, trier.hole, attempt))

    def _shape(self, step: Step, case: Case) -> str:
        strategy = self._strategies.get(step.strategy)
        if strategy is None or not strategy.info.learned:
            return ""
        return shape_of(case.prover.info.language, case.goals)

    async def _run_batches(
        self,
        prover: Prover,
        trier: _Trier,
        batches: AsyncIterator[Sequence[Candidate]],
        started: float,
        progress: Progress,
    ) -> tuple[Verdict, str]:
        verdict, message = Verdict.REJECTED, ""
        async with _closing(batches) as stream:
            while True:
                try:
                    async with asyncio.timeout(trier.remaining) as limit:
                        trier.lease.skip = trier.skipping(limit)
                        batch = await anext(stream)
                        closed = await trier.run(batch)
                except StopAsyncIteration:
                    return verdict, message
                except TimeoutError:
                    closed = trier.take_closed()
                    if not closed:
                        return Verdict.TIMED_OUT, trier.skipped or message
                finally:
                    trier.lease.skip = None
                for trial in closed:
                    checked = await self._verify(prover, trier, trial, started, progress)
                    message = checked or message
                if progress.proofs:
                    return Verdict.VERIFIED, ""
                if trier.remaining <= 0:
                    return Verdict.TIMED_OUT, message

    async def _verify(self, prover: Prover, trier: _Trier, trial: Trial, started: float, progress: Progress) -> str:
        """Applies the rule to one winner of a trial; why it was refused, if it was."""
        if len(progress.proofs) >= self._limits.alternatives:
            return ""
        lease, fill = trier.lease, Fill(trier.hole, trial.candidate)
        most = self._limits.check_seconds * self.patience.get(prover.info.name, 1.0)
        checked = await lease.verifier.verify(lease.session, (fill,), most)
        if not checked.ok:
            trier.refused += 1
            return checked.judgement.reason
        seconds = trial.seconds if progress.proofs else time.monotonic() - started
        proof = Proof(
            fill,
            checked.edits,
            trier.step.strategy,
            prover.info.name,
            seconds,
            hash(lease.document.text),
            checked.axioms,
        )
        self._emit(ProofFound(lease.document.uri, trier.hole, proof))
        progress.proved(proof)
        return ""


@define(eq=False)
class _Trier:
    """Tries batches at one hole until a deadline, and keeps count."""

    lease: Lease
    hole: Hole
    step: Step
    deadline: float
    rejected: set[Candidate]
    tried: int = 0
    refused: int = 0
    skipped: str = ""
    _closed: list[Trial] = field(factory=list)

    @property
    def remaining(self) -> float:
        return max(0.0, self.deadline - time.monotonic())

    def skipping(self, limit: asyncio.Timeout) -> Callable[[], None]:
        """What ends the step at hand from outside, as if its time were over."""

        def skip() -> None:
            self.skipped = "the prover gave no sign of life"
            self.deadline = time.monotonic()
            if not limit.expired():
                limit.reschedule(asyncio.get_running_loop().time())

        return skip

    async def run(self, batch: Sequence[Candidate]) -> list[Trial]:
        """The batch's trials that closed the goal: short ones first, then fast ones. What was tried at the hole and
        rejected is not tried again."""
        batch = [candidate for candidate in batch if candidate not in self.rejected]
        if not batch:
            return []
        budget = evolve(self.step.budget, seconds=self.remaining)
        trials = self.lease.session.trials(self.hole, batch, budget)
        async with _closing(trials) as stream:
            async for trial in stream:
                self.tried += 1
                self.lease.answers += 1
                if trial.result is TrialResult.CLOSED:
                    self._closed.append(trial)
                elif trial.result is TrialResult.REJECTED:
                    self.rejected.add(trial.candidate)
        return self.take_closed()

    def take_closed(self) -> list[Trial]:
        closed, self._closed = self._closed, []
        # Differences below a tenth of a second are noise; there the portfolio's own order counts.
        return sorted(closed, key=lambda trial: (len(trial.candidate.text), round(trial.seconds, 1)))


@contextlib.asynccontextmanager
async def _closing(stream: AsyncIterator[_T]) -> AsyncIterator[AsyncIterator[_T]]:
    """Ends an asynchronous generator with the block, so that no prover works on for a reader that has left."""
    try:
        yield stream
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
