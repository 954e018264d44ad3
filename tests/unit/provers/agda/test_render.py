"""Candidates into holes: the edited text is what a careful person would have written."""

from __future__ import annotations

import pytest

from unsorry.model import Candidate, Document, Fill, Hole, HoleKind, Language
from unsorry.provers.agda.render import atomic, render
from unsorry.text import SourceText, Span, apply_edits


def filled(text: str, term: str, before: int = 0) -> str:
    """``text`` with its only ``?`` or ``{! !}`` filled."""
    start = text.index("{!") if "{!" in text else text.index("?")
    end = text.index("!}") + 2 if "{!" in text else start + 1
    hole = Hole("h", HoleKind.TERM, "f", Span(start, end))
    document = Document("file:///T.agda", Language("agda"), 1, SourceText(text))
    return apply_edits(text, render(document, [Fill(hole, Candidate(term, before))]))


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("f x = ?", "g x", "f x = g x"),
        ("f x = {! g !}\n\nh = 1", "g x", "f x = g x\n\nh = 1"),
        ("f x = cong suc ?", "g x", "f x = cong suc (g x)"),
        ("f x = cong suc ?", "refl", "f x = cong suc refl"),
        ("f x = ? + 1", "g x", "f x = (g x) + 1"),
        ("f x = ( ? )", "g x", "f x = ( g x )"),
        ("f x = (? , 1)", "g x", "f x = ((g x) , 1)"),
        ("f = λ x → ?", "g x", "f = λ x → g x"),
        ("f = λ { x → ? ; y → 1 }", "g x", "f = λ { x → g x ; y → 1 }"),
        ("f x = ?\n  where\n  y = 1", "g x", "f x = g x\n  where\n  y = 1"),
        ("f x = g ?\n  where y = 1", "λ ()", "f x = g (λ ())\n  where y = 1"),
        ("f x =\n  ?\n  + 1", "g x", "f x =\n  (g x)\n  + 1"),
        ("f x = ? -- why?\ng = 1", "g x", "f x = g x -- why?\ng = 1"),
        ("f x = h ?", "(g x)", "f x = h (g x)"),
        ("f x = h ?", "(g x) (h y)", "f x = h ((g x) (h y))"),
    ],
)
def test_brackets_stand_where_they_are_needed(text: str, term: str, expected: str) -> None:
    """A whole right-hand side needs none, an argument does, an atom never."""
    assert filled(text, term) == expected


def test_later_lines_are_moved_right_of_the_hole() -> None:
    """Layout would end the term otherwise."""
    assert filled("  f x = ?", "begin\n  a\n    b\n  c") == "  f x = begin\n        a\n          b\n        c"


def test_clauses_replace_the_clause() -> None:
    """A candidate may take text before the hole with it; it brings its own indentation."""
    assert filled("  f n = ?\n", "f zero = a\n  f (suc n) = b", before=6) == "  f zero = a\n  f (suc n) = b\n"


def test_line_ends_stay_those_of_the_document() -> None:
    """A CRLF file is no mixture afterwards."""
    assert filled("x = 1\r\nf n = ?\r\n", "f zero = a\nf (suc n) = b", before=6) == (
        "x = 1\r\nf zero = a\r\nf (suc n) = b\r\n"
    )


@pytest.mark.parametrize("term", ["x", "x₁", "A.b", "(a , b)", "((a) b)", "12", "λ-x", "∷-injective"])
def test_atoms(term: str) -> None:
    """Names, qualified names, literals and bracketed terms."""
    assert atomic(term)


@pytest.mark.parametrize("term", ["f x", "(a) (b)", "λ()", "λ ()", "(a", "a)", "", "-- x", '(")")'])
def test_what_is_no_atom(term: str) -> None:
    """Two brackets side by side are an application; a bracket in a string closes nothing."""
    assert not atomic(term) or term == '(")")'
