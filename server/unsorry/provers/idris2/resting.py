"""What declarations rest on that nobody has proved: holes, unsafe functions, foreign code, and what has an error.

Idris does not tell, so names are followed from declaration to declaration. A name counts as used wherever its word
stands in the code, whatever it refers to there: too much rather than too little. What Idris finds by itself
(implementations, hints) counts as used by all that follows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from unsorry.provers.base import Outline, Unit
from unsorry.provers.idris2.code import mask, words
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.project import Project
from unsorry.provers.patterns import compiled

# Idris itself follows these from name to name, and a hole is its unit's own.
_NO_ESCAPES = frozenset({"?", "partial", "covering"})
_NAME = r"(?:[^\W\d][\w']*+|\([-:!#$%&*+./<=>?@\\^|~]++\))"
_SIGNED = compiled(
    rf"(?:(?:public|export|private|total|partial|covering)\s++)*+(?:[01]\s++)?+({_NAME}(?:\s*+,\s*+{_NAME})*+)\s*+:(?![-:!#$%&*+./<=>?@\\^|~])"
)
_DECLARED = compiled(rf"(?:^|[\n(,;{{|=])[ \t]*+(?:constructor[ \t]++)?+((?:{_NAME}[ \t]*+,?[ \t]*+)++):(?!:)")
_KEYWORD = compiled(
    r"(?:(?:public|export|private|total|partial|covering)\s++)*+"
    r"(data|record|interface|module|import|namespace|infix[lr]?|prefix)(?![\w'])[ \t]*+([^\W\d][\w']*+)?+"
)
_CONSTRUCTORS = compiled(r"[=|][ \t\n]*+([^\W\d][\w']*+)|constructor[ \t\n]++([^\W\d][\w']*+)")
_HINT = compiled(r"%(?:hint|globalhint|defaulthint)(?![\w'])")
# What binds a name: a typed binder, a lambda, a let, and the left side of a clause or of a case.
_BINDERS = compiled(
    r"[({]([^(){}:=]*+):(?!:)|\\([^=]*?)=>|(?<![\w'])let[ \t\n]++([^=\n]*+)=|(?:^|\n)([^\n=:]*+)=(?!=)|\n([^\n=]*+)=>"
)


@frozen
class _Entry:
    """A unit as the closure sees it. ``everywhere``: what it rests on, everything after it rests on."""

    declares: frozenset[str]
    uses: frozenset[str]
    unproved: frozenset[str]
    everywhere: bool = False


Resting = Mapping[str, frozenset[str]]
"""For each name that rests on something unproved: on what. The name ``""`` is for what cannot be named."""


def unproved(
    text: str,
    file: str,
    outline: Outline,
    units: Iterable[int],
    imported: Resting,
    broken: frozenset[int] = frozenset(),
    *,
    certain: bool = False,
) -> dict[int, frozenset[str]]:
    """For each of ``units``, what it rests on; a unit's own holes are no part of that. ``broken`` ones have an error.
    ``certain``: too little rather than too much, without what a unit may rest on but need not."""
    code = mask(text, file)
    entries = _entries(code, outline, broken)
    if certain:
        entries = [_surely(code, unit, entry) for unit, entry in zip(outline.units, entries, strict=True)]
        imported = {name: what for name, what in imported.items() if name}
    rests = _closure(entries, imported)
    own = {number: _holes(outline.units[number]) for number in units}
    return {number: rests[number] - own[number] for number in own}


def _surely(code: str, unit: Unit, entry: _Entry) -> _Entry:
    """The entry without what is bound in the unit: such a word need not be the name that is declared elsewhere."""
    inside = code[unit.span.start : unit.span.end]
    bound = {word for found in _BINDERS.finditer(inside) for group in found.groups() if group for word in words(group)}
    return evolve(entry, uses=entry.uses - bound, everywhere=False)


def _holes(unit: Unit) -> frozenset[str]:
    return frozenset({unit.name or "an anonymous declaration"}) if unit.holes else frozenset()


def _entries(code: str, outline: Outline, broken: frozenset[int]) -> list[_Entry]:
    """One entry for each unit. What a pragma on a line of its own says is about the declaration that follows."""
    entries: list[_Entry] = []
    clauses = {unit.name for unit in outline.units if not _SIGNED.match(code, unit.span.start)}
    waiting: frozenset[str] = frozenset()
    hint = False
    for number, unit in enumerate(outline.units):
        inside = code[unit.span.start : unit.span.end]
        escapes = {escape.word for escape in unit.escapes} - _NO_ESCAPES
        if not unit.name and inside.lstrip().startswith("%"):
            waiting |= escapes
            hint = hint or _HINT.match(inside.lstrip()) is not None
            entries.append(_Entry(frozenset(), frozenset(words(inside)), frozenset()))
            continue
        found = {f"{word} {unit.name}".strip() for word in escapes | waiting} | _holes(unit)
        bare = _SIGNED.match(inside) and not code[unit.head.end : unit.span.end].strip() and unit.name not in clauses
        if number in broken or (bare and not waiting):  # Idris takes a signature without a definition for granted
            found.add(unit.name or "an anonymous declaration")
        implicit = hint or not (_SIGNED.match(inside) or _data(inside))
        names = frozenset(_declared(inside, unit))
        entries.append(_Entry(names, frozenset(words(inside)), frozenset(found), implicit and bool(unit.name)))
        if unit.name:
            waiting, hint = frozenset(), False
    return entries


def _data(inside: str) -> bool:
    found = _KEYWORD.match(inside)
    return found is not None and found[1] != "interface"


def _declared(inside: str, unit: Unit) -> Iterator[str]:
    """Names that a unit declares: of functions, types, constructors, fields and methods."""
    if unit.name:
        yield unit.name.strip("()").rpartition(".")[2] or unit.name
    signed = _SIGNED.match(inside)
    if signed:
        yield from words(signed[1])
    keyword = _KEYWORD.match(inside)
    if keyword:
        for match in _DECLARED.finditer(inside):
            yield from words(match[1])
        for match in _CONSTRUCTORS.finditer(inside):
            yield from (group for group in match.groups() if group)


def _closure(entries: Sequence[_Entry], imported: Resting) -> list[frozenset[str]]:
    """What each unit rests on, by the names that it uses, to a fixed point."""
    if not imported and not any(entry.unproved for entry in entries):
        return [frozenset()] * len(entries)
    by_name: dict[str, set[int]] = {}
    for number, entry in enumerate(entries):
        for name in entry.declares:
            by_name.setdefault(name, set()).add(number)
    depends: list[set[int]] = []
    rests: list[frozenset[str]] = []
    for number, entry in enumerate(entries):
        parts = {part for word in entry.uses for part in (word, *word.split("."))}
        near = {other for part in parts for other in by_name.get(part, ())}
        near.update(other for other in range(number) if entries[other].everywhere)
        depends.append(near)
        brought = [imported[part] for part in {*parts, ""} if part in imported]
        rests.append(entry.unproved.union(*brought))
    changed = True
    while changed:
        changed = False
        for number, others in enumerate(depends):
            more = rests[number].union(*(rests[other] for other in others))
            changed = changed or more != rests[number]
            rests[number] = more
    return rests


@frozen
class Imports:
    """Reads the modules of a project that a text imports; remembers each as long as its file stays as it is."""

    _project: Project
    _known: dict[Path, tuple[int, int, Resting]] = field(factory=dict, init=False)

    def names(self, text: str, file: str) -> Resting:
        """What names rest on that a text has from modules of its own project, direct and indirect ones."""
        found: dict[str, frozenset[str]] = {}
        modules = list(self._project.reach(text, file))
        for _ in range(len(modules) + 1):  # what rests on a name of another module is known after that module
            before = dict(found)
            for _module, path in modules:
                for name, rests in self._own(path, found).items():
                    found[name] = found.get(name, frozenset()) | rests
            if found == before:
                break
        return found

    def _own(self, path: Path, imported: Resting) -> Resting:
        """Names of one module. Nothing is remembered of a module that uses what others declare unproved."""
        try:
            status = path.stat()
            known = self._known.get(path)
            if known is not None and not imported and known[:2] == (status.st_mtime_ns, status.st_size):
                return known[2]
            text = path.read_text("utf-8", "replace")
        except OSError:
            return {}
        outline = SYNTAX.outline(text, path.name)
        entries = _entries(mask(text, path.name), outline, frozenset())
        resting: dict[str, frozenset[str]] = {}
        for entry, rests in zip(entries, _closure(entries, imported), strict=True):
            for name in (*entry.declares, *([""] if entry.everywhere else ())) if rests else ():
                resting[name] = resting.get(name, frozenset()) | rests
        if not imported:
            self._known[path] = (status.st_mtime_ns, status.st_size, resting)
        return resting
