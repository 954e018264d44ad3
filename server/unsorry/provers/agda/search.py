"""Agda's own proof search at one hole."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

from unsorry.model import Budget, Candidate, Document, Hole
from unsorry.provers.agda import protocol
from unsorry.provers.agda.goals import names_before
from unsorry.provers.agda.loader import Loader
from unsorry.provers.agda.scratch import file_name
from unsorry.provers.base import Outline


class ClauseSearch:
    """One run at one hole."""

    def __init__(self, loader: Loader, document: Document, outline: Outline, hole: Hole, budget: Budget) -> None:
        self._loader = loader
        self._document = document
        self._outline = outline
        self._hole = hole
        self._deadline = time.monotonic() + budget.seconds

    async def run(self) -> AsyncGenerator[Candidate, None]:
        names = list(names_before(self._outline, self._hole))[:8]
        for hints in dict.fromkeys(("", self._hole.hint, " ".join(names))):
            left = self._deadline - time.monotonic()
            if left <= 0:
                return
            loaded = await self._loader.load(self._document.text, file_name(self._document), left)
            point = loaded.point_at(self._hole.span)
            if point is None:
                return
            milliseconds = int(1000 * min(1.0, left))
            reply = await self._loader.ask_and_spoil(
                loaded, protocol.auto(point, f"-t {milliseconds}ms {hints}"), left + 1
            )
            if reply.given:
                yield Candidate(reply.given)
