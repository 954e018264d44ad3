"""The CPU and memory governor, and the heartbeat: decisions from measurements, with a clock of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from unsorry.orchestrator.governor import Governor
from unsorry.orchestrator.heartbeat import BEAT_SECONDS, Heartbeat, Help
from unsorry.processes.usage import Usage, measure


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def held(target: float, cores: float, seconds: int, whole: int = 3000) -> float:
    """Cores in use on average, in units of the target, when searches of so many seconds keep so many cores busy, one
    after the other as the governor lets them."""
    clock = Clock()
    governor = Governor(target, clock=clock)
    spent, left = 0.0, 0
    for _ in range(whole):
        if not left and governor.has_room(0):
            left = seconds
        spent += cores if left else 0.0
        left = max(0, left - 1)
        clock.now += 1.0
        governor.note(Usage(spent, 0))
    return spent / whole / target


@pytest.mark.parametrize(("cores", "seconds"), [(1.5, 1), (1.5, 20), (2.0, 3), (2.0, 10), (4.0, 1), (4.0, 5)])
def test_the_average_is_held_at_the_target(cores: float, seconds: int) -> None:
    """Whatever a search takes while it runs, short or long, none of them is stopped and the average is the target's."""
    assert 0.9 < held(1.0, cores, seconds) < 1.15


def test_a_search_that_ran_wild_stops_the_work_for_some_seconds_only() -> None:
    """An hour at eight times the target is not made up for by a day of rest."""
    clock = Clock()
    governor = Governor(1.0, clock=clock)
    for second in range(3600):
        clock.now += 1.0
        governor.note(Usage(8.0 * second, 0))
    waited = 0
    while not governor.has_room(0):
        clock.now += 1.0
        governor.note(Usage(8.0 * 3599, 0))
        waited += 1
    assert 10 < waited < 30


def test_full_on_request() -> None:
    """With a target of all cores nothing waits."""
    clock = Clock()
    governor = Governor(2.0, clock=clock)
    for second in range(100):
        assert governor.has_room(1)
        clock.now += 1.0
        governor.note(Usage(2.0 * second, 0))


def test_a_machine_that_slept_makes_no_jump() -> None:
    """Neither hours without a measurement, nor a clock that goes back, nor processes that took their CPU time along."""
    clock = Clock()
    governor = Governor(1.0, clock=clock)
    governor.note(Usage(10.0, 0))
    clock.now += 36_000
    governor.note(Usage(12.0, 0))
    assert governor.average < 0.01
    clock.now -= 50
    governor.note(Usage(13.0, 0))
    clock.now += 60
    governor.note(Usage(0.0, 0))
    assert governor.has_room(0)


def test_short_memory_starts_nothing_more_but_never_stops_all() -> None:
    """One search always goes on, or nothing would ever become free."""
    governor = Governor(1.0, memory=1000)
    governor.note(Usage(0.0, 2000))
    assert governor.is_full
    assert not governor.has_room(1)
    assert governor.has_room(0)


def test_usage_counts_children_by_their_root() -> None:
    """The CPU seconds of a grandchild are its root's; what has ended still counts in the whole."""
    work = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"
    parent = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {work + 'time.sleep(60)'!r}])\ninput()"
    before = measure()
    child = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, start_new_session=True)
    try:
        while measure().by_child.get(child.pid, 0.0) < 0.3:
            assert child.poll() is None
    finally:
        os.killpg(child.pid, 9)
        child.wait()
    assert measure().cpu > before.cpu


def test_a_session_that_answers_or_computes_is_left_alone() -> None:
    """Answers without CPU, and CPU without answers, are both signs of life."""
    clock = Clock()
    heart = Heartbeat(clock)
    heart.begin()
    for count in range(50):
        clock.now += BEAT_SECONDS
        assert heart.observe(count if count % 2 else count - 1, count * 0.5) is Help.NONE


def test_little_by_little_is_a_sign_of_life() -> None:
    """A prover that gets a hundredth of a core on a busy machine works, and is left alone."""
    clock = Clock()
    heart = Heartbeat(clock)
    heart.begin()
    for second in range(120):
        clock.now += 1.0
        assert heart.observe(0, second * 0.01) is Help.NONE


def test_three_missed_beats_change_the_strategy_and_three_more_restart() -> None:
    """First the mild help, then the strong one; a sign of life in between begins anew."""
    clock = Clock()
    heart = Heartbeat(clock)
    heart.begin()
    helps = []
    for beat in range(9):
        clock.now += BEAT_SECONDS
        helps.append(heart.observe(0, 0.0))
        if beat == 3:
            assert Help.SKIP in helps
    assert [each for each in helps if each is not Help.NONE] == [Help.SKIP, Help.RESTART, Help.RESTART]
    heart.observe(1, 0.0)
    clock.now += 3 * BEAT_SECONDS
    assert heart.observe(1, 0.0) is Help.SKIP
