"""Reading goals from a real prover, at every kind of hole."""

from __future__ import annotations

import pytest

from unsorry.model import Goals, Hypothesis, NoGoal

pytestmark = pytest.mark.rocq


async def test_a_goal_with_hypotheses(opened) -> None:
    """Hypotheses come with names, types and bodies; the conclusion as Rocq prints it."""
    text = "Lemma a (n m : nat) (x := n + m) : n = m -> x = x.\nProof.\n  intro e.\n  admit.\nAdmitted.\n"
    async with opened(text) as room:
        goals = await room.goals()
        assert isinstance(goals, Goals)
        assert goals.main.hypotheses == (
            Hypothesis(("n", "m"), "nat"),
            Hypothesis(("x",), "nat", "n + m"),
            Hypothesis(("e",), "n = m"),
        )
        assert goals.main.conclusion == "x = x"


async def test_holes_in_bullets(opened) -> None:
    """Each step's hole is about the focused goal alone, whichever is asked for first."""
    text = (
        "Lemma a (n : nat) : n = n /\\ (0 = 0 /\\ True).\nProof.\n  split.\n  - admit.\n  - split.\n    + admit.\n"
        "    + { admit. }\nAdmitted.\n"
    )
    async with opened(text) as room:
        found = [await room.goals(number) for number in (2, 0, 1)]
        assert [g.main.conclusion for g in found if isinstance(g, Goals)] == ["True", "n = n", "0 = 0"]
        assert all(isinstance(g, Goals) and len(g.goals) == 1 for g in found)


async def test_the_end_of_a_partial_script(opened) -> None:
    """``Admitted.`` after tactics stands for every goal that they leave, the focused one first."""
    async with opened("Lemma a : 0 = 0 /\\ (1 = 1 /\\ True).\nProof.\n  split. 2: split.\nAdmitted.\n") as room:
        goals = await room.goals()
        assert isinstance(goals, Goals)
        assert [g.conclusion for g in goals.goals] == ["0 = 0", "1 = 1", "True"]
        assert "several" in goals.features


async def test_the_end_after_a_finished_bullet(opened) -> None:
    """Where the next bullet is due, the goals are the unfocused ones, and the bullet is told."""
    async with opened("Lemma a : 0 = 0 /\\ True.\nProof.\n  split.\n  - reflexivity.\nAdmitted.\n") as room:
        goals = await room.goals()
        assert isinstance(goals, Goals)
        assert goals.main.conclusion == "True"
        assert "bullet:-" in goals.features
        candidate = next(text for batch in room.prover.portfolio(goals, room.holes[0]) for text in batch)
        assert candidate.text.startswith("- ")


async def test_lemmas_in_scope_are_proved_ones_nearest_first(opened) -> None:
    """Lemmas with holes are left out, since a proof must not rest on them; so is what comes later."""
    text = (
        "Lemma one : True. Proof. exact I. Qed.\nLemma open : True. Proof. Admitted.\nDefinition d := 1.\n"
        "Lemma two : True. Proof. exact I. Qed.\nLemma broken : True. Proof. exact nonsense. Qed.\n"
        "Lemma here : True. Proof. Admitted.\nLemma later : True. Proof. exact I. Qed.\n"
    )
    async with opened(text) as room:
        goals = await room.goals(1)
        assert isinstance(goals, Goals)
        assert goals.names == ("two", "one")


async def test_what_is_loaded_is_known(opened) -> None:
    """Features tell which tactics the file has at hand."""
    hole = "Lemma a : True. Proof. Admitted.\n"
    async with opened(hole) as room:
        bare = await room.goals()
        await room.update("Require Import Lia.\n" + hole)
        loaded = await room.goals()
        assert isinstance(bare, Goals)
        assert isinstance(loaded, Goals)
        assert "has:lia" in loaded.features - bare.features


async def test_an_error_before_the_hole_says_why(opened) -> None:
    """Where the goal cannot be read, the reason is the error that is in the way, with its place."""
    text = "Lemma é (n : nat) : n = n.\nProof.\n  (* 𝔸 *) apply nonsense.\n  admit.\nAdmitted.\n"
    async with opened(text) as room:
        found = await room.goals()
        assert isinstance(found, NoGoal)
        assert "nonsense" in found.reason
        assert found.at == text.index("nonsense")


async def test_an_error_elsewhere_hides_nothing(opened) -> None:
    """Errors in other declarations, finished or not, leave this hole's goal readable."""
    text = (
        "Require Import NoSuchLibrary.\nDefinition bad := 1 + true.\nLemma worse : True.\nProof.\n  intros x y.\nQed.\n"
        "Lemma unfinished : True.\nProof.\n  idtac.\n\nLemma here : 1 = 1.\nProof. Admitted.\n"
    )
    async with opened(text) as room:
        number = next(n for n, hole in enumerate(room.holes) if hole.declaration == "here")
        found = await room.goals(number)
        assert isinstance(found, Goals)
        assert found.main.conclusion == "1 = 1"


async def test_sections_and_modules(opened) -> None:
    """Section variables are hypotheses; holes in modules are read like others."""
    text = (
        "Module M.\nSection S.\nVariable A : Type.\nHypothesis same : forall x y : A, x = y.\n"
        "Lemma a (x : A) : x = x.\nProof. Admitted.\nEnd S.\nLemma b : True.\nProof. Admitted.\nEnd M.\n"
    )
    async with opened(text) as room:
        first, second = await room.goals(0), await room.goals(1)
        assert isinstance(first, Goals)
        assert isinstance(second, Goals)
        assert [h.names for h in first.main.hypotheses] == [("A",), ("same",), ("x",)]
        assert second.main.hypotheses == ()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
async def test_difficult_characters(opened, newline: str, mark: str) -> None:
    """CRLF, a byte order mark, tabs and astral characters before the hole change nothing."""
    text = mark + 'Definition 𝒜 := "𝔸é".\nLemma a : 1 = 1.\nProof.\n\t(* 😀 "*)" é *) admit.\nAdmitted.\n'
    async with opened(text.replace("\n", newline)) as room:
        goals = await room.goals()
        assert isinstance(goals, Goals)
        assert goals.main.conclusion == "1 = 1"
