"""What a trial showed: whether a term, or a changed text, closed its hole and left nothing behind; and how many terms
to try at once."""

from __future__ import annotations

from unsorry.model import TrialResult
from unsorry.provers.agda.loader import Loaded
from unsorry.provers.agda.replies import Reply

_MOST = 16


def next_lot(tried: int) -> int:
    """How many terms to try at once after so many: what is tried behind a term that closes its hole is tried in vain,
    but where one has failed, most do."""
    return max(1, min(4 * tried, _MOST))


def result_of_give(loaded: Loaded, reply: Reply) -> tuple[TrialResult, str]:
    """Whether a give closed its goal. That Agda took the term is not enough: see what it reports beside."""
    if reply.error or reply.given is None:
        return TrialResult.REJECTED, reply.error or "Agda did not take the term."
    return compared(loaded, reply, 1)


def compared(before: Loaded, reply: Reply, gone: int) -> tuple[TrialResult, str]:
    """Whether a state has ``gone`` holes less than before and nothing else is wrong that was not."""
    if not reply.listed:
        return TrialResult.REJECTED, "Agda did not report what is left open."
    if len(reply.errors) > len(before.reply.errors):
        return TrialResult.REJECTED, reply.errors[-1]
    if len(reply.invisible) > len(before.reply.invisible):
        return TrialResult.REJECTED, f"unsolved: {reply.invisible[-1][0]}"
    if len(reply.visible) != len(before.reply.visible) - gone:
        return TrialResult.REJECTED, "it leaves something open"
    return TrialResult.CLOSED, ""
