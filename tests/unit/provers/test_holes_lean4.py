"""Lean: units by their keywords, kinds of holes by what stands around them, escapes."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language

LEAN = Language("lean4")


@pytest.mark.parametrize(
    "source",
    [
        "theorem a : T := ⟦proof:sorry⟧",
        "theorem a : T := by ⟦proof:sorry⟧",
        "theorem a : T := by\n  -- c\n  ⟦proof:sorry⟧ -- d",
        "theorem a : T :=\n  ⟦proof:sorry⟧\ntermination_by x",
        "theorem a : T := by\n  simp\n  ⟦tactic:sorry⟧",
        "theorem a : T := by\n  · ⟦tactic:sorry⟧\n  · exact ⟦term:sorry⟧",
        "theorem a : T := by\n  have h : U := ⟦term:sorry⟧\n  have i : U := by ⟦tactic:sorry⟧\n  exact h",
        "theorem a : T := by\n  cases x with\n  | zero => ⟦tactic:sorry⟧\n  | succ n => exact fun x => ⟦term:sorry⟧",
        "theorem a : T := by simp; ⟦tactic:sorry⟧",
        "theorem a : T := by simp <;> ⟦tactic:sorry⟧",
        "theorem a : T := by\n  exact\n    ⟦term:sorry⟧",
        "theorem a : T :=\n  match x with\n  | 0 => ⟦term:sorry⟧",
        "theorem a : T → U\n  | 0 => ⟦term:sorry⟧",
        "instance : C where\n  x := ⟦term:sorry⟧",
        "example := (⟦term:sorry⟧, [⟦term:sorry⟧], ⟨⟦term:sorry⟧,⟦term:sorry⟧⟩)",
        "def a := (⟦term:sorry⟧).1 + ⟦term:sorry⟧.1",
        "def a := sorry.foo + x.sorry + `sorry + «sorry» + sorry' + sorry! + sorry? + sorry₁ + xsorry + sorryAx",
        'def a := "sorry" ++ "\\" sorry" ++ r"sorry\\" ++ r#"sorry"#',
        'def a := s!"{f "sorry"} sorry" ++ ⟦term:sorry⟧',
        "def a := '\"' + ⟦term:sorry⟧ + '\\'' + x' + f' ⟦term:sorry⟧",
        "def a := /- sorry /- sorry -/ sorry -/ ⟦proof:sorry⟧ -- sorry",
        "def a := /- /- /- /- sorry -/ -/ -/ -/ ⟦proof:sorry⟧",
        "/-- sorry -/ def a : T := ⟦proof:sorry⟧",
        "def a : T := /- open sorry",
        "theorem a : T := by\n  simp\n  ⟦tactic:stop\n  exact sorry⟧\ndef b := ⟦proof:sorry⟧",
        "theorem a : T := by\n  · ⟦tactic:stop⟧\n  · simp",
        "def a := x.stop + { start := 1, stop := 2 } + stop",
    ],
)
def test_holes(source: str) -> None:
    """A whole right-hand side or ``by`` block is the proof; a step is a tactic; all else is a term."""
    check(LEAN, source)


def test_a_stop_takes_what_it_throws_away() -> None:
    """As its hint: the user may want it back."""
    ((_, hole),) = outline_of(LEAN, "theorem a : T := by\n  stop\n  exact foo").holes
    assert hole.hint == "exact foo"


UNITS = """\
import Foo
open Nat in
@[simp, to_additive (attr := simp) "x"] private theorem Foo.bar.{u} (x : Nat := 3) : x = x := by
  rfl
attribute [local instance] Classical.foo
unsafe def f : Nat → Nat
  | 0 => 1

-- comment
/-- doc -/
instance : Inhabited Foo := ⟨3⟩
instance (priority := low) foo : Inhabited Foo where
  default := 3
mutual
def a := 3 theorem evil : True := trivial
end
namespace N
  local notation "x" => y
  class inductive C | x
section
inductive I
  | a
deriving Repr
deriving instance Foo for Bar
#eval 3
"""


def test_each_command_is_a_unit() -> None:
    """With its modifiers and attributes; on one line with another, too."""
    assert names(outline_of(LEAN, UNITS)) == (
        ["", "", "Foo.bar", "", "f", "", "foo", "", "a", "evil", "", "N", "", "C", "", "I", "", ""]
    )


def test_a_statement_ends_where_its_proof_begins() -> None:
    """At ``:=``, ``where`` or the first alternative; a default value of an argument is no end."""
    stated = heads(UNITS, outline_of(LEAN, UNITS))
    assert '@[simp, to_additive (attr := simp) "x"] private theorem Foo.bar.{u} (x : Nat := 3) : x = x' in stated
    assert "unsafe def f : Nat → Nat" in stated
    assert "instance (priority := low) foo : Inhabited Foo" in stated


def test_a_second_theorem_shows() -> None:
    """Wherever a candidate puts it."""
    for text in ("rfl theorem evil : False := sorry", "(rfl)theorem evil : False := sorry"):
        assert names(outline_of(LEAN, f"theorem a : T := {text}")) == ["a", "evil"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("axiom choice : False", ["axiom"]),
        ("private axiom choice : False", ["axiom"]),
        ('@[extern "x"] opaque f : T', ["extern", "opaque"]),
        ("@[implemented_by g] def f := 3", ["implemented_by"]),
        ("theorem a : T := by native_decide", ["native_decide"]),
        ("theorem a : T := by decide +native", ["native"]),
        ("set_option debug.skipKernelTC true", ["skipKernelTC"]),
        ("def a := Lean.ofReduceBool x + sorryAx _", ["ofReduceBool", "sorryAx"]),
        ("theorem a : T := by\n  admit\n", ["admit"]),
        ("theorem a : T := by\n  stop\n  x", ["stop"]),
        ("def a := sorry -- axiom", ["sorry"]),
        ('def axiomatic := "axiom" + `native', []),
    ],
)
def test_escapes(source: str, words: list[str]) -> None:
    """Words of code that get round the kernel."""
    assert escapes(outline_of(LEAN, source)) == words
