"""In which order files are worked on: what a file imports before the file itself, as far as the texts tell.

A prover reads imports from disk, so that a proof written into an imported file has to be there first. Where files
import each other in a circle, the circle is opened at the file that comes first.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import PurePath

Imports = Callable[[str], Sequence[str]]


def dependencies(files: Mapping[str, str], imports: Mapping[str, Imports]) -> dict[str, set[str]]:
    """For each file what it imports of the others. ``files`` are texts by path; ``imports`` says for each path how to
    read what its text imports: names such as ``A.B`` or ``a/b``, which are the ends of paths without suffix."""
    ends: dict[tuple[str, ...], list[str]] = {}
    for path in files:
        parts = _parts(path)
        for start in range(len(parts)):
            ends.setdefault(parts[start:], []).append(path)
    found: dict[str, set[str]] = {}
    for path, text in files.items():
        suffix = PurePath(path).suffix
        named = (name for each in imports[path](text) for name in _nearest(path, _split(each), ends))
        found[path] = {other for other in named if other != path and PurePath(other).suffix == suffix}
    return found


def _parts(path: str) -> tuple[str, ...]:
    pure = PurePath(path)
    return (*pure.parts[:-1], pure.name.partition(".")[0])


def _split(name: str) -> tuple[str, ...]:
    if "/" in name:
        pure = PurePath(name)
        return tuple(part for part in (*pure.parts[:-1], pure.name.partition(".")[0]) if part not in (".", ".."))
    return tuple(part for part in name.split(".") if part)


def _nearest(path: str, name: tuple[str, ...], ends: Mapping[tuple[str, ...], list[str]]) -> Sequence[str]:
    """The file that a name means: the one that agrees with it longest, and of those the one nearest to the importer.
    The first words of a name may be a library's, which no path has."""
    for start in range(len(name)):
        candidates = ends.get(name[start:], [])
        if candidates:
            return (min(candidates, key=lambda other: (-_shared(path, other), len(_parts(other)), other)),)
    return ()


def _shared(path: str, other: str) -> int:
    """How many folders two paths have in common."""
    pairs = zip(_parts(path)[:-1], _parts(other)[:-1], strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


class Agenda:
    """Hands out files whose imports are done, always the first of those that are ready, in the given order.

    ``circular`` holds the imports that had to be left out of account.
    """

    def __init__(self, order: Sequence[str], graph: Mapping[str, set[str]]) -> None:
        self._place = {path: number for number, path in enumerate(order)}
        self.circular: list[tuple[str, str]] = []
        graph = {path: set(graph.get(path, ())) & self._place.keys() for path in order}
        while True:
            self._sorter = TopologicalSorter(graph)
            try:
                self._sorter.prepare()
                break
            except CycleError as error:
                # Each file of the circle imports the one after it.
                circle: list[str] = error.args[1][::-1]
                first = min(range(len(circle) - 1), key=lambda number: self._place[circle[number]])
                graph[circle[first]] -= {circle[first + 1]}
                self.circular.append((circle[first], circle[first + 1]))
        self._ready = sorted(self._sorter.get_ready(), key=self._place.__getitem__)

    def take(self) -> str | None:
        """The next file; ``None`` when none is ready just now, or all are taken."""
        return self._ready.pop(0) if self._ready else None

    @property
    def is_over(self) -> bool:
        """Whether every file is done."""
        return not self._sorter.is_active()

    def done(self, path: str) -> None:
        """The file is done, however it went: what imports it need not wait any longer."""
        self._sorter.done(path)
        self._ready = sorted([*self._ready, *self._sorter.get_ready()], key=self._place.__getitem__)
