"""Checks a whole text: what Lean says of it as it is, then what its declarations rest on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from attrs import evolve

from unsorry.errors import ProverTimeout
from unsorry.model import Document, Problem, Report
from unsorry.provers.base import Outline
from unsorry.provers.lean4.messages import INFORMATION, Seen, read_axioms
from unsorry.provers.lean4.probe import Probe, make_probe
from unsorry.provers.lean4.scratch import Scratch
from unsorry.provers.lean4.words import KERNEL_OFF
from unsorry.provers.patterns import compiled
from unsorry.text import Span

# What is wrong at the text's end may take the first command with it. Then comes what only the kernel minds.
_BEYOND = (
    "\n#check Prop\n/-- . -/ unsafe axiom _root_.{lure} ({lure}P : Prop) : {lure}P\n"
    "/-- . -/ theorem _root_.{lure}Taken ({lure}P : Prop) : {lure}P := {lure} {lure}P\n#check Prop\n"
)
_SAYS_END = "Prop : Type"
_LONE_RETURN = compiled(r"\r(?!\n)")
STANDARD = frozenset({"propext", "Classical.choice", "Quot.sound"})
"""The axioms of Lean's logic itself, on which nearly every proof rests; they are not reported."""
_LONGEST = 2000
_UNCHECKED = f"debug.{KERNEL_OFF}"  # what proofs rest on that no kernel has seen


async def check_document(
    scratch: Scratch, document: Document, outline: Outline, units: Sequence[int], seconds: float, *, kernel_off: bool
) -> Report:
    """``kernel_off``: Lean's kernel is known not to look at all that there is; else Lean is asked whether it looks.

    Raises:
        ProverError: Lean died (``ProverTimeout``: it was not done within ``seconds``).
    """
    deadline = time.monotonic() + seconds
    text = document.text
    if _LONE_RETURN.search(text):
        return Report(False, (Problem("the text has carriage returns that end no line"),))
    if KERNEL_OFF in text:
        return Report(False, (Problem(f"the text switches Lean's kernel off (`{KERNEL_OFF}`)"),))
    lure = _unused("unsorryLure", text)
    seen, refused = _without_lure(await scratch.show(text + _BEYOND.format(lure=lure), seconds), lure, len(text))
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
    if not kernel_off and refused:
        return Report(True, problems, holes, axioms)
    unchecked = {unit: found | {_UNCHECKED} for unit, found in axioms.items()}
    return Report(True, problems, holes, unchecked, certain=axioms)


def _unused(name: str, text: str) -> str:
    """A name that the text does not have."""
    while name in text:
        name += "_"
    return name


def _without_lure(seen: Seen, lure: str, end: int) -> tuple[Seen, bool]:
    """What Lean says of the text itself, and whether it minds what stands behind it: a theorem by an unsafe axiom, at
    which only the kernel takes offence."""
    about = [each for each in seen.said if each.span.start > end and lure in each.text]
    return evolve(seen, said=tuple(each for each in seen.said if each not in about)), any(e.is_error for e in about)


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
