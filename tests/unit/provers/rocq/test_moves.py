"""The steps that a search may take at a goal: which are thought of, and in which order."""

from __future__ import annotations

import pytest

from unsorry.model import Goals
from unsorry.provers.rocq.goals import read_goals
from unsorry.provers.rocq.moves import Move, moves
from unsorry.provers.rocq.protocol import RawGoal


def goals(conclusion: str, *hypotheses: str, names: tuple[str, ...] = ()) -> Goals:
    return read_goals([RawGoal("1", hypotheses, conclusion)], names)


def steps(conclusion: str, *hypotheses: str) -> list[str]:
    return [move.text for move in moves(goals(conclusion, *hypotheses))]


def test_an_accumulator_is_generalised() -> None:
    """A function that starts from a unit suggests the lemma about every start, what surrounds its call included."""
    found = steps("2 * loop n 0 = n * (n + 1)", "n : nat")
    assert "assert (supposed : forall acc, 2 * loop n acc = (n * (n + 1)) + (2 * acc))" in found
    found = steps("forall (A : Type) (xs : list A), onto xs [] = rev xs")
    assert "intros; assert (supposed : forall acc, onto xs acc = rev xs ++ acc)" in found


def test_a_lemma_that_was_supposed_is_not_generalised_again() -> None:
    """Suppositions do not feed on themselves."""
    stated = goals("forall acc, onto xs [] = acc", "xs : list A")
    assert any(move.supposes for move in moves(stated))
    assert not any(move.supposes for move in moves(stated, supposed=True))


def test_functions_of_an_append() -> None:
    """A call on an append suggests how the function treats appends, its further arguments included."""
    found = steps("run (a ++ compile e) s = t", "a : list i", "e : expr", "s, t : list nat")
    assert "assert (supposed : forall a b s, run (a ++ b) s = run b (run a s))" in found
    found = steps("size (xs ++ ys) = n", "xs, ys : list A", "n : nat")
    assert "assert (supposed : forall a b, size (a ++ b) = size a + size b)" in found


def test_what_both_sides_share_becomes_a_variable() -> None:
    """A call on both sides of an equation is generalised; what is known of it goes along."""
    found = steps("f (g xs ++ ys) = h (g xs)", "xs, ys : list A", "IHxs : sorted (g xs)")
    assert found.index("revert IHxs; generalize (g xs)") < found.index("generalize (g xs)")
    assert not any("generalize" in step for step in steps("f (g xs) = xs", "xs : list A"))


def test_a_hypothesis_that_was_used_is_forgotten() -> None:
    """Rewriting with an induction hypothesis costs nothing and spends it: then it is not rewritten with again, and
    cleared before its results are generalised or induction starts anew."""

    def found(*spent: str) -> dict[str, Move]:
        stated = goals("total (back xs ++ [x]) = x + total (back xs)", "xs : list nat", "IHxs : total xs = n")
        return {move.text: move for move in moves(stated, spent=frozenset(spent))}

    before, after = found(), found("IHxs")
    assert (before["rewrite IHxs"].cost, before["rewrite IHxs"].spends) == (0, "IHxs")
    assert not any(text.startswith("rewrite") and "IHxs" in text for text in after)
    assert after["clear IHxs; generalize (back xs)"].cost == 0
    assert "generalize (back xs)" in before
    assert "clear IHxs; induction xs; simpl" in after


def test_rewriting_away_from_the_hypothesis_costs_more() -> None:
    """Where an equation ends in a variable, its other direction fits anywhere and makes the goal larger."""
    costs = {move.text: move.cost for move in moves(goals("half (a + a) = a", "a : nat", "IHa : half (a + a) = a"))}
    assert costs["rewrite IHa"] == 0 < costs["rewrite <- IHa"]


def test_hypotheses_are_used_before_induction() -> None:
    """Induction hypotheses are rewritten with first, in both directions."""
    found = steps("succ (f a b) = g b a", "a, b : num", "IHa : f a b = g b a")
    assert found.index("rewrite IHa") < found.index("rewrite <- IHa")
    assert found.index("rewrite <- IHa") < min(i for i, step in enumerate(found) if "induction" in step)


def test_comparisons_are_split_by_what_they_mean() -> None:
    """A comparison of numbers is split into the inequations themselves, with the hypotheses about it."""
    found = steps("(if n <=? m then a else b) = c", "n, m : nat", "a, b, c : A", "H : P (n <=? m)")
    (split, *_) = (step for step in found if "destruct" in step)
    assert split == "revert H; destruct (Nat.leb_spec n m); simpl; intros"


@pytest.mark.parametrize("quantified", [True, False])
def test_predicates_are_taken_by_their_rules(quantified: bool) -> None:
    """A premise that is no equation is itself a subject of induction."""
    if quantified:
        assert "induction 1; simpl in *" in steps("forall xs : list nat, sorted xs -> sorted (insert a xs)", "a : nat")
    else:
        assert "induction H; simpl in *" in steps("sorted (insert a xs)", "a : nat", "xs : list nat", "H : sorted xs")


def test_stale_hypotheses_are_cleared() -> None:
    """An outer induction's hypothesis about the same variable would make the new one conditional."""
    found = steps("f a b = f b a", "a, b : num", "IHa : f a b = f b a")
    assert any(step.startswith("clear IHa; induction b") for step in found)


def test_calls_on_successors_are_not_unfolded() -> None:
    """Where ``simpl`` would unfold calls on successors too, first only the function that recurs is."""
    found = [step for step in steps("forall k, loop n (f (S k)) = g n", "n : nat") if "induction" in step]
    assert found[0].endswith("cbn [loop]")
