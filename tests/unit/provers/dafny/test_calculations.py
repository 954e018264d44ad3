"""Expressions as trees, equations written as ``calc``, and conjectures that are more general than the goal."""

from __future__ import annotations

import pytest

from unsorry.provers.dafny.calculations import calculations, goals_of, inductive_calculations
from unsorry.provers.dafny.conjectures import facts, generalised
from unsorry.provers.dafny.expressions import read_expression
from unsorry.provers.dafny.helpers import other_lemmas
from unsorry.provers.dafny.holes import SYNTAX
from unsorry.provers.dafny.inductions import Setting, make_setting
from unsorry.provers.dafny.place import read_all

LISTS = """datatype List<T> = Nil | Cons(head: T, tail: List<T>)
function Append<T>(xs: List<T>, ys: List<T>): List<T>
{
  match xs
  case Nil => ys
  case Cons(x, rest) => Cons(x, Append(rest, ys))
}
function Reverse<T>(xs: List<T>): List<T>
{
  match xs
  case Nil => Nil
  case Cons(x, rest) => Append(Reverse(rest), Cons(x, Nil))
}
"""
POWER = "function Power(b: nat, e: nat): nat\n{\n  if e == 0 then 1 else b * Power(b, e - 1)\n}\n"


def setting_of(text: str, name: str) -> tuple[Setting, list]:
    declarations = read_all(text, SYNTAX.outline(text))
    lemma = next(each for each in declarations if each.name == name)
    setting = make_setting(lemma, declarations)
    return setting, other_lemmas(setting, declarations)


def promised(setting: Setting) -> list:
    return goals_of([clause.code for clause in setting.lemma.having("ensures")])


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("a*(b + c) - d - 1", "a * (b + c) - d - 1"),
        ("a - (b - c)", "a - (b - c)"),
        ("f(x, g(y))[1..] == s + t", "f(x, g(y))[1..] == s + t"),
        ("p ==> q ==> r", "p ==> (q ==> r)"),
        ("(p ==> q) && r", "(p ==> q) && r"),
        ("!(p && q)", "!(p && q)"),
        ("|s| + |t| == 0", "|s| + |t| == 0"),
        ("0 <= a < b", "0 <= a < b"),
        ("(if p then a else b) + 1", "(if p then a else b) + 1"),
        ("((x))", "x"),
    ],
)
def test_expressions_are_written_as_they_were_meant(text: str, again: str) -> None:
    """Read and written again, an expression means the same: no bracket that it needs is lost."""
    assert str(read_expression(text)) == again


def test_a_calculation_by_lemmas() -> None:
    """Each step is an instance of a lemma of the file, with what it is called on, which stands nowhere by itself."""
    text = (
        LISTS + "lemma Assoc<T>(xs: List<T>, ys: List<T>, zs: List<T>)\n"
        "  ensures Append(Append(xs, ys), zs) == Append(xs, Append(ys, zs))\n{\n}\n"
        "lemma Four<T>(a: List<T>, b: List<T>, c: List<T>, d: List<T>)\n"
        "  ensures Append(Append(Append(a, b), c), d) == Append(a, Append(b, Append(c, d)))\n"
    )
    setting, others = setting_of(text, "Four")
    (found,) = calculations(setting, promised(setting), others)
    assert "== { Assoc(Append(a, b), c, d); }" in found
    assert "== { Assoc(a, b, Append(c, d)); }" in found


def test_a_calculation_by_the_induction_hypothesis() -> None:
    """The call of the lemma itself is the hint of the step at which it is used; the other steps unfold."""
    setting, others = setting_of(
        POWER + "lemma L(a: nat, b: nat, e: nat)\n  ensures Power(a * b, e) == Power(a, e) * Power(b, e)\n", "L"
    )
    found = next(inductive_calculations(setting, others)).split("\n")
    assert found[0] == "if e != 0 {"
    (hinted,) = [number for number, line in enumerate(found) if "L(" in line]
    assert found[hinted].strip() == "== { L(a, b, e - 1); }"
    assert found[hinted + 1].strip() == "a * b * (Power(a, e - 1) * Power(b, e - 1));"


def test_inequalities_are_calculated_too() -> None:
    """Where no chain of equations can be, the relation itself is at the step with the hint."""
    setting, others = setting_of(POWER + "lemma L(b: nat, e: nat)\n  ensures e < Power(b + 2, e)\n", "L")
    found = next(inductive_calculations(setting, others))
    assert "< { L(b, e - 1); }" in found


def test_nothing_is_calculated_from_one_step() -> None:
    """A chain of two terms says no more than the goal."""
    setting, others = setting_of("lemma L(a: int, b: int)\n  ensures a * b == b * a\n", "L")
    assert not list(calculations(setting, promised(setting), others))


def test_what_is_left_at_a_recursive_call_is_made_more_general() -> None:
    """The lemma that the file lacks, as a statement that Dafny can prove by an induction of its own."""
    setting, _ = setting_of(LISTS + "lemma Twice<U>(us: List<U>)\n  ensures Reverse(Reverse(us)) == us\n", "Twice")
    wanted = (
        "assert forall any: List<U> {:induction any} :: Reverse(Append(any, Cons(x, Nil))) == Cons(x, Reverse(any));"
    )
    assert any(wanted in each for each in generalised(setting))


def test_facts_are_of_functions_of_their_shape() -> None:
    """Of a function that joins: a neutral element and associativity, at the types of the lemma."""
    setting, _ = setting_of(LISTS + "lemma L(xs: List<int>)\n  ensures Reverse(Append(xs, Nil)) == Reverse(xs)\n", "L")
    first, _, last = facts(setting)
    assert "forall a: List<int> {:induction a} :: Append(a, Nil) == a" in first
    assert any("Reverse(Append(a, b)) == Append(Reverse(b), Reverse(a))" in each for each in last)
