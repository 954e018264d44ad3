"""Sentences run one after the other on top of a state of a process, and gone back before.

What one sentence needs (go back, add it, see what it did) goes to the prover in one piece, and so do many sentences
of a text: the prover works on while its answers are read.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.idetop import Answer, CallTimeout, Idetop
from unsorry.provers.rocq.protocol import RawGoals, Status, Value


@frozen
class Ran:
    """A sentence that succeeded: the state after it, what it left, and whether it took something without proof.
    ``goals`` are those before it, where they were asked for."""

    state: int
    status: Status
    assumed: bool
    goals: RawGoals | None = None


class Walk:
    """A way through states, with one deadline (of ``time.monotonic``) for all of it. ``tip`` is the state that has
    been reached, ``status`` what the last sentence that ``run`` left; ``settled``: the prover's own tip is there.

    Every method that asks the prover raises ``ProverTimeout`` at the deadline; then the prover's own tip is unknown.
    """

    def __init__(self, top: Idetop, tip: int, deadline: float, *, settled: bool = True) -> None:
        self._top = top
        self.tip = tip
        self.deadline = deadline
        self.settled = settled
        self.status: Status | None = None

    async def run(self, text: str, seconds: float | None = None) -> Answer:
        """Runs one sentence; when it fails, the walk stays where it is. ``seconds`` bound this sentence alone: one
        that takes longer fails."""
        ran, after = await self._in_time(text, protocol.status(), seconds)
        if ran.good:
            self.status = protocol.read_status(after)
        return ran

    async def step(self, text: str, seconds: float | None = None) -> RawGoals | None:
        """Runs one sentence of a proof like ``run``, and reads the goals that it leaves; ``None`` when it fails, or
        ends the proof."""
        ran, after = await self._in_time(text, protocol.goals(), seconds)
        return protocol.read_goals(after) if ran.good else None

    async def run_all(self, texts: Sequence[tuple[str, bool]], ran: list[Ran]) -> None:
        """Runs sentences, each with whether to read the goals before it, as long as they succeed. What has been run
        joins ``ran``, also when this raises; the walk is behind it."""
        requests = self._going_there()
        ahead = len(requests)
        for number, (text, with_goals) in enumerate(texts):
            requests += [protocol.goals()] if with_goals else []
            # The prover numbers states one by one but for sentences that need several; `_take` sees those.
            requests += [protocol.add(text, self.tip + number), protocol.status()]
        answers: list[Answer] = []
        self.settled = False
        try:
            await self._top.calls(requests, self._left(), answers)
        finally:
            self._take(texts, answers[ahead:], ran)

    def back(self, tip: int) -> None:
        """Goes back to a state that it came through; the prover does with the next call."""
        self.settled = self.settled and tip == self.tip
        self.tip = tip

    async def goals(self) -> RawGoals | None:
        requests = [*self._going_there(), protocol.goals()]
        answers: list[Answer] = []
        await self._top.calls(requests, self._left(), answers)
        self.settled = self.settled or answers[0].good
        return protocol.read_goals(answers[-1].value)

    async def query(self, text: str) -> Answer:
        """Runs sentences at the tip, from there each, and takes them back."""
        return await self._top.call(protocol.query(text, self.tip), self._left())

    def _left(self, seconds: float | None = None) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout("the time for running the text is over")
        return left if seconds is None else min(seconds, left)

    def _going_there(self) -> list[bytes]:
        return [] if self.settled else [protocol.edit_at(self.tip)]

    async def _in_time(self, text: str, then: bytes, seconds: float | None) -> tuple[Answer, Value]:
        """What became of a sentence, and the answer to ``then``, which makes the prover run it."""
        for _ in range(2):
            try:
                ran, after = await self._run(text, then, seconds)
            except CallTimeout as late:
                if seconds is None or not self._top.alive or time.monotonic() >= self.deadline:
                    raise
                return evolve(late.answer, value=Value(False, message=late.message)), Value(False)
            if not ran.interrupted:  # a late interrupt of an earlier call hit this one
                break
        return ran, after

    async def _run(self, text: str, then: bytes, seconds: float | None) -> tuple[Answer, Value]:
        requests = [*self._going_there(), protocol.add(text, self.tip), then]
        answers: list[Answer] = []
        self.settled = False
        await self._top.calls(requests, self._left(seconds), answers)
        added, after = answers[-2:]
        if not added.good:
            return added, after.value
        if after.good:
            self.tip = protocol.read_state(added.value)
            self.settled = True
        return evolve(after, notices=added.notices + after.notices), after.value

    def _take(self, texts: Sequence[tuple[str, bool]], answers: list[Answer], ran: list[Ran]) -> None:
        """Takes the answers as far as each sentence was added where the one before had led, and succeeded."""
        rest = iter(answers)
        start = self.tip
        for number, (_, with_goals) in enumerate(texts):
            goals = next(rest, None) if with_goals else None
            added, after = next(rest, None), next(rest, None)
            if added is None or after is None or self.tip != start + number or not (added.good and after.good):
                return
            before = protocol.read_goals(goals.value) if goals is not None else None
            self.tip = protocol.read_state(added.value)
            self.status = protocol.read_status(after.value)
            assumed = added.assumed + after.assumed > 0
            ran.append(Ran(self.tip, self.status, assumed, before))
        self.settled = True
