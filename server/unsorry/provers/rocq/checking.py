"""Turns a script that has been run to its end into the facts that the rule of verification judges."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence

from unsorry.errors import ProverTimeout
from unsorry.model import Report
from unsorry.provers.base import Outline
from unsorry.provers.rocq.script import Script, Step

_HEADING = re.compile(r"(?P<title>[A-Z][\w ]*):[ \t]*")
_CLOSED = "Closed under the global context"
_SAID = re.compile(r"(?P<name>\S+)(?P<rest>(?:\s+:\s.*|\s*))")
# Continuations at the margin: a type that did not fit on its name's line, or what an axiom was used for.
_CONTINUED = re.compile(r"\s|:|used in\b")
# Listed by the prover beside axioms, but no assumption of the proof's own.
_NOT_ASSUMED = frozenset({"Section Variables", "Transparent constants", "Opaque constants"})


async def check_script(script: Script, outline: Outline, units: Sequence[int], seconds: float) -> Report:
    """Runs the whole text and reports; axioms for ``units``.

    Raises:
        ProverTimeout: it takes longer than ``seconds``.
    """
    deadline = time.monotonic() + seconds
    await script.load(len(script.sentences), seconds)
    axioms = {}
    for unit in units:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout(f"checking the text took longer than {seconds:.0f} s (`verification.seconds`)")
        found = await axioms_of(script, unit, outline.units[unit].name, left)
        if found is not None:
            axioms[unit] = found
    return Report(True, script.problems(), open_holes(script.steps), axioms)


def open_holes(steps: Iterable[Step]) -> dict[int, int]:
    """How many holes the prover met in each unit: goals given up, or else a proof that was admitted whole.

    The prover says so itself, whenever it takes something without proof.
    """
    inner: Counter[int] = Counter()
    closers: Counter[int] = Counter()
    open_before = 0
    for step in steps:
        if step.assumed and step.ran and step.open_proofs >= open_before > 0:
            inner[step.sentence.unit] += 1
        elif step.assumed and step.ran and step.open_proofs < open_before:
            closers[step.sentence.unit] += 1
        open_before = step.open_proofs
    return {unit: inner[unit] or closers[unit] for unit in inner | closers}


async def axioms_of(script: Script, unit: int, name: str, seconds: float) -> frozenset[str] | None:
    """Everything without proof that a unit rests on; ``None`` when the prover does not say."""
    numbers = [number for number, sentence in enumerate(script.sentences) if sentence.unit == unit]
    if not numbers:
        return None
    proofs = [step.proof for step in script.steps[numbers[0] : numbers[-1] + 1] if step.proof]
    subject = proofs[0] if proofs else name
    if not subject:
        return None
    answer = await script.query(f"Print Assumptions {subject}.", numbers[-1] + 1, seconds)
    if not answer.good:
        return None
    told = [notice.text for notice in answer.notices if notice.level == "notice"]
    return read_assumptions(told[-1]) if told else None


def read_assumptions(text: str) -> frozenset[str] | None:
    """The names in an answer to ``Print Assumptions``; ``None`` for an answer that is not understood.

    What has no name (a definition taken as terminating, a theory switched on) is given as it is said.
    """
    if text.strip() == _CLOSED:
        return frozenset()
    found: set[str] = set()
    title = ""
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line)
        if heading:
            title = heading["title"]
        elif title == "":
            return None
        elif title not in _NOT_ASSUMED and line.strip():
            if title == "Theory":
                found.add(line.strip())
            elif not _CONTINUED.match(line):
                said = _SAID.fullmatch(line)
                found.add(said["name"] if said else line.strip())
    return frozenset(found) if title else None
