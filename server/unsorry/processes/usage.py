"""What this process and all that it has started use of the machine."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import psutil
from attrs import field, frozen


@frozen
class Usage:
    """CPU seconds and resident bytes of the whole tree so far; CPU seconds by direct child (its whole tree)."""

    cpu: float
    memory: int
    by_child: Mapping[int, float] = field(factory=dict)


def measure() -> Usage:
    """Looks at the whole process table: some milliseconds, so not for the event loop."""
    own = psutil.Process()
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    memory = 0
    with contextlib.suppress(psutil.Error):
        memory = own.memory_info().rss
        for process in own.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                spent[process.pid] = times.user + times.system + times.children_user + times.children_system
                parents[process.pid] = process.ppid()
                memory += process.memory_info().rss
    by_child: dict[int, float] = {}
    for pid, seconds in spent.items():
        root = pid
        while parents.get(root, own.pid) != own.pid:
            root = parents[root]
        by_child[root] = by_child.get(root, 0.0) + seconds
    times = own.cpu_times()
    return Usage(
        times.user + times.system + times.children_user + times.children_system + sum(spent.values()), memory, by_child
    )
