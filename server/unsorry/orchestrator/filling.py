"""Several proofs at once: verified together, since each was only verified alone."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from unsorry.model import Fill, Hole, Verdict
from unsorry.orchestrator.sessions import Lease
from unsorry.text import Edit


@define
class Together:
    """Fills that hold together, with their edits; and what does not, with the reason."""

    fills: tuple[Fill, ...] = ()
    edits: tuple[Edit, ...] = ()
    left_out: tuple[tuple[Hole, str], ...] = ()


async def fill_together(lease: Lease, fills: Sequence[Fill], check_seconds: float) -> Together:
    """The fills that hold together in the lease's text. When all of them do not, halves are tried, so that one
    bad proof among many costs few checks."""
    result = Together()
    await _add(lease, result, tuple(fills), check_seconds)
    return result


async def _add(lease: Lease, result: Together, group: tuple[Fill, ...], check_seconds: float) -> None:
    together = (*result.fills, *group)
    checked = await lease.verifier.verify(lease.session, together, check_seconds)
    if checked.ok:
        result.fills, result.edits = together, checked.edits
    elif len(group) == 1 or checked.judgement.verdict is not Verdict.REJECTED:
        reason = checked.judgement.reason
        result.left_out = (*result.left_out, *((fill.hole, reason) for fill in group))
    else:
        middle = len(group) // 2
        await _add(lease, result, group[:middle], check_seconds)
        await _add(lease, result, group[middle:], check_seconds)
