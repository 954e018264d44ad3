"""What this process and all that it has started use of the machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
from attrs import field, frozen

_CHILDREN = "/proc/{}/task/{}/children"  # Linux; see proc(5)


@frozen
class Usage:
    """CPU seconds and resident bytes of the whole tree so far; CPU seconds by direct child (its whole tree)."""

    cpu: float
    memory: int
    by_child: Mapping[int, float] = field(factory=dict)


@frozen
class Member:
    """One process of the tree: CPU seconds, those of its ended children included, and resident bytes."""

    pid: int
    parent: int
    cpu: float
    memory: int


def measure() -> Usage:
    """Looks at every process of the tree: some milliseconds where the system has no list of a process's children, so
    not for the event loop."""
    own = os.getpid()
    tree = list(listed(own) if Path(_CHILDREN.format(own, own)).exists() else searched())
    parents = {each.pid: each.parent for each in tree}
    by_child: dict[int, float] = {}
    for each in tree:
        root = each.pid
        while root != own and parents.get(root, own) != own:
            root = parents[root]
        if root != own:
            by_child[root] = by_child.get(root, 0.0) + each.cpu
    return Usage(sum(each.cpu for each in tree), sum(each.memory for each in tree), by_child)


def listed(own: int) -> Iterator[Member]:
    """The tree below a process, itself included, by Linux's lists of children."""
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    waiting = [own]
    while waiting:
        pid = waiting.pop()
        with contextlib.suppress(OSError, ValueError, IndexError):  # it ended meanwhile
            # The name of the program stands in brackets, and may hold anything.
            fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
            used = sum(int(field) for field in fields[11:15]) / ticks
            yield Member(pid, int(fields[1]), used, int(fields[21]) * page)
            for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names are enough, and cheap
                waiting += [int(child) for child in _read(_CHILDREN.format(pid, task)).split()]


def searched() -> Iterator[Member]:
    """The tree below this process, itself included, found among all processes."""
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            used = times.user + times.system + times.children_user + times.children_system
            yield Member(process.pid, process.ppid(), used, process.memory_info().rss)


def _read(path: str) -> str:
    return Path(path).read_bytes().decode("utf-8", "replace")
