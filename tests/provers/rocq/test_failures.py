"""Provers that die, hang or lie in the middle of a session: what the session says, and how it goes on."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import psutil
import pytest

from family import command_of, family
from unsorry.errors import ProverError
from unsorry.model import Budget, Candidate, Goals, TrialResult

FAKE = Path(__file__).parents[2] / "fakes" / "idetop.py"
TEXT = "Lemma a : 1 = 1.\nProof.\n  admit.\nAdmitted.\n"


def programs(room) -> list[psutil.Process]:
    """Every process of the session, supervisors included."""
    return [p for p in family() if "coqidetop" in command_of(p) or "idetop.py" in command_of(p)]


@pytest.mark.rocq
async def test_killed_between_calls(opened) -> None:
    """A prover that was killed is started anew by the next question, which gets its answer."""
    async with opened(TEXT) as room:
        await room.goals()
        for process in programs(room):
            process.kill()
        await asyncio.sleep(0.1)
        assert isinstance(await room.goals(), Goals)
        assert await room.results("reflexivity") == ["closed"]


@pytest.mark.rocq
async def test_killed_in_the_middle_of_a_trial(opened) -> None:
    """The candidate at work fails with its prover; the ones after it are tried with a new one."""
    async with opened(TEXT) as room:

        async def kill() -> None:
            await asyncio.sleep(1)
            for process in programs(room):
                if not process.children():
                    process.kill()

        killer = asyncio.create_task(kill())
        trials = await room.trials("discriminate", "do 1000000000 idtac", "reflexivity", each=30)
        await killer
        assert [t.result for t in trials] == [TrialResult.REJECTED, TrialResult.PROVER_FAILED, TrialResult.CLOSED]


@pytest.mark.rocq
async def test_out_of_memory(opened) -> None:
    """A candidate that eats all memory is ended at the cap; the next one is tried."""
    async with opened(TEXT, memory_mb=700) as room:
        eat = "let t := eval vm_compute in (Nat.pow 2 40) in idtac"
        trials = await room.trials(eat, "reflexivity", each=20)
        assert trials[0].result is not TrialResult.CLOSED
        assert trials[-1].result is TrialResult.CLOSED


@pytest.mark.rocq
async def test_closing_leaves_nothing(opened) -> None:
    """After ``close``, also in the middle of work and twice, no process of the session lives, and no file of it."""
    async with opened(TEXT) as room:
        await room.check(None, "a")

        async def work() -> None:
            candidates = [Candidate("do 1000000000 idtac")] * 3
            async for _ in room.session.trials(room.holes[0], candidates, Budget(60, 60)):
                pass

        task = asyncio.create_task(work())
        await asyncio.sleep(0.5)
        started = programs(room)
        assert len(started) >= 4
        scratch = room.session._scratch
        await room.session.close()
        await room.session.close()
        with pytest.raises((ProverError, asyncio.CancelledError)):
            await asyncio.wait_for(task, 10)
        _, alive = await asyncio.to_thread(psutil.wait_procs, started, 5)
        assert not alive
        assert not scratch.exists()


@pytest.fixture
def fake_program(tmp_path: Path) -> str:
    """The misbehaving prover as a program of its own."""
    program = tmp_path / "coqidetop"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n')
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("scenario", ["crash", "garbage", "stubborn", "silent"])
async def test_a_prover_that_fails_is_an_error_soon(opened, fake_program: str, scenario: str) -> None:
    """However it fails, the session says so in bounded time, and can be closed."""
    settings = {"path": fake_program, "env": {"FAKE_SCENARIO": scenario}, "timeout": 1.0}
    async with opened(TEXT, **settings) as room:
        started = time.monotonic()
        for _ in range(2):
            with pytest.raises(ProverError):
                await room.goals()
        with pytest.raises(ProverError):
            await room.check(None, "a", seconds=1)
        assert time.monotonic() - started < 60


async def test_a_prover_that_lies_proves_nothing(opened, fake_program: str) -> None:
    """A prover that calls everything good still says nothing that could pass for axioms: they stay unknown."""
    settings = {"path": fake_program, "env": {"FAKE_SCENARIO": "lying"}}
    async with opened(TEXT, **settings) as room:
        report = await room.check("Lemma a : 1 = 1.\nProof.\n  reflexivity.\nQed.\n", "a")
        assert 0 not in report.axioms
        assert not isinstance(await room.goals(), Goals)
