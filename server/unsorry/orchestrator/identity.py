"""Gives holes their ids, and keeps them while edits elsewhere move the holes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from unsorry.model import Hole
from unsorry.provers.base import FoundHole, Outline, Unit
from unsorry.text import Edit


def identify(uri: str, outline: Outline, previous: Sequence[Hole] = (), edit: Edit | None = None) -> tuple[Hole, ...]:
    """The outline's holes in text order, each with an id that is unique in the document.

    A hole that ``edit`` only moved keeps the id that it has in ``previous``; so does one that the edit touched,
    as long as it is still the same hole of the same declaration by count. Without ``previous`` the ids depend on
    the uri, the declaration and the hole's number in it alone, so that every run gives the same.
    """
    found = list(outline.holes)
    by_start = {start: hole for hole in previous if (start := _moved(hole, edit)) is not None}
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for index, (unit, hole) in enumerate(found):
        old = by_start.get(hole.span.start)
        if old is not None and (old.kind, old.declaration) == (hole.kind, unit.name):
            ids[index] = old.id
            taken.add(old.id)
    spare = {_key(uri, hole): hole.id for hole in _numbered(previous) if hole.id not in taken}
    numbers: Counter[str] = Counter()
    holes = []
    for index, (unit, hole) in enumerate(found):
        key = _digest(uri, unit.name, numbers[unit.name])
        numbers[unit.name] += 1
        if index not in ids:
            ids[index] = _free(spare.get(key, key), taken)
            taken.add(ids[index])
        holes.append(_hole(ids[index], unit, hole))
    return tuple(holes)


class _Numbered:
    __slots__ = ("declaration", "id", "number")

    def __init__(self, declaration: str, number: int, id_: str) -> None:
        self.declaration, self.number, self.id = declaration, number, id_


def _numbered(holes: Sequence[Hole]) -> list[_Numbered]:
    numbers: Counter[str] = Counter()
    result = []
    for hole in holes:
        result.append(_Numbered(hole.declaration, numbers[hole.declaration], hole.id))
        numbers[hole.declaration] += 1
    return result


def _key(uri: str, hole: _Numbered) -> str:
    return _digest(uri, hole.declaration, hole.number)


def _digest(uri: str, declaration: str, number: int) -> str:
    text = f"{uri}\0{declaration}\0{number}"
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _free(wanted: str, taken: set[str]) -> str:
    number, id_ = 0, wanted
    while id_ in taken:
        number += 1
        id_ = _digest(wanted, "", number)
    return id_


def _moved(hole: Hole, edit: Edit | None) -> int | None:
    """Where a hole starts after the edit; ``None`` when its start was edited away."""
    if edit is None or edit.span.start > hole.span.start:
        return hole.span.start
    if edit.span.end <= hole.span.start:
        return hole.span.start + edit.growth
    return None


def _hole(id_: str, unit: Unit, found: FoundHole) -> Hole:
    return Hole(id_, found.kind, unit.name, found.span, found.hint)
