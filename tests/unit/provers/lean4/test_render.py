"""Candidates in their places: each line is where Lean wants it, and what reads well is written so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import EditError
from unsorry.model import Candidate, Document, Fill
from unsorry.orchestrator.identity import identify
from unsorry.provers.lean4 import ROOM
from unsorry.provers.lean4.admission import command_in
from unsorry.provers.lean4.holes import SYNTAX
from unsorry.provers.lean4.render import render
from unsorry.text import SourceText, apply_edits


def filled(text: str, *candidates: str) -> str:
    document, outline = Document("file:///a.lean", ROOM.language, 1, SourceText(text)), SYNTAX.outline(text)
    holes = identify(document.uri, outline)
    fills = [Fill(hole, Candidate(candidate)) for hole, candidate in zip(holes, candidates, strict=True)]
    return apply_edits(text, render(document, outline, fills))


@pytest.mark.parametrize(
    ("text", "candidate", "wanted"),
    [
        ("theorem a : T := sorry", "simp", "theorem a : T := by simp"),
        ("theorem a : T := sorry", "by simp", "theorem a : T := by simp"),
        ("theorem a : T := sorry", "foo x", "theorem a : T := foo x"),
        ("theorem a : T := sorry", "rfl", "theorem a : T := rfl"),
        ("theorem a : T := sorry", "intro x\nexact x", "theorem a : T := by\n  intro x\n  exact x"),
        ("theorem a : T :=\n  sorry", "intro x\nexact x", "theorem a : T :=\n  by\n    intro x\n    exact x"),
        ("theorem a : T := by sorry", "simp", "theorem a : T := by simp"),
        ("theorem a : T := by sorry", "by\n  simp", "theorem a : T := by simp"),
        ("theorem a : T := by sorry", "intro x\nexact x", "theorem a : T := by\n  intro x\n  exact x"),
        ("theorem a : T := by\n  sorry", "intro x\nexact x", "theorem a : T := by\n  intro x\n  exact x"),
        ("theorem a : T := by\n  · sorry", "intro x\nexact x", "theorem a : T := by\n  · intro x\n    exact x"),
        ("theorem a : T := by\n  simp <;> sorry", "omega", "theorem a : T := by\n  simp <;> omega"),
        (
            "theorem a : T := by\n  simp <;> sorry",
            "intro x\nexact x",
            "theorem a : T := by\n  simp <;> (intro x\n            exact x)",
        ),
        ("theorem a : T := by\n  simp <;> sorry", "simp; rfl", "theorem a : T := by\n  simp <;> (simp; rfl)"),
        ("def a := ⟨sorry, 1⟩", "simp", "def a := ⟨by simp, 1⟩"),
        ("def a := ⟨sorry, 1⟩", "f x", "def a := ⟨f x, 1⟩"),
        ("def a := f sorry 1", "f x", "def a := f (f x) 1"),
        ("def a := f sorry 1", "x.1", "def a := f x.1 1"),
        ("def a := f sorry", "simp", "def a := f (by simp)"),
        ("def a := f sorry", "intro x\nexact x", "def a := f (by\n             intro x\n             exact x)"),
        ("theorem a : T := by\n  exact sorry", "f x", "theorem a : T := by\n  exact f x"),
        ("theorem a : T := by\n  exact sorry -- c", "f x", "theorem a : T := by\n  exact f x -- c"),
        ("theorem a : T := by\r\n  sorry\r\n", "skip\nsimp", "theorem a : T := by\r\n  skip\r\n  simp\r\n"),
    ],
)
def test_render(text: str, candidate: str, wanted: str) -> None:
    """``by`` and parentheses where they are needed and not elsewhere; lines under their first."""
    assert filled(text, candidate) == wanted


def test_several_holes_at_once() -> None:
    """Each gets its own; what is between them stays."""
    text = "theorem a : T := by\n  constructor\n  · sorry -- one\n  · exact ⟨sorry, sorry⟩\n"
    wanted = "theorem a : T := by\n  constructor\n  · simp -- one\n  · exact ⟨f x, by omega⟩\n"
    assert filled(text, "simp", "f x", "omega") == wanted


@pytest.mark.parametrize(
    "candidate",
    ["simp\n#eval 1", "simp #eval 1", "simp\n  open Nat", "simp run_cmd x", "simp; attribute [simp] x", "x\nend N"],
)
def test_a_candidate_with_a_command_is_no_edit(candidate: str) -> None:
    """Lean takes a command's word for one wherever it stands, so that no edit with one is ever made."""
    with pytest.raises(EditError, match="command"):
        filled("theorem a : T := by\n  sorry\n", candidate)


@pytest.mark.parametrize(
    "candidate",
    [
        "open Nat in simp",
        "set_option maxRecDepth 99 in\nsimp",
        'exact "open #eval"',
        "simp -- open it",
        "simp /- open /- #eval -/ -/",
        "exact «open»",
        "exact x.open",
        "exact `open",
        "exact #[1]",
        "exact opened",
    ],
)
def test_what_only_looks_like_a_command(candidate: str) -> None:
    """In a comment, a string or a name it is none, nor where it belongs to what follows."""
    assert command_in(candidate) == ""


@given(st.text(max_size=60))
def test_any_text_is_an_edit_or_refused(candidate: str) -> None:
    """Rendering never fails otherwise, and what stands around the hole stays."""
    text = "theorem a : T := by\n  f <;> sorry\n\ntheorem b : T := rfl\n"
    try:
        after = filled(text, candidate)
    except EditError:
        return
    assert after.startswith("theorem a : T := by\n  f <;> ")
    assert after.endswith("\n\ntheorem b : T := rfl\n")
