"""The portfolio: what is tried on which goals."""

from __future__ import annotations

from unsorry.model import Goal, Goals, Hypothesis
from unsorry.provers.lean4.admission import command_in
from unsorry.provers.lean4.tactics import PARTS, fill_slots, portfolio

GOALS = Goals(
    (
        Goal(
            (
                Hypothesis(("α",), "Type"),
                Hypothesis(("x", "y"), "Nat"),
                Hypothesis(("h",), "x = y"),
                Hypothesis(("z✝",), "Nat"),
            ),
            "double x + y = y",
        ),
    ),
    frozenset({"equality", "arithmetic", "unfold:double"}),
    ("lemma_one", "lemma_two"),
)


def texts(goals: Goals, part: str = "") -> list[str]:
    return [candidate.text for batch in portfolio(goals, part) for candidate in batch]


def test_slots_are_filled_with_what_the_goal_has() -> None:
    """Hypotheses, variables, definitions and lemmas by name; nothing that cannot be named."""
    found = texts(GOALS)
    assert {"exact h", "simp [double]", "cases x <;> rfl", "exact lemma_one ..", "omega"} <= set(found)
    assert "induction x generalizing y <;> simp_all [double]" in found
    assert "fun_induction double x <;> simp_all [double]" in found
    assert not [text for text in found if "✝" in text or "{" in text or "α" in text]
    assert "induction x generalizing x <;> simp_all [double]" not in found


def test_mathlib_only_where_it_is() -> None:
    """Its tactics would not parse elsewhere."""
    assert "linarith" not in texts(GOALS)
    with_it = Goals(GOALS.goals, GOALS.features | {"mathlib"}, GOALS.names)
    assert "linarith" in texts(with_it)


def test_parts_make_the_whole() -> None:
    """Each part by itself gives what it gives among all, and nothing is tried twice."""
    whole = texts(GOALS)
    assert len(whole) == len(set(whole))
    assert set(whole) == {text for part in PARTS for text in texts(GOALS, part)}


def test_no_candidate_is_a_command() -> None:
    """None of them would be refused by rendering."""
    everything = Goals(GOALS.goals, GOALS.features | {"mathlib", "conjunction", "function"}, GOALS.names)
    assert not [text for text in texts(everything) if command_in(text)]


def test_a_slot_without_value_gives_nothing() -> None:
    assert list(fill_slots("exact {h} {x}", {"h": ["a"], "x": []})) == []
    assert list(fill_slots("{x} {y}", {"x": ["a", "b"], "y": ["a", "b"]})) == ["a b", "b a"]
