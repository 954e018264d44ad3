"""What is asked of the prover's library for a goal, and what is made of the answers."""

from __future__ import annotations

from unsorry.provers.rocq.candidates import read_candidate
from unsorry.provers.rocq.goals import read_goals
from unsorry.provers.rocq.idetop import Answer
from unsorry.provers.rocq.lookup import commands, look_up, tactics_with
from unsorry.provers.rocq.protocol import Notice, RawGoal, Value
from unsorry.provers.rocq.shape import read_shape

GOAL = RawGoal("1", ("A : Type", "xs, ys : list A", "n : nat"), "forall x : A, In x xs -> length (xs ++ ys) = n + S n")


def test_variables_are_left_open() -> None:
    """The goal's own variables may be anything in a lemma; everything else must be there."""
    found = list(commands(read_shape(read_goals([GOAL]).main)))
    assert found[0] == "SearchPattern (length (?xs ++ ?ys) = ?n + S ?n)."
    assert "SearchPattern (?n + S ?n = length (?xs ++ ?ys))." in found
    assert "Search (In ?x ?xs) (length (?xs ++ ?ys) = ?n + S ?n)." in found
    assert "SearchRewrite (length (?xs ++ ?ys))." in found


async def test_names_are_read_from_what_is_printed() -> None:
    """Qualified names count, each once, whatever stands after them; errors and other talk do not."""
    said = ["app_length: forall [A : Type], …", "Nat.add_comm:\n  forall n m : nat, …", "Timeout!", "app_length: again"]

    async def query(command: str) -> Answer:
        assert command.startswith("Timeout ")
        return Answer(Value(True), tuple(Notice("notice", text) for text in said))

    assert await look_up(read_goals([GOAL]), query) == ["app_length", "Nat.add_comm"]


def test_everything_tried_with_a_lemma_is_a_tactic() -> None:
    """Each way to use a lemma passes the check for foreign candidates."""
    found = list(tactics_with(["Nat.add_comm", "in_rev"]))
    assert found[0] == "apply Nat.add_comm"
    assert all(read_candidate(text).single is not None for text in found)
