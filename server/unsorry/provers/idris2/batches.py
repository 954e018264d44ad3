"""Many versions of one declaration in one load: each a copy under a name of its own, held total.

A load costs what the imports cost, whatever the number of copies; and what is wrong with one does not touch another,
but for errors of layout, after which the others are tried again without it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.provers.base import Outline
from unsorry.provers.idris2.code import mask
from unsorry.provers.idris2.layout import column
from unsorry.provers.idris2.loader import Loaded, Loader
from unsorry.provers.idris2.replies import Metavariable, Premise
from unsorry.provers.patterns import compiled

_MARK = "__u"
_HOLE = compiled(r"(?<![-:!#$%&*+./<=>?@\\^|~])\?([^\W\d][\w']*+)")
_MARKED = compiled(rf"{_MARK}(\d++)")
_MODIFIERS = compiled(r"(?:(?:public|export|private|total|partial|covering)(?![\w'])\s*+)++")
_ATTACHED = compiled(
    r"(?:%(?:inline|tcinline|noinline|deprecate|hint|globalhint|defaulthint|spec|macro|unsafe|nomangle|foreign|extern)(?![\w'])"
    r"[^\n]*+|(?:(?:public|export|private|total|partial|covering)(?![\w'])\s*+)++)\Z"
)
_SIGNED = compiled(r"(?:[01]\s++)?+([^\W\d][\w']*+)\s*+:(?!:)")


@frozen
class Version:
    """What Idris said of one copy: the first error in it, or its open holes. ``line`` is the copy's first, 1-based,
    in the text that was ``loaded``, where it has this ``number``."""

    error: str
    holes: tuple[Metavariable, ...] = ()
    number: int = 0
    line: int = 0
    loaded: Loaded | None = None
    timed_out: bool = False


@frozen
class Bench:
    """A declaration to try versions of, in the text before it."""

    before: str
    declaration: str
    name: str

    @classmethod
    def at(cls, text: str, file: str, outline: Outline, number: int) -> Bench | None:
        """``None`` for what cannot be copied: a declaration in a block, of an operator, without a signature, or in
        literate prose."""
        unit = outline.units[number]
        code = mask(text, file)
        start = unit.span.start
        if modifiers := _MODIFIERS.match(code, start):
            start = modifiers.end()
        inside = text[start : unit.span.end]
        signed = _SIGNED.match(code, start)
        if signed is None or column(text, unit.span.start) or file.endswith(".lidr") or '"""' in inside or "\r" in text:
            return None
        first = number
        while first > 0 and _ATTACHED.match(code[slice(*_ends(outline, first - 1))].strip()):
            first -= 1
        before = text[: outline.units[first - 1].span.end] if first else ""
        return cls(before, inside, signed[1])

    def text(self, versions: Sequence[str]) -> tuple[str, list[int]]:
        """The text with copies, and the 1-based line on which each begins."""
        pieces = [self.before.rstrip(), "", "%default total", ""]
        lines = []
        count = sum(piece.count("\n") + 1 for piece in pieces)
        own = compiled(rf"(?<![\w'.]){self.name}(?![\w'])")
        for number, version in enumerate(versions):
            lines.append(count + 1)
            count += version.count("\n") + 2
            version = _HOLE.sub(rf"?\1{_MARK}{number}", version)
            pieces += [own.sub(marked(self.name, number), version), ""]
        return "\n".join(pieces), lines

    async def try_all(self, loader: Loader, versions: Sequence[str], seconds: float) -> list[Version]:
        """What Idris says of each version, within ``seconds`` for all. Those that keep it from reading or from coming
        to an end are found by halving.

        Raises:
            ProverError: the process failed.
        """
        deadline = time.monotonic() + seconds
        text, lines = self.text(versions)
        try:
            loaded = await loader.load(text, max(0.1, seconds), live=True)
        except ProverTimeout:
            left = deadline - time.monotonic()
            if len(versions) == 1 or left <= 0:
                return [Version("it took too long", timed_out=True)] * len(versions)
            return await self._halves(loader, versions, left)
        if loaded.finished:
            return _read(loaded, lines)
        if len(versions) == 1:
            return [Version(loaded.problems[0][0] if loaded.problems else "Idris cannot read it")]
        guilty = _guilty(loaded, lines)
        left = deadline - time.monotonic()
        if left <= 0:
            return [Version("it took too long", timed_out=True)] * len(versions)
        if guilty is None:
            return await self._halves(loader, versions, left)
        rest = await self.try_all(loader, [*versions[:guilty], *versions[guilty + 1 :]], left)
        return [*rest[:guilty], Version(loaded.problems[0][0]), *rest[guilty:]]

    async def _halves(self, loader: Loader, versions: Sequence[str], seconds: float) -> list[Version]:
        deadline = time.monotonic() + seconds
        middle = len(versions) // 2
        first = await self.try_all(loader, versions[:middle], seconds / 2)
        return first + await self.try_all(loader, versions[middle:], max(0.1, deadline - time.monotonic()))


def marked(name: str, number: int) -> str:
    """What a hole or the declaration is called in the copy of that number. Namespaces would not do: Idris looks for
    holes by name alone, and a recursive call could be to any of the copies."""
    return f"{name}{_MARK}{number}"


def unmarked(text: str) -> str:
    """A text that Idris made in a copy, with the holes' own names."""
    return _MARKED.sub("", text)


def _unmarked(context: Sequence[Premise]) -> tuple[Premise, ...]:
    return tuple(evolve(premise, type=unmarked(premise.type)) for premise in context)


def _ends(outline: Outline, number: int) -> tuple[int, int]:
    return outline.units[number].span.start, outline.units[number].span.end


def _read(loaded: Loaded, lines: Sequence[int]) -> list[Version]:
    errors: dict[int, str] = {}
    for message, span in loaded.problems:
        if span is not None:
            number = _number(lines, loaded.line_of(span.start))
        else:  # of some errors Idris tells no place, but the name
            named = _MARKED.search(message)
            number = int(named[1]) if named else None
        if number is not None:
            errors.setdefault(number, unmarked(message))
    holes: dict[int, list[Metavariable]] = {}
    for hole in loaded.holes:
        if found := _MARKED.search(hole.root):
            own = evolve(hole, name=unmarked(hole.name), type=unmarked(hole.type), context=_unmarked(hole.context))
            holes.setdefault(int(found[1]), []).append(own)
    return [
        Version(errors.get(number, ""), tuple(holes.get(number, ())), number, line, loaded)
        for number, line in enumerate(lines)
    ]


def _number(lines: Sequence[int], line: int) -> int | None:
    """The copy around a line."""
    return next((number for number in reversed(range(len(lines))) if lines[number] <= line), None)


def _guilty(loaded: Loaded, lines: Sequence[int]) -> int | None:
    """The copy that keeps Idris from reading the text, where it says so."""
    for _, span in loaded.problems:
        if span is not None:
            return _number(lines, loaded.line_of(span.start))
    return None
