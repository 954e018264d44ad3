"""Guesses from printed types: what is made of them is worth a try at the goal."""

from __future__ import annotations

import pytest

from unsorry.provers.agda import instances, moves
from unsorry.provers.agda.instances import Known
from unsorry.provers.agda.moves import Fact
from unsorry.provers.agda.replies import Context, Entry
from unsorry.provers.agda.tactics import application, heads
from unsorry.provers.agda.terms import equation, head, occurs, parse_type, stuck_on

SCOPE = frozenset({"cong", "sym"})


def context(goal: str, **types: str) -> Context:
    return Context(goal, tuple(Entry(name, type_, None, in_scope=True) for name, type_ in types.items()))


def test_printed_types_come_apart() -> None:
    """Telescopes, implicit arguments, arrows inside brackets."""
    parameters, result = parse_type("{A : Set} (xs ys : List A) → (A → Bool) → ⦃ Eq A ⦄ → xs ≡ ys")
    assert [(p.name, p.type, p.visible) for p in parameters] == [
        ("A", "Set", False),
        ("xs", "List A", True),
        ("ys", "List A", True),
        ("", "(A → Bool)", True),
        ("", "⦃ Eq A ⦄", True),
    ]
    assert result == "xs ≡ ys"


@pytest.mark.parametrize(
    ("type_", "expected"),
    [("List A", "List"), ("n ≤ suc m", "≤"), ("A × B", "×"), ("(A → B)", "→"), ("Dec (n ≡ m)", "Dec"), ("⊥", "⊥")],
)
def test_heads_of_types(type_: str, expected: str) -> None:
    """The relation or operator of an infix type, else its first word."""
    assert head(type_) == expected


def test_equations() -> None:
    """Both sides; nothing for what only mentions an equality."""
    assert equation("f (a ≡ b) ≡ c") == ("f (a ≡ b)", "c")
    assert equation("Dec (a ≡ b)") is None
    assert equation("a ≡ b → ⊥") is None
    assert occurs("f x", "g (f x) y")
    assert not occurs("f x", "g f (x)")


def test_what_a_goal_is_stuck_on() -> None:
    """Agda tells it after a bar."""
    assert stuck_on("filter p (filter p (x ∷ xs) | p x) ≡ (filter p (x ∷ xs) | p x)") == ["p x"]


def test_recursive_calls_are_on_something_smaller() -> None:
    """A call on the clause's own arguments would not end."""
    known = Known.of("f", "(n m : Nat) → n + m ≡ m + n", ["(suc n)", "m"], recursive=True)
    calls = instances.instances(known, context("suc (n + m) ≡ m + suc n", n="Nat", m="Nat"))
    assert calls[0] == "f n m"
    assert all("n" in call.split() for call in calls)


def test_a_lemma_is_matched_against_the_goal() -> None:
    """Its sides' variables stand for whole subterms."""
    known = Known.of("assoc", "{A : Set} (xs ys zs : List A) → (xs ++ ys) ++ zs ≡ xs ++ ys ++ zs")
    here = context("onto ys (y ∷ acc) ≡ (reverse ys ++ y ∷ []) ++ acc")
    assert list(instances.matched(known, here)) == ["assoc (reverse ys) (y ∷ []) acc"]


def test_a_lemma_may_use_the_names_of_the_context() -> None:
    """Its own variables are others, even where they are called the same."""
    known = Known.of("length-++", "(xs : List A) {ys : List A} → length (xs ++ ys) ≡ length xs + length ys")
    here = context("length (xs ++ ys) ≡ length ys + length xs", xs="List A", ys="List A")
    assert "length-++ xs {ys = ys}" in instances.matched(known, here)


def test_what_a_match_leaves_open_comes_from_the_context() -> None:
    """A lemma about an order takes evidence of its hypothesis."""
    known = Known.of("mono", "(k : Nat) {n m : Nat} → n ≤ m → k + n ≤ k + m")
    assert instances.matched(known, context("c + a ≤ c + b", a="Nat", b="Nat", c="Nat", p="a ≤ b")) == {
        "mono c p": True
    }


def test_closers_begin_with_the_cheapest() -> None:
    """Reflexivity, then hypotheses of the very type, then calls, then what is made of them."""
    here = context("suc (n + 0) ≡ suc n", n="Nat", p="n ≡ n", q="suc (n + 0) ≡ suc n")
    terms = list(moves.closers(here, [Fact("f n", "n + 0 ≡ n", recursive=True)], SCOPE))
    assert terms[:2] == ["refl", "q"]
    assert terms.index("f n") < terms.index("cong suc (f n)")
    assert not any("trans" in term for term in terms)


def test_rewriting_needs_its_left_side_in_the_goal() -> None:
    """Or its right side, where ``sym`` can be used; a step that changes nothing is none."""
    here = context("suc (n + 0) ≡ suc n", n="Nat")
    facts = [Fact("f n", "n + 0 ≡ n", recursive=True), Fact("g n", "n * 0 ≡ 0"), Fact("h n", "n ≡ n + 0")]
    assert [term for _, term in moves.rewrites(here, facts, SCOPE)] == ["f n", "sym (h n)"]
    assert [term for _, term in moves.rewrites(here, facts, frozenset())] == ["f n"]


def test_splits_begin_with_evidence() -> None:
    """An impossible hypothesis first; functions and types never."""
    here = context("x + y ≡ y", A="Set", f="A → A", y="Nat", x="Nat", no="⊥")
    assert [name for _, name in moves.splittable(here, (), [])] == ["no", "x", "y"]
    assert [name for _, name in moves.splittable(here, ("y",), [])][-1] == "x"


def test_mixfix_application_and_congruence() -> None:
    """Terms as people write them."""
    assert application("_≟_", ["n", "suc m"]) == "n ≟ (suc m)"
    assert application("f", ["a b", "c"]) == "f (a b) c"
    assert heads("suc a ≡ suc b") == ["suc"]
    assert "x ∷_" in heads("x ∷ a ++ b ≡ x ∷ c")
