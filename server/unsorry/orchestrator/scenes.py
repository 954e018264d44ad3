"""Goals where they are met: all that the outcome of searching them depends on."""

from __future__ import annotations

import hashlib

from attrs import frozen

from unsorry.model import Document, Goals, Hole, Language
from unsorry.orchestrator.normal import NormalGoals, normal
from unsorry.provers.base import Outline, Prover
from unsorry.text import Span


def digest_before(text: str, outline: Outline, offset: int, *, ordered: bool = True) -> bytes:
    """What a goal at ``offset`` may depend on: the text of the units before its own, as far as they are finished, or of
    all units where declarations are not ``ordered``. Of a declaration that has holes only the statement counts, so
    that work on one proof does not stir the others."""
    digest = hashlib.blake2b(digest_size=16)
    own = outline.unit_at(offset) if ordered else None
    for unit in outline.units[: len(outline.units) if own is None else own]:
        span = Span(unit.span.start, unit.head.end) if unit.holes else unit.span
        digest.update(text[span.start : span.end].encode("utf-8", "surrogatepass") + b"\0")
    return digest.digest()


def digest_of_unit(text: str, outline: Outline, offset: int) -> str:
    """The text of the unit around ``offset``, holes and all, as a digest."""
    number = outline.unit_at(offset)
    span = outline.units[number].span if number is not None else Span(offset, offset)
    return hashlib.blake2b(text[span.start : span.end].encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@frozen
class Scene:
    """Goals where they are met, with all that the outcome of searching them depends on, but for the strategies."""

    document: Document
    hole: Hole
    number: int
    prover: Prover
    toolchain: str
    goals: Goals
    normal: NormalGoals
    key: str
    before: bytes
    unit: str

    @property
    def language(self) -> Language:
        return self.document.language


def make_scene(prover: Prover, toolchain: str, document: Document, outline: Outline, hole: Hole, goals: Goals) -> Scene:
    unit = outline.unit_at(hole.span.start)
    holes = outline.units[unit].holes if unit is not None else ()
    number = sum(other.span.start < hole.span.start for other in holes)
    form = normal(goals)
    before = digest_before(document.text, outline, hole.span.start, ordered=prover.info.ordered)
    own = digest_of_unit(document.text, outline, hole.span.start)
    return Scene(document, hole, number, prover, toolchain, goals, form, form.key(document.language), before, own)
