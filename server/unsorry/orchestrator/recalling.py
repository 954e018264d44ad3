"""Remembered proofs of a file, verified all at once: one check of the text with every one of them in place.

No goal is read and nothing is tried at a hole. What does not hold this way is left to the search, which tries it once
more by itself.
"""

from __future__ import annotations

import itertools
import logging
import time
from collections.abc import Callable, Mapping, Sequence

from attrs import evolve, frozen

from unsorry.errors import EditError, ProverError
from unsorry.events import AttemptFinished, AttemptStarted, Event, ProofFound
from unsorry.model import Attempt, Budget, Candidate, Document, Fill, Hole, Proof, Step, Verdict
from unsorry.observation.context import about
from unsorry.orchestrator.documents import Tracked
from unsorry.orchestrator.filling import Together, fill_together
from unsorry.orchestrator.memory import GoalMemory
from unsorry.orchestrator.sessions import SessionPool
from unsorry.orchestrator.toolchains import Toolchains
from unsorry.provers.base import Prover
from unsorry.text import apply_edits
from unsorry.verification import Verifier, apply_fills

_log = logging.getLogger(__name__)
STRATEGY = "memory"
# Of the whole text; when more are needed to find what does not hold, hole by hole is cheaper.
_MOST_CHECKS = 5
_NUMBERS = itertools.count(1)


@frozen
class Recaller:
    """``check_seconds`` bound each check of the whole text."""

    memory: GoalMemory
    sessions: SessionPool
    toolchains: Toolchains
    allowed_axioms: tuple[str, ...]
    check_seconds: float
    emit: Callable[[Event], None]

    async def recall(self, prover: Prover, tracked: Tracked, holes: Sequence[Hole]) -> Together:
        """Verifies what is remembered of ``holes``; those that hold count as proved from then on.

        A proof that held in the company of others is not known to hold alone: ``Proof.text_hash`` is that of the text
        with all of them in place, so that it is verified again before it is handed out by itself.
        """
        document, outline = tracked.document, tracked.outline
        known = await self.memory.of_holes(document, outline, holes)
        fills = [Fill(hole, Candidate(r.text, r.before, r.after)) for hole, r in known.items()]
        if not fills:
            return Together()
        attempts = {fill: f"{fill.hole.id}-m{next(_NUMBERS)}" for fill in fills}
        step = Step(STRATEGY, Budget(self.check_seconds), "it proved this hole before")
        for fill, attempt in attempts.items():
            with about(hole=fill.hole.id, attempt=attempt):
                self.emit(AttemptStarted(document.uri, fill.hole, step))
        started, result, verdict = time.monotonic(), Together(), Verdict.CANCELLED
        try:
            result = await self._verify(prover, tracked, fills)
            verdict = Verdict.REJECTED
        except (EditError, ProverError) as error:
            _log.info("what is remembered of %s is tried hole by hole: %s", document.uri, error)
            verdict = Verdict.PROVER_FAILED
        finally:
            seconds = (time.monotonic() - started) / len(fills)
            self._tell(prover, document, attempts, result, seconds, verdict)
        version = await self.toolchains.version(prover)
        for fill, axioms in zip(result.fills, result.axioms, strict=True):
            receipt = known[fill.hole]
            self.memory.stands(evolve(receipt, axioms=axioms, toolchain=version, at=time.time()), receipt)
        return result

    async def _verify(self, prover: Prover, tracked: Tracked, fills: Sequence[Fill]) -> Together:
        document, outline = tracked.document, tracked.outline
        _, after, after_outline = apply_fills(prover, document, outline, fills)
        # The session is opened at the text that is to be checked, so that one process serves for both.
        async with self.sessions.lease(prover, Tracked(after, after_outline)) as lease:
            verifier = Verifier(prover, document, outline, allowed_axioms=self.allowed_axioms)
            here = evolve(lease, document=document, outline=outline, verifier=verifier)
            return await fill_together(here, fills, self.check_seconds, _MOST_CHECKS)

    def _tell(
        self,
        prover: Prover,
        document: Document,
        attempts: Mapping[Fill, str],
        result: Together,
        seconds: float,
        otherwise: Verdict,
    ) -> None:
        """The events of every attempt's end; ``otherwise``: what became of those whose proofs do not hold."""
        alone = len(result.fills) == 1
        text_hash = hash(document.text if alone else apply_edits(document.text, result.edits))
        reasons = {hole.id: reason for hole, reason in result.left_out}
        axioms = dict(zip(result.fills, result.axioms, strict=True))
        for fill, attempt in attempts.items():
            verdict = Verdict.VERIFIED if fill in axioms else otherwise
            with about(hole=fill.hole.id, attempt=attempt):
                if fill in axioms:
                    name = prover.info.name
                    proof = Proof(fill, result.edits, STRATEGY, name, seconds, text_hash, axioms[fill])
                    self.emit(ProofFound(document.uri, fill.hole, proof))
                message = reasons.get(fill.hole.id, "")
                done = Attempt(STRATEGY, prover.info.name, 1, seconds, verdict, message)
                self.emit(AttemptFinished(document.uri, fill.hole, done))
