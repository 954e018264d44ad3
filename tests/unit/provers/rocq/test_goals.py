"""Goals as structured values, from the lines that Rocq prints."""

from __future__ import annotations

import pytest

from unsorry.model import Hypothesis
from unsorry.provers.rocq.goals import read_goal, read_goals, statement
from unsorry.provers.rocq.protocol import RawGoal


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("n : nat", Hypothesis(("n",), "nat")),
        ("n, m' : nat", Hypothesis(("n", "m'"), "nat")),
        ("α, x₁ : A", Hypothesis(("α", "x₁"), "A")),
        ("H : forall x : nat, x = x", Hypothesis(("H",), "forall x : nat, x = x")),
        ("x := 3 : nat", Hypothesis(("x",), "nat", "3")),
        ("f := fun n : nat => n + 0 : nat -> nat", Hypothesis(("f",), "nat -> nat", "fun n : nat => n + 0")),
        ("p := (a : nat, b) : nat * nat", Hypothesis(("p",), "nat * nat", "(a : nat, b)")),
        ("q := 1 : let x : nat := 2 in nat", Hypothesis(("q",), "let x : nat := 2 in nat", "1")),
        ("H : match n with\n    | 0 => True\n    | S _ => False\n    end", None),
    ],
)
def test_hypotheses(line: str, expected: Hypothesis | None) -> None:
    """Names, type and body are told apart, also where binders bring colons of their own."""
    (found,) = read_goal(RawGoal("1", (line,), "True")).hypotheses
    if expected is None:
        assert found == Hypothesis(("H",), "match n with | 0 => True | S _ => False end")
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("conclusion", "wanted", "unwanted"),
    [
        ("n + 0 = n", {"arithmetic", "equality"}, {"list", "quantified", "ordering"}),
        ("forall n m : nat, n <= n + m", {"arithmetic", "ordering", "quantified"}, {"equality"}),
        ("xs ++ [] = xs", {"list", "equality"}, {"arithmetic", "boolean"}),
        ("negb (negb b) = b", {"boolean", "equality"}, {"arithmetic"}),
        ("P /\\ Q -> Q /\\ P", {"propositional", "quantified"}, {"equality", "existential"}),
        ("exists n : nat, n * n = 49", {"existential", "arithmetic"}, {"quantified", "boolean"}),
        ("(n <=? m) = true", {"boolean", "equality"}, {"ordering"}),
        ("f x = (if p then a else b)", {"conditional", "equality"}, {"list"}),
        ("?x = 0", {"existential_variable"}, set()),
        ("(x =? y) = b", {"boolean"}, {"existential_variable"}),
    ],
)
def test_features(conclusion: str, wanted: set[str], unwanted: set[str]) -> None:
    """A goal's features say what its text shows, and no more."""
    goals = read_goals([RawGoal("1", (), conclusion)])
    assert wanted <= goals.features
    assert not unwanted & goals.features


def test_features_of_several_goals_and_hypotheses() -> None:
    """Hypotheses count too, and so does there being more than one goal."""
    raws = [RawGoal("1", ("IHn : n = n", "H : False"), "P"), RawGoal("2", (), "Q")]
    goals = read_goals(raws, ["near", "far"], ["bullet:-"])
    assert {"several", "induction_hypothesis", "contradiction", "bullet:-"} <= goals.features
    assert goals.names == ("near", "far")
    assert goals.main.conclusion == "P"


@pytest.mark.parametrize(
    ("conclusion", "expected"),
    [
        ("n = m", "n = m"),
        ("forall (A : Type) (x y : A), x = y -> y = x", "y = x"),
        ("(forall x, P x) -> Q", "Q"),
        ("exists n, n = 1 -> True", "exists n, n = 1 -> True"),
    ],
)
def test_what_is_under_quantifiers(conclusion: str, expected: str) -> None:
    """Quantifiers and premises are taken off, but not from inside other formulas."""
    assert statement(conclusion) == expected
