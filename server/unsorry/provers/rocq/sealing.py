"""Has the kernel check what a proof with holes has so far: a proof that ends in ``Admitted`` is never checked.

The text is cut after the proof, each of its holes closed by an axiom made for that, and the proof ended by ``Qed``:
what the kernel says then is true of everything but the holes. The text itself is left alone.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.errors import EditError, ProverTimeout
from unsorry.model import Candidate, Document, Fill, Hole, Problem, Report
from unsorry.provers.base import Outline
from unsorry.provers.rocq.checking import axioms_of, check_script
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.render import is_step, render
from unsorry.provers.rocq.script import Placed, Script, split
from unsorry.text import apply_edits

_SEAL = "unsorry_seal"
_AXIOM = f"Axiom {_SEAL} : forall A : Type, A.\n"
_CLOSING = Candidate(f"exact (@{_SEAL} _).")
_UNCHECKED = "the kernel cannot check the proof around the holes that are left: {}"


@frozen
class _Sealed:
    """What a proof rests on beside its holes; or, with a ``problem``, why that is not known."""

    axioms: frozenset[str] = frozenset()
    problem: Problem | None = None


async def check_document(
    script: Script,
    scratch: Script,
    document: Document,
    outline: Outline,
    sentences: Sequence[Placed],
    units: Sequence[int],
    seconds: float,
) -> Report:
    """Runs the whole text, whose ``sentences`` are given, in ``script`` and reports; axioms for ``units``, also for
    what they have beside their holes, which ``scratch`` finds out. What the kernel refuses there is a problem of the
    unit.

    Raises:
        ProverTimeout: it takes longer than ``seconds``.
    """
    deadline = time.monotonic() + seconds
    partial = [number for number in sorted(units) if _is_partial(document.text, outline, number)]
    sealed = {n: await _check_sealed(scratch, document, outline, n, deadline) for n in partial}
    script.update(sentences)
    report = await check_script(script, outline, units, _left(deadline))
    problems = tuple(each.problem for each in sealed.values() if each.problem is not None)
    axioms = {n: said | sealed[n].axioms if n in sealed else said for n, said in report.axioms.items()}
    return evolve(report, problems=(*report.problems, *problems), axioms=axioms)


def _is_partial(text: str, outline: Outline, number: int) -> bool:
    """Whether a unit has holes before its proof's end, so that there may be something beside them to check."""
    return any(is_step(text, hole.span) for hole in outline.units[number].holes)


async def _check_sealed(script: Script, document: Document, outline: Outline, number: int, deadline: float) -> _Sealed:
    """One unit's proof beside its holes. The script is of another text afterwards."""
    unit = outline.units[number]
    fills = [Fill(Hole("", hole.kind, unit.name, hole.span), _CLOSING) for hole in unit.holes]
    try:
        text = apply_edits(document.text, render(document, Outline((unit,)), fills))
    except EditError as error:
        return _unknown(number, str(error))
    end = unit.span.end + len(text) - len(document.text)
    text = text[: unit.span.start] + _AXIOM + text[unit.span.start : end]
    outline = SYNTAX.outline(text)
    if len(outline.units) != number + 2 or outline.units[-1].holes:
        return _unknown(number, "it is not clear where the proof ends")
    script.update(split(text, outline))
    await script.load(len(script.sentences), _left(deadline))
    problem = next((each for each in script.problems() if each.unit in (number, number + 1)), None)
    if problem is not None:
        return _unknown(number, problem.message)
    axioms = await axioms_of(script, number + 1, unit.name, _left(deadline))
    if axioms is None:
        return _unknown(number, "the prover does not tell what it rests on")
    return _Sealed(axioms - {_SEAL})


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise ProverTimeout("the time for checking the text is over")
    return left


def _unknown(number: int, reason: str) -> _Sealed:
    return _Sealed(problem=Problem(_UNCHECKED.format(reason), unit=number))
