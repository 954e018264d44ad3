"""A Lean that dies, hangs, floods or lies: what the session says, and how it goes on.

The scripted Lean (``tests/fakes/lean.py``) stands where a real one cannot be made to fail so, and for Lake.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import psutil
import pytest

from family import command_of, family
from unsorry.errors import ProverError, ProverMissing, ProverTimeout
from unsorry.model import Budget, Candidate, Goals, NoGoal, TrialResult

FAKE = Path(__file__).parents[2] / "fakes" / "lean.py"
TEXT = "theorem a (n : Nat) : n = n := by\n  sorry\n"
SAME = "theorem same (p : Prop) (h : p) : p := by\n  sorry\n"
TREE = (
    "def tree : Nat → Nat → Nat\n  | .zero, x => x\n"
    "  | .succ n, x => Nat.add (tree n (Nat.add x x)) (tree n (Nat.succ (Nat.add x x)))\n\n"
)
FOREVER = "exact (fun (e : tree 60 0 = 7) => h) (Eq.refl 7)"


def workers() -> list[psutil.Process]:
    return [process for process in family() if "--worker" in command_of(process)]


@pytest.mark.lean4
async def test_a_killed_worker(opened) -> None:
    """Lean then leaves requests for the file without an answer; the session finds out and goes on."""
    async with opened(SAME) as room:
        assert isinstance(await room.goals(), Goals)
        for worker in workers():
            worker.kill()
        await asyncio.sleep(0.2)
        results = await room.results("exact p", "exact h")
        assert results[-1] == "closed"
        assert isinstance(await room.goals(), Goals)


@pytest.mark.lean4
async def test_a_worker_killed_at_work(opened) -> None:
    """The candidate at work fails with it; the next one is tried with a new one."""
    async with opened(TREE + SAME) as room:
        await room.goals()

        async def kill() -> None:
            await asyncio.sleep(1.0)
            for worker in workers():
                worker.kill()

        killer = asyncio.create_task(kill())
        trials = [*await room.trials(FOREVER, each=30, seconds=30), *await room.trials("exact h")]
        await killer
        assert [trial.result for trial in trials] == [TrialResult.PROVER_FAILED, TrialResult.CLOSED]


@pytest.mark.lean4
async def test_a_killed_server(opened) -> None:
    """A server that is gone is started anew by the next question."""
    async with opened(SAME) as room:
        await room.goals()
        for process in family():
            process.kill()
        await asyncio.sleep(0.2)
        assert isinstance(await room.goals(), Goals)


@pytest.mark.lean4
async def test_cancelling_stops_lean(opened) -> None:
    """Work that is cancelled ends, and the session answers the next question."""
    async with opened(TREE + SAME) as room:
        await room.goals()
        task = asyncio.create_task(room.trials(FOREVER, each=60))
        await asyncio.sleep(0.7)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await room.results("exact h") == ["closed"]
        await asyncio.sleep(0.5)
        (worker,) = workers()
        before = worker.cpu_times().user
        await asyncio.sleep(0.5)
        assert worker.cpu_times().user - before < 0.3, "the endless candidate is still at work"


@pytest.mark.lean4
async def test_closing_leaves_nothing(opened) -> None:
    """After ``close``, in the middle of work and twice, no process of the session lives, and no file of it."""
    async with opened(TREE + SAME) as room:
        await room.goals()

        async def work() -> None:
            async for _ in room.session.trials(room.holes[0], [Candidate(FOREVER)], Budget(60, 60)):
                pass

        task = asyncio.create_task(work())
        await asyncio.sleep(0.5)
        processes, folder = family(), room.session._folder
        assert len(processes) >= 3
        await room.session.close()
        await room.session.close()
        await asyncio.wait([task], timeout=10)
        assert task.done()
        _, alive = await asyncio.to_thread(psutil.wait_procs, processes, 5)
        assert not alive
        assert not folder.exists()


@pytest.fixture
def fake(tmp_path: Path) -> str:
    """The scripted Lean as a program of its own, with a ``lake`` beside it."""
    for name in ("lean", "lake"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            f'#!/bin/sh\necho "$PWD: {name} $*" >>"{tmp_path}/calls"\nexec "{sys.executable}" "{FAKE}" "$@"\n'
        )
        program.chmod(0o755)
    return str(tmp_path / "bin" / "lean")


@pytest.mark.parametrize("scenario", ["honest", "collide", "quotes"])
async def test_the_scripted_lean_behaves(opened, fake: str, scenario: str) -> None:
    """Where nothing goes wrong the play is as with a real one, whatever the ids of Lean's own requests, and in either
    wording of the warning."""
    async with opened(TEXT, path=fake, env={"FAKE_SCENARIO": scenario}) as room:
        assert (await room.goals()).main.conclusion == "n = n"
        assert await room.results("simp", "rfl", "omega") == ["rejected", "closed", "rejected"]
        before = await room.check()
        after = await room.check(room.filled("rfl"), "a")
        assert (before.complete, before.open_holes) == (True, {0: 1})
        assert (after.complete, after.open_holes, after.axioms) == (True, {}, {0: frozenset()})


@pytest.mark.parametrize("scenario", ["silent", "deaf", "garbage", "nojson", "crash", "worker", "huge", "flood"])
async def test_however_it_fails_the_session_says_so_soon(opened, fake: str, scenario: str) -> None:
    """Each question ends with an error in bounded time, nothing is closed or complete, and nothing is left."""
    settings = {"path": fake, "env": {"FAKE_SCENARIO": scenario}, "timeout": 1.0}
    started = time.monotonic()
    async with opened(TEXT, **settings) as room:
        for _ in range(2):
            with pytest.raises(ProverError) as failure:
                await room.goals()
            if scenario == "crash":
                assert "Stack overflow" in failure.value.stderr
        with pytest.raises(ProverError):
            await room.check(seconds=1)
        try:
            trials = await room.trials("rfl", "assumption", "simp", "omega", each=0.5, seconds=3)
        except ProverError:
            trials = []
        assert all(trial.result in (TrialResult.TIMED_OUT, TrialResult.PROVER_FAILED) for trial in trials)
    assert time.monotonic() - started < 60
    assert not [p for p in family() if "lean.py" in command_of(p)]


async def test_an_edit_makes_it_leave_what_it_is_at(opened, fake: str) -> None:
    """Candidates without an answer time out, and the same server goes on: it is not started anew."""
    text = f"theorem before : 1 = 1 := by\n  trivial\n\n{TEXT}"
    async with opened(text, path=fake, env={"FAKE_SCENARIO": "slow"}) as room:
        assert isinstance(await room.goals(), Goals)
        pid = room.session.pid
        assert await room.results("simp") == ["rejected"]
        trials = await room.trials("rfl", "exact rfl", each=0.3, seconds=10)
        assert [trial.result for trial in trials] == [TrialResult.TIMED_OUT] * 2
        assert isinstance(await room.goals(), Goals)
        assert room.session.pid == pid


async def test_one_that_never_says_hello(opened, fake: str, monkeypatch) -> None:
    """Opening ends with an error, and ends the program."""
    monkeypatch.setattr("unsorry.provers.lean4.session._START_SECONDS", 0.5)
    with pytest.raises(ProverTimeout):
        async with opened(TEXT, path=fake, env={"FAKE_SCENARIO": "mute"}):
            pass
    assert not [p for p in family() if "lean.py" in command_of(p)]


@pytest.mark.parametrize("scenario", ["lying", "forging"])
async def test_one_that_lies_proves_nothing(opened, fake: str, scenario: str) -> None:
    """An answer that says too little, or at another place, is no proof of anything."""
    async with opened(TEXT, path=fake, env={"FAKE_SCENARIO": scenario}) as room:
        report = await room.check(room.filled("rfl"), "a")
        assert not report.complete or 0 not in report.axioms


@pytest.mark.parametrize(("scenario", "words"), [("stale", "lake build"), ("imports", "Nowhere")])
async def test_imports_that_do_not_load(opened, fake: str, scenario: str, words: str) -> None:
    """The hole stays open with a reason that says what to do; nothing is built behind the user's back."""
    async with opened(TEXT, path=fake, env={"FAKE_SCENARIO": scenario}) as room:
        told = await room.goals()
        assert isinstance(told, NoGoal)
        assert words in told.reason
        report = await room.check()
        assert not report.complete
        assert report.problems


@pytest.mark.parametrize(("scenario", "words"), [("old", "or later"), ("stranger", "no Lean 4")])
async def test_a_program_that_will_not_do(opened, fake: str, scenario: str, words: str) -> None:
    with pytest.raises(ProverMissing, match=words):
        async with opened(TEXT, path=fake, env={"FAKE_SCENARIO": scenario}):
            pass


async def test_in_a_lake_project_lake_serves(opened, fake: str, tmp_path: Path) -> None:
    """In the project's root, where Lean learns what the project is."""
    (tmp_path / "lakefile.toml").write_text('name = "x"\n')
    file = tmp_path / "deep" / "A.lean"
    async with opened(TEXT, file, path=fake) as room:
        await room.goals()
    calls = (tmp_path / "calls").read_text().splitlines()
    assert calls[-1] == f"{tmp_path}: lake serve -- -Dserver.reportDelayMs=0"


async def test_a_project_without_the_kernel(opened, fake: str, tmp_path: Path) -> None:
    """Whatever is proved there rests on no kernel having looked, also where this became so after the session began."""
    lakefile = tmp_path / "lakefile.toml"
    lakefile.write_text('name = "x"\n')
    async with opened(TEXT, tmp_path / "A.lean", path=fake) as room:
        assert (await room.check(room.filled("rfl"), "a")).axioms == {0: frozenset()}
        lakefile.write_text('name = "x"\n[leanOptions]\ndebug.skipKernelTC = true\n')
        report = await room.check(room.filled("rfl"), "a")
        assert (report.axioms, report.certain) == ({0: frozenset({"debug.skipKernelTC"})}, {0: frozenset()})


async def test_elsewhere_lean_itself(opened, fake: str, tmp_path: Path) -> None:
    """In the file's own folder."""
    async with opened(TEXT, tmp_path / "A.lean", path=fake) as room:
        await room.goals()
    assert (tmp_path / "calls").read_text().splitlines()[-1] == f"{tmp_path}: lean --server -Dserver.reportDelayMs=0"


async def test_a_project_that_needs_a_download(opened, fake: str, tmp_path: Path) -> None:
    """Lake would begin to fetch; so it is not started, and the message says what to run."""
    (tmp_path / "lakefile.toml").write_text('name = "x"\n[[require]]\nname = "mathlib"\n')
    (tmp_path / "lake-manifest.json").write_text('{"packages": [{"name": "mathlib", "type": "git"}]}')
    with pytest.raises(ProverError, match=r"needs a download: mathlib.*lake exe cache get"):
        async with opened(TEXT, tmp_path / "A.lean", path=fake):
            pass
    assert "serve" not in (tmp_path / "calls").read_text()


async def test_a_lake_project_without_lake(opened, fake: str, tmp_path: Path) -> None:
    """A lone ``lean`` cannot check a project's file."""
    (tmp_path / "lakefile.toml").write_text('name = "x"\n')
    Path(fake).with_name("lake").unlink()
    with pytest.raises(ProverError, match="no lake"):
        async with opened(TEXT, tmp_path / "A.lean", path=fake):
            pass
