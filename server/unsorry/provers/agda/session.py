"""A live Agda bound to one document: goals, trials, search and whole-text checks."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Sequence

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import (
    Budget,
    Candidate,
    Document,
    Goals,
    Hole,
    NoGoal,
    Report,
    Trial,
    TrialResult,
)
from unsorry.processes import ChildSpec
from unsorry.provers.agda import protocol
from unsorry.provers.agda.goals import make_goals
from unsorry.provers.agda.imports import Imports
from unsorry.provers.agda.loader import Loaded, Loader
from unsorry.provers.agda.project import file_name
from unsorry.provers.agda.report import make_report
from unsorry.provers.agda.scratch import Scratch
from unsorry.provers.agda.search import ClauseSearch, Site
from unsorry.provers.agda.trials import compared, next_lot, result_of_give
from unsorry.provers.base import Outline
from unsorry.text import Edit, apply_edits

_LEAST = 0.05


class AgdaSession:
    """Owner of one Agda process and one scratch directory; see ``Session`` for the promises."""

    def __init__(self, spec: ChildSpec, document: Document, outline: Outline, timeout: float) -> None:
        self._document = document
        self._outline = outline
        self._timeout = timeout
        scratch = Scratch(document, spec.environment())
        self._imports = Imports(scratch.roots)
        self._loader = Loader(spec, scratch)

    @property
    def pid(self) -> int | None:
        """The live process's supervisor, for diagnosis."""
        return self._loader.pid

    async def start(self) -> None:
        """
        Raises:
            ProverError: the process does not start; nothing is left of it.
        """
        try:
            await self._loader.start()
        except BaseException:
            await self._loader.close()
            raise

    async def update(self, document: Document, outline: Outline) -> None:
        self._document = document
        self._outline = outline

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        loaded = await self._load(self._timeout)
        if loaded.failure:
            message, span = loaded.located(loaded.failure)
            return NoGoal(message, span.start if span is not None else None)
        point = loaded.point_at(hole.span)
        if point is None:
            return NoGoal("Agda sees no hole there.", hole.span.start)
        reply = await self._loader.ask(loaded, protocol.goal_and_context(point), self._timeout)
        if reply.context is None:
            return NoGoal(reply.error or "Agda does not tell the goal.", hole.span.start)
        return make_goals(reply.context, self._outline, hole)

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        deadline = time.monotonic() + budget.seconds
        done, lot = 0, next_lot(1)
        while done < len(candidates) and (left := deadline - time.monotonic()) > 0:
            loaded = await self._load(max(left, _LEAST))
            started = time.monotonic()
            seconds = max(_LEAST, min(budget.per_candidate, deadline - started))
            try:
                results = await self._try(loaded, hole, candidates[done : done + lot], seconds)
            except ProverTimeout as error:
                results = [(TrialResult.TIMED_OUT, error.message)]
            except ProverError as error:
                results = [(TrialResult.PROVER_FAILED, error.message)]
            each = (time.monotonic() - started) / len(results)
            for candidate, (result, message) in zip(candidates[done:], results, strict=False):
                yield Trial(candidate, result, each, message)
            done, lot = done + len(results), next_lot(len(results))

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        if kind != "native":
            return
        deadline = time.monotonic() + budget.seconds
        site = Site.of(self._document, self._outline, hole)
        cut = site.cut(self._outline)
        search = ClauseSearch(self._loader, cut or site, deadline)
        if cut is not None and not await search.begin():
            search = ClauseSearch(self._loader, site, deadline)
        async with contextlib.aclosing(search.run()) as found:
            async for candidate in found:
                yield candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        return await make_report(self._loader, self._imports, document, outline, units, seconds)

    async def close(self) -> None:
        await self._loader.close()

    async def _load(self, seconds: float) -> Loaded:
        return await self._loader.load(self._document.text, file_name(self._document), seconds)

    async def _try(
        self, loaded: Loaded, hole: Hole, candidates: Sequence[Candidate], seconds: float
    ) -> list[tuple[TrialResult, str]]:
        """What became of the first of the candidates, one at least."""
        terms = [each.text for each in itertools.takewhile(lambda each: not (each.before or each.after), candidates)]
        if not terms:
            return [await self._try_text(loaded, hole, candidates[0], seconds)]
        point = loaded.point_at(hole.span)
        if point is None:
            return [(TrialResult.REJECTED, loaded.failure or "Agda sees no hole there.")]
        replies = await self._loader.give(loaded, point, terms, seconds)
        return [result_of_give(loaded, reply) for reply in replies]

    async def _try_text(
        self, loaded: Loaded, hole: Hole, candidate: Candidate, seconds: float
    ) -> tuple[TrialResult, str]:
        """Loads the text as the candidate would leave it."""
        span = candidate.span(hole)
        text = apply_edits(self._document.text, [Edit(span, candidate.text)])
        after = await self._loader.load(text, file_name(self._document), seconds)
        if after.failure:
            return TrialResult.REJECTED, after.located(after.failure)[0]
        gone = sum(span.start <= hole.start and hole.end <= span.end for hole, _ in loaded.points)
        return compared(loaded, after.reply, gone)
