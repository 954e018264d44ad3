"""What declarations rest on that nobody has proved: holes, postulates, and what was excused from a check.

Agda does not tell. Where the file passes under ``--safe``, only open holes remain, and those are followed from
name to name; elsewhere, postulates and unsafe pragmas are followed the same way. A name counts as used wherever
its word stands in the code, whatever it refers to there: too much rather than too little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from unsorry.provers.agda.code import mask, words
from unsorry.provers.base import Outline, Unit

_NAME = r"[^\s(){};.@\"]+"
_ITEM = re.compile(
    r"(?:^|[;\n]|(?<!\S)(?:where|field|postulate|instance|private|abstract|mutual|data|record|let)(?=\s))"
    rf"[ \t\n]*(?:@\S+\s+)*((?:{_NAME}[ \t]+)+):(?=\s)"
)
_NAMED = re.compile(rf"(?<!\S)(?:to|constructor)\s+({_NAME})")
_SYNTAX = re.compile(r"\s*syntax\s[^=]*=(.*)", re.DOTALL)
_BLOCK = re.compile(
    r"\s*(?:interleaved\s+)?(?:mutual|private|abstract|instance|opaque)(?:\s+unfolding\s.*)?\s*", re.DOTALL
)
_KEYWORDS = ("postulate", "instance", "private", "abstract", "mutual", "data", "record", "field", "variable")
# What binds a name: a typed binder, a lambda or quantifier, and the left side of a clause.
_BINDERS = re.compile(
    r"[({⦃]([^(){}⦃⦄:=]*)(?<!\S):(?=\s)|(?<!\S)[λ∀\\]\s*([^→=]*?)(?:→|->)|(?:^|[\n;|])((?:(?!(?<!\S)(?:rewrite|with)(?!\S))[^\n=;])*)(?<!\S)(?:=|rewrite|with)(?!\S)"
)
_HOLE = "?"
_POSTULATE = "postulate"
_OPTIONS = "OPTIONS"
ANYTHING = "*"
"""Stands among names for all those that a module brings along without saying which (``open r public``)."""


@frozen
class _Entry:
    """A unit as the closure sees it. ``everywhere``: what it rests on, everything after it rests on."""

    declares: frozenset[str]
    uses: frozenset[str]
    unproved: frozenset[str]
    everywhere: bool
    opens: bool = False


def unproved(
    text: str,
    file: str,
    outline: Outline,
    units: Iterable[int],
    *,
    safe: bool,
    imported: Mapping[str, frozenset[str]] | None = None,
    certain: bool = False,
) -> dict[int, frozenset[str]]:
    """For each of ``units``, what it rests on; a unit's own holes are no part of that.

    ``safe``: Agda has accepted the text under ``--safe``. ``imported``: what imported names rest on. ``certain``:
    too little rather than too much, without what a unit may rest on but need not.
    """
    if safe and not imported and not any(unit.holes for unit in outline.units):  # there is nothing to rest on
        return {number: frozenset() for number in units if number < len(outline.units)}
    code = mask(text, file)
    imported = {name: rests for name, rests in (imported or {}).items() if not (certain and name == ANYTHING)}
    entries = _entries(code, outline, safe=safe)
    entries = [_surely(code, outline, n, entry) for n, entry in enumerate(entries)] if certain else entries
    rests = _closure(entries, imported)[: len(outline.units)]
    return {number: rests[number] - _own(outline, number) for number in units if number < len(rests)}


def _surely(code: str, outline: Outline, number: int, entry: _Entry) -> _Entry:
    """The entry without what is bound in the unit: such a word need not be the name that is declared elsewhere."""
    if number >= len(outline.units):
        return evolve(entry, everywhere=False, opens=False)
    span = outline.units[number].span
    bound = {w for m in _BINDERS.finditer(code[span.start : span.end]) for g in m.groups() if g for w in words(g)}
    pragma = code.startswith("{-#", span.start)  # options and rewrite rules are everybody's
    return evolve(entry, uses=entry.uses - bound, everywhere=entry.everywhere and pragma, opens=False)


def names_resting(
    text: str, file: str, outline: Outline, imported: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """For each name that a module declares and that rests on something unproved: on what."""
    entries = _entries(mask(text, file), outline, safe=False)
    found: dict[str, frozenset[str]] = {}
    for entry, rests in zip(entries, _closure(entries, imported), strict=True):
        public = entry.opens and "public" in entry.uses
        for name in (*entry.declares, *((ANYTHING,) if public else ())) if rests else ():
            found[name] = found.get(name, frozenset()) | rests
    return found


def _own(outline: Outline, number: int) -> frozenset[str]:
    """A unit's own open holes show in its own name, which recursion brings back to it."""
    unit = outline.units[number]
    return frozenset({unit.name}) if unit.holes and unit.name else frozenset()


def _entries(code: str, outline: Outline, *, safe: bool) -> list[_Entry]:
    entries = [_entry(code, unit, safe=safe) for unit in outline.units]
    for number, unit in enumerate(outline.units):
        own = code[unit.span.start : unit.span.end]
        block = _block(code, outline, number)
        if own.split()[:1] == ["open"]:  # what it brings in may rest on all that it says
            entries[number] = evolve(entries[number], opens=True)
        if own.split()[:1] == ["instance"]:
            for inner in block:
                entries[inner] = evolve(entries[inner], everywhere=True)
        words_ = [escape.word for escape in unit.escapes if not escape.word.startswith((_HOLE, _OPTIONS))]
        if words_ and own.lstrip().startswith("{-#") and not safe:
            # A pragma about the declaration after it, or about all of the block after it.
            for inner in [number + 1, *_block(code, outline, number + 1)]:
                if inner < len(entries):
                    more = {f"{word} {outline.units[inner].name}".strip() for word in words_}
                    entries[inner] = evolve(entries[inner], unproved=entries[inner].unproved | more)
    postulated = _postulated(entries, outline, safe=safe)
    return [*entries, *postulated]


def _postulated(entries: list[_Entry], outline: Outline, *, safe: bool) -> list[_Entry]:
    """One entry for each postulated name, in place of those of whole blocks of them."""
    found: list[_Entry] = []
    for number, unit in enumerate(outline.units):
        if not safe and any(escape.word == _POSTULATE for escape in unit.escapes):
            entry = entries[number]
            everywhere = entry.everywhere
            found += [_Entry(frozenset({n}), frozenset(), frozenset({n}), everywhere) for n in entry.declares]
            entries[number] = evolve(entry, declares=frozenset())
    return found


def _entry(code: str, unit: Unit, *, safe: bool) -> _Entry:
    own = code[unit.span.start : unit.span.end]
    declares = frozenset(name for name in (unit.name, *declared(own)) if name.strip("_") and name not in _KEYWORDS)
    found: set[str] = set()
    if unit.holes:
        found.add(unit.name or "an anonymous declaration")
    for escape in () if safe else unit.escapes:
        if escape.word == _POSTULATE:
            found.update(declares)
        elif escape.word.startswith(_OPTIONS) or not own.lstrip().startswith("{-#"):
            found.update({f"{escape.word} {unit.name}".strip()} if escape.word != _HOLE else ())
    everywhere = (not unit.name and bool(found)) or "REWRITE" in own or "instance" in own.split()
    return _Entry(declares, frozenset(words(own)), frozenset(found), everywhere)


def _block(code: str, outline: Outline, number: int) -> Iterator[int]:
    """The units inside the block that a unit opens: those that follow it further to the right."""
    units = outline.units
    if number >= len(units) or not _BLOCK.fullmatch(code[units[number].span.start : units[number].span.end]):
        return
    column = _column(code, units[number])
    for inner in range(number + 1, len(units)):
        if _column(code, units[inner]) <= column:
            return
        yield inner


def _column(code: str, unit: Unit) -> int:
    return unit.span.start - (code.rfind("\n", 0, unit.span.start) + 1)


def declared(code: str) -> Iterator[str]:
    """Names that a unit declares: those before a colon where an item begins (types, constructors, fields,
    functions), those that a renaming or a syntax declaration brings in."""
    for match in _ITEM.finditer(code):
        names = match[1].split()
        first = 1 + max((index for index, name in enumerate(names) if name in _KEYWORDS), default=-1)
        yield from names[first:]
    for match in _NAMED.finditer(code):
        yield match[1]
    syntax = _SYNTAX.match(code)
    if syntax is not None:
        yield from words(syntax[1])


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
        depends[-1].update(n for n in range(number) if entries[n].everywhere or entries[n].opens)
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
    return name == ANYTHING or name in used or all(part in used for part in name.split("_") if part)
