"""Dafny: assumptions and lemmas without a body, escapes, where a body begins."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language

DAFNY = Language("dafny")


@pytest.mark.parametrize(
    "source",
    [
        "method M() { ⟦assertion:assume x > 0;⟧ }",
        "method M() { ⟦assertion:assume {:axiom} x > 0;⟧ ⟦assertion:assume\n  y; ⟧ }".replace("; ⟧", ";⟧ "),
        "method M() { ⟦assertion:assume (var x := 1; x > 0);⟧ }",
        "method M() { ⟦assertion:assume forall i | i in {1, 2} :: p(i);⟧ }",
        "method M() { assert x by { ⟦assertion:assume y;⟧ } }",
        "method M() { x :| ⟦assertion:assume x > 0;⟧ }",
        "method M() { ⟦assertion:assume s != \"a;b\" /* ; */ && c != ';'; ⟧}".replace("; ⟧", ";⟧ "),
        "method M() { ⟦assertion:assume false⟧ }",
        "function F(): int { ⟦assertion:assume x;⟧ 3 }",
        'method M() { s := "assume x;"; t := @"a "" assume x;"; // assume x;\n /* /* assume */ assume x; */ }',
        "method M(assumed: bool) { assume' := assume_ + x.assume; }",
        "lemma L(n: nat)\n  ensures n >= 0⟦proof:⟧\n",
        "lemma L(n: nat) ensures n >= 0⟦proof:⟧ // { }\n\nlemma K() { }",
        "lemma L() ensures {1} == {1}⟦proof:⟧",
        "lemma L() ensures multiset{1} == multiset{1}⟦proof:⟧",
        "lemma L() ensures |{1}| == 1 {}",
        "lemma L(s: seq<int>) ensures |s| == |s|\n{ }",
        "lemma L() ensures match x { case A => true case B => false }⟦proof:⟧",
        "lemma L() ensures x.A?\n  decreases *\n{ }",
        "lemma L() ensures x; { }",
        "lemma {:induction false} L() ensures x⟦proof:⟧",
        "lemma {:axiom} L() ensures x",
        "class C { lemma L() ensures x⟦proof:⟧\n}",
        "lemma L⟦proof:⟧ } { ⟦assertion:assume x;⟧ }",
        "twostate lemma L() ensures x⟦proof:⟧",
        "least lemma L() ensures x⟦proof:⟧",
        "ghost method L() ensures x⟦proof:⟧",
        "method M() ensures x",
        "function F(): int ensures x",
        "lemma\nlemma L()⟦proof:⟧",
    ],
)
def test_holes(source: str) -> None:
    """An assumption up to its semicolon; the place where a lemma's body would stand."""
    check(DAFNY, source)


UNITS = """\
include "a.dfy"
abstract module M refines N {
  import opened Foo
  class C<T> {
    var x: int
    static function method F(x: int): seq<int> requires x > 0 { [x] }
    constructor () { }
    function G(): int { 3 } by method { return 3; }
  }
}
datatype List<T> = Nil | Cons(head: T)
type T = x: int | x > 0 witness 1
lemma L(n: nat)
  ensures n in {1, 2} // not { a body
{ }
"""


def test_each_declaration_is_a_unit() -> None:
    """Members of classes and modules too; a function by method is one."""
    outline = outline_of(DAFNY, UNITS)
    assert names(outline) == ["", "M", "Foo", "C", "F", "", "G", "List", "T", "L"]
    stated = heads(UNITS, outline)
    assert "static function method F(x: int): seq<int> requires x > 0" in stated
    assert "lemma L(n: nat)\n  ensures n in {1, 2}" in stated


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("lemma {:axiom} L()", ["{:axiom}"]),
        ("method {:verify  false} M() { expect x; }", ["{:verify false}", "expect"]),
        ("method M() { assume {:axiom} y; }", ["assume", "{:axiom}"]),
        ("method {: extern \"C\"} M()", ["{:extern}"]),
        ("@Axiom lemma L()", ["@Axiom"]),
        ("lemma {:induction false} L() {}", []),
        ('method M() { s := "{:axiom}"; /* {:verify false} */ }', []),
    ],
)  # fmt: skip
def test_escapes(source: str, words: list[str]) -> None:
    """Attributes and statements that leave out a proof."""
    assert escapes(outline_of(DAFNY, source)) == words
