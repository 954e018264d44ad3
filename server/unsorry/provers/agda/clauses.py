"""The clause around a hole, from text alone: where it begins, its left-hand side, and what may replace it."""

from __future__ import annotations

import re

from attrs import frozen

from unsorry.provers.agda.blocks import Item, enclosing_item, ends_item
from unsorry.provers.agda.terms import items
from unsorry.text import Span

_CUTS = ("with", "rewrite", "|", "in")


@frozen
class Clause:
    """A clause whose only hole is its whole right-hand side. ``span`` reaches from its first word to the end of
    the hole; ``column`` is where it begins on its line; ``head`` is all before its ``=``."""

    span: Span
    column: int
    head: str
    function: str = ""
    parent: str = ""

    @property
    def arguments(self) -> list[str]:
        """The function's arguments as patterns, implicit ones left out."""
        return arguments(self.parent or self.head, self.function)


def find_clause(code: str, hole: Span, declaration: str = "") -> Clause | None:
    """The clause around a hole of masked code; ``None`` where the hole is not a whole right-hand side."""
    item = enclosing_item(code, hole.start)
    before = code[item.start : hole.start].rstrip()
    if item.opener == "let" or _equals(before) != len(before) - 1 or not before:
        return None
    head = " ".join(before[:-1].split())
    whole = ends_item(code, hole.end, item.column) and code[hole.end :].lstrip()[:1] not in (*")}⦄",)
    if not head or not whole or re.search(r"(?<!\S)\?(?!\S)|\{!", head):
        return None
    parent = _parent(code, item) if head.startswith("...") else ""
    function = _function(code, item, parent or head) or _if_fits(declaration, parent or head)
    return Clause(Span(item.start, hole.end), item.column, head, function, parent)


def _equals(text: str) -> int | None:
    """Offset of the first ``=`` that stands alone outside brackets."""
    depth = 0
    for match in re.finditer(r"[({⦃]|[)}⦄]|(?<![^\s)}⦄])=(?!\S)", text):
        word = match.group()
        if word == "=" and depth == 0:
            return match.start()
        depth += (word in "({⦃") - (word in ")}⦄")
    return None


def _lines_above(code: str, item: Item) -> list[str]:
    """Items at the same column above an offset, nearest first, as long as the layout block reaches."""
    found = []
    at = code.rfind("\n", 0, item.start)
    while at > 0:
        line_start = code.rfind("\n", 0, at) + 1
        line = code[line_start:at]
        if line.strip():
            indentation = len(line) - len(line.lstrip(" "))
            if indentation < item.column:
                break
            if indentation == item.column:
                found.append(line.strip())
        at = line_start - 1
    return found


def _parent(code: str, item: Item) -> str:
    return next((line for line in _lines_above(code, item) if not line.startswith("...")), "")


def _function(code: str, item: Item, head: str) -> str:
    """The nearest name above with a type signature at the same column that the left-hand side can belong to."""
    for line in _lines_above(code, item):
        names, colon, _ = line.partition(" : ")
        if colon and "=" not in names.split():
            fitting = [name for name in names.split() if _if_fits(name, head)]
            if fitting:
                return fitting[0]
    return ""


def _if_fits(name: str, head: str) -> str:
    parts = [part for part in name.split("_") if part]
    pieces = _left(head)
    if "_" not in name:
        return name if pieces[:1] == [name] else ""
    return name if parts and (all(part in pieces for part in parts) or pieces[:1] == [name]) else ""


def _left(head: str) -> list[str]:
    pieces = items(head)
    cut = next((index for index, piece in enumerate(pieces) if piece in _CUTS), len(pieces))
    return pieces[:cut]


def splits_implicit(head: str) -> bool:
    """Whether a left-hand side has a pattern for an implicit argument that is more than a name."""
    inside = [items(piece[1:-1]) for piece in _left(head) if piece.startswith(("{", "⦃"))]
    return any(len(pieces[2:] if pieces[1:2] == ["="] else pieces) > 1 for pieces in inside)


def arguments(head: str, function: str) -> list[str]:
    """The visible argument patterns of a left-hand side; an operand of several words in brackets."""
    pieces = [piece for piece in _left(head) if not piece.startswith(("{", "⦃"))]
    parts = [part for part in function.split("_") if part]
    if len(pieces) == 1 and pieces[0].startswith("("):
        pieces = items(pieces[0][1:-1])
    if "_" not in function or function in pieces:
        return pieces[1:]
    operands: list[list[str]] = [[]]
    for piece in pieces:
        if parts and piece == parts[0]:
            parts.pop(0)
            operands.append([])
        else:
            operands[-1].append(piece)
    return [f"({' '.join(run)})" if len(run) > 1 else run[0] for run in operands if run]
