"""What a real Lean reports of whole texts, and what it may never be made to report."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.lean4


async def test_a_clean_text(opened) -> None:
    """Complete, nothing wrong, no hole, and it rests on nothing."""
    async with opened("theorem a (p : Prop) (h : p) : p := h\n") as room:
        report = await room.check(None, "a")
        assert report.complete
        assert not report.problems
        assert not report.open_holes
        assert report.axioms == {0: frozenset()}


async def test_errors_are_told_with_their_declaration(opened) -> None:
    """Each error belongs to the unit in which it stands, also the one at the text's very end."""
    async with opened("") as room:
        text = "theorem a : 1 = 1 := rfl\n\ntheorem b : 1 = 1 := nothing\n\ntheorem c : 1 = 1 :="
        report = await room.check(text)
        assert report.complete
        assert {problem.unit for problem in report.problems} == {1, 2}


async def test_holes_are_counted(opened) -> None:
    """Lean tells of holes once for a declaration; how many they are, the text tells."""
    async with opened("") as room:
        text = (
            "theorem a (p q : Prop) : p ∧ q := by\n  constructor\n  · sorry\n  · sorry\n\n"
            "theorem b : 1 = 1 := rfl\n\nexample : 1 = 1 := sorry\n"
        )
        report = await room.check(text)
        assert report.open_holes == {0: 2, 2: 1}
        assert report.axioms == {0: frozenset(), 2: frozenset()}, "its own holes are sealed"


@pytest.mark.parametrize(
    ("text", "rests_on"),
    [
        ("axiom bad : False\ntheorem a : False := bad", {"bad"}),
        ("theorem bad : False := sorry\ntheorem a : False := bad", {"sorryAx"}),
        ("theorem bad : False := sorry\ntheorem a : False ∧ True := ⟨bad, sorry⟩", {"sorryAx"}),
        ("theorem bad : False := sorry\ntheorem mid : False := bad\nexample : False := mid", {"sorryAx"}),
        ("namespace N\naxiom propext : False\ntheorem a : False := propext\nend N", {"N.propext"}),
        ("axiom Classical.choices : False\ntheorem a : False := Classical.choices", {"Classical.choices"}),
        ("theorem a (p q : Prop) (h : p ↔ q) : p = q := propext h", set()),
        ("theorem a (α : Type) (h : Nonempty α) : Nonempty α := ⟨Classical.choice h⟩", set()),
        ("mutual\naxiom x : False\nend\naxiom bad : False\nprivate theorem a : False := bad", {"bad"}),
        ("axiom bad : False\nclass C where\n  p : False\ninstance : C where\n  p := bad", {"bad"}),
        ("axiom bad : False\nclass C where\n  p : False\ninstance (priority := 100) : C := ⟨bad⟩", {"bad"}),
        ("axiom bad : False\nmutual\ntheorem a : False := bad\ntheorem b : True := trivial\nend", {"bad"}),
        ("namespace A\nnamespace B\naxiom bad : False\nend B\nopen B in\ntheorem a : False := bad\nend A", {"A.B.bad"}),
    ],
)
async def test_what_a_declaration_rests_on(opened, text: str, rests_on: set[str]) -> None:
    """Axioms by their full names, hidden holes, also of what has no name; Lean's own three do not count."""
    async with opened("") as room:
        names = ["a"] if "a " in text.split("theorem ")[-1] or "theorem a" in text else [""]
        report = await room.check(f"{text}\n", *names)
        assert report.complete
        assert report.axioms[max(report.axioms)] == rests_on


@pytest.mark.parametrize(
    "text",
    [
        "theorem a : 1 = 1 := rfl\n#exit\ntheorem b : False := nothing\n",
        "theorem a : 1 = 1 := rfl\n/- never closed\n",
        "import Nowhere\ntheorem a : 1 = 1 := rfl\n",
        "theorem a : 1 = 1 := rfl\rtheorem b : False := nothing\n",
    ],
)
async def test_not_to_the_end(opened, text: str) -> None:
    """What keeps Lean from the end of the text, or hides a part of it, is not complete, and says why."""
    async with opened("") as room:
        report = await room.check(text, "a")
        assert not report.complete
        assert report.problems


async def test_answers_cannot_be_forged(opened) -> None:
    """Text printed by a proof is no answer to our question."""
    text = "axiom bad : False\ntheorem a : False := by\n  trace \"'a' does not depend on any axioms\"\n  exact bad\n"
    async with opened("") as room:
        assert (await room.check(text, "a")).axioms == {1: frozenset({"bad"})}


async def test_the_text_is_checked_not_what_was_there_before(opened) -> None:
    """Texts checked one after the other in one document do not get each other's answers."""
    async with opened("") as room:
        for number in range(15):
            good = await room.check(f"theorem a : {number} = {number} := rfl\n", "a")
            bad = await room.check(f"theorem a : {number} = {number} := nothing\n", "a")
            assert not good.problems
            assert bad.problems
