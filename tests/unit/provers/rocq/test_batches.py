"""Batches of trials in one query: what each tactic came to, from one answer."""

from __future__ import annotations

from unsorry.model import TrialResult
from unsorry.provers.rocq.batches import make_query, read_answer
from unsorry.provers.rocq.idetop import Answer
from unsorry.provers.rocq.protocol import Location, Notice, Value

LOST = Notice("notice", "The command has indeed failed with message:\nNo applicable tactic.")
LATE = Notice("notice", "The command has indeed failed with message:\nTimeout!")
WON = "The command has not failed!"


def answer(*notices: Notice, good: bool = False, message: str = WON, at: int | None = None) -> Answer:
    location = None if at is None else Location(at, at + 1)
    times = tuple(1.0 + index for index in range(len(notices)))
    return Answer(Value(good, message=message, location=location), notices, times, 0.0, 10.0)


def test_all_lost() -> None:
    """A good answer means that every command failed as it had to; each leaves its message and time."""
    query = make_query(["a", "b"], 1, kernel=True)
    found = read_answer(query, answer(LOST, LATE, good=True, message=""))
    assert [each.result for each in found] == [TrialResult.REJECTED, TrialResult.TIMED_OUT]
    assert found[0].message == "No applicable tactic."
    assert [each.seconds for each in found] == [1.0, 1.0]


def test_the_winner_is_found_by_its_place() -> None:
    """The command that did not fail names the winner; what came before it lost, what comes after is unknown."""
    query = make_query(["é", "b", "c"], 1, kernel=True)
    assert query.text.encode()[query.starts[1] :].startswith(b"Fail Timeout 1 (abstract (solve [b])).")
    found = read_answer(query, answer(LOST, at=query.starts[1]))
    assert [each.result for each in found] == [TrialResult.REJECTED, TrialResult.CLOSED]


def test_the_winner_is_found_by_counting() -> None:
    """Without a place, the losers before it tell."""
    query = make_query(["a", "b", "c"], 1, kernel=False)
    found = read_answer(query, answer(LOST, LOST))
    assert [each.result for each in found][-1] is TrialResult.CLOSED
    assert len(found) == 3


def test_what_is_not_understood_loses_alone() -> None:
    """A syntax error rejects its own candidate, with the reason; the rest is still to be tried."""
    query = make_query(["a", "b b b", "c"], 1, kernel=True)
    found = read_answer(query, answer(LOST, message="Syntax error: …", at=query.starts[1] + 20))
    assert [each.result for each in found] == [TrialResult.REJECTED, TrialResult.REJECTED]
    assert found[1].message == "Syntax error: …"


def test_limits_are_whole_seconds() -> None:
    """The prover counts whole seconds; a fraction is rounded up, and nothing is unlimited."""
    assert "Timeout 1 " in make_query(["a"], 0.05, kernel=True).text
    assert "Timeout 3 " in make_query(["a"], 2.5, kernel=True).text
