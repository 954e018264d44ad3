"""Dafnys that die, hang, flood or lie: scripted programs, one a way of failing. None of it ever looks like a proof."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from family import command_of, family
from unsorry.configuration import default_provers
from unsorry.errors import ProverError
from unsorry.model import Available, Goals, Language, Missing, NoGoal, TrialResult
from unsorry.provers.dafny.installation import Installation, find_installation

FAKE = str(Path(__file__).parents[2] / "fakes" / "dafny.py")
TEXT = "lemma L(n: nat)\n  ensures n >= 0\n"
FILLED = TEXT + "{\n}\n"


def fake(tmp_path: Path, scenario: str, *, modern: bool = False, server: bool = True) -> Installation:
    program = tmp_path / "dafny"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" {scenario} "$@"\n')
    program.chmod(0o755)
    warm = (sys.executable, FAKE, scenario) if server and not modern else ()
    return Installation(str(program), "4.11.0" if modern else "2.3.0", modern, warm)


@pytest.mark.parametrize("modern", [False, True], ids=["2.3", "4"])
@pytest.mark.parametrize("scenario", ["silent", "deaf", "crash", "garbage", "failure", "lying", "flood"])
async def test_a_server_that_fails_is_an_error_soon(opened, tmp_path: Path, scenario: str, modern: bool) -> None:
    """However it fails, the session says so in bounded time, finds no goal or proof, and leaves no process."""
    if (scenario, modern) == ("failure", True):
        pytest.skip("of Dafny 2.3 alone")
    async with opened(TEXT, fake(tmp_path, scenario, modern=modern), timeout=1.0) as room:
        started = time.monotonic()
        for _ in range(2):
            try:
                trials = await room.trials("{}", seconds=2)
            except ProverError:
                trials = []
            assert all(trial.result is not TrialResult.CLOSED for trial in trials)
        assert time.monotonic() - started < 40
    assert not [child for child in family() if FAKE in command_of(child)]


@pytest.mark.parametrize("modern", [False, True], ids=["2.3", "4"])
@pytest.mark.parametrize("scenario", ["silent", "crash", "garbage", "lying", "mute", "slow", "flood"])
async def test_a_check_that_fails_verifies_nothing(opened, tmp_path: Path, scenario: str, modern: bool) -> None:
    """A crash, a time-out, silence or a lie is an error, an incomplete report, or a problem of the declaration."""
    if (scenario, modern) == ("mute", False):
        pytest.skip("Dafny 2 writes no log")
    async with opened(TEXT, fake(tmp_path, scenario, modern=modern), timeout=1.0) as room:
        try:
            report, _ = await room.check(FILLED, seconds=3)
        except ProverError:
            return
        assert not report.complete or any(problem.unit == 0 for problem in report.problems)


async def test_a_server_that_only_gives_up_has_refuted_nothing(opened, tmp_path: Path) -> None:
    """Its candidates timed out; they are not rejected, and not closed."""
    async with opened(TEXT, fake(tmp_path, "slow")) as room:
        assert [trial.result for trial in await room.trials("{}")] == [TrialResult.TIMED_OUT]


@pytest.mark.parametrize("modern", [False, True], ids=["2.3", "4"])
async def test_the_same_paths_with_a_program_that_works(opened, tmp_path: Path, modern: bool) -> None:
    """The scripted program shows that the failures above are its doing. For Dafny 4 there is no real one here."""
    async with opened(TEXT, fake(tmp_path, "honest", modern=modern)) as room:
        assert isinstance(await room.goals(), Goals)
        results = [trial.result for trial in await room.trials("assert wrong;", "{}")]
        assert results == [TrialResult.REJECTED, TrialResult.CLOSED]
        report, _ = await room.check(FILLED)
        assert report.complete
        assert not report.problems
        report, _ = await room.check(FILLED.replace("{\n", "{ assert wrong;\n"))
        assert [problem.unit for problem in report.problems] == [0]


@pytest.mark.parametrize("scenario", ["coldish", "odd", "vague"])
async def test_a_language_server_that_fails_is_replaced_by_processes(opened, tmp_path: Path, scenario: str) -> None:
    """Dafny 4 whose language server does not start, or says what nobody knows: ``dafny verify`` goes on, with the
    same verdicts. There is no real Dafny 4 here: the server is scripted after its documentation."""
    async with opened(TEXT, fake(tmp_path, scenario, modern=True)) as room:
        results = [trial.result for trial in await room.trials("assert wrong;", "{}")]
        assert results == [TrialResult.REJECTED, TrialResult.CLOSED]
    assert not [child for child in family() if FAKE in command_of(child)]


async def test_one_language_server_tries_many(opened, tmp_path: Path) -> None:
    """Scripted, as there is no real Dafny 4 here: one server for all trials, what does not resolve is told apart from
    what does not hold, and only the copies are verified."""
    text = TEXT + "\nlemma Other(n: nat)\n  ensures wrong(n)\n{\n}\n"
    async with opened(text, fake(tmp_path, "honest", modern=True)) as room:
        for _ in range(3):
            results = [t.result for t in await room.trials("assert wrong;", "unresolved(n);", "assert n >= 0;")]
            assert results == [TrialResult.REJECTED, TrialResult.REJECTED, TrialResult.CLOSED]
            room.session._known.clear()
        servers = [child for child in family() if FAKE in command_of(child) and "server" in command_of(child)]
        assert len({child.pid for child in servers if "reaper" not in command_of(child)}) == 1
        assert await room.find() == ["{"]
    assert not [child for child in family() if FAKE in command_of(child)]


async def test_what_a_language_server_says_proves_nothing(opened, tmp_path: Path) -> None:
    """A language server that calls everything right, scripted: a check is by ``dafny verify``, which does not."""
    async with opened(TEXT, fake(tmp_path, "honest", modern=True)) as room:
        report, _ = await room.check(FILLED.replace("{\n", "{ assert wrong;\n"))
        assert [problem.unit for problem in report.problems] == [0]


async def test_without_a_warm_server_each_trial_is_a_process(opened, tmp_path: Path) -> None:
    """Dafny 2 as a command alone does as well."""
    async with opened(TEXT, fake(tmp_path, "honest", server=False)) as room:
        assert [trial.result for trial in await room.trials("{}")] == [TrialResult.CLOSED]


async def test_what_doctor_says_of_a_program_that_is_none(tmp_path: Path) -> None:
    """A missing program, one that says nothing of its version, one that is too old; each with what to do."""
    mute = tmp_path / "mute"
    mute.write_text("#!/bin/sh\nexit 0\n")
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\necho Dafny 1.9.7.30401\n")
    for program in (mute, old):
        program.chmod(0o755)
    for path, said in ((str(mute), "version"), (str(old), "2.3"), (str(tmp_path / "none"), "not a program")):
        found = await find_installation(settings(path))
        assert isinstance(found, Missing)
        assert said in found.reason
        assert found.next_step
    modern = tmp_path / "modern"
    modern.write_text("#!/bin/sh\necho 4.11.0+fcb2042d6d043a2634f0854338c08feeaaaf4ae2\n")
    modern.chmod(0o755)
    found = await find_installation(settings(str(modern)))
    assert isinstance(found, Installation)
    assert found.modern
    assert isinstance(found.available, Available)


def settings(path: str):
    from attrs import evolve

    return evolve(default_provers()[Language("dafny")], path=path)


async def test_no_goal_is_told_with_its_reason(opened, tmp_path: Path) -> None:
    """A server that says nothing of use: the hole has no goal, and the reason is in words."""
    async with opened(TEXT, fake(tmp_path, "garbage"), timeout=2.0) as room:
        found = await room.goals()
        assert isinstance(found, NoGoal)
        assert found.reason
