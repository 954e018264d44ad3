"""What declarations rest on that nobody has proved: holes, postulates, and what was excused from a check.

Agda does not tell. Where the file passes under ``--safe``, only open holes remain, and those are followed from
name to name; elsewhere, postulates and unsafe pragmas are followed the same way. A name counts as used wherever
its word stands in the code, whatever it refers to there: too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.agda.code import mask, words
from unsorry.provers.base import Outline, Unit

_TOKEN = re.compile(r"[(){}⦃⦄]|[^\s(){};.@\"⦃⦄]+")
_RENAMED = re.compile(r"(?<!\S)to\s+([^\s(){};.@\"]+)")
_POSTULATE = "postulate"


@frozen
class _Entry:
    """A unit as the closure sees it."""

    declares: frozenset[str]
    uses: frozenset[str]
    unproved: frozenset[str]
    everywhere: bool


def unproved(
    text: str,
    file: str,
    outline: Outline,
    units: Iterable[int],
    *,
    safe: bool,
    imported: Mapping[str, frozenset[str]] | None = None,
) -> dict[int, frozenset[str]]:
    """For each of ``units``, what it rests on; a unit's own holes are no part of that.

    ``safe``: Agda has accepted the text under ``--safe``. ``imported``: what imported names rest on.
    """
    code = mask(text, file)
    entries = [_entry(code, unit, safe=safe) for unit in outline.units]
    rests = _closure(entries, imported or {})
    return {number: rests[number] - _own(outline, number) for number in units if number < len(entries)}


def names_resting(
    text: str, file: str, outline: Outline, imported: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """For each name that a module declares and that rests on something unproved: on what."""
    code = mask(text, file)
    entries = [_entry(code, unit, safe=False) for unit in outline.units]
    found: dict[str, frozenset[str]] = {}
    for entry, rests in zip(entries, _closure(entries, imported), strict=True):
        for name in entry.declares if rests else ():
            found[name] = found.get(name, frozenset()) | rests
    return found


def _own(outline: Outline, number: int) -> frozenset[str]:
    """A unit's own open holes show in its own name, which recursion brings back to it."""
    unit = outline.units[number]
    return frozenset({unit.name}) if unit.holes and unit.name else frozenset()


def _entry(code: str, unit: Unit, *, safe: bool) -> _Entry:
    own = code[unit.span.start : unit.span.end]
    declares = frozenset(declared(own)) | ({unit.name} if unit.name else frozenset())
    declares = frozenset(name for name in declares if name.strip("_"))
    found: set[str] = set()
    if unit.holes:
        found.add(unit.name or "an anonymous declaration")
    for escape in () if safe else unit.escapes:
        if escape.word == _POSTULATE:
            found.update(declares)
        else:
            found.add(f"{escape.word} {unit.name}".strip())
    everywhere = not unit.name and (bool(unit.escapes) or "REWRITE" in own) and not safe
    everywhere = everywhere or "instance" in own.split()
    return _Entry(declares, frozenset(words(own)), frozenset(found), everywhere)


def declared(code: str) -> Iterator[str]:
    """Names that stand before a colon outside brackets (types, constructors, fields, functions at any depth of
    layout), and those that a renaming brings in."""
    run: list[str] = []
    depth = 0
    for word in _TOKEN.findall(code):
        if word in "(){}⦃⦄":
            depth += 1 if word in "({⦃" else -1
            run = []
        elif word == ":" and depth == 0:
            yield from run
            run = []
        elif word in ("=", "→", "->", "|", "where", "field", "λ"):
            run = []
        elif depth == 0:
            run.append(word)
    yield from _RENAMED.findall(code)


def _closure(entries: Sequence[_Entry], imported: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """What each unit rests on, by the names that it uses, to a fixed point."""
    if not imported and not any(entry.unproved for entry in entries):
        return [frozenset()] * len(entries)
    by_part: dict[str, set[int]] = {}
    for number, entry in enumerate(entries):
        for name in entry.declares:
            by_part.setdefault(_longest_part(name), set()).add(number)
    used = [frozenset(part for word in entry.uses for part in (word, *word.split("_")) if part) for entry in entries]
    depends: list[set[int]] = []
    rests: list[frozenset[str]] = []
    for number, entry in enumerate(entries):
        near = {other for part in used[number] for other in by_part.get(part, ())}
        depends.append({n for n in near if any(_mentions(used[number], name) for name in entries[n].declares)})
        depends[-1].update(n for n in range(number) if entries[n].everywhere)
        brought = [what for name, what in imported.items() if _mentions(used[number], name)]
        rests.append(entry.unproved.union(*brought))
    changed = True
    while changed:
        changed = False
        for number, others in enumerate(depends):
            more = rests[number].union(*(rests[other] for other in others))
            changed = changed or more != rests[number]
            rests[number] = more
    return rests


def _longest_part(name: str) -> str:
    return max(name.split("_"), key=len)


def _mentions(used: frozenset[str], name: str) -> bool:
    """Whether a name, perhaps mixfix, is among the words: whole, or with all of its parts."""
    return name in used or all(part in used for part in name.split("_") if part)
