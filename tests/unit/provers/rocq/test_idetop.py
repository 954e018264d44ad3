"""One process, one call at a time: what happens when the program misbehaves, each way with its own fake."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import ChildSpec
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.idetop import Answer, CallFailed, CallTimeout, Idetop

FAKE = Path(__file__).parents[3] / "fakes" / "idetop.py"


@contextlib.asynccontextmanager
async def started(scenario: str) -> AsyncIterator[Idetop]:
    spec = ChildSpec((sys.executable, str(FAKE)), env={"FAKE_SCENARIO": scenario}, nice=0)
    idetop = await Idetop.start(spec, 10)
    process = psutil.Process(idetop.pid)
    family = [process, *process.children(recursive=True)]
    try:
        yield idetop
    finally:
        await idetop.close()
        _, alive = await asyncio.to_thread(psutil.wait_procs, family, 5)
        assert not alive, "the process outlives its owner"


async def test_answers_may_come_a_byte_at_a_time() -> None:
    """Where reads cut the stream makes no difference."""
    async with started("split") as idetop:
        answer = await idetop.call(protocol.add("Check é.", 1), 10)
        assert protocol.read_state(answer.value) == 3
        assert (await idetop.call(protocol.query("x", 1), 10)).message == "No."


async def test_many_notices_are_bounded() -> None:
    """A flood of messages is read to its end, kept in part, and the answer after it is the call's own."""
    async with started("chatty") as idetop:
        answer = await idetop.call(protocol.status(), 30)
        assert answer.good
        assert 0 < len(answer.notices) < 20000
        assert answer.notices[0].text == "more   of it"


async def test_calls_in_one_piece_are_answered_in_order() -> None:
    """Each call has its own answer, however many went to the prover at once."""
    async with started("") as idetop:
        answers: list[Answer] = []
        await idetop.calls((protocol.about(), protocol.query("x", 1), protocol.goals()), 10, answers)
        assert [answer.good for answer in answers] == [True, False, True]
        assert protocol.read_version(answers[0].value) == "8.16.1"


async def test_answers_before_a_deadline_are_kept() -> None:
    """When one of several calls is late, what was answered before is known, and nothing is left for the next."""
    async with started("silent") as idetop:
        answers: list[Answer] = []
        with pytest.raises(CallTimeout):
            await idetop.calls((protocol.about(), protocol.status(), protocol.status()), 0.5, answers)
        assert [protocol.read_version(answer.value) for answer in answers] == ["8.16.1"]
        assert protocol.read_version((await idetop.call(protocol.about(), 5)).value) == "8.16.1"


@pytest.mark.parametrize("scenario", ["silent", "slow"])
async def test_a_late_answer_is_interrupted(scenario: str) -> None:
    """At the deadline the call is interrupted; the process stays, and the next answer is not the old one's."""
    async with started(scenario) as idetop:
        for _ in range(2):
            with pytest.raises(CallTimeout):
                await idetop.call(protocol.status(), 0.2)
            assert idetop.alive
        assert protocol.read_version((await idetop.call(protocol.about(), 5)).value) == "8.16.1"


async def test_what_ignores_signals_is_ended() -> None:
    """A program that neither answers nor takes notice of signals is gone soon after the deadline."""
    async with started("stubborn") as idetop:
        with pytest.raises(ProverTimeout):
            await idetop.call(protocol.status(), 0.2)
        assert not idetop.alive
        with pytest.raises(ProverError):
            await idetop.call(protocol.status(), 1)


async def test_cancelling_stops_the_work() -> None:
    """Cancelling a call does not return before the program has stopped or been ended."""
    async with started("stubborn") as idetop:
        call = asyncio.create_task(idetop.call(protocol.status(), 60))
        await asyncio.sleep(0.2)
        call.cancel()
        await asyncio.sleep(0.05)
        call.cancel()  # impatience changes nothing
        with pytest.raises(asyncio.CancelledError):
            await call
        assert not idetop.alive


async def test_a_crash_tells_its_last_words() -> None:
    """When the program dies, the error says so at once, with what it wrote to standard error."""
    async with started("crash") as idetop:
        with pytest.raises(CallFailed) as failure:
            await idetop.call(protocol.status(), 30)
        assert "out of memory" in failure.value.stderr
        assert not idetop.alive


@pytest.mark.parametrize("scenario", ["garbage", "huge"])
async def test_what_is_not_the_protocol_ends_it(scenario: str) -> None:
    """Garbage and an answer without end are errors, never an answer."""
    async with started(scenario) as idetop:
        with pytest.raises(CallFailed):
            await idetop.call(protocol.status(), 60)
        assert not idetop.alive


async def test_a_program_that_does_not_start() -> None:
    """A program that is no prover is an error, and leaves nothing behind."""
    with pytest.raises(ProverError):
        await Idetop.start(ChildSpec(("false",)), 10)
