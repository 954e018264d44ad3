"""Metamath: unknown steps of proofs, one statement a unit."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language
from unsorry.provers.metamath.holes import SYNTAX
from unsorry.text import difference

METAMATH = Language("metamath")


@pytest.mark.parametrize(
    "source",
    [
        "id $p |- p $= ⟦proof:?⟧ $.",
        "id $p |- p $= $( ? $) ⟦proof:?⟧ $( $= ? $. $) $.",
        "id $p |- ( p -> p ) $= wp ⟦term:?⟧\n ⟦term:?⟧ wi $. x $e |- ? $.",
        "id $p |- p $= ⟦proof:( ax-1 wi ) AB?C⟧ $.",
        "id $p |- p $= ( ax-?1 wi ) AB CD $.",
        "id $p |- p $= a? ??b $. $( id $p |- p $= ? $. $)",
        "ax $a |- ? $. no $p |- ? $.",
        "\ufeff$c ? $. id $p |- p $= ⟦proof:?⟧",
        "id $p |- p $=\r\n ⟦proof:?⟧\r\n$.",
        "$( unclosed id $p |- p $= ? $.",
    ],
)
def test_holes(source: str) -> None:
    """A step that is a question mark; all of a compressed proof that has one; not in labels, comments or statements."""
    check(METAMATH, source)


def test_each_statement_is_a_unit() -> None:
    """With its label; the statement of a theorem is its head, and axioms are escapes."""
    source = "$c a $. ${ $( x $) wp $f wff p $. ax $( y $) $a |- p $. id $p |- p $= ? $. $} $[ f.mm $] stray"
    outline = outline_of(METAMATH, source)
    assert names(outline) == ["", "", "wp", "ax", "id", "", "", ""]
    assert heads(source, outline)[4] == "id $p |- p $="
    assert escapes(outline) == ["ax $a", "?"]


def test_a_byte_order_mark_in_the_text_stays() -> None:
    """After an edit two lines below, what begins with such a mark begins where it did."""
    before = "$c a $.\n \ufeffb\n$c b $.\n$c c $.\n"
    after = before[:-1] + " "
    edit = difference(before, after)
    assert SYNTAX.update(SYNTAX.outline(before), edit, after) == SYNTAX.outline(after)
