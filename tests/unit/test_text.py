"""Offsets and every other unit, edits, and the smallest difference between two texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import EditError
from unsorry.text import Edit, Encoding, Position, Range, SourceText, Span, apply_edits, difference, growth_before

# Every kind of line end, and characters of one to four bytes in UTF-8.
TEXTS = st.text(st.sampled_from("ab \t\n\rℕ𝔸😀é\ufeff\u2028"), max_size=40)
ENCODINGS = list(Encoding)


def offsets(text: str) -> st.SearchStrategy[int]:
    return st.integers(0, len(text))


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text with edits of it that do not overlap."""
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(offsets(text), max_size=6)))
    edits = [Edit(Span(a, b), draw(TEXTS)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return text, edits


@given(TEXTS, st.sampled_from(ENCODINGS), st.data())
def test_a_position_leads_back_to_its_offset(text: str, encoding: Encoding, data: st.DataObject) -> None:
    """Except behind the text of a line, where a position means the line's end."""
    source = SourceText(text)
    offset = data.draw(offsets(text))
    line = source.line_span(source.line_of(offset))
    assert source.offset(source.position(offset, encoding), encoding) == min(offset, line.end)


@given(TEXTS)
def test_lines_are_those_of_the_protocol(text: str) -> None:
    """Only LF, CR and CRLF end a line: a line separator of Unicode does not."""
    source = SourceText(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    spans = [source.line_span(line) for line in range(len(source.line_starts))]
    assert [text[span.start : span.end] for span in spans] == lines


@pytest.mark.parametrize(
    ("encoding", "character"), [(Encoding.UTF8, 8), (Encoding.UTF16, 4), (Encoding.UTF32, 3)], ids=str
)
def test_columns_count_in_the_unit_of_their_encoding(encoding: Encoding, character: int) -> None:
    """𝔸 is four bytes, two UTF-16 units or one code point; ℕ three, one and one."""
    source = SourceText("x\n𝔸ℕab")
    assert source.position(5, encoding) == Position(1, character)
    assert source.offset(Position(1, character), encoding) == 5


@pytest.mark.parametrize("encoding", [Encoding.UTF8, Encoding.UTF16], ids=str)
def test_a_column_inside_a_character_means_its_start(encoding: Encoding) -> None:
    """A client that counts wrongly gets no half of a character."""
    assert SourceText("a𝔸b").offset(Position(0, 2), encoding) == 1


def test_positions_outside_are_drawn_in() -> None:
    """Past the line is its end, past the text is the text's; a range never ends before it starts."""
    source = SourceText("ab\r\ncd")
    assert source.offset(Position(0, 99)) == 2
    assert source.offset(Position(9, 0)) == 6
    assert source.offset(Position(-1, 3)) == 0
    assert source.position(99) == Position(1, 2)
    assert source.span(Range(Position(1, 1), Position(0, 0))) == Span(5, 5)


@given(TEXTS, st.data())
def test_bytes_and_offsets_agree(text: str, data: st.DataObject) -> None:
    """A count of bytes is that of the text's UTF-8 before the offset; bytes inside a character mean its start."""
    source = SourceText(text)
    offset = data.draw(offsets(text))
    byte = len(text[:offset].encode())
    assert source.byte_of(offset) == byte
    assert source.offset_of_byte(byte) == offset
    if offset < len(text):
        for inside in range(byte, byte + len(text[offset].encode())):
            assert source.offset_of_byte(inside) == offset


@given(edited())
def test_edits_are_applied_where_they_stand(case: tuple[str, list[Edit]]) -> None:
    """All offsets are those of the text before any of them."""
    text, edits = case
    expected = text
    for edit in reversed(edits):
        expected = expected[: edit.span.start] + edit.text + expected[edit.span.end :]
    assert apply_edits(text, edits) == expected


@pytest.mark.parametrize(
    "edits", [[Edit(Span(0, 2), "x"), Edit(Span(1, 3), "y")], [Edit(Span(2, 9), "")], [Edit(Span(3, 1), "")]]
)
def test_edits_that_cannot_be_are_refused(edits: list[Edit]) -> None:
    """Overlapping ones, and those outside the text."""
    with pytest.raises(EditError):
        apply_edits("abcd", edits)


@given(edited(), st.data())
def test_an_offset_outside_all_edits_keeps_its_character(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    """What stood behind the offset stands there after the edits."""
    text, edits = case
    offset = data.draw(offsets(text))
    if any(edit.span.start <= offset < edit.span.end for edit in edits):
        return
    moved = offset + growth_before(offset, edits)
    assert apply_edits(text, edits)[moved : moved + 1] == text[offset : offset + 1]


def test_an_insertion_moves_what_stands_there() -> None:
    """What is inserted at a place comes before it, and leaves what is further up alone."""
    assert growth_before(1, [Edit(Span(2, 2), "xyz")]) == 0
    assert growth_before(2, [Edit(Span(2, 2), "xyz")]) == 3
    assert growth_before(3, [Edit(Span(2, 2), "xyz")]) == 3


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_the_difference_is_right_and_smallest(prefix: str, old: str, new: str, suffix: str) -> None:
    """It makes the new text of the old one, and neither end of it is common to both."""
    before, after = prefix + old + suffix, prefix + new + suffix
    edit = difference(before, after)
    assert apply_edits(before, [edit]) == after
    gone = before[edit.span.start : edit.span.end]
    assert len(gone) <= len(old)
    assert len(edit.text) <= len(new)
    if gone and edit.text:
        assert gone[0] != edit.text[0]
        assert gone[-1] != edit.text[-1]


def test_a_deletion_at_the_start_takes_only_itself() -> None:
    """The common end is cut away to the last character."""
    assert difference("ab", "b") == Edit(Span(0, 1), "")
    assert difference("b", "ab") == Edit(Span(0, 0), "a")
    assert difference("same", "same") == Edit(Span(4, 4), "")


@given(TEXTS, TEXTS)
def test_growth_is_the_change_in_length(old: str, new: str) -> None:
    """In code points."""
    assert len(old) + difference(old, new).growth == len(new)
