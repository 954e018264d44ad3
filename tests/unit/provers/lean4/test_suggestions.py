"""Suggestions out of code actions."""

from __future__ import annotations

from typing import Any

import pytest

from unsorry.provers.lean4.suggestions import dedented, read_actions
from unsorry.text import SourceText, Span


def action(text: str, line: int = 1, column: int = 2) -> dict[str, Any]:
    ends = {"start": {"line": line, "character": column}, "end": {"line": line, "character": column + 6}}
    return {"title": "Try this", "edit": {"documentChanges": [{"edits": [{"newText": text, "range": ends}]}]}}


def test_only_what_replaces_the_search_counts() -> None:
    """Edits elsewhere, of several places, or not there yet, are left alone."""
    source = SourceText("theorem a : T := by\n  exact?\n")
    two = action("no")
    two["edit"]["documentChanges"][0]["edits"] *= 2
    actions = [action("exact h"), action("import X\n", 0, 0), two, {"title": "later"}, action("simp only [x]")]
    assert list(read_actions(actions, source, Span(22, 28))) == ["exact h", "simp only [x]"]


@pytest.mark.parametrize(
    ("text", "column", "wanted"),
    [
        ("exact h", 2, "exact h"),
        ("intro x\n  exact x", 2, "intro x\nexact x"),
        ("simp only [a,\n    b]", 2, "simp only [a,\n  b]"),
        ("intro x\nexact x", 4, "intro x\nexact x"),
        ("cases x with\n  | a =>\n    simp\n  | b => simp", 2, "cases x with\n| a =>\n  simp\n| b => simp"),
    ],
)
def test_lines_from_the_margin_on(text: str, column: int, wanted: str) -> None:
    """Whether Lean indented by the column or not at all."""
    assert dedented(text, column) == wanted
