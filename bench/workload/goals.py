"""The goals of the workload, as texts with holes: every file of the bank, and what its solutions pass through.

From each solution come further goals: in Rocq the rest of each proof after each of its sentences (auxiliary lemmas
included), in Agda the right-hand side of each clause. All of them can be proved, since the solution does it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from unsorry.model import Document, Language
from unsorry.provers.base import Unit
from unsorry.provers.rocq.sentences import sentences
from unsorry.registry import room_of, syntax_of
from unsorry.text import SourceText

BANK = Path(__file__).parents[1] / "bank"
_CLAUSE = re.compile(r"^(?P<left>[^\n]*?\S\s+=)\s(?P<right>[^\n]*(?:\n[ \t]+(?!where\b)[^\n]*)*)", re.MULTILINE)


@frozen
class Source:
    """A text with the holes that count. ``only``: the number of the one hole that does; ``None``: all."""

    name: str
    document: Document
    derived: bool


def sources(language: Language) -> Iterator[Source]:
    """The bank's own files first, in their order, then what the solutions give."""
    folder = BANK / language
    for path in sorted(folder.iterdir()):
        if path.is_file() and room_of(path.name) is not None:
            yield _source(f"{language}/{path.stem}", path.name, language, path.read_text(encoding="utf-8"), False)
    derive = {"rocq": _rest_of_proofs, "agda": _clauses}.get(language)
    for path in sorted((folder / "solutions").iterdir()) if derive else ():
        for name, text in derive(path.name, path.read_text(encoding="utf-8")):
            yield _source(f"{language}/{path.stem.split('.')[0]}:{name}", path.name, language, text, True)


def _source(name: str, file: str, language: Language, text: str, derived: bool) -> Source:
    # Neither program takes every name that the bank's files have, and both go by the name alone.
    prefix = "bank_" if language == "rocq" else ""
    uri = f"untitled:{prefix}{file}"
    return Source(name, Document(uri, language, 1, SourceText(text)), derived)


def _units(language: Language, file: str, text: str) -> tuple[Unit, ...]:
    return syntax_of(language).outline(text, file).units


def _rest_of_proofs(file: str, text: str) -> Iterator[tuple[str, str]]:
    for unit in _units(Language("rocq"), file, text):
        body = text[unit.span.start : unit.span.end]
        spans = [sentence.span for sentence in sentences(body)]
        words = [body[span.start : span.end] for span in spans]
        if not unit.name or "Proof." not in words or "Qed." not in words:
            continue
        first, last = words.index("Proof.") + 1, words.index("Qed.")
        for step, number in enumerate(range(first, last)):
            at = unit.span.start + spans[number].start
            rest = text[unit.span.start + spans[last].end :]
            yield f"{unit.name}@{step}", f"{text[:at]}admit.\nAdmitted.{rest}"


def _clauses(_file: str, text: str) -> Iterator[tuple[str, str]]:
    """Each right-hand side."""
    numbers: dict[str, int] = {}
    for match in _CLAUSE.finditer(text):
        left = match["left"].split()
        name = next((word for word in left if not re.fullmatch(r"[(){}].*|\[\]|_", word)), "")
        if name and not re.match(r"(?:module|open|import|data|infix)", left[0]):
            numbers[name] = numbers.get(name, -1) + 1
            yield f"{name}@{numbers[name]}", f"{text[: match.start('right')]}?{text[match.end('right') :]}"
