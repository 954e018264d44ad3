"""What the tree of processes uses is found, by the system's lists of children and without them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from unsorry.processes import usage

_BUSY = "import os, time; os.fork(); [None for _ in range(3_000_000)]; print(flush=True); time.sleep(60)"


@pytest.fixture
def busy() -> Iterator[subprocess.Popen[bytes]]:
    """A child, started by a thread of its own, that has a child; both have used some CPU."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> None:
        started.append(subprocess.Popen([sys.executable, "-c", _BUSY], stdout=subprocess.PIPE, start_new_session=True))

    over = threading.Event()
    thread = threading.Thread(target=lambda: (start(), over.wait()))
    thread.start()
    while not started:
        thread.join(0.01)
    child = started[0]
    assert child.stdout is not None
    assert child.stdout.read(2) == b"\n\n"
    yield child
    over.set()
    thread.join()
    os.killpg(child.pid, 9)
    child.communicate()


def test_a_childs_whole_tree_counts_as_the_childs(busy: subprocess.Popen[bytes]) -> None:
    """CPU of a grandchild is found under the child; this process's own is in the sum alone."""
    used = usage.measure()
    assert used.by_child[busy.pid] > 0
    assert used.cpu > sum(used.by_child.values())
    assert used.memory > 0
    assert os.getpid() not in used.by_child


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lists the children of a process")
def test_both_ways_of_looking_see_the_same(busy: subprocess.Popen[bytes]) -> None:
    """The quick way misses no process, nor takes another's figures for it."""
    quick = {each.pid: each for each in usage.listed(os.getpid())}
    slow = {each.pid: each for each in usage.searched()}
    assert quick.keys() == slow.keys()
    assert len(quick) >= 3
    for pid in quick.keys() - {os.getpid()}:
        assert quick[pid].parent == slow[pid].parent
        assert abs(quick[pid].cpu - slow[pid].cpu) < 0.05
        assert abs(quick[pid].memory - slow[pid].memory) < 1 << 20
