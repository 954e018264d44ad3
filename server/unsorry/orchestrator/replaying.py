"""Checks receipts again: whether what was proved once still holds in the file as it is, with today's toolchain."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from enum import StrEnum

from attrs import frozen

from unsorry.ledger.receipts import Receipt
from unsorry.model import Candidate, Fill, Hole, Report
from unsorry.orchestrator.identity import identify
from unsorry.orchestrator.sessions import Lease
from unsorry.provers.base import Unit
from unsorry.verification import why_not_standing


class Standing(StrEnum):
    """``HOLDS``: verified just now. ``FAILS``: it is there and not accepted. ``GONE``: the file has it no more."""

    HOLDS = "holds"
    FAILS = "fails"
    GONE = "gone"


@frozen
class Replayed:
    """A receipt with how it stands today; ``message`` says why it does not hold. ``seconds`` are wall seconds."""

    receipt: Receipt
    standing: Standing
    message: str = ""
    seconds: float = 0.0


async def replay(
    lease: Lease, receipts: Sequence[Receipt], allowed: Collection[str], seconds: float
) -> Sequence[Replayed]:
    """Checks each receipt: in the text where it stands there, else in its hole, where that is still open. ``seconds``
    bound each check of the whole file.

    Raises:
        ProverError: the prover failed.
    """
    started = time.monotonic()
    places = [_place(lease, receipt) for receipt in receipts]
    standing = sorted({place for place in places if isinstance(place, int)})
    report: Report | None = None
    if standing:
        report = await lease.session.check(lease.document, lease.outline, standing, seconds)
    each = (time.monotonic() - started) / max(1, len(standing))
    results = []
    for receipt, place in zip(receipts, places, strict=True):
        if isinstance(place, str):
            results.append(Replayed(receipt, Standing.GONE, place))
        elif isinstance(place, Hole):
            results.append(await _try(lease, receipt, place, seconds))
        elif report is not None:
            why = why_not_standing(lease.outline, report, place, {*receipt.axioms, *allowed})
            results.append(Replayed(receipt, Standing.FAILS if why else Standing.HOLDS, why, each))
    return results


async def _try(lease: Lease, receipt: Receipt, hole: Hole, seconds: float) -> Replayed:
    fill = Fill(hole, Candidate(receipt.text, receipt.before, receipt.after))
    checked = await lease.verifier.verify(lease.session, (fill,), seconds)
    standing = Standing.HOLDS if checked.ok else Standing.FAILS
    return Replayed(receipt, standing, checked.judgement.reason, checked.judgement.seconds)


def _place(lease: Lease, receipt: Receipt) -> int | Hole | str:
    """The number of the unit that has the proof; else the open hole that it is for; else why there is neither."""
    units = lease.outline.units
    named = [number for number, unit in enumerate(units) if unit.name == receipt.declaration]
    proof = _words(receipt.text)
    for number in named:
        if proof in _words(_text(lease, units[number])):
            return number
    holes = [hole for hole in identify(lease.document.uri, lease.outline) if hole.declaration == receipt.declaration]
    if holes:
        return holes[min(receipt.number, len(holes) - 1)]
    if not named:
        return "the file has no such declaration"
    return "the declaration has another proof"


def _text(lease: Lease, unit: Unit) -> str:
    return lease.document.text[unit.span.start : unit.span.end]


def _words(text: str) -> str:
    """A text whatever its lines and indentation: both change where a proof is put in place."""
    return " ".join(text.split())
