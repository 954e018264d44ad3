"""What kind of hole a hole is, from the text alone, and what of its declaration is around it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from attrs import frozen

from unsorry.provers.base import Outline
from unsorry.provers.dafny.declarations import Declaration, Loop, loops, read_declaration
from unsorry.text import Span


class Spot(Enum):
    """Where candidates go: a body that is missing, an empty body, in place of an assumption, among the statements of
    a body, after the clauses of a loop, after the clauses of a declaration."""

    NO_BODY = "no body"
    EMPTY_BODY = "empty body"
    ASSUMPTION = "assumption"
    STATEMENT = "statement"
    LOOP = "loop"
    HEAD = "head"


@frozen
class Place:
    """A hole in its declaration, which is the outline's unit number ``unit``; ``loop`` at a loop alone."""

    spot: Spot
    span: Span
    unit: int
    declaration: Declaration
    loop: Loop | None = None


def find_place(text: str, outline: Outline, span: Span) -> Place | None:
    """The place of a hole; ``None`` where its declaration cannot be read."""
    number = outline.unit_at(span.start)
    if number is None:
        return None
    declaration = read_declaration(text, outline.units[number])
    if declaration is None:
        return None
    if span.start < span.end:
        return Place(Spot.ASSUMPTION, span, number, declaration)
    if declaration.body is None:
        return Place(Spot.NO_BODY, span, number, declaration) if span.end == declaration.head_end else None
    if span.start == declaration.head_end:
        return Place(Spot.HEAD, span, number, declaration)
    loop = next((each for each in loops(declaration.code) if each.head_end == span.start), None)
    if loop is not None:
        return Place(Spot.LOOP, span, number, declaration, loop)
    if not (declaration.body.start <= span.start <= declaration.body.end):
        return None
    return Place(Spot.STATEMENT if declaration.code else Spot.EMPTY_BODY, span, number, declaration)


def read_all(text: str, outline: Outline) -> Sequence[Declaration]:
    """Every declaration of a text that can be read, in order."""
    found = (read_declaration(text, unit) for unit in outline.units)
    return [declaration for declaration in found if declaration is not None]
