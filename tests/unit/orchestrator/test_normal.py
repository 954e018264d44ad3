"""Goals that differ in names or order alone have one normal form; others have not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.model import Goal, Goals, Hypothesis
from unsorry.orchestrator.normal import NormalGoals, likeness, normal, renamed, tokens_of


def form(conclusion: str, *hypotheses: str) -> NormalGoals:
    """The normal form of a goal whose hypotheses are written ``names : type``."""
    given = (line.partition(" : ") for line in hypotheses)
    return normal(Goals((Goal(tuple(Hypothesis(tuple(n.split()), t) for n, _, t in given), conclusion),)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("n + m = m + n", "n m : nat"), ("b + a = a + b", "b a : nat")),
        (("n + m = m + n", "n m : nat"), ("b + a = a + b", "a b : nat")),
        (("P", "H : P", "n : nat"), ("P", "k : nat", "p : P")),
        (("forall x, x = n", "n : nat"), ("forall y, y = m", "m : nat")),
        (("∀ (x : A) → P x",), ("∀ (y : A) → P y",)),
        (("fun x => (fun y => x y)",), ("fun a => (fun b => a b)",)),
        (("x≤y ≡ x≤y", "x≤y : x ≤ y", "x y : ℕ"), ("p ≡ p", "a b : ℕ", "p : a ≤ b")),
    ],
)
def test_the_same_goal(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Names of hypotheses and bound variables, and the order of hypotheses, do not matter."""
    assert form(*one).text == form(*other).text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("n + m = m + n", "n m : nat"), ("n + m = n + m", "n m : nat")),
        (("n <= m", "n m : nat", "H : n <= m"), ("n <= m", "n m : nat", "H : m <= n")),
        (("forall x y, x = y",), ("forall x y, y = x",)),
        (("n = 0", "n : nat"), ("n = 0", "n : Z")),
        (("f x", "f : A -> B"), ("g x", "f : A -> B")),
    ],
)
def test_another_goal(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """What a hypothesis says and where a variable stands matters."""
    assert form(*one).text != form(*other).text


NAMES = st.lists(st.text("abcxyz'₁", min_size=1, max_size=3), min_size=2, max_size=6, unique=True).filter(
    lambda names: all(name[0].isalpha() for name in names)
)


@given(NAMES, st.data())
def test_renaming_and_shuffling_change_nothing(names: list[str], data: st.DataObject) -> None:
    """Whatever the names, the normal form stays, and a proof's names follow."""
    relations = data.draw(st.lists(st.tuples(*[st.integers(0, len(names) - 1)] * 2), min_size=1, max_size=5))

    def goal(called: list[str], order: list[int]) -> NormalGoals:
        lines = [f"{called[i]} : nat" for i in range(len(called))]
        lines += [f"H{i} : {called[a]} <= {called[b]}" for i, (a, b) in enumerate(relations)]
        return form(f"{called[0]} < {called[-1]}", *(lines[i] for i in order))

    count = len(names) + len(relations)
    new = [f"v{i}" for i in range(len(names))]
    before, after = goal(names, list(range(count))), goal(new, data.draw(st.permutations(range(count))))
    assert before.text == after.text
    text = renamed(f"lia {names[0]} {names[-1]}", before.names, after.names)
    assert text == f"lia {new[0]} {new[-1]}"


def test_names_follow_into_a_proof() -> None:
    """Whole names are replaced, with the induction hypotheses that provers name after them; parts of names are not."""
    text = "induction n; rewrite IHn; exact (nn n' n)."
    assert renamed(text, ["n"], ["k"]) == "induction k; rewrite IHk; exact (nn n' k)."
    assert renamed("f x≤y", ["x≤y"], ["p"]) == "f p"
    assert renamed(text, ["n"], ["k", "l"]) == text


def test_likeness() -> None:
    """A small edit leaves a goal much like what it was."""
    goal = form("n + m = m + n", "n m : nat").text
    edited = form("n + m + 0 = m + n", "n m : nat").text
    other = form("exists l, In x l", "x : A").text
    assert likeness(tokens_of(goal), tokens_of(goal)) == 1.0
    assert likeness(tokens_of(goal), tokens_of(edited)) > 0.5 > likeness(tokens_of(goal), tokens_of(other))


def test_much_is_dealt_with_quickly() -> None:
    """A goal with hundreds of hypotheses has a normal form too."""
    letters = random.Random(1)
    lines = [f"h{i} : P (h{letters.randrange(max(1, i))})" for i in range(300)]
    assert form("Q h1", *lines).text.count("\n") == 300
