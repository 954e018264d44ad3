"""Which tactics are proposed for a goal, with which of its variables, and in which order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from unsorry.model import Goals
from unsorry.provers.rocq.candidates import read_candidate
from unsorry.provers.rocq.goals import read_goals
from unsorry.provers.rocq.portfolio import portfolio
from unsorry.provers.rocq.protocol import RawGoal
from unsorry.provers.rocq.shape import read_shape, scrutinees, telescope


def goals(conclusion: str, *hypotheses: str, names: Iterable[str] = (), extra: Iterable[str] = ()) -> Goals:
    return read_goals([RawGoal("1", hypotheses, conclusion)], names, extra)


def texts(of: Goals) -> list[str]:
    return [text for batch in portfolio(of) for text in batch]


def test_induction_goes_by_what_the_functions_recur_on() -> None:
    """The variable that stands where functions recur comes first."""
    shape = read_shape(goals("length (xs ++ ys) = length xs + length ys", "A : Type", "xs, ys : list A").main)
    assert shape.data[0].name == "xs"
    assert "induction xs; simpl; auto" in texts(goals("xs ++ nil = xs", "A : Type", "xs : list A"))


def test_sorts_functions_and_premises_are_no_data() -> None:
    """Induction is not tried on types, functions or proofs of equations."""
    shape = read_shape(goals("map f xs = ys", "A : Type", "f : A -> A", "xs, ys : list A", "H : xs = ys").main)
    assert {v.name for v in shape.data} == {"xs", "ys"}
    assert [v.name for v in shape.premises] == ["H"]
    assert [v.name for v in shape.functions] == ["f"]


def test_quantified_variables_and_premises_are_found() -> None:
    """A conclusion's own variables count, and its premises get the names that ``intros`` gives them."""
    bound, statement = telescope("forall (A : Type) (x y : A), R x y -> forall n : nat, n = n -> x = y")
    assert [(v.name, v.type) for v in bound] == [
        ("A", "Type"), ("x", "A"), ("y", "A"), ("", "R x y"), ("n", "nat"), ("", "n = n"),
    ]  # fmt: skip
    assert statement == "x = y"
    shape = read_shape(goals("forall a b : nat, below a b -> below b a -> a = b", "H : True").main)
    assert [v.name for v in shape.premises] == ["H", "H0", "H1"]


def test_predicates_are_premises_and_used_variables_are_data() -> None:
    """``H : even n`` is an assumption; ``n : nat`` is data."""
    shape = read_shape(goals("even (S (S n))", "n : nat", "H : even n").main)
    assert [v.name for v in shape.data] == ["n"]
    assert [v.name for v in shape.premises] == ["H"]


@pytest.mark.parametrize(
    ("conclusion", "hypotheses", "expected"),
    [
        ("(if n =? m then a else b) = c", (), ["n =? m"]),
        ("negb (p x) = b", ("p : A -> bool", "x : A"), ["p x"]),
        ("match f a with None => 0 | Some _ => 1 end = 2", ("f : A -> option B",), ["f a"]),
    ],
)
def test_terms_to_split_on(conclusion: str, hypotheses: tuple[str, ...], expected: list[str]) -> None:
    """Conditions, matched terms and calls of boolean functions are proposed for case splits."""
    assert list(scrutinees(read_shape(goals(conclusion, *hypotheses).main))) == expected


def test_tactics_wait_for_what_they_need() -> None:
    """``lia`` is proposed where it is loaded, and nowhere else."""
    without = texts(goals("n + 0 = n", "n : nat"))
    assert not any("lia" in text for text in without)
    assert "lia" in texts(goals("n + 0 = n", "n : nat", extra=["has:lia"]))[:5]


def test_lemmas_of_the_file_are_used() -> None:
    """Earlier lemmas are applied and rewritten with, alone, in pairs, and inside inductions."""
    found = texts(goals("forall a b : num, plus a b = plus b a", names=["plus_succ", "plus_zero"]))
    assert "now rewrite plus_succ" in found
    assert "eauto using plus_succ, plus_zero" in found
    assert "induction a; simpl; intros; rewrite ?plus_succ, ?plus_zero; congruence" in found


def test_cheap_ones_come_first_and_none_twice() -> None:
    """The first batch has no induction; no tactic is proposed twice."""
    of = goals("n + 0 = n", "n : nat", extra=["has:lia", "has:nia", "has:ring", "has:arith", "has:Nat"])
    first = next(iter(portfolio(of)))
    assert "reflexivity" in first
    assert not any("induction" in text for text in first)
    found = texts(of)
    assert len(found) == len(set(found))


def test_several_goals_are_closed_together() -> None:
    """Where a hole leaves several goals, each candidate is for all of them."""
    of = read_goals([RawGoal("1", (), "True"), RawGoal("2", (), "1 = 1")])
    assert all(text.startswith("all: ") for text in texts(of))


def test_a_bullet_that_is_due_comes_first() -> None:
    """After a finished bullet, each candidate begins with the next one."""
    assert all(text.startswith("- ") for text in texts(goals("True", extra=["bullet:-"])))


@pytest.mark.parametrize(
    "of",
    [
        goals("forall (A : Type) (xs : list A), rev (rev xs) = xs", extra=["has:lists"]),
        goals("exists n : nat, n * n = 49", extra=["has:lia"]),
        goals("P \\/ ~ P", "P : Prop", "H : P -> False", "b : bool"),
        goals("sorted (insert x xs)", "x : nat", "xs : list nat", "H : sorted xs", names=["a", "b"]),
        goals("∀ x, f x = (if p x then 0 else x)", "p : nat -> bool", "f : nat -> nat"),
    ],
)
def test_everything_proposed_is_a_tactic(of: Goals) -> None:
    """Whatever the goal, each candidate passes the check that foreign candidates must pass."""
    found = texts(of)
    assert found
    for text in found:
        assert read_candidate(text).single is not None
