"""Sentences run one after the other on top of a state of a process, and gone back before."""

from __future__ import annotations

import time

from attrs import evolve

from unsorry.errors import ProverTimeout
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.idetop import Answer, CallTimeout, Idetop
from unsorry.provers.rocq.protocol import RawGoals, Status, Value


class Walk:
    """A way through states, with one deadline (of ``time.monotonic``) for all of it. ``tip`` is the state that has
    been reached, ``status`` what the last sentence that succeeded left.

    Every method raises ``ProverTimeout`` at the deadline; then the prover's own tip is unknown.
    """

    def __init__(self, top: Idetop, tip: int, deadline: float) -> None:
        self._top = top
        self.tip = tip
        self.deadline = deadline
        self.status: Status | None = None

    async def run(self, text: str, seconds: float | None = None) -> Answer:
        """Runs one sentence; when it fails, the walk stays where it is. ``seconds`` bound this sentence alone: one
        that takes longer fails."""
        for again in (True, False):
            answer = await self._in_time(text, seconds)
            if answer.good or not (again and answer.interrupted):
                break
        return answer

    async def back(self, tip: int) -> None:
        """Goes back to a state that it came through."""
        await self.call(protocol.edit_at(tip))
        self.tip = tip

    async def goals(self) -> RawGoals | None:
        return protocol.read_goals((await self.call(protocol.goals())).value)

    async def query(self, text: str) -> Answer:
        """Runs sentences at the tip, from there each, and takes them back."""
        return await self.call(protocol.query(text, self.tip))

    async def call(self, request: bytes, seconds: float | None = None) -> Answer:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout("the time for running the text is over")
        return await self._top.call(request, left if seconds is None else min(seconds, left))

    async def _in_time(self, text: str, seconds: float | None) -> Answer:
        try:
            return await self._run(text, seconds)
        except CallTimeout as late:
            if seconds is None or not self._top.alive or time.monotonic() >= self.deadline:
                raise
            await self.back(self.tip)
            return evolve(late.answer, value=Value(False, message=late.message))

    async def _run(self, text: str, seconds: float | None) -> Answer:
        added = await self.call(protocol.add(text, self.tip), seconds)
        answer = added
        if added.good:
            answer = await self.call(protocol.status(), seconds)
            if answer.good:
                self.tip = protocol.read_state(added.value)
                self.status = protocol.read_status(answer.value)
                return evolve(answer, notices=added.notices + answer.notices)
        await self.call(protocol.edit_at(self.tip))
        return answer
