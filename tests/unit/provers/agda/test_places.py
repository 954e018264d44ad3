"""Agda's places become offsets of our text, whatever its line ends and characters."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.provers.agda.places import Places
from unsorry.provers.agda.replies import Place
from unsorry.text import Position, Span

FILE = Path("/tmp/Scratch.agda")


@given(st.text(st.sampled_from("ab𝔸→\t\r\n\f\x85\u2028 ?")), st.data())
def test_positions_and_offsets_are_inverse(text: str, data: st.DataObject) -> None:
    """For every offset of a line, its position leads back to it."""
    offset = data.draw(st.integers(0, len(text)))
    places = Places(text)
    assert places.offset(places.position(offset)) == offset


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a\nb = ?\n", 1, 4),
        ("a\r\nb = ?\r\n", 1, 4),
        ("\ufeffb = ?", 0, 4),
        ("𝔸𝔸 = ?", 0, 5),
        ("a\u2028b = ?", 1, 4),
    ],
)
def test_a_hole_is_found_by_line_and_column(text: str, line: int, column: int) -> None:
    """Carriage returns and the byte order mark count for nothing, astral characters for one."""
    place = Place(Position(line, column), Position(line, column + 1))
    at = text.index("?")
    assert Places(text).span(place) == Span(at, at + 1)


@pytest.mark.parametrize(
    ("prefix", "span"),
    [
        ("2,3-5", Span(4, 6)),
        ("1,2-2,4", Span(1, 5)),
        ("2.3-5:", Span(4, 6)),
        ("2,3:", Span(4, 4)),
        ("9,9-9", Span(8, 8)),
    ],
)
def test_a_message_gives_up_its_place(prefix: str, span: Span) -> None:
    """The forms of 2.6 to 2.8; what lies past the text's end is its end."""
    assert Places("a\nbcdefg").located(f"{FILE}:{prefix} \nwrong", FILE) == ("wrong", span)


def test_a_message_about_another_file_has_no_place_here() -> None:
    """An error in an imported module points nowhere in this text."""
    message = "/elsewhere/Other.agda:1,1-2\nwrong"
    assert Places("a").located(message, FILE) == (message, None)
