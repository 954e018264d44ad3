"""Idris 2: units by layout, holes against operators, escapes, literate files."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language

IDRIS = Language("idris2")


@pytest.mark.parametrize(
    "source",
    [
        "f = ⟦term:?x⟧",
        "f = (⟦term:?x⟧,⟦term:?second'⟧) + [⟦term:?y⟧] + [<⟦term:?z⟧]",
        "f = a⟦term:?x⟧ + ⟦term:?x⟧",
        "f = a <?> b + a ?> b + a <?foo + a =?foo + ?",
        "f = ⟦term:?é→⟧ + x",
        'f = "?no" ++ "\\" ?no" ++ ⟦term:?yes⟧',
        'f = """\n  ?no "quoted ?no"\n  """ ++ ⟦term:?yes⟧',
        'f = #"?no " ?no"# ++ ##"?no "# "## ++ ⟦term:?yes⟧',
        "f = '?' : '\"' : x' : ⟦term:?yes⟧",
        "f = ⟦term:?yes⟧ -- ?no\n--- ?no",
        "f = a <-- ⟦term:?yes⟧",
        "||| ?no\nf = ⟦term:?yes⟧",
        "{- ?no {- ?no -} ?no -} f = ⟦term:?yes⟧",
        '{- "-}" ?no -- -}\n-} f = ⟦term:?yes⟧',
        "{- {- {- {- ?no -} -} -} -} f = ⟦term:?yes⟧",
        "{----- ?no -----} f = ⟦term:?yes⟧",
        "{- open ?no",
    ],
)
def test_holes(source: str) -> None:
    """A question mark with a name, where no operator takes it."""
    check(IDRIS, source)


UNITS = """\
module Foo.Bar
import Data.Nat
%default total
public export
0 foo : Nat -> Nat
foo x = ?a1
public export data X : Type where
  A : X
infixl 5 <?>, +>
export (<?>) : Nat -> Nat -> Nat
a <?> b = ?b1
(<?>) a b = ?b2
op, oq : Nat -> Nat -> Nat
a `op` b = ?c1
oq a b = ?c2 where
  help : Nat
  help = ?c3
namespace Foo
  export
  total
  bar : Nat -- ?no
  bar = ?d1
mutual
  ev : Nat -> Bool
  ev x = ?e1
parameters (x : Nat) {auto y : Nat}
  baz : Nat
  baz = ?f1
Show Foo where
  show x = ?g1
"""


def test_holes_have_the_declaration_around_them() -> None:
    """Operators' clauses belong to them wherever the operator stands."""
    assert [unit.name for unit, _ in outline_of(IDRIS, UNITS).holes] == (
        ["foo", "(<?>)", "(<?>)", "op", "op", "op", "bar", "ev", "baz", "Show"]
    )


def test_each_declaration_is_a_unit() -> None:
    """What namespaces and blocks hold is units of its own."""
    outline = outline_of(IDRIS, UNITS)
    assert names(outline) == (
        ["Foo.Bar", "", "", "", "foo", "X", "", "(<?>)", "op", "", "", "", "bar", "", "ev", "", "baz", "Show"]
    )
    assert "0 foo : Nat -> Nat" in heads(UNITS, outline)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("%default partial", ["partial"]),
        ("partial\nf : Nat", ["partial"]),
        ("f = believe_me x + assert_total y + idris_crash z", ["believe_me", "assert_total", "idris_crash"]),
        ('%foreign "C:f"\nf : Nat', ["%foreign"]),
        ("f = really_believe_me unsafePerformIO", ["really_believe_me", "unsafePerformIO"]),
        ("f = ?x", ["?"]),
        ('believe_me\' = partially -- believe_me\ns = "believe_me"', []),
    ],
)
def test_escapes(source: str, words: list[str]) -> None:
    """Words of code that get round the checker."""
    assert escapes(outline_of(IDRIS, source)) == words


def test_literate_files() -> None:
    """Marked lines are code, at their own place; all else is prose."""
    check(IDRIS, "What is ?this\n\n> f : Nat\n> f = ⟦term:?x⟧\n< g = ⟦term:?y⟧\n>h = ?no\nx = ?no\n", "F.lidr")
