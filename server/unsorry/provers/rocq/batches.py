"""Many tactics at one goal in one call: a list of commands that must fail, until one does not. Pure.

``Fail Timeout n (abstract (solve [T])).`` fails where ``T`` does not close the goal; ``abstract`` has the kernel
check the proof and refuses what is admitted or shelved. One query runs many, each from the same state.

Where it does not matter why each one failed, and all of them are understood, a single command does: it says which one
was the first to close the goal, and nothing of the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen

from unsorry.model import TrialResult
from unsorry.provers.rocq.idetop import Answer
from unsorry.provers.rocq.protocol import Notice

BATCH = 24
_FAILED = "The command has indeed failed with message:"
_NOT_FAILED = "The command has not failed!"
_NONE = "none"
_FALSE = "false"


@frozen
class Query:
    """A text that tries tactics in order, with where each one starts, in bytes."""

    text: str
    starts: tuple[int, ...]


@frozen
class Found:
    """What one tactic of a query came to."""

    result: TrialResult
    message: str
    seconds: float


@frozen
class Choice:
    """Which of several tactics was the first to close a goal, or whether the goal is false."""

    closed: int | None = None
    refuted: bool = False


def make_choice(tactics: Sequence[str], seconds: float, *, kernel: bool, refute: str = "") -> str:
    """A command that says the number of the first tactic that closes the goal, from 0, or that there is none.
    ``refute``: a tactic that succeeds where the goal is false, which it says too."""
    limit, before, after = _closing(seconds, kernel)
    parts = [f'timeout {limit} {before}{tactic}{after}; idtac "{number}"' for number, tactic in enumerate(tactics)]
    if refute:
        parts.append(f'timeout {limit} {refute}; idtac "{_FALSE}"')
    return f'Fail first [{chr(10).join(f"{part} |" for part in parts)} idtac "{_NONE}"; fail].'


def read_choice(answer: Answer) -> Choice | None:
    """What came of it. ``None``: that is not known, since one of the tactics was not understood."""
    said = answer.said[:1]
    if answer.good:
        return Choice() if said == (_NONE,) else None
    if not said or not answer.message.startswith(_NOT_FAILED):
        return None
    return Choice(refuted=True) if said == (_FALSE,) else Choice(int(said[0])) if said[0].isdigit() else None


def make_query(tactics: Sequence[str], seconds: float, *, kernel: bool) -> Query:
    """``kernel``: check each proof at once, which goals with existential variables do not allow."""
    limit, before, after = _closing(seconds, kernel)
    # A line of its own, so that a comment or a string that does not end is seen as such.
    parts = [f"Fail Timeout {limit} {before}{tactic}{after}.\n" for tactic in tactics]
    starts, at = [], 0
    for part in parts:
        starts.append(at)
        at += len(part.encode("utf-8", "replace"))
    return Query("".join(parts), tuple(starts))


def _closing(seconds: float, kernel: bool) -> tuple[int, str, str]:
    """A limit in whole seconds, and what is put around a tactic that has to close the goal."""
    return max(1, math.ceil(seconds)), *(("(abstract (solve [", "]))") if kernel else ("(solve [", "])"))


def read_answer(query: Query, answer: Answer) -> list[Found]:
    """What is known of the first tactics after an answer, in order. The list ends with the first that closed the
    goal or was not understood; those after it were not tried."""
    losses = read_losses(answer.notices, answer.arrivals, answer.started)
    if answer.good:
        return losses[: len(query.starts)]
    at = _index(query, answer, len(losses))
    before = losses[:at] + [Found(TrialResult.REJECTED, "", 0.0)] * max(0, at - len(losses))
    since = answer.arrivals[len(losses) - 1] if losses and answer.arrivals else answer.started
    closed = answer.message.startswith(_NOT_FAILED)
    result = TrialResult.CLOSED if closed else TrialResult.REJECTED
    return [*before, Found(result, "" if closed else answer.message, max(0.0, answer.ended - since))]


def read_losses(notices: Sequence[Notice], arrivals: Sequence[float], started: float) -> list[Found]:
    """The tactics that failed, by the notice that each leaves."""
    losses, since = [], started
    for notice, arrival in zip(notices, arrivals, strict=True):
        if notice.text.startswith(_FAILED):
            losses.append(_loss(notice.text[len(_FAILED) :].strip(), arrival - since))
            since = arrival
    return losses


def _loss(message: str, seconds: float) -> Found:
    late = message.startswith("Timeout") or "Tactic timeout" in message or message == "User interrupt."
    return Found(TrialResult.TIMED_OUT if late else TrialResult.REJECTED, message, max(0.0, seconds))


def _index(query: Query, answer: Answer, losses: int) -> int:
    """Which tactic ended the query, by the place that the answer names."""
    location = answer.value.location
    if location is None:
        return min(losses, len(query.starts) - 1)
    return max(0, sum(start <= location.start for start in query.starts) - 1)
