"""One process and its ways to fail, each played by a scripted program: every question ends in time, nothing that goes
wrong counts as success, and the session is usable or dead, never confused."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import (
    Budget,
    Candidate,
    Document,
    Fill,
    Goals,
    Hole,
    HoleKind,
    Language,
    NoGoal,
    TrialResult,
    Verdict,
)
from unsorry.processes import ChildSpec
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.prover import make_prover
from unsorry.provers.idris2.session import IdrisSession
from unsorry.settings import ProverSettings
from unsorry.text import SourceText, Span
from unsorry.verification import Verifier

FAKE = Path(__file__).parents[3] / "fakes" / "idris2.py"
TEXT = "module T\n\n%default total\n\nf : (n : Nat) -> n = n\nf n = ?f_rhs\n"
HOLE = Hole("h", HoleKind.TERM, "f", Span(TEXT.index("?"), TEXT.index("?") + 6))

Start = Callable[..., IdrisSession]


def document(text: str, path: Path | None = None) -> Document:
    return Document(path.as_uri() if path else "file:///nowhere/T.idr", Language("idris2"), 1, SourceText(text), path)


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Sessions with a program that plays a scenario."""
    started: list[IdrisSession] = []

    def start_one(scenario: str, text: str = TEXT, seconds: float = 20.0) -> IdrisSession:
        spec = ChildSpec((sys.executable, str(FAKE), scenario))
        started.append(IdrisSession(spec, document(text), SYNTAX.outline(text, "T.idr"), seconds))
        return started[-1]

    yield start_one
    for session in started:
        await session.close()


async def judged(session: IdrisSession, text: str, proof: str) -> tuple[Verdict, str]:
    """What the rule makes of a candidate, as for a user."""
    verifier = Verifier(make_prover(ProverSettings()), document(text), SYNTAX.outline(text, "T.idr"), allowed_axioms=())
    judgement = (await verifier.verify(session, [Fill(HOLE, Candidate(proof))], 20)).judgement
    return judgement.verdict, judgement.reason


async def test_a_program_that_behaves(start: Start) -> None:
    """Goals, trials many at a time, and a verdict."""
    session = start("honest")
    goals = await session.goals(HOLE)
    assert isinstance(goals, Goals)
    assert goals.main.conclusion == "n = n"
    assert [(h.names, h.type) for h in goals.main.hypotheses] == [(("n",), "Nat")]
    assert "equality" in goals.features
    tried = [Candidate(text) for text in ("nosuch", "Refl", "?more", "f n")]
    results = [trial.result async for trial in session.trials(HOLE, tried, Budget(20))]
    assert results == [TrialResult.REJECTED, TrialResult.CLOSED, TrialResult.REJECTED, TrialResult.CLOSED]
    assert await judged(session, TEXT, "Refl") == (Verdict.VERIFIED, "")
    assert (await judged(session, TEXT, "nosuch"))[0] is Verdict.REJECTED


async def test_searching(start: Start) -> None:
    """What closes the goal by itself is found, with the clause around the hole left as it is."""
    candidates = [candidate async for candidate in start("honest").search("native", HOLE, Budget(20))]
    assert candidates[0] == Candidate("Refl")


@pytest.mark.parametrize("scenario", ["silent", "lying"])
async def test_a_search_in_vain(start: Start, scenario: str) -> None:
    """Without answers, or without holes to search at, it ends and offers nothing."""
    assert [one async for one in start(scenario).search("native", HOLE, Budget(0.5))] == []


async def test_a_program_that_never_greets(monkeypatch: pytest.MonkeyPatch, start: Start) -> None:
    """It is given its time to start, and then ended."""
    monkeypatch.setattr("unsorry.provers.idris2.loader.START_SECONDS", 0.3)
    session = start("mute")
    with pytest.raises(ProverTimeout, match="did not start"):
        await asyncio.wait_for(session._loader.start(0.3), 10)
    assert session.pid is None


@pytest.mark.parametrize("scenario", ["silent", "deaf"])
async def test_a_program_that_does_not_answer(start: Start, scenario: str) -> None:
    """The question ends in time, the process is gone, and the next question starts another."""
    session = start(scenario, seconds=0.5)
    with pytest.raises(ProverTimeout, match="load-file"):
        await session.goals(HOLE)
    assert session.pid is None
    with pytest.raises(ProverTimeout):
        await session.goals(HOLE)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("garbage", "INTERNAL ERROR"),
        ("crash", "ended in the middle of an answer"),
        ("flood", "endless answer"),
        ("forgetful", "form that is not known"),
    ],
)
async def test_a_program_that_fails(start: Start, scenario: str, said: str) -> None:
    """The error says what happened, trials and verdicts say that the prover failed, and nothing is proved."""
    session = start(scenario)
    with pytest.raises(ProverError, match=said):
        await session.goals(HOLE)
    results = [trial.result async for trial in session.trials(HOLE, [Candidate("Refl")], Budget(20))]
    assert results == [TrialResult.PROVER_FAILED]
    assert (await judged(session, TEXT, "Refl"))[0] is Verdict.PROVER_FAILED


async def test_the_last_words_of_a_program_are_kept(start: Start) -> None:
    """What it wrote to standard error before its end."""
    with pytest.raises(ProverError) as caught:
        await start("crash").goals(HOLE)
    assert "out of memory" in caught.value.stderr


async def test_a_program_that_talks_much(start: Start) -> None:
    """Megabytes beside the answer, beyond ASCII, do no harm: lengths count characters."""
    assert isinstance(await start("huge").goals(HOLE), Goals)


async def test_a_program_that_claims_success_for_everything(start: Start) -> None:
    """A load without complaint is no proof where the prover does not count the holes that are there."""
    session = start("lying")
    assert isinstance(await session.goals(HOLE), NoGoal)
    two = TEXT + "\ng : (n : Nat) -> n = n\ng n = (?one, ?two)\n"
    hole = Hole("h", HoleKind.TERM, "g", Span(two.index("?one"), two.index("?one") + 4))
    verifier = Verifier(make_prover(ProverSettings()), document(two), SYNTAX.outline(two, "T.idr"), allowed_axioms=())
    judgement = (await verifier.verify(session, [Fill(hole, Candidate("Refl"))], 20)).judgement
    assert judgement.verdict is Verdict.REJECTED


async def test_an_import_that_does_not_resolve(start: Start) -> None:
    """The hole stays open, and the reason is the import, at its place."""
    session = start("import")
    answer = await session.goals(HOLE)
    assert isinstance(answer, NoGoal)
    assert "No.Such not found" in answer.reason
    assert answer.at is not None
    verdict, reason = await judged(session, TEXT, "Refl")
    assert verdict is Verdict.REJECTED
    assert "No.Such not found" in reason


async def test_a_file_with_other_errors(start: Start) -> None:
    """Its holes have goals and are filled all the same; an error in the hole's own declaration is its reason."""
    text = TEXT + "\nbroken : Nat\nbroken = nosuch\n"
    session = start("honest", text)
    assert isinstance(await session.goals(HOLE), Goals)
    assert (await judged(session, text, "Refl"))[0] is Verdict.VERIFIED
    assert (await judged(session, text, "nosuch"))[0] is Verdict.REJECTED


async def test_a_load_is_not_begun_that_cannot_end(start: Start) -> None:
    """Too little time for any load so far costs no process, which would have to be started again."""
    session = start("honest")
    await session.goals(HOLE)
    pid = session.pid
    session._loader._shortest = 5.0
    budget = Budget(0.5)
    results = [trial.result async for trial in session.trials(HOLE, [Candidate("Refl")], budget)]
    assert results == [TrialResult.TIMED_OUT]
    assert session.pid == pid


async def test_two_holes_of_one_name(start: Start) -> None:
    """Idris knows holes by name alone: which one is meant cannot be told, and is said so."""
    text = TEXT + "\nnamespace A\n  g : (n : Nat) -> n = n\n  g n = ?f_rhs\n"
    answer = await start("honest", text).goals(HOLE)
    assert isinstance(answer, NoGoal)
    assert "name of its own" in answer.reason


async def test_cancelling_leaves_no_process(start: Start) -> None:
    """A cancelled question ends the program before the cancellation returns; the session goes on with another."""
    session = start("silent")
    await session.start()
    pid = session.pid
    assert pid is not None
    task = asyncio.create_task(session.goals(HOLE))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert session.pid is None
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_closing_is_quick_and_can_be_repeated(start: Start) -> None:
    """Also of a program that ignores being asked to end; its scratch directory goes too."""
    session = start("deaf")
    await session.start()
    root = session._loader._scratch.root
    before = time.monotonic()
    await session.close()
    await session.close()
    assert time.monotonic() - before < 30
    assert not root.exists()
    with pytest.raises(ProverError, match="closed"):
        await session.goals(HOLE)


async def test_the_users_files_are_left_alone(tmp_path: Path) -> None:
    """No byte of the project changes, and no build directory appears in it; what is remembered of a text holds only as
    long as its imports stay as they are."""
    (tmp_path / "src" / "Lib").mkdir(parents=True)
    (tmp_path / "p.ipkg").write_text('package p\nsourcedir = "src"\nopts = "--build-dir ../elsewhere --total"\n')
    (tmp_path / "src" / "Lib" / "A.idr").write_text("module Lib.A\n")
    path = tmp_path / "src" / "T.idr"
    text = TEXT.replace("module T\n", "module T\n\nimport Lib.A\n")
    path.write_text(text)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    spec = ChildSpec((sys.executable, str(FAKE), "honest"))
    session = IdrisSession(spec, document(text, path), SYNTAX.outline(text, "T.idr"), 20.0)
    hole = Hole("h", HoleKind.TERM, "f", Span(text.index("?"), text.index("?") + 6))
    try:
        assert isinstance(await session.goals(hole), Goals)
        root = session._loader._scratch.root
        assert (root / "Lib" / "A.idr").is_symlink()
        assert not (root / "T.idr").is_symlink()
        package = (root / "unsorryscratch.ipkg").read_text()
        assert "--total" in package
        assert "build-dir" not in package
        first = await session._loader.load(text, 20)
        assert await session._loader.load(text, 20) is first
        os.utime(tmp_path / "src" / "Lib" / "A.idr", ns=(1, 1))
        assert await session._loader.load(text, 20) is not first
    finally:
        await session.close()
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
