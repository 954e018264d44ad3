"""How far the search for one hole has come, so that it can rest and go on without doing anything twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attrs import define, evolve, field

from unsorry.model import Attempt, Candidate, Proof, Verdict
from unsorry.orchestrator.history import arm_of
from unsorry.orchestrator.selector import Stage


@define(eq=False)
class Progress:
    """What was done about one hole of one text.

    ``stage`` is the next one to run. ``exhausted``: arms that have nothing more for the goal; ``rejected``:
    candidates that do not close it. ``spent``: wall seconds of the hole's budget. ``over``: the search has ended, one
    way or the other. ``digest`` is of the text, for other processes, to which ``text_hash`` says nothing.
    """

    text_hash: int = 0
    digest: str = ""
    stage: Stage = Stage.LIGHT
    begun: bool = False
    proofs: list[Proof] = field(factory=list)
    attempts: list[Attempt] = field(factory=list)
    exhausted: set[str] = field(factory=set)
    rejected: set[Candidate] = field(factory=set)
    spent: float = 0.0
    over: bool = False
    on_proof: Callable[[], None] | None = None

    def proved(self, proof: Proof) -> None:
        """Takes in a verified proof; ``on_proof`` hears of it."""
        self.proofs.append(proof)
        if self.on_proof is not None:
            self.on_proof()

    def beside(self) -> Progress:
        """For who searches the same hole at the same time: what has been tried is known to both, proofs to each."""
        return evolve(self, proofs=[], on_proof=None)

    def note(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)
        # One that ran out of time may do better with more of it, one that was stopped has not been tried.
        if attempt.verdict in (Verdict.REJECTED, Verdict.PROVER_FAILED):
            self.exhausted.add(arm_of(attempt.strategy, attempt.part))

    def resume(self, exhausted: Iterable[str], spent: float) -> None:
        """Takes over what an earlier run had come to."""
        self.exhausted.update(exhausted)
        self.spent = spent
