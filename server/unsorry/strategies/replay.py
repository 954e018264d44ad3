"""``replay``: tries proofs that are already known, from a file or from earlier work, before any search."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from unsorry.model import Candidate, Goals
from unsorry.provers.base import Prover
from unsorry.strategies.base import Context, StrategyInfo


class ReplayStrategy:
    """``proofs`` maps a declaration's name to texts to try at its holes, in order; ``"*"`` is for every hole."""

    info = StrategyInfo("replay", "given proofs", learned=False)

    def __init__(self, proofs: Mapping[str, Sequence[str]]) -> None:
        self.proofs = proofs

    def applies(self, prover: Prover, goals: Goals) -> bool:
        return bool(self.proofs)

    async def batches(self, context: Context) -> AsyncIterator[Sequence[Candidate]]:
        texts = (*self.proofs.get(context.hole.declaration, ()), *self.proofs.get("*", ()))
        if texts:
            yield tuple(Candidate(text) for text in texts)
