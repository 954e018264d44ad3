"""Where things stand on their lines: columns, margins, and the clause around a hole. Pure text."""

from __future__ import annotations

from attrs import frozen

from unsorry.model import Document, Hole
from unsorry.provers.base import Outline
from unsorry.provers.idris2.code import mask
from unsorry.provers.idris2.types import items
from unsorry.provers.patterns import compiled
from unsorry.text import Span

_CLOSES = compiled(r"[)\]},]|(?:where|then|else|in|of)(?![\w'])")
_OPENS = compiled(r"(?:^|[\s)\]}])(?:=|=>|->|<-|\$|(?:in|then|else|of)(?![\w']))$|[(\[,{;]$")


@frozen
class Clause:
    """A clause whose only hole is its whole right-hand side. ``span`` reaches from its first word to the end of the
    hole; ``column`` is where it begins on its line; ``head`` is all before its ``=``."""

    span: Span
    column: int
    head: str

    @property
    def arguments(self) -> list[str]:
        """The patterns of the function's explicit arguments, where it stands in front of them."""
        return [piece for piece in items(self.head)[1:] if not piece.startswith("{")]


def column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def margin(text: str, offset: int, file: str) -> str:
    """What must stand before a line so that it begins where ``offset`` is."""
    by = column(text, offset)
    start = offset - by
    if file.endswith(".lidr") and text[start : start + 1] in (">", "<"):
        return text[start] + " " * (by - 1)
    return " " * by


def indented(term: str, lead: str, *, exact: bool = False) -> str:
    """A term of several lines with its later lines behind ``lead``, in the order of their own margins; with
    ``exact``, with the whole of these."""
    first, *rest = term.splitlines() or [""]
    least = 0 if exact else min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first, *(lead + line[least:] if line.strip() else "" for line in rest)])


def stands_alone(code: str, span: Span) -> bool:
    """Whether whatever stands at a place of masked code is a whole right-hand side, body or bracket."""
    return _OPENS.search(code[: span.start].rstrip()[-40:]) is not None and _ends(code, span)


def _ends(code: str, span: Span) -> bool:
    following = code[span.end :]
    rest = following.lstrip()
    if not rest or _CLOSES.match(rest):
        return True
    at = span.end + len(following) - len(rest)
    line = code[code.rfind("\n", 0, span.start) + 1 : span.start + 1]
    return "\n" in code[span.end : at] and column(code, at) <= len(line) - len(line.lstrip())


def find_clause(document: Document, outline: Outline, hole: Hole, file: str) -> Clause | None:
    """The clause around a hole; ``None`` where the hole is not a whole right-hand side."""
    number = outline.unit_at(hole.span.start)
    if number is None:
        return None
    unit = outline.units[number]
    code = mask(document.text, file)
    start = _first_of_line(code, hole.span.start)
    while start == hole.span.start and start > unit.head.end:  # the hole stands on a line of its own
        before = code.rfind("\n", 0, start)
        start = _first_of_line(code, len(code[:before].rstrip()))
    head = code[start : hole.span.start].rstrip()
    if start < unit.head.end or not head.endswith("=") or not stands_alone(code, hole.span):
        return None
    head = " ".join(head[:-1].split())
    whole = head and "=" not in items(head) and "|" not in items(head) and "?" not in head
    if not whole or items(head)[0] in ("let", "in", "rewrite", "case", "if", "do"):
        return None
    return Clause(Span(start, hole.span.end), column(code, start), head)


def _first_of_line(code: str, offset: int) -> int:
    start = code.rfind("\n", 0, offset) + 1
    line = code[start : offset + 1]
    return start + len(line) - len(line.lstrip())
