"""Quick trials of candidates at a hole: many copies of its declaration in one load, where it can be copied."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncGenerator, Sequence

from unsorry.errors import EditError, ProverError, ProverTimeout
from unsorry.model import Budget, Candidate, Document, Fill, Hole, Trial, TrialResult
from unsorry.provers.base import Outline
from unsorry.provers.idris2.batches import Bench, Version
from unsorry.provers.idris2.loader import Loader
from unsorry.provers.idris2.render import render
from unsorry.text import Edit, apply_edits

_AT_ONCE = (5, 15, 40)  # the likely ones first: what does not fit costs time, since Idris words each error


class Trials:
    """Candidates for one hole of one text."""

    def __init__(self, loader: Loader, document: Document, outline: Outline, hole: Hole) -> None:
        self._loader = loader
        self._document = document
        self._hole = hole
        number = outline.unit_at(hole.span.start)
        self._unit = outline.units[number] if number is not None else None
        self._bench = Bench.at(document.text, loader.file, outline, number) if number is not None else None
        others = self._unit.holes if self._unit is not None else ()
        self._left = {document.text[h.span.start + 1 : h.span.end] for h in others if h.span != hole.span}

    async def run(self, candidates: Sequence[Candidate], budget: Budget) -> AsyncGenerator[Trial, None]:
        deadline = time.monotonic() + budget.seconds
        waiting = list(candidates)
        sizes = itertools.chain(_AT_ONCE, itertools.repeat(_AT_ONCE[-1])) if self._bench else itertools.repeat(1)
        while waiting and (started := time.monotonic()) < deadline:
            size = next(sizes)
            batch, waiting = waiting[:size], waiting[size:]
            try:
                versions = await self._try(batch, deadline - started)
                found = [self._judge(version) for version in versions]
            except ProverTimeout as error:
                found = [(TrialResult.TIMED_OUT, error.message)] * len(batch)
            except ProverError as error:
                found = [(TrialResult.PROVER_FAILED, error.message)] * len(batch)
            seconds = (time.monotonic() - started) / len(batch)
            for candidate, (result, message) in zip(batch, found, strict=True):
                yield Trial(candidate, result, seconds, message)

    async def _try(self, batch: Sequence[Candidate], seconds: float) -> list[Version]:
        texts = [self._text(candidate) for candidate in batch]
        good = [text for text in texts if text is not None]
        if self._bench is not None:
            answers = await self._bench.try_all(self._loader, good, seconds) if good else []
        else:
            answers = [await self._whole(text, seconds) for text in good]
        given = iter(answers)
        return [next(given) if text is not None else Version("its edit does not fit") for text in texts]

    def _text(self, candidate: Candidate) -> str | None:
        """The declaration with the candidate in it; without a bench, the whole text."""
        try:
            text = self._document.text
            edits = render(self._document, [Fill(self._hole, candidate)])
            if self._bench is None or self._unit is None:
                return apply_edits(text, edits)
            start = self._unit.span.end - len(self._bench.declaration)
            inside = [Edit(edit.span.shifted(-start), edit.text) for edit in edits]
            return apply_edits(self._bench.declaration, inside)
        except EditError:
            return None

    async def _whole(self, text: str, seconds: float) -> Version:
        loaded = await self._loader.load(text, seconds)
        problems = loaded.problems
        before = await self._loader.load(self._document.text, seconds)
        worse = len(problems) > len(before.problems) or not loaded.finished
        gone = {hole.name for hole in before.holes} - {hole.name for hole in loaded.holes}
        if worse or not gone:
            return Version(problems[-1][0] if problems else "it leaves something open")
        old = {hole.name for hole in before.holes}
        return Version("", tuple(hole for hole in loaded.holes if hole.name not in old))

    def _judge(self, version: Version) -> tuple[TrialResult, str]:
        if version.error:
            return (TrialResult.TIMED_OUT if version.timed_out else TrialResult.REJECTED), version.error
        if any(hole.root not in self._left for hole in version.holes):
            return TrialResult.REJECTED, "it leaves something open"
        return TrialResult.CLOSED, ""
