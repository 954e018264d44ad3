"""Two rounds of edits as one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unsorry.text import Edit, Span, apply_edits, compose


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits that do not overlap, some of them touching."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [Edit(Span(start, end), draw(st.text("xyz", max_size=4))) for start, end in pairs]


@given(st.data(), st.text("abc\n", max_size=30))
def test_composed_edits_do_what_both_do(data: st.DataObject, text: str) -> None:
    """Applying the composition gives the text that the one and then the other give."""
    first = data.draw(edits_of(text))
    middle = apply_edits(text, first)
    second = data.draw(edits_of(middle))
    assert apply_edits(text, compose(text, first, second)) == apply_edits(middle, second)


def test_edits_far_apart_stay_apart() -> None:
    """A round that fills another place adds its own edit and leaves the first as it was."""
    first, second = Edit(Span(0, 1), "long"), Edit(Span(8, 9), "B")
    assert compose("a....b....", [first], [second]) == (first, Edit(Span(5, 6), "B"))
