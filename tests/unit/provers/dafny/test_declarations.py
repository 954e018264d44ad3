"""Declarations, loops and tokens as Dafny's code has them, and the places at which something is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.provers.dafny.declarations import Declaration, loops, read_declaration
from unsorry.provers.dafny.findings import hole_for
from unsorry.provers.dafny.holes import SYNTAX
from unsorry.provers.dafny.tokens import NotCode, balanced, is_atom, split_at, substituted, text_of, tokens

ENDLESS = "cannot prove termination; try supplying a decreases clause"
BROKEN = "A postcondition might not hold on this return path."


def declaration(text: str, number: int = 0) -> Declaration:
    found = read_declaration(text, SYNTAX.outline(text).units[number])
    assert found is not None
    return found


def test_a_head_with_everything() -> None:
    """Types with commas in brackets, attributes, results, clauses with sets and comments."""
    text = (
        "method {:foo} M<T(==)>(a: map<int, seq<T>>, b: nat /* , c */) returns (r: T, ok: bool)\n"
        "  requires {1, 2} == {2, 1} // ensures\n  ensures ok ==> r in a[0] modifies {}\n  decreases b, |a|\n{\n}\n"
    )
    found = declaration(text)
    assert [(p.name, p.type) for p in found.parameters] == [("a", "map<int, seq<T>>"), ("b", "nat")]
    assert [p.name for p in found.results] == ["r", "ok"]
    assert [(c.word, c.text) for c in found.clauses] == [
        ("requires", "{1, 2} == {2, 1}"),
        ("ensures", "ok ==> r in a[0]"),
        ("modifies", "{}"),
        ("decreases", "b, |a|"),
    ]


def test_loops_with_and_without_braces_in_their_guards() -> None:
    """The body is the brace that no operator stands before."""
    text = (
        "method M(s: set<int>) {\n  while s != {} && (1 in {1}) invariant {} <= s { }\n"
        "  while (*)\n    decreases *\n  { while s == {3} { } }\n}\n"
    )
    found = list(loops(declaration(text).code))
    assert [text_of(each.guard) for each in found] == ["s != {} && (1 in {1})", "*", "s == {3}"]
    assert [[c.text for c in each.clauses] for each in found] == [["{} <= s"], ["*"], []]


@pytest.mark.parametrize(
    ("marked", "message"),
    [
        ("lemma L() ensures false {⟦⟧ }\n", BROKEN),
        ("lemma L() ensures false ¦{ assert true;⟦⟧ }\n", BROKEN),
        ("lemma L() { assert 1 == 1; ⟦⟧assert 1 ¦== 2; }\n", "assertion violation"),
        ("lemma L(b: bool) ensures b { if b { } else ¦{ assert !b;⟦⟧ } }\n", BROKEN),
        ("method M(n: nat) { var i := 0; ¦while i != n⟦⟧ { i := i + 1; } }\n", ENDLESS + " for the loop"),
        ("method M(n: nat) ensures false ¦{ var i := 0; while i < n⟦⟧ { i := i + 1; } }\n", BROKEN),
        ("method M(n: nat) { var i := 0; while i < n⟦⟧ { i := i + 1; } assert i ¦== n; }\n", "assertion violation"),
        ("function F(n: int): int⟦⟧ { ¦F(n) }\n", ENDLESS),
    ],
)  # fmt: skip
def test_where_something_is_missing(marked: str, message: str) -> None:
    """By what Dafny says (at ``¦``), the one place where a proof may be added."""
    text = marked.replace("¦", "").replace("⟦⟧", "")
    wanted = marked.replace("¦", "").index("⟦⟧")
    at = marked.replace("⟦⟧", "").find("¦")
    found = declaration(text)
    hole = hole_for(found, message, at if at >= 0 else text.index("{"))
    assert hole is not None
    assert hole.span.start == wanted
    assert not hole.shown


def test_what_cannot_be_mended_is_no_hole() -> None:
    """An error in the meaning of a function, or in something without a body."""
    text = "function F(n: int): int { 1 / n }\n"
    assert hole_for(declaration(text), "possible division by zero", 28) is None


def test_expressions() -> None:
    """Replaced words stay apart from their neighbours; quantifiers reach as far as they can."""
    assert substituted(tokens("n - 1 + a.n"), {"n": "x + y"}) == "(x + y) - 1 + a.n"
    assert substituted(tokens("F(n, 0)"), {"n": "x + y"}) == "F(x + y, 0)"
    assert [text_of(p) for p in split_at(tokens("a && forall k :: b && c"), "&&")] == ["a", "forall k :: b && c"]
    assert is_atom("F(x, 1)[2..].y")
    assert not is_atom("x + 1")


@given(st.text(alphabet="ab'\"/*\\(){}[] \n1.<=@", max_size=40))
def test_any_text_has_tokens_or_is_none(text: str) -> None:
    """Whole tokens in order, whatever the text; balanced or not is told of all of them."""
    try:
        code = tokens(text)
    except NotCode:
        return
    assert all(text[token.start : token.end] == token.text for token in code)
    assert [token.start for token in code] == sorted(token.start for token in code)
    assert balanced(code) in (True, False)
