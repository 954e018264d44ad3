"""Many candidates as branches of one ``first``, each of which must close the goal and then tells its number. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unsorry.model import Candidate
from unsorry.provers.lean4.messages import INFORMATION, Seen
from unsorry.provers.lean4.place import Place
from unsorry.provers.lean4.render import is_tactic, tactic_lines
from unsorry.provers.patterns import compiled
from unsorry.text import Span

NONE = -1
_MARK = "unsorry"
_MARKED = compiled(rf"{_MARK} (-?\d+)")
_TERM = "exact ("
_BY = compiled(r"by(?![\w'!?.])")


def make_batch(place: Place, candidates: Sequence[Candidate]) -> str:
    """The text for the hole. The last branch, after all others failed, leaves the hole as it was: without it, a
    failure could not be told from an error that ``first`` does not catch."""
    column = place.column if place.takes_tactics else place.column + 2
    margin = " " * (column + 2)
    lines = ["first"]
    for number, candidate in enumerate(candidates):
        lines.append(f"{margin}| focus")
        lines += [f"{margin}    {line}" for line in (*_lines(place, candidate), "done")]
        lines.append(f'{margin}  trace "{_MARK} {number}"')
    lines += [f'{margin}| trace "{_MARK} {NONE}"', f"{margin}  sorry"]
    if place.takes_tactics:
        return "\n".join(lines)
    return "(by\n" + " " * column + "\n".join(lines) + ")"


def read_winner(seen: Seen, unit: Span) -> int | None:
    """The number of the branch that closed the goal, or ``NONE``; ``None`` where no branch was taken."""
    if any(each.gave_up for each in seen.within(unit)):
        return None
    marks = [match for each in _told(seen, unit) if (match := _MARKED.fullmatch(each))]
    numbers = {int(match[1]) for match in marks}
    return numbers.pop() if len(numbers) == 1 else None


def _told(seen: Seen, unit: Span) -> Iterator[str]:
    return (each.text for each in seen.within(unit) if each.severity == INFORMATION)


def _lines(place: Place, candidate: Candidate) -> list[str]:
    """A candidate as tactics, its first line at the margin."""
    text = candidate.text
    if place.takes_tactics or _BY.match(text.lstrip()) or is_tactic(text):
        return tactic_lines(text)
    lines = text.strip().splitlines() or [""]
    lines = [f"{_TERM}{lines[0]}", *(" " * len(_TERM) + line for line in lines[1:])]
    lines[-1] += ")"
    return lines
