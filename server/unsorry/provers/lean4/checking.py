"""Checks a whole text: what Lean says of it as it is, then what its declarations rest on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from unsorry.errors import ProverTimeout
from unsorry.model import Document, Problem, Report
from unsorry.provers.base import Outline
from unsorry.provers.lean4.messages import INFORMATION, Seen, read_axioms
from unsorry.provers.lean4.probe import Probe, make_probe
from unsorry.provers.lean4.scratch import Scratch
from unsorry.provers.patterns import compiled
from unsorry.text import Span

# Twice: what is wrong at the text's end may take the first one with it.
_END = "\n#check Prop\n#check Prop\n"
_SAYS_END = "Prop : Type"
_LONE_RETURN = compiled(r"\r(?!\n)")
STANDARD = frozenset({"propext", "Classical.choice", "Quot.sound"})
"""The axioms of Lean's logic itself, on which nearly every proof rests; they are not reported."""
_LONGEST = 2000
_KERNEL_OFF = "skipKernelTC"  # by it Lean's kernel looks at nothing, however the name is written


async def check_document(
    scratch: Scratch, document: Document, outline: Outline, units: Sequence[int], seconds: float
) -> Report:
    """
    Raises:
        ProverError: Lean died (``ProverTimeout``: it was not done within ``seconds``).
    """
    deadline = time.monotonic() + seconds
    text = document.text
    if _LONE_RETURN.search(text):
        return Report(False, (Problem("the text has carriage returns that end no line"),))
    if _KERNEL_OFF in text:
        return Report(False, (Problem(f"the text switches Lean's kernel off (`{_KERNEL_OFF}`)"),))
    seen = await scratch.show(text + _END, seconds)
    problems = tuple(_problems(seen, outline, len(text)))
    if seen.fatal or not _went_through(seen, len(text)):
        reason = Problem("Lean does not get to the end of the text (`#exit`, or something left open, stops it)")
        return Report(False, (*problems, *(() if problems else (reason,))))
    holes = count_holes(seen, outline)
    axioms: Mapping[int, frozenset[str]] = {}
    if units:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout("the time for checking the text is over")
        probe = make_probe(text, outline, units)
        axioms, hidden = _read_probe(probe, await scratch.show(probe.text, left), standard_is_own(outline))
        holes = {**holes, **{unit: holes.get(unit, 0) + 1 for unit in hidden}}
    return Report(True, problems, holes, axioms)


def count_holes(seen: Seen, outline: Outline) -> dict[int, int]:
    """How many holes Lean knows of: it tells which declarations have any, the text how many these have."""
    counts: dict[int, int] = {}
    for each in seen.said:
        number = outline.unit_at(each.span.start) if each.is_sorry else None
        if number is not None:
            counts[number] = max(1, len(outline.units[number].holes))
    return counts


def standard_is_own(outline: Outline) -> bool:
    """Whether a text may have axioms of its own by the names of Lean's: it declares such a name, or replaces Lean's
    library."""
    names = {unit.name.rsplit(".", 1)[-1] for unit in outline.units}
    return bool(names & {name.rsplit(".", 1)[-1] for name in STANDARD})


def _went_through(seen: Seen, end: int) -> bool:
    """Whether Lean answered at the very end of the text."""
    told = [each for each in seen.said if each.span.start > end and each.severity == INFORMATION]
    return bool(told) and told[-1].text == _SAYS_END


def _problems(seen: Seen, outline: Outline, end: int) -> list[Problem]:
    found = []
    for each in seen.said:
        if each.is_error:
            start = min(each.span.start, end)
            span = Span(start, max(start, min(each.span.end, end)))
            found.append(Problem(each.text[:_LONGEST], span, outline.unit_at(start)))
    return found


def _read_probe(probe: Probe, seen: Seen, all_: bool) -> tuple[dict[int, frozenset[str]], set[int]]:
    """What the units rest on; and the units that have a hole beside those that were sealed."""
    axioms: dict[int, frozenset[str]] = {}
    for question in probe.questions:
        said = [
            each.text for each in seen.said if question.span.contains(each.span.start) and each.severity == INFORMATION
        ]
        found = read_axioms(said[0], question.name) if len(said) == 1 else None
        if found is not None:
            axioms[question.unit] = found - {probe.seal} - (frozenset() if all_ else STANDARD)
    sorries = [each.span.start for each in seen.said if each.is_sorry]
    hidden = {q.unit for q in probe.questions if any(q.unit_span.contains(at) for at in sorries)}
    return axioms, hidden
