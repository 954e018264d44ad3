"""Stellogen: objects without stars, one form a unit."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language

STELLOGEN = Language("stellogen")


@pytest.mark.parametrize(
    "source",
    [
        "(object three ⟦assertion:{}⟧)",
        "(object three ⟦assertion:{ ; nothing\n }⟧ )",
        "§(object three ⟦assertion:{}⟧)",
        "(object (f X) ⟦assertion:{}⟧)",
        "(object three {[1]}) (object two (+nat 0)) (def one {}) (spec nat {})",
        '; (object three {})\n(object text (label "(object none {})"))',
        "(object three {}",
        "(object open\n(object three ⟦assertion:{}⟧)",
        "(object three { [(+a)] ⟦assertion:{}⟧\n ⟦assertion:{ ; one more\n}⟧ })",
        "(object three { [(+a {})] { {} } @{} *{} ; {}\n })",
        "(object (f {}) [(+a {}) {}])",
    ],
)
def test_holes(source: str) -> None:
    """The braces of an object that has nothing in them, and empty ones among its stars."""
    check(STELLOGEN, source)


def test_each_form_is_a_unit() -> None:
    """With the name that it defines; a hole is its own escape."""
    source = '(macro (:: A B)\n  x) §(spec nat {[a]}) (object one {}) (show "a)") §(== #one 1)'
    outline = outline_of(STELLOGEN, source)
    assert names(outline) == ["::", "nat", "one", "", ""]
    assert heads(source, outline)[2] == "(object one"
    assert escapes(outline) == ["{}"]


def test_what_does_more_than_describe_a_constellation_is_an_escape() -> None:
    """A definition, an assertion or an import inside an object acts when it is run: no candidate may bring one."""
    outline = outline_of(STELLOGEN, '(object a (exec (def nat ok) [(== b)] ("(use)" (defined x)) ( show ) (~=)))')
    assert escapes(outline) == ["def", "==", "show", "~="]
