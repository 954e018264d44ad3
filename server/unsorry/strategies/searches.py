"""``native`` and ``hammer``: searches that a prover's session runs itself; each find is a candidate like any other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from unsorry.model import Candidate, Goals
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, StrategyInfo


class SearchStrategy:
    """Offers one at a time what ``Session.search`` finds."""

    def __init__(self, info: StrategyInfo) -> None:
        self.info = info

    def applies(self, prover: Prover, goals: Goals) -> bool:
        return self.info.search in prover.info.searches

    async def batches(self, context: Context) -> AsyncIterator[Sequence[Candidate]]:
        async for candidate in context.session.search(self.info.search, context.hole, context.budget):
            yield (candidate,)


def make_native() -> SearchStrategy:
    return SearchStrategy(StrategyInfo("native", "the prover's own proof search", search="native"))


def make_hammer() -> SearchStrategy:
    return SearchStrategy(StrategyInfo("hammer", "external provers", heavy=True, search="hammer"))
