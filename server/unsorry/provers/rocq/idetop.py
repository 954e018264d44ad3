"""One live ``coqidetop``: a call at a time, each with a deadline, never out of step with its answers.

A call that must end early (deadline, cancellation) is interrupted; what does not answer the interrupt is ended.
Afterwards the process is either usable or dead, and says which.
"""

from __future__ import annotations

import asyncio
import collections
import contextlib
import time

from attrs import frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.protocol import AXIOM, Decoder, Notice, Value

_INTERRUPT_SECONDS = 2.0
# `Fail` takes an interrupt for the failure of its own sentence and goes on with the next one: so, repeatedly.
_INTERRUPT_EVERY = 0.01
INTERRUPTED = "User interrupt."
_NOTICES_KEPT = 4000


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

    def __init__(self, child: Child) -> None:
        self._child = child
        self._decoder = Decoder()
        self._messages: collections.deque[Value | Notice] = collections.deque()
        self._notices: list[Notice] = []
        self._arrivals: list[float] = []
        self._started = self._arrival = 0.0
        self._lock = asyncio.Lock()
        self._usable = True
        self.first_state = 0

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> Idetop:
        """Starts the program and says hello.

        Raises:
            ProverError: it did not start, or does not speak the protocol.
        """
        idetop = cls(await Child.start(spec))
        try:
            answer = await idetop.call(protocol.init(), seconds)
            if not answer.good:
                raise idetop._child.failure(f"it refuses to start: {answer.message}")
            idetop.first_state = protocol.read_state(answer.value)
        except BaseException:
            await idetop.close()
            raise
        return idetop

    @property
    def alive(self) -> bool:
        return self._usable and self._child.alive

    @property
    def pid(self) -> int:
        return self._child.pid

    def reap_orphans(self) -> None:
        """Ends what the program started and lost sight of; leaves the program alone."""
        self._child.reap_orphans()

    async def close(self) -> None:
        """Ends the process. Safe to call again."""
        self._usable = False
        await self._child.close()

    async def call(self, request: bytes, seconds: float) -> Answer:
        """Sends one call and waits for its answer.

        Raises:
            CallTimeout: no answer within ``seconds``. Look at ``alive``: the process was interrupted, or ended.
            CallFailed: the process died or answered what is not the protocol; it has been ended.
        """
        async with self._lock:
            if not self.alive:
                raise self._child.failure("it is not running")
            self._notices, self._arrivals, self._started = [], [], time.monotonic()
            try:
                async with asyncio.timeout(seconds):
                    await self._child.send(request)
                    return self._answer(await self._value())
            except TimeoutError:
                answer = self._answer(Value(False))
                await _uncancelled(self._stop())
                raise CallTimeout(f"the prover did not answer within {seconds:.1f} s", answer) from None
            except asyncio.CancelledError:
                await _uncancelled(self._stop())
                raise
            except ProverError as error:
                await self.close()
                raise CallFailed(error, self._answer(Value(False))) from error

    def _answer(self, value: Value) -> Answer:
        return Answer(value, tuple(self._notices), tuple(self._arrivals), self._started, time.monotonic())

    async def _value(self) -> Value:
        while True:
            while self._messages:
                message = self._messages.popleft()
                if isinstance(message, Value):
                    return message
                if message.level == AXIOM or len(self._notices) < _NOTICES_KEPT:
                    self._notices.append(message)
                    self._arrivals.append(self._arrival)
            data = await self._child.read()
            self._arrival = time.monotonic()
            if not data:
                raise self._child.failure("it ended while it was at work")
            try:
                self._messages.extend(self._decoder.feed(data))
            except ProverError as error:
                raise self._child.failure(error.message) from error

    async def _stop(self) -> None:
        """Interrupts the call in flight until its answer comes; ends the process when none does."""
        try:
            async with asyncio.timeout(_INTERRUPT_SECONDS):
                await self._interrupted()
                await self._settle()
        except (TimeoutError, ProverError):
            await self.close()

    async def _interrupted(self) -> None:
        answer = asyncio.create_task(self._value())
        try:
            while not answer.done():
                self._child.interrupt()
                await asyncio.wait([answer], timeout=_INTERRUPT_EVERY)
            answer.result()
        finally:
            answer.cancel()

    async def _settle(self) -> None:
        """An interrupt that came after the answer makes the next call fail: lets idle calls take it."""
        for _ in range(5):
            await asyncio.sleep(_INTERRUPT_EVERY)
            await self._child.send(protocol.about())
            if (await self._value()).message != INTERRUPTED:
                return


async def _uncancelled(work: collections.abc.Coroutine[object, object, None]) -> None:
    """Runs bounded work to its end although the caller is cancelled (again) meanwhile."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([task])
    task.result()
