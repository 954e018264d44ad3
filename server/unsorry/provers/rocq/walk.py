"""Sentences run one after the other on top of a state of a process, and gone back before.

What one sentence needs (go back, add it, see what it did) goes to the prover in one piece, and so do many sentences
of a text: the prover works on while its answers are read.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverError, ProverTimeout
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


class Lost(ProverError):
    """Sentences that were taken for granted have not been run: the walk is not where it was thought to be."""

    def __init__(self) -> None:
        super().__init__("what was taken for granted has failed")


class Walk:
    """A way through states, with one deadline (of ``time.monotonic``) for all of it. ``status`` is what the last
    sentence that ``run`` left; ``settled``: the prover's own tip is where the walk is.

    Every method that asks the prover raises ``ProverTimeout`` at the deadline; then the prover's own tip is unknown.
    """

    def __init__(self, top: Idetop, tip: int, deadline: float, *, settled: bool = True) -> None:
        self._top = top
        self._reached = tip
        self._granted: list[str] = []
        self._lost = False
        self.deadline = deadline
        self.settled = settled
        self.status: Status | None = None

    @property
    def tip(self) -> int:
        """The state that the walk is at, what has been taken for granted included."""
        return self._coming(0) if self._granted else self._reached

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
        requests: list[bytes] = []
        tips = [self.tip, *(self._coming(number) for number in range(1, len(texts)))]
        for (text, with_goals), tip in zip(texts, tips, strict=True):
            requests += [protocol.goals()] if with_goals else []
            requests += [protocol.add(text, tip), protocol.status()]
        answers: list[Answer] = []
        try:
            await self._call(requests, answers, relaxed=True)
        finally:
            self._take(texts, tips, answers, ran)

    async def try_all(self, texts: Sequence[str], seconds: float) -> list[RawGoals | None]:
        """Runs each sentence of a proof at the tip, and takes it back: the goals that each leaves, ``None`` where it
        fails. One that is not done within ``seconds`` of the start fails; then those after it are not in the list."""
        requests: list[bytes] = []
        tip = self.tip
        for number, text in enumerate(texts):
            requests += [protocol.edit_at(tip)] if number else []
            requests += [protocol.add(text, tip), protocol.goals()]
        answers: list[Answer] = []
        try:
            await self._call(requests, answers, seconds)
        except CallTimeout:
            if not self._top.alive or time.monotonic() >= self.deadline:
                raise
        found: list[RawGoals | None] = []
        for added, after in zip(answers[::3], answers[1::3], strict=False):
            if added.interrupted or after.interrupted:  # a late interrupt of an earlier call hit this one
                break
            found.append(protocol.read_goals(after.value) if added.good and after.good else None)
        return found if len(found) == len(texts) else [*found, None]

    async def ask_all(self, questions: Sequence[tuple[Sequence[str], str]]) -> list[Answer]:
        """The answers to queries, each behind sentences of its own from the tip on, which are known to succeed and are
        taken back."""
        requests: list[bytes] = []
        tip, made = self.tip, 0
        for texts, query in questions:
            requests += [protocol.edit_at(tip)] if requests else []
            at = tip
            for text in texts:
                requests.append(protocol.add(text, at))
                made += 1
                at = self._coming(made)
            requests.append(protocol.query(query, at))
        answers: list[Answer] = []
        await self._call(requests, answers)
        ends = itertools.accumulate(len(texts) + 2 for texts, _ in questions)
        return [answers[end - 2] for end in ends]

    def grant(self, text: str) -> None:
        """Takes it for granted that a sentence succeeds: it is run together with what is asked next, which fails or
        raises ``Lost`` where that was wrong."""
        self._granted.append(text)

    def back(self, tip: int) -> None:
        """Goes back to a state that it came through; the prover does with the next call."""
        while self._granted and self.tip > max(tip, self._reached):
            self._granted.pop()
        if self.tip != tip:
            self._reached = tip
            self.settled = False

    async def goals(self) -> RawGoals | None:
        return protocol.read_goals((await self._ask(protocol.goals())).value)

    async def query(self, text: str) -> Answer:
        """Runs sentences at the tip, from there each, and takes them back."""
        return await self._ask(protocol.query(text, self.tip))

    async def _ask(self, question: bytes) -> Answer:
        answers: list[Answer] = []
        self.settled = await self._call([question], answers)
        return answers[0]

    def _left(self, seconds: float | None = None) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout("the time for running the text is over")
        return left if seconds is None else min(seconds, left)

    def _coming(self, number: int) -> int:
        """The state after so many more sentences, if all goes well: the prover numbers states one by one, whatever it
        goes back to, but for sentences that need several."""
        return self._top.newest_state + len(self._granted) + number

    async def _call(
        self, requests: Sequence[bytes], answers: list[Answer], seconds: float | None = None, *, relaxed: bool = False
    ) -> bool:
        """Has the prover go where the walk is, and sends calls; their answers join ``answers``, also when this
        raises. Whether the prover did go there; after calls that add nothing it is there still."""
        there = [] if self.settled else [protocol.edit_at(self._reached)]
        for number, text in enumerate(self._granted):
            there.append(protocol.add(text, self._top.newest_state + number if number else self._reached))
        left = self._left(seconds)
        came: list[Answer] = []
        self.settled = False
        try:
            if not self._lost:
                await self._top.calls([*there, *requests], left, came, relaxed=relaxed)
        finally:
            self._arrive(len(there), came[: len(there)])
            answers += came[len(there) :]
            for request, answer in zip(requests, answers, strict=False):
                if protocol.is_add(request):
                    self._number(answer)
        if self._lost:
            raise Lost
        return all(answer.good for answer in came[: len(there)])

    def _arrive(self, due: int, answers: Sequence[Answer]) -> None:
        """Takes the answers to the calls that were to bring the prover to the tip."""
        granted, self._granted = self._granted, []
        self._lost = self._lost or (bool(granted) and len(answers) < due)
        for answer in answers[len(answers) - len(granted) :] if not self._lost else ():
            expected = self._coming(1)
            self._lost = self._lost or self._number(answer) != expected
            self._reached = expected

    def _number(self, answer: Answer) -> int | None:
        """The state that adding a sentence made, if it did."""
        if not answer.good:
            return None
        state = protocol.read_state(answer.value)
        self._top.newest_state = max(self._top.newest_state, state)
        return state

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
        answers: list[Answer] = []
        await self._call([protocol.add(text, self.tip), then], answers, seconds)
        added, after = answers
        if not added.good:
            return added, after.value
        if after.good:
            self._reached = protocol.read_state(added.value)
            self.settled = True
        return evolve(after, notices=added.notices + after.notices), after.value

    def _take(
        self, texts: Sequence[tuple[str, bool]], tips: Sequence[int], answers: list[Answer], ran: list[Ran]
    ) -> None:
        """Takes the answers as far as each sentence was added where the one before had led, and succeeded."""
        rest = iter(answers)
        for (_, with_goals), tip in zip(texts, tips, strict=True):
            goals = next(rest, None) if with_goals else None
            added, after = next(rest, None), next(rest, None)
            if added is None or after is None or self._reached != tip or not (added.good and after.good):
                return
            before = protocol.read_goals(goals.value) if goals is not None else None
            self._reached = protocol.read_state(added.value)
            self.status = protocol.read_status(after.value)
            assumed = added.assumed + after.assumed > 0
            ran.append(Ran(self._reached, self.status, assumed, before))
        self.settled = True
