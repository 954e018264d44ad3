"""Candidates that are made from a text alone: inductions, measures, invariants, helping statements."""

from __future__ import annotations

from unsorry.provers.dafny.declarations import Declaration, loops
from unsorry.provers.dafny.helpers import other_lemmas, sequence_facts, terms, witnesses
from unsorry.provers.dafny.holes import SYNTAX
from unsorry.provers.dafny.inductions import Setting, along_functions, along_parameters, make_setting
from unsorry.provers.dafny.invariants import loop_invariants
from unsorry.provers.dafny.measures import head_measures, loop_measures
from unsorry.provers.dafny.place import read_all

TREES = """
datatype Tree = Leaf | Node(left: Tree, value: int, right: Tree)

function Size(t: Tree): nat
{
  match t
  case Leaf => 0
  case Node(l, _, r) => Size(l) + 1 + Size(r)
}

function Fold(s: seq<int>, acc: int): int
{
  if |s| == 0 then acc else Fold(s[1..], acc + s[0])
}

lemma Positive(t: Tree, l: int)
  ensures Size(t) >= 0

lemma Folds(s: seq<int>, a: int)
  ensures Fold(s, a) == Fold(s, 0) + a
"""


def setting(text: str, name: str) -> tuple[Setting, list[Declaration]]:
    every = list(read_all(text, SYNTAX.outline(text)))
    return make_setting(next(each for each in every if each.name == name), every), every


def test_induction_follows_the_function() -> None:
    """The function's own cases, with fresh names for what it leaves out or what the lemma has already."""
    found, _ = setting(TREES, "Positive")
    first = next(along_functions(found))
    assert first == ("match t {\ncase Leaf =>\ncase Node(l', x1, r) =>\n  Positive(l', l);\n  Positive(r, l);\n}")


def test_an_accumulator_changes_as_in_the_function_and_as_it_was() -> None:
    """Both are worth a try."""
    found, _ = setting(TREES, "Folds")
    made = list(along_functions(found))
    assert "if |s| != 0 {\n  Folds(s[1..], a + s[0]);\n}" in made
    assert "if |s| != 0 {\n  Folds(s[1..], a);\n}" in made


def test_induction_on_each_parameter() -> None:
    """By its type, whatever the statement says."""
    found, _ = setting(TREES, "Positive")
    made = list(along_parameters(found))
    assert made[0].startswith("match t {\ncase Leaf =>\ncase Node(left, value, right) =>")
    assert "if l > 0 {\n  Positive(t, l - 1);\n}" in made


def test_measures() -> None:
    """The distance of a guard, sums of several, and orders of parameters."""
    text = (
        "method M(x: nat, y: nat) { var a, b := x, y; while a > 0 || b < y { } }\n"
        "function F(n: nat, m: nat): nat { 0 }\n"
    )
    method, function = read_all(text, SYNTAX.outline(text))
    (loop,) = loops(method.code)
    assert list(loop_measures(loop))[:3] == ["decreases a", "decreases y - b", "decreases a + y - b"]
    assert "decreases m, n" in list(head_measures(function))


def test_invariants() -> None:
    """Bounds from the guard, and what is promised with a bound replaced; a consequent also without its premise."""
    text = (
        "method M(a: array<int>) returns (i: int)\n  ensures i < 0 ==> forall k :: 0 <= k < a.Length ==> a[k] != 3\n"
        "{\n  i := 0;\n  while i < a.Length { var j := i; i := j + 1; }\n  i := -1;\n}\n"
    )
    (method,) = read_all(text, SYNTAX.outline(text))
    (loop,) = loops(method.code)
    guesses = loop_invariants(method, loop, [])
    assert guesses[0] == "i <= a.Length"
    assert "forall k :: 0 <= k < i ==> a[k] != 3" in guesses
    assert not any("j" in guess.split() for guess in guesses)


def test_helping_statements() -> None:
    """Sequences cut and glued, and witnesses by what is at hand."""
    text = (
        "predicate P(r: int) { true }\n"
        "lemma L(s: seq<int>, i: nat)\n  ensures P(|s[..i] + s[i..]|)\n  ensures exists r :: P(r)\n"
    )
    found, every = setting(text, "L")
    codes = [clause.code for clause in found.lemma.clauses]
    assert sequence_facts(found, codes)[0] == "assert s[..i] + s[i..] == s;"
    made = list(witnesses("exists r :: P(r)", terms(found, {}, codes), ["49"]))
    assert made[:2] == ["assert P(i);", "assert P(i + 1);"]
    assert "assert P(49);" in made
    assert other_lemmas(found, every) == []
