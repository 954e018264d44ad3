"""Metamath: unknown steps of proofs, one statement a unit."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language

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
