"""``micro``: the prover's portfolio of short tactics, chosen by what the goal looks like."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from unsorry.model import Candidate, Goals
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, StrategyInfo


class MicroStrategy:
    info = StrategyInfo("micro", "short tactic portfolios")

    def applies(self, prover: Prover, goals: Goals) -> bool:
        return True

    async def batches(self, context: Context) -> AsyncIterator[Sequence[Candidate]]:
        for batch in context.prover.portfolio(context.goals, context.hole):
            yield batch
