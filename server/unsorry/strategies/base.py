"""The seam of strategies: from a goal, by a narrow view of the prover, to batches of candidates."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from attrs import frozen

from unsorry.model import Budget, Candidate, Capability, Goals, Hole
from unsorry.provers.base import Prover, Session


@frozen
class StrategyInfo:
    """``heavy`` strategies start processes or use much memory, and come after the light ones.
    ``search`` names the prover's own search that the strategy relies on, or is empty. ``needs``: what a prover must be
    capable of. ``by_parts``: it runs the prover's portfolio, of which each part is judged by itself. ``learned``:
    what it proved before says what it will prove; not so for one that is only given its candidates."""

    name: str
    title: str
    heavy: bool = False
    search: str = ""
    needs: frozenset[Capability] = frozenset()
    by_parts: bool = False
    learned: bool = True


@frozen
class Context:
    """What a strategy may look at while it makes candidates for one hole. ``part``: the part of the portfolio that is
    wanted; empty for all."""

    prover: Prover
    session: Session
    hole: Hole
    goals: Goals
    budget: Budget
    part: str = ""


class Strategy(Protocol):
    info: StrategyInfo

    def applies(self, prover: Prover, goals: Goals) -> bool:
        """Whether the strategy has anything to offer for such goals."""
        ...

    def batches(self, context: Context) -> AsyncIterator[Sequence[Candidate]]:
        """Candidates, best first; a batch is tried together before the next one is asked for."""
        ...
