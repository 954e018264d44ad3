"""States of the native search: texts for the clause around a hole, with holes of their own."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from unsorry.model import Document, Hole
from unsorry.provers.idris2.batches import Bench
from unsorry.provers.idris2.layout import Clause, column, stands_alone
from unsorry.provers.idris2.replies import Metavariable
from unsorry.provers.idris2.types import atomic, items
from unsorry.provers.patterns import compiled
from unsorry.text import Span

_EQUALS = compiled(r"(?<![-:!#$%&*+./<=>?@\\^|~])=(?![-:!#$%&*+./<=>?@\\^|~])")


@frozen
class Region:
    """The part of a declaration that states replace; later lines of a state begin at ``column``."""

    declaration: str
    span: Span
    column: int

    @classmethod
    def of(cls, bench: Bench, document: Document, end: int, hole: Hole, clause: Clause | None) -> Region:
        """``end`` is where the declaration ends in the document."""
        start = end - len(bench.declaration)
        span = clause.span if clause is not None else hole.span
        by = clause.column if clause is not None else column(document.text, hole.span.start)
        return cls(bench.declaration, span.shifted(-start), by)

    def laid_out(self, text: str) -> str:
        return text.replace("\n", "\n" + " " * self.column)

    def holding(self, text: str) -> str:
        return self.declaration[: self.span.start] + self.laid_out(text) + self.declaration[self.span.end :]

    def line(self, text: str, offset: int) -> int:
        """0-based line of an offset of a state in the whole declaration."""
        return (self.declaration[: self.span.start] + text[:offset]).count("\n")


@frozen
class State:
    """``text`` with open ``holes``, in the order of the text; what it has cost so far."""

    text: str
    holes: tuple[Metavariable, ...] = ()
    cost: float = 0.0

    def line_of(self, root: str) -> tuple[int, str]:
        """Where the line with a hole begins in the text, and that line."""
        at = find(self.text, root)
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        return start, self.text[start : end if end >= 0 else len(self.text)]

    def head(self, root: str) -> str:
        """The left side of the clause whose whole right side the hole is; empty where it is not that."""
        _, line = self.line_of(root)
        left, _, right = line.partition(" = ")
        return left if right.strip() == f"?{root}" and "=" not in items(left) else ""

    def with_block(self, root: str, term: str) -> str:
        """The text with the clause of a hole, its whole right side, looking at a term by ``with``; empty where that
        cannot be."""
        head = self.head(root)
        if not head or "|" in items(head):
            return ""
        start, line = self.line_of(root)
        margin = line[: len(line) - len(line.lstrip())]
        block = f"{head} with ({term})\n{margin}  {head.lstrip()} | with_pat = ?{root}_w"
        return self.text[:start] + block + self.text[start + len(line) :]

    def function_head(self, root: str) -> str:
        """The left side of the clause that the hole lies in."""
        at = find(self.text, root)
        for line in reversed(self.text[: max(at, 0) + 1].split("\n")):
            found = _EQUALS.search(line)
            pieces = items(line[: found.start()]) if found else []
            if found and (line[:1].strip() or "|" in pieces):
                return " ".join(pieces[: pieces.index("|")] if "|" in pieces else pieces)
        return ""


def find(text: str, root: str) -> int:
    """Where a hole stands in a text; -1 where it does not."""
    found = compiled(rf"\?{root}(?![\w'])").search(text)
    return found.start() if found else -1


def put(text: str, root: str, term: str) -> str:
    """A text with a term in a hole's place, in brackets where it needs them."""
    at = find(text, root)
    if at < 0:
        return text
    span = Span(at, at + 1 + len(root))
    if not atomic(term) and span.end - span.start < len(text) and not stands_alone(text, span):
        term = f"({term})"
    return text[: span.start] + term + text[span.end :]


def put_all(text: str, terms: Mapping[str, str]) -> str:
    for root, term in terms.items():
        text = put(text, root, term)
    return text
