"""What a real Lean says must be shown at holes of every kind, and what is said where it says nothing."""

from __future__ import annotations

import pytest

from unsorry.model import Goals, Hypothesis, NoGoal

pytestmark = pytest.mark.lean4

PAIR = "theorem pair (p q : Prop) (h : p) (k : q) : p ∧ q := "


def conclusions(goals: Goals | NoGoal) -> list[str]:
    assert isinstance(goals, Goals), goals
    return [goal.conclusion for goal in goals.goals]


async def test_each_kind_of_hole_has_its_goal(opened) -> None:
    """A tactic, a term, a whole proof, and the hypotheses in scope there."""
    text = (
        f"{PAIR}by\n  constructor\n  · sorry\n  exact sorry\n\n"
        f"{PAIR.replace('pair', 'term')}⟨sorry, k⟩\n\ntheorem whole (p : Prop) : p → p := sorry\n"
    )
    async with opened(text) as room:
        assert [conclusions(await room.goals(number)) for number in range(4)] == [["p"], ["q"], ["p"], ["p → p"]]
        goals = await room.goals(2)
        assert goals.main.hypotheses == (
            Hypothesis(("p", "q"), "Prop"),
            Hypothesis(("h",), "p"),
            Hypothesis(("k",), "q"),
        )


async def test_only_the_first_of_several_goals_is_the_holes(opened) -> None:
    """A ``sorry`` closes one goal; after ``<;>`` it stands for one in each."""
    async with opened(f"{PAIR}by\n  constructor\n  sorry\n  sorry\n") as room:
        assert conclusions(await room.goals(0)) == ["p"]
        assert conclusions(await room.goals(1)) == ["q"]
        await room.update(f"{PAIR}by\n  constructor <;> sorry\n")
        assert conclusions(await room.goals()) == ["p", "q"]
        await room.update(f"{PAIR}by\n  constructor\n  all_goals sorry\n")
        assert conclusions(await room.goals()) == ["p", "q"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_wide_characters_and_line_ends(opened, end: str) -> None:
    """Positions are right behind characters beyond the basic plane, whatever ends a line."""
    text = "theorem 𝔸 (p : Prop) («𝔹𝔹» : p) : p :=\n  have 𝕏 : p := sorry\n  (sorry)\n".replace("\n", end)
    async with opened(text) as room:
        assert conclusions(await room.goals(0)) == ["p"]
        assert (await room.goals(1)).main.hypotheses[-1] == Hypothesis(("𝔹𝔹", "𝕏"), "p")


async def test_in_a_mutual_block(opened) -> None:
    """What is declared together is read together, although the hole's declaration ends before the block."""
    text = (
        "mutual\ntheorem a (p : Prop) (h : p) : p := by\n  sorry\n"
        "theorem b (p : Prop) (h : p) : p := a p h\nend\n\ntheorem broken : nothing := 1\n"
    )
    async with opened(text) as room:
        assert conclusions(await room.goals()) == ["p"]
        assert await room.results("exact h", "exact p") == ["closed", "rejected"]


async def test_an_error_before_the_hole(opened) -> None:
    """In the declaration itself it is the reason why there is no goal; elsewhere it is of no account."""
    async with opened("theorem a : nonsense := 1\n\ntheorem b (p : Prop) (h : p) : p := by\n  sorry\n") as room:
        assert conclusions(await room.goals()) == ["p"]
        await room.update("theorem b (p : Prop) : p := by\n  exact nothing )\n  sorry\n")
        told = await room.goals()
        assert isinstance(told, NoGoal)
        assert "nothing" in told.reason or "expected" in told.reason


async def test_an_import_that_is_not_there(opened) -> None:
    """Lean's own words are the reason."""
    async with opened("import Nowhere.Here\n\ntheorem a : 1 = 1 := sorry\n") as room:
        told = await room.goals()
        assert isinstance(told, NoGoal)
        assert "Nowhere" in told.reason
        assert not (await room.check()).complete
        await room.update("theorem a : 1 = 1 := sorry\n")
        assert isinstance(await room.goals(), Goals)


async def test_features_and_names(opened) -> None:
    """The portfolio learns what the goal speaks of: definitions of the file, and its proved lemmas, nearest first."""
    text = (
        "def double (n : Nat) : Nat := Nat.add n n\n\ndef other (n : Nat) : Nat := n\n\n"
        "theorem one : 1 = 1 := rfl\n\ntheorem open_one : 1 = 1 := sorry\n\ntheorem two : 2 = 2 := rfl\n\n"
        "theorem a (n : Nat) : double n = Nat.add n n := by\n  sorry\n\ntheorem later : 1 = 1 := rfl\n"
    )
    async with opened(text) as room:
        goals = await room.goals(1)
        assert isinstance(goals, Goals)
        assert goals.names == ("two", "one")
        assert "unfold:double" in goals.features
        assert "unfold:other" not in goals.features
