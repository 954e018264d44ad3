"""Lean's goals, parsed."""

from __future__ import annotations

import pytest

from unsorry.model import Goal, Hypothesis
from unsorry.provers.lean4.goals import make_goals, read_goal
from unsorry.provers.lean4.holes import SYNTAX


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("⊢ 1 = 1", Goal((), "1 = 1")),
        (
            "case succ\na b : Nat\nih : a + b =\n    b + a\n⊢ a + 1 + b =\n    b + (a + 1)",
            Goal(
                (Hypothesis(("a", "b"), "Nat"), Hypothesis(("ih",), "a + b =\n    b + a")),
                "a + 1 + b =\n    b + (a + 1)",
                "succ",
            ),
        ),
        ("x : Nat := 3 + 1\n⊢ x = 4", Goal((Hypothesis(("x",), "Nat", "3 + 1"),), "x = 4")),
        (
            "α : Type u\ninst✝ : Inhabited α\n⊢ α",
            Goal((Hypothesis(("α",), "Type u"), Hypothesis(("inst✝",), "Inhabited α")), "α"),
        ),
        ("h : ∀ (x : Nat), x = x\n⊢ p", Goal((Hypothesis(("h",), "∀ (x : Nat), x = x"),), "p")),
    ],
)
def test_read_goal(text: str, wanted: Goal) -> None:
    """Case, hypotheses over several lines, bodies, and the conclusion."""
    assert read_goal(text) == wanted


@pytest.mark.parametrize(
    ("header", "found"),
    [("import Mathlib\n", True), ("import Mathlib.Data.Nat\n", True), ("public import Aesop\n", True), ("", False)],
)
def test_mathlib_is_seen_in_the_imports(header: str, found: bool) -> None:
    """Its tactics are tried only where it is imported."""
    text = f"{header}-- import Mathlib\ntheorem a : 1 = 1 := sorry\n"
    goals = make_goals(["⊢ 1 = 1"], text, SYNTAX.outline(text), len(text))
    assert ("mathlib" in goals.features) is found
    assert "equality" in goals.features
