"""What Idris says of a whole text, as a report: problems and open holes by unit, and what the units rest on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from attrs import evolve

from unsorry.model import Document, Problem, Report
from unsorry.provers.base import Outline
from unsorry.provers.idris2.code import words
from unsorry.provers.idris2.loader import Loaded, Loader
from unsorry.provers.idris2.project import module_name
from unsorry.provers.idris2.resting import Imports, unproved
from unsorry.provers.idris2.totality import Held, excused, hold, mend
from unsorry.provers.patterns import compiled

_LEAST = 0.1
_LOCAL = compiled(r"\d:([^\d:][^:]*+)\Z")  # what a ``where`` or a ``let`` declares, as Idris names it


async def make_report(
    loader: Loader, imports: Imports, document: Document, outline: Outline, units: Sequence[int], seconds: float
) -> Report:
    """Loads the text under ``%default total``; where declarations that are not asked about have errors, once more
    without those, so that they hide nothing.

    Raises:
        ProverError: the process failed (``ProverTimeout``: not within ``seconds``).
    """
    deadline = time.monotonic() + seconds
    text, file = document.text, loader.file
    held = hold(text, file, outline)
    loaded = await loader.load(held.text, seconds)
    problems = _problems(loaded, held, outline)
    if not loaded.finished:
        return Report(complete=False, problems=tuple(problems))
    if problems and not any(problem.unit in units for problem in problems):
        mended = mend(text, outline, held, problems)
        loaded = await loader.load(mended.text, max(_LEAST, deadline - time.monotonic()))
        hidden = _problems(loaded, mended, outline)
        problems += [evolve(problem, unit=number) for problem in hidden[:1] for number in units]
    counts, unplaced, undefined = count_holes(loaded, text, file, outline)
    broken = frozenset(problem.unit for problem in problems if problem.unit is not None)
    imported = await asyncio.to_thread(imports.names, text, file)
    known = {**imported, **{name: imported.get(name, frozenset()) | {name} for name in undefined}}
    axioms = unproved(text, file, outline, units, known, broken)
    certain = unproved(text, file, outline, units, imported, certain=True)
    every = (*problems, *unplaced, *excused(text, outline, units))
    return Report(True, every, counts, axioms, certain)


def _problems(loaded: Loaded, held: Held, outline: Outline) -> list[Problem]:
    found = []
    for message, span in loaded.problems:
        place = held.original(span) if span is not None else None
        found.append(Problem(message, place, outline.unit_at(place.start) if place is not None else None))
    if not found and not loaded.finished:
        found.append(Problem("Idris does not go through the file, and does not say why"))
    return found


def count_holes(
    loaded: Loaded, text: str, file: str, outline: Outline
) -> tuple[dict[int, int], list[Problem], frozenset[str]]:
    """How many of Idris's open holes each unit has, by their names; a problem for each that has no place; and the names
    that are declared and not defined, which Idris lists as well, and accepts without another word."""
    places: dict[str, list[int]] = {}
    for number, unit in enumerate(outline.units):
        for hole in unit.holes:
            places.setdefault(text[hole.span.start + 1 : hole.span.end], []).append(number)
    space = module_name(text, file) + "."
    listed = Counter(hole.name for hole in loaded.holes if hole.name.startswith(space))
    roots = Counter(hole.root for hole in loaded.holes if hole.name.startswith(space))
    counts: Counter[int] = Counter()
    unplaced: list[Problem] = []
    for root, many in roots.items():
        if len(places.get(root, ())) == many:
            counts.update(places[root])
        elif root in places:
            unplaced.append(Problem(f"Idris sees {many} holes called ?{root}, the text has {len(places[root])}"))
    rest = [name for name in listed if name.rpartition(".")[2] not in places]
    unplaced += [Problem(f"{local[1]} is declared and not defined") for name in rest if (local := _LOCAL.search(name))]
    return dict(counts), unplaced, frozenset(word for name in rest for word in words(name)[-1:])
