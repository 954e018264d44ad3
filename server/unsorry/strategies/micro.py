"""``micro``: the prover's portfolio of short tactics, chosen by what the goal looks like."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from unsorry.model import Candidate, Goals
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, StrategyInfo


class MicroStrategy:
    info = StrategyInfo("micro", "short tactic portfolios", by_parts=True)

    def applies(self, prover: Prover, goals: Goals) -> bool:
        return True

    async def batches(self, context: Context) -> AsyncIterator[Sequence[Candidate]]:
        prover, goals, hole = context.prover, context.goals, context.hole
        for batch in prover.portfolio(goals, hole, context.part) if context.part else prover.portfolio(goals, hole):
            yield batch
