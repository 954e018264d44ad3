"""The text that asks what declarations rest on."""

from __future__ import annotations

import pytest

from unsorry.provers.lean4.holes import SYNTAX
from unsorry.provers.lean4.probe import SEAL, make_probe


def probe(text: str, *names: str) -> str:
    outline = SYNTAX.outline(text)
    units = [n for n, unit in enumerate(outline.units) if (unit.name in names if names else unit.holes)]
    made = make_probe(text, outline, units)
    for question in made.questions:
        asked = made.text[question.span.start : question.span.end]
        assert asked.strip().endswith(f"#print axioms {question.name}")
        unit = made.text[question.unit_span.start : question.unit_span.end]
        assert unit.startswith(("theorem", "noncomputable"))
    return made.text


ASK = "\nset_option pp.fullNames true in #print axioms"
AXIOM = f"axiom _root_.{SEAL}.{{u}} (α : Sort u) : α\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("theorem a : T := by simp\ntheorem b : T := x", f"theorem a : T := by simp{ASK} a\n"),
        ("theorem a : T := sorry", f"{AXIOM}theorem a : T := ({SEAL} _){ASK} a\n"),
        ("theorem a : T := by\n  sorry", f"{AXIOM}theorem a : T := by\n  exact {SEAL} _{ASK} a\n"),
        (
            "theorem a : T := by\n  stop\n  simp",
            f"{AXIOM}theorem a : T := by\n  all_goals exact {SEAL} _{ASK} a\n",
        ),
        (
            "open N in\ntheorem a : T := sorry",
            f"{AXIOM}open N in\ntheorem a : T := ({SEAL} _){ASK} a\n",
        ),
        (
            "mutual\ntheorem a : T := sorry\nend\n",
            f"{AXIOM}mutual\ntheorem a : T := ({SEAL} _)\nend{ASK} a\n",
        ),
    ],
)
def test_questions_and_seals(text: str, wanted: str) -> None:
    """A question stands after its declaration, or its block; holes are sealed by an axiom that stands before it."""
    assert probe(text, "a") == wanted


def test_what_has_no_name_gets_one() -> None:
    """Otherwise nothing could be asked about it."""
    assert "noncomputable def unsorryNamed0 : T" in probe("example : T := sorry")
    assert "noncomputable instance (priority := 1) unsorryNamed0 : T" in probe("instance (priority := 1) : T := sorry")


def test_one_seal_for_many() -> None:
    """An axiom can be declared once."""
    assert probe("theorem a : T := sorry\ntheorem b : T := sorry").count("axiom _root_") == 1
