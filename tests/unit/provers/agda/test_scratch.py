"""Scratch copies: each holds the last text that was written, whatever it held before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from unsorry.errors import ProverError
from unsorry.model import Document, Language
from unsorry.provers.agda.scratch import Scratch
from unsorry.text import SourceText


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scratch]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "Thm.agda"
    made = Scratch(Document(path.as_uri(), Language("agda"), 1, SourceText(""), path), {})
    yield made
    made.close()


def test_one_text_after_the_other(scratch: Scratch) -> None:
    """Longer and shorter ones, with the same header, another one, and none at first."""
    copy = scratch.copy("Thm.agda")
    for text, expected in {
        "-- Thm\n": "-- Thm\n",
        "-- Thm\nmodule Thm where\nx = ?\n": "-- Thm\nmodule _   where\nx = ?\n",
        "-- Thm\nmodule Thm where\nlonger = α\n": "-- Thm\nmodule _   where\nlonger = α\n",
        "-- Thm\nmodule Thm where\n": "-- Thm\nmodule _   where\n",
        "module A.Thm where\nx = ?\n": "module _     where\nx = ?\n",
        "module Other where\n": "module Other where\n",
        "": "",
    }.items():
        copy.write(text)
        assert copy.place.read_text("utf-8") == expected


def test_copies_are_kept_apart(scratch: Scratch) -> None:
    """That for ``--safe`` from the other, and one flavour of literate files from the next."""
    copies = [scratch.copy("Thm.agda"), scratch.copy("Thm.agda", safe=True), scratch.copy("Thm.lagda.md")]
    assert len({copy.place for copy in copies}) == 3
    assert scratch.copy("Thm.agda") is copies[0]


def test_a_directory_that_was_taken_away(scratch: Scratch) -> None:
    """Whoever cleans up temporary files at the wrong time is named as the reason."""
    copy = scratch.copy("Thm.agda")
    shutil.rmtree(copy.place.parent)
    with pytest.raises(ProverError, match="scratch copy"):
        copy.write("x = ?\n")
    with pytest.raises(ProverError, match="scratch copy"):
        scratch.copy("Thm.lagda.md")
