"""One process and its ways to fail: every question ends in time, and the session is usable or dead, never confused."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Budget, Candidate, Document, Goals, Hole, HoleKind, Language, TrialResult
from unsorry.processes import ChildSpec
from unsorry.provers.agda import protocol
from unsorry.provers.agda.holes import SYNTAX
from unsorry.provers.agda.interaction import Interaction
from unsorry.provers.agda.replies import Reply
from unsorry.provers.agda.session import AgdaSession
from unsorry.text import SourceText, Span

FAKE = Path(__file__).parents[3] / "fakes" / "agda.py"
TEXT = "module T where\nf : n ≡ n\nf = ?\n"
HOLE = Hole("h", HoleKind.TERM, "f", Span(TEXT.index("?"), TEXT.index("?") + 1))


def spec(scenario: str) -> ChildSpec:
    return ChildSpec((sys.executable, str(FAKE), scenario))


@pytest.fixture
async def start() -> AsyncIterator[Callable[[str], object]]:
    started: list[Interaction] = []

    async def start_one(scenario: str) -> Interaction:
        started.append(await Interaction.start(spec(scenario), 10))
        return started[-1]

    yield start_one
    for interaction in started:
        await interaction.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "T.agda"
    path.write_text(TEXT)
    return path


async def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_questions_and_answers_alternate(start, file: Path) -> None:
    """The ordinary way: each answer belongs to its question."""
    agda = await start("honest")
    loaded = await agda.ask(file, protocol.load(file, ()), 10)
    assert len(loaded.points) == 1
    assert (await agda.ask(file, protocol.give(0, "x"), 10)).error
    assert (await agda.ask(file, protocol.give(0, "refl"), 10)).given == "refl"


async def test_questions_asked_at_once_wait_for_each_other(start, file: Path) -> None:
    """One command is in flight, whoever asks."""
    agda = await start("honest")
    await agda.ask(file, protocol.load(file, ()), 10)
    asked = [agda.ask(file, protocol.give(0, text), 10) for text in ("x", "refl")]
    wrong, right = await asyncio.gather(*asked)
    assert (bool(wrong.error), right.given) == (True, "refl")


async def test_no_prompt_is_a_timeout() -> None:
    """A program that never gets ready is ended."""
    with pytest.raises(ProverTimeout):
        await Interaction.start(spec("mute"), 0.5)


async def test_a_slow_command_is_aborted_and_the_process_lives(start, file: Path) -> None:
    """Out of time: the command ends, not the process, and the next answer is the next question's."""
    agda = await start("slow")
    with pytest.raises(ProverTimeout):
        await agda.ask(file, protocol.load(file, ()), 0.3)
    assert agda.alive
    assert (await agda.ask(file, protocol.give(0, "x"), 10)).error == "that is not refl"


async def test_commands_sent_at_once_are_answered_in_order(start, file: Path) -> None:
    """Each answer is that of its own command."""
    agda = await start("honest")
    replies: list[Reply] = []
    commands = [protocol.load(file, ()), *(protocol.give(0, text) for text in ("x", "refl", "y"))]
    await agda.ask_all(file, commands, 10, replies)
    assert [(reply.listed, reply.given, bool(reply.error)) for reply in replies] == [
        (True, None, False),
        (False, None, True),
        (True, "refl", False),
        (False, None, True),
    ]


async def test_what_comes_behind_a_slow_command_is_dropped_with_it(start, file: Path) -> None:
    """What was answered before counts; what waits behind is never carried out, and the next answer is the next
    question's."""
    agda = await start("slow")
    replies: list[Reply] = []
    commands = [protocol.give(0, "x"), protocol.load(file, ()), protocol.give(0, "y"), protocol.normal_goal(0)]
    with pytest.raises(ProverTimeout, match="Cmd_load"):
        await agda.ask_all(file, commands, 0.5, replies)
    assert [reply.error for reply in replies] == ["that is not refl"]
    assert agda.alive
    assert (await agda.ask(file, protocol.give(0, "x"), 10)).error == "that is not refl"


async def test_an_answer_to_nothing_ends_the_process(start, file: Path) -> None:
    """A prompt too many would make every later answer another question's."""
    agda = await start("honest")
    agda._program.write(b"nonsense\n")
    while agda._due.more() or agda.alive:
        with contextlib.suppress(ProverError):
            await agda.ask(file, protocol.load(file, ()), 10)
    with pytest.raises(ProverError, match="gone"):
        await agda.ask(file, protocol.load(file, ()), 10)


async def test_cancelling_stops_the_work_first(start, file: Path) -> None:
    """Once the cancellation has returned, the process waits for its next command."""
    agda = await start("slow")
    task = asyncio.create_task(agda.ask(file, protocol.load(file, ()), 60))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await agda.ask(file, protocol.give(0, "x"), 10)).error == "that is not refl"


@pytest.mark.parametrize("scenario", ["silent", "deaf"])
async def test_what_does_not_even_abort_is_ended(start, file: Path, scenario: str) -> None:
    """Also a process that ignores signals; afterwards every question fails at once."""
    agda = await start(scenario)
    with pytest.raises(ProverTimeout):
        await agda.ask(file, protocol.load(file, ()), 0.3)
    assert not agda.alive
    assert await gone(agda.pid)
    with pytest.raises(ProverError):
        await agda.ask(file, protocol.load(file, ()), 10)


async def test_a_crash_tells_what_the_program_said_last(start, file: Path) -> None:
    """Half an answer and then the end of the output: the error carries the last words and the exit status."""
    agda = await start("crash")
    with pytest.raises(ProverError) as caught:
        await agda.ask(file, protocol.load(file, ()), 10)
    assert "strange closure" in caught.value.stderr
    assert "3" in caught.value.message
    assert not agda.alive


async def test_garbage_ends_the_process(start, file: Path) -> None:
    """Who answers nonsense once is not asked again."""
    agda = await start("garbage")
    with pytest.raises(ProverError, match="must not"):
        await agda.ask(file, protocol.load(file, ()), 10)
    assert not agda.alive


async def test_very_long_lines_are_read(start, file: Path) -> None:
    """Twenty megabytes on one line are unusual, not wrong."""
    agda = await start("huge")
    assert (await agda.ask(file, protocol.load(file, ()), 60)).listed


def session(scenario: str) -> AgdaSession:
    document = Document("file:///T.agda", Language("agda"), 1, SourceText(TEXT))
    return AgdaSession(spec(scenario), document, SYNTAX.outline(TEXT), 3.0)


async def test_a_session_outlives_its_process() -> None:
    """A process that was killed is started again at the next use, with the text loaded anew."""
    live = session("honest")
    try:
        assert isinstance(await live.goals(HOLE), Goals)
        first = live.pid
        assert first is not None
        os.kill(first, 9)
        while live.pid == first:  # the kill arrives in its own time, before a question or in the middle of one
            with contextlib.suppress(ProverError):
                await live.goals(HOLE)
        assert isinstance(await live.goals(HOLE), Goals)
    finally:
        await live.close()
    with pytest.raises(ProverError):
        await live.goals(HOLE)


async def test_a_claim_without_goals_is_not_believed() -> None:
    """``checked`` alone is no report: the session says that something is wrong."""
    live = session("lying")
    try:
        document = Document("file:///T.agda", Language("agda"), 1, SourceText(TEXT))
        with pytest.raises(ProverError):
            await live.check(document, SYNTAX.outline(TEXT), [0], 5)
    finally:
        await live.close()


@pytest.mark.parametrize("scenario", ["silent", "slow", "deaf"])
async def test_checks_end_in_time(scenario: str) -> None:
    """A check that is not answered is a timeout, soon after the time it was given."""
    live = session(scenario)
    document = Document("file:///T.agda", Language("agda"), 1, SourceText(TEXT))
    started = time.monotonic()
    try:
        with pytest.raises(ProverTimeout):
            await live.check(document, SYNTAX.outline(TEXT), [0], 0.5)
    finally:
        await live.close()
    assert time.monotonic() - started < 20
    assert live.pid is None


async def test_trials_report_each_candidate() -> None:
    """Candidates that fail and one that closes; the text is loaded again after a success."""
    live = session("honest")
    try:
        candidates = [Candidate("x"), Candidate("refl"), Candidate("refl"), Candidate("y")]
        results = [trial.result async for trial in live.trials(HOLE, candidates, Budget(20))]
    finally:
        await live.close()
    closed, rejected = TrialResult.CLOSED, TrialResult.REJECTED
    assert results == [rejected, closed, closed, rejected]


async def test_closing_twice_is_closing_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is left: no process, no scratch directory."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    live = session("honest")
    await live.goals(HOLE)
    pid = live.pid
    assert pid is not None
    assert list(tmp_path.iterdir())
    await live.close()
    await live.close()
    assert await gone(pid)
    assert not list(tmp_path.iterdir())
