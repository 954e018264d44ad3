"""One live ``coqidetop``: calls, alone or several at once, with a deadline, never out of step with their answers.

Calls that must end early (deadline, cancellation) are interrupted; what does not answer the interrupt is ended.
Afterwards the process is either usable or dead, and says which.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import time
from collections.abc import Sequence

from attrs import frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec, Due, pause
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.protocol import AXIOM, Decoder, Notice, Value

_INTERRUPT_SECONDS = 2.0
# `Fail` takes an interrupt for the failure of its own sentence and goes on with the next one: so, repeatedly.
_INTERRUPT_EVERY = 0.01
INTERRUPTED = "User interrupt."
_NOTICES_KEPT = 4000
_LARGEST_HELD = 1 << 20
# Each look at what comes costs the same, however little it is: a call that says much before its answer is looked at
# less often, and takes at most so many seconds longer, or this part (a larger one where nobody waits for each answer).
_MANY = 2
_PART, _RELAXED_PART = 1 / 5, 1 / 3


@frozen
class Answer:
    """What a call came to, and what was said on the way. Times are of ``time.monotonic``; ``arrivals`` are those
    of the notices."""

    value: Value
    notices: tuple[Notice, ...] = ()
    arrivals: tuple[float, ...] = ()
    started: float = 0.0
    ended: float = 0.0

    @property
    def good(self) -> bool:
        return self.value.good

    @property
    def message(self) -> str:
        return self.value.message

    @property
    def interrupted(self) -> bool:
        """Failed because of an interrupt, not because of what was asked."""
        return not self.good and self.message == INTERRUPTED

    @property
    def assumed(self) -> int:
        """How often the prover took something without proof: an axiom, an admitted goal or proof."""
        return sum(notice.level == AXIOM for notice in self.notices)

    @property
    def said(self) -> tuple[str, ...]:
        """What was printed because it was asked for."""
        return tuple(notice.text for notice in self.notices if notice.level in ("notice", "info"))


class CallTimeout(ProverTimeout):
    """The call was interrupted at its deadline; ``answer`` holds what was said before it."""

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.answer = answer


class CallFailed(ProverError):
    """The process died over a call; ``answer`` holds what was said before it."""

    def __init__(self, error: ProverError, answer: Answer) -> None:
        super().__init__(error.message, next_step=error.next_step, stderr=error.stderr)
        self.answer = answer


class Idetop:
    """Owner of one process. Whoever starts it closes it."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._decoder = Decoder()
        self._held: list[tuple[float, bytes]] = []  # when it came, and what: not yet decoded
        self._held_size = 0
        self._decoded = 0
        self._looks = 0
        self._notices: list[Notice] = []
        self._arrivals: list[float] = []
        self._answers: list[Answer] = []  # where the answers to the calls in flight go
        self._due = Due()  # answers to calls in flight
        self._started = 0.0
        self._part = _PART
        self._lock = asyncio.Lock()
        self._usable = True
        self.first_state = 0
        self.newest_state = (
            0  # kept by who adds sentences: the prover numbers states in the order in which it makes them
        )

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> Idetop:
        """Starts the program and says hello.

        Raises:
            ProverError: it did not start, or does not speak the protocol.
        """
        idetop = cls()
        idetop._child = await Child.start(spec, idetop._receive)
        try:
            answer = await idetop.call(protocol.init(), seconds)
            if not answer.good:
                raise idetop._program.failure(f"it refuses to start: {answer.message}")
            idetop.first_state = idetop.newest_state = protocol.read_state(answer.value)
        except BaseException:
            await idetop.close()
            raise
        return idetop

    @property
    def alive(self) -> bool:
        return self._usable and self._program.alive

    @property
    def pid(self) -> int:
        return self._program.pid

    def reap_orphans(self) -> None:
        """Ends what the program started and lost sight of; leaves the program alone."""
        self._program.reap_orphans()

    async def close(self) -> None:
        """Ends the process. Safe to call again."""
        self._usable = False
        await self._program.close()

    async def call(self, request: bytes, seconds: float) -> Answer:
        """Sends one call and waits for its answer; raises what ``calls`` does."""
        answers: list[Answer] = []
        await self.calls((request,), seconds, answers)
        return answers[0]

    async def calls(
        self, requests: Sequence[bytes], seconds: float, answers: list[Answer], *, relaxed: bool = False
    ) -> None:
        """Sends calls all at once and waits for their answers, which join ``answers`` in order as they come, also
        when not all of them do. ``relaxed``: they may take somewhat longer for less work here.

        Raises:
            CallTimeout: not all have an answer within ``seconds``. Look at ``alive``: the process was interrupted,
                or ended.
            CallFailed: the process died or answered what is not the protocol; it has been ended.
        """
        async with self._lock:
            if not self.alive:
                raise self._program.failure("it is not running")
            self._expect(len(requests), answers)
            self._part = _RELAXED_PART if relaxed else _PART
            try:
                self._program.write(b"".join(requests))
                await self._due.wait(self._program, seconds)
            except TimeoutError:
                late = self._said_so_far()
                await _uncancelled(self._stop())
                raise CallTimeout(f"the prover did not answer within {seconds:.1f} s", late) from None
            except asyncio.CancelledError:
                await _uncancelled(self._stop())
                raise
            except ProverError as error:
                await self.close()
                raise CallFailed(error, self._said_so_far()) from error

    @property
    def _program(self) -> Child:
        assert self._child is not None
        return self._child

    def _expect(self, number: int, answers: list[Answer]) -> None:
        with contextlib.suppress(ProverError):  # of what came when nothing was due
            self._decode()
        self._answers = answers
        self._due.expect(number)
        self._notices, self._arrivals = [], []
        self._started = time.monotonic()
        self._looks = 0  # since the last answer

    def _answer(self, value: Value, ended: float) -> Answer:
        return Answer(value, tuple(self._notices), tuple(self._arrivals), self._started, ended)

    def _said_so_far(self) -> Answer:
        """A failed call's answer."""
        with contextlib.suppress(ProverError):
            self._decode()
        return self._answer(Value(False), time.monotonic())

    def _receive(self, data: bytes) -> float:
        """Takes in output as it comes, and wakes who waits when there is nothing left to wait for. Returns how many
        seconds more of it may wait."""
        arrival = time.monotonic()
        if not data:
            self._due.end()
        self._held.append((arrival, data))
        self._held_size += len(data)
        self._looks += 1
        if not protocol.is_feedback(data) or self._held_size > _LARGEST_HELD:
            self._looks = 0
            try:
                self._decode()
            except ProverError as error:
                self._due.fail(error)
        if not self._due.more():
            return 0.0
        if self._looks < _MANY and self._due.number == 1:  # where more is due, the prover goes on meanwhile
            return 0.0
        return pause(arrival - self._started, self._part)

    def _decode(self) -> None:
        """Makes messages of what has come.

        Raises:
            ProverError: it is not the protocol.
        """
        held, self._held, self._held_size = self._held, [], 0
        pieces = iter(held)
        arrival, end = 0.0, self._decoded
        self._decoded += sum(len(data) for _, data in held)
        for message in self._decoder.feed(b"".join(data for _, data in held)):
            while end < self._decoder.at:
                arrival, data = next(pieces)
                end += len(data)
            if isinstance(message, Value):
                self._take(message, arrival)
            elif message.level == AXIOM or len(self._notices) < _NOTICES_KEPT:
                self._notices.append(message)
                self._arrivals.append(arrival)

    def _take(self, value: Value, arrival: float) -> None:
        self._due.answered()
        answer = self._answer(value, arrival)
        self._answers.append(answer)
        self._notices, self._arrivals, self._started = [], [], answer.ended

    async def _stop(self) -> None:
        """Interrupts the calls in flight until their answers come; ends the process when they do not."""
        try:
            async with asyncio.timeout(_INTERRUPT_SECONDS):
                self._expect(0, [])
                await self._interrupted()
                await self._settle()
        except (TimeoutError, ProverError):
            await self.close()

    async def _interrupted(self) -> None:
        while self._due.number:
            self._program.interrupt()
            with contextlib.suppress(TimeoutError):
                await self._due.wait(self._program, _INTERRUPT_EVERY)

    async def _settle(self) -> None:
        """An interrupt that came after the answer makes the next call fail: lets idle calls take it."""
        for _ in range(5):
            await asyncio.sleep(_INTERRUPT_EVERY)
            answers: list[Answer] = []
            self._expect(1, answers)
            self._program.write(protocol.about())
            await self._due.wait(self._program, _INTERRUPT_SECONDS)
            if answers[0].message != INTERRUPTED:
                return


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())


async def _uncancelled(work: collections.abc.Coroutine[object, object, None]) -> None:
    """Runs bounded work to its end although the caller is cancelled (again) meanwhile."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    task.result()
