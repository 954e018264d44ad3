"""The expressions that scanners are made of."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from unsorry.provers.scanning import anywhere

WORDS = "sorry end by_elab %macro assert_"
PIECES = (
    "sorry",
    "end",
    "by",
    "_elab",
    "%",
    "%macro",
    "assert_",
    "total",
    "so",
    "rry",
    "x",
    "_",
    "1",
    " ",
    "\n",
    "(",
    "é",
)


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_words_are_found_by_their_rare_letters(text: str) -> None:
    """Every word that does not go on another one is found, and nothing else."""
    plain = re.finditer("(?<![A-Za-z0-9_])(?:" + "|".join(WORDS.split()) + ")", text)
    found = re.finditer(anywhere(WORDS, "ymdv_"), text)
    assert [match.end() for match in found] == [match.end() for match in plain]
