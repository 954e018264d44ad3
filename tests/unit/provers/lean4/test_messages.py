"""What is read from the words of Lean's messages."""

from __future__ import annotations

import pytest

from unsorry.provers.lean4.messages import Said, read_axioms
from unsorry.text import Span

HERE = Span(0, 1)


@pytest.mark.parametrize("quote", ["'sorry'", "`sorry`"])
def test_both_wordings_of_the_warning(quote: str) -> None:
    """Since 4.35 it has backticks."""
    assert Said(f"declaration uses {quote}", 2, HERE).is_sorry
    assert not Said(f"nobody says declaration uses {quote}", 2, HERE).is_sorry


@pytest.mark.parametrize(
    ("message", "name", "wanted"),
    [
        ("'a' does not depend on any axioms", "a", frozenset()),
        ("'N.a' depends on axioms: [propext, Quot.sound]", "a", {"propext", "Quot.sound"}),
        (
            "'N.a' depends on axioms: [propext,\n Classical.choice,\n Quot.sound]",
            "a",
            {"propext", "Classical.choice", "Quot.sound"},
        ),
        ("'_private.A.0.N.a' depends on axioms: [sorryAx]", "N.a", {"sorryAx"}),
        ("'b' does not depend on any axioms", "a", None),
        ("'ba' does not depend on any axioms", "a", None),
        ("unknown constant 'a'", "a", None),
        ("'a' does not depend on any axioms\nunless asked", "a", None),
        ("", "a", None),
    ],
)
def test_read_axioms(message: str, name: str, wanted: frozenset[str] | None) -> None:
    """Only a full answer about the right declaration counts."""
    assert read_axioms(message, name) == wanted
