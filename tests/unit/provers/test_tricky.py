"""The bank: every hole exactly where it is said to be, and none else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from unsorry.model import HoleKind, Language
from unsorry.registry import ROOMS, room_of, syntax_of
from unsorry.text import SourceText

BANK = Path(__file__).parents[3] / "bench" / "bank"
EXPECTED = json.loads((BANK / "tricky" / "EXPECTED.json").read_text(encoding="utf-8"))
# What an index calls the kind, and what it is called here. Where a Lean ``sorry`` is all of a ``by`` block or of a
# right-hand side, an index may say tactic or term: it is the whole proof as well.
KINDS = {
    "proof": {HoleKind.PROOF},
    "tactic": {HoleKind.TACTIC},
    "term": {HoleKind.TERM},
    "clause": {HoleKind.TERM},
    "assertion": {HoleKind.ASSERTION},
    "assume": {HoleKind.ASSERTION},
    "bodyless lemma": {HoleKind.PROOF},
}
LANGUAGES = [room.language for room in ROOMS if (BANK / room.language / "INDEX.tsv").exists()]
TWO_HOLES = {"N08-either-swap.agda", "N25-vector-append.agda", "I06_MaybeIdentity.idr", "I12_VectorAppend.idr"}
# Only a prover can tell what is missing here.
SILENT_KINDS = {"empty lemma", "missing assert", "missing invariant", "missing decreases"}
SILENT_FILES = {"S2_negation.sg", "S3_addition.sg"}


def indexed() -> Iterator[Any]:
    for language in LANGUAGES:
        with (BANK / language / "INDEX.tsv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield pytest.param(language, row["file"], row["kind"], id=row["file"])


def scanned(path: Path) -> tuple[SourceText, list[tuple[str, HoleKind, dict[str, int]]]]:
    room = room_of(path.name)
    assert room is not None
    source = SourceText(path.read_bytes().decode())
    found = []
    for unit, hole in syntax_of(room.language).outline(source.text, path.name).holes:
        place = source.range(hole.span)
        position = {
            "line": place.start.line,
            "character": place.start.character,
            "endLine": place.end.line,
            "endCharacter": place.end.character,
        }
        found.append((unit.name, hole.kind, position))
    return source, found


@pytest.mark.parametrize("file", EXPECTED)
def test_tricky_files(file: str) -> None:
    """Decoys in comments, strings, names and prose; difficult bytes: each hole with its declaration and place."""
    _, found = scanned(BANK / "tricky" / file)
    assert [{"declaration": name, **place} for name, _, place in found] == EXPECTED[file]


def test_every_tricky_file_is_expected() -> None:
    """A file that is added says what it expects."""
    files = {path.name for path in (BANK / "tricky").iterdir() if room_of(path.name)}
    assert files == set(EXPECTED)


@pytest.mark.parametrize(("language", "file", "kind"), list(indexed()))
def test_files_of_the_bank(language: Language, file: str, kind: str) -> None:
    """As many holes as the index says, of the kind that it says; none where only a prover can tell."""
    _, found = scanned(BANK / language / file)
    if kind in SILENT_KINDS or file in SILENT_FILES:
        assert found == []
        return
    assert len(found) == (2 if file in TWO_HOLES else 1)
    wanted = KINDS[kind] | ({HoleKind.PROOF} if language == "lean4" else set())
    assert {kind for _, kind, _ in found} <= wanted
    assert all(name for name, _, _ in found) or language == "lean4"


@pytest.mark.parametrize(
    "path",
    [path for language in LANGUAGES for path in sorted((BANK / language / "solutions").iterdir())],
    ids=lambda path: path.name,
)
def test_solutions_have_no_hole_and_no_escape(path: Path) -> None:
    """What is proved is nobody's business any more."""
    _, found = scanned(path)
    assert found == []
    room = room_of(path.name)
    assert room is not None
    outline = syntax_of(room.language).outline(path.read_text(encoding="utf-8"), path.name)
    assert [escape.word for unit in outline.units for escape in unit.escapes] == []
