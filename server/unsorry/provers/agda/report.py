"""What Agda says of a whole text, as a report: problems and open holes by unit, and what the units rest on."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence

from unsorry.errors import ProverTimeout
from unsorry.model import Document, Problem, Report
from unsorry.provers.agda.axioms import unproved
from unsorry.provers.agda.excused import excused
from unsorry.provers.agda.imports import Imports
from unsorry.provers.agda.loader import Loaded, Loader
from unsorry.provers.agda.project import file_name
from unsorry.provers.base import Outline
from unsorry.text import Span


async def make_report(
    loader: Loader, imports: Imports, document: Document, outline: Outline, units: Sequence[int], seconds: float
) -> Report:
    """Loads the text under ``--safe``; as it is, if it does not pass so.

    Raises:
        ProverError: the process failed (``ProverTimeout``: not within ``seconds``).
    """
    deadline = time.monotonic() + seconds
    file = file_name(document)
    loaded = await loader.load(document.text, file, seconds, safe=True)
    safe = loaded.clean
    if not safe:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout(f"agda did not check {file} within {seconds:g} s")
        loaded = await loader.load(document.text, file, left)
    problems = tuple(_problem(outline, message) for message in _messages(loaded))
    if loaded.failure:
        return Report(complete=False, problems=problems)
    open_holes, unplaced = _count_holes(loaded, outline)
    imported = {} if safe else await asyncio.to_thread(imports.names, document.text, file)
    axioms = unproved(document.text, file, outline, units, safe=safe, imported=imported)
    certain = unproved(document.text, file, outline, units, safe=safe, imported=imported, certain=True)
    return Report(True, (*problems, *unplaced, *excused(outline, units)), open_holes, axioms, certain)


def _messages(loaded: Loaded) -> list[tuple[str, Span | None]]:
    reply = loaded.reply
    if loaded.failure:
        return [loaded.located(loaded.failure)]
    found = [loaded.located(message) for message in reply.errors]
    for what, place in reply.invisible:
        found.append((f"unsolved: {what}", loaded.places.span(place) if place is not None else None))
    if not found and not reply.visible and not reply.checked:
        found.append(("Agda does not accept the file, and does not say why", None))
    return found


def _problem(outline: Outline, located: tuple[str, Span | None]) -> Problem:
    message, span = located
    unit = outline.unit_at(span.start) if span is not None else None
    return Problem(message, span, unit)


def _count_holes(loaded: Loaded, outline: Outline) -> tuple[dict[int, int], list[Problem]]:
    counts: Counter[int] = Counter()
    unplaced: list[Problem] = []
    for point in loaded.reply.visible:
        span = loaded.places.span(point.place) if point.place is not None else None
        unit = outline.unit_at(span.start) if span is not None else None
        if unit is None:
            unplaced.append(Problem("a hole lies outside every declaration", span))
        else:
            counts[unit] += 1
    return dict(counts), unplaced
