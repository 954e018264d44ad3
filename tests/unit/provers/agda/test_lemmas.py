"""Guessed lemmas: the ones that a person would try, well formed."""

from __future__ import annotations

from unsorry.provers.agda.lemmas import Statement, argument_of, lemma, replaced, statements
from unsorry.provers.agda.moves import Fact
from unsorry.provers.agda.replies import Context, Entry
from unsorry.provers.agda.terms import tokens


def context(goal: str, **types: str) -> Context:
    return Context(goal, tuple(Entry(name, type_, None, name != "A") for name, type_ in types.items()))


def texts(here: Context, *hypotheses: str) -> list[str]:
    facts = [Fact(f"f{number}", type_, recursive=True) for number, type_ in enumerate(hypotheses)]
    return [statement.text for statement in statements(here, facts)]


def test_what_both_sides_share_becomes_a_variable() -> None:
    """An accumulator of one value holds for any."""
    here = context("onto xs (x ∷ []) ≡ reverse xs ++ x ∷ []", A="Set", x="A", xs="List A")
    assert texts(here, "onto xs [] ≡ reverse xs")[0] == "onto xs a ≡ reverse xs ++ a"


def test_the_induction_hypothesis_goes_into_the_right_side() -> None:
    """Then both sides speak of the same thing, which can be generalised."""
    here = context("reverse (reverse xs ++ x ∷ []) ≡ x ∷ xs", A="Set", x="A", xs="List A")
    first = statements(here, [Fact("f xs", "reverse (reverse xs) ≡ xs", recursive=True)])[0]
    assert first.text == "reverse (a ++ x ∷ []) ≡ x ∷ (reverse a)"
    made = lemma("lemma", first, here, {"a": "List A"})
    assert made is not None
    assert made.signature == "lemma : {A : Set} (x : A) (a : List A) → reverse (a ++ x ∷ []) ≡ x ∷ (reverse a)"
    assert made.head == "lemma x a"
    assert made.use == "lemma x (reverse xs)"


def test_small_numerals_have_parts() -> None:
    """``1`` is ``suc 0``, and what holds at ``0`` may hold at any number."""
    here = context("loop n 1 ≡ suc n", n="Nat")
    assert texts(here, "loop n 0 ≡ n")[0] == "loop n (suc a) ≡ suc (loop n a)"


def test_a_computation_goes_on_where_it_ended() -> None:
    """The generalisation that proves compilers right."""
    here = context("run (compile e halt) [] ≡ eval e ∷ []", e="Expr")
    assert "run (compile e a) b ≡ run a (eval e ∷ b)" in texts(here)


def test_there_is_nothing_to_say_about_other_goals() -> None:
    """Only equations are generalised."""
    assert statements(context("Dec (n ≡ m)", n="Nat", m="Nat"), []) == []


def test_a_lemma_needs_the_types_of_its_variables() -> None:
    """And cannot depend on evidence."""
    statement = Statement(("f", "a"), ("a",), (("a", "g x"),))
    here = context("f (g x) ≡ g x", x="Nat")
    assert lemma("lemma", statement, here, {"a": ""}) is None
    assert lemma("lemma", statement, here, {"a": "List _A_12"}) is None
    evidence = context("f p ≡ p", p="n ≡ n")
    assert lemma("lemma", Statement(("f", "p"), ("p",)), evidence, {}) is None


def test_replacing_keeps_brackets_right() -> None:
    """A part in brackets of its own does not get them twice."""
    words = tuple(tokens("f (g x) + h (g x) x"))
    assert replaced(words, ("g", "x"), ("y",)) == tuple(tokens("f y + h y x"))
    assert replaced(tuple(tokens("f x")), ("x",), ("g", "y")) == tuple(tokens("f (g y)"))
    assert argument_of(Statement(tuple(tokens("run (compile e a) b")), ("b",)), "a") == ("compile", 1)
