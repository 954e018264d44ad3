"""Candidates into their places: parentheses where the context needs them, indentation, line ends."""

from __future__ import annotations

from collections.abc import Sequence

from unsorry.errors import EditError
from unsorry.model import Document, Fill
from unsorry.provers.idris2.code import mask
from unsorry.provers.idris2.layout import indented, margin, stands_alone
from unsorry.provers.idris2.project import file_name
from unsorry.provers.idris2.types import atomic
from unsorry.provers.patterns import compiled
from unsorry.text import Edit

_INTERPOLATION = compiled(r"\\#*+\{")


def render(document: Document, fills: Sequence[Fill]) -> tuple[Edit, ...]:
    """The edits that put candidates in place of their holes; with the line ends of the document.

    Raises:
        EditError: a candidate has code inside a string, where nothing else would look at it.
    """
    text, file = document.text, file_name(document)
    code = mask(text, file)
    newline = "\r\n" if "\r\n" in text else "\n"
    edits = []
    for fill in fills:
        candidate = fill.candidate
        span = candidate.span(fill.hole)
        if '"' in candidate.text and _INTERPOLATION.search(candidate.text):
            raise EditError("the candidate has code inside a string")
        new = candidate.text.strip("\n").replace("\r\n", "\n")
        if not candidate.before and not candidate.after:
            new = new.strip()
            if not atomic(new) and not stands_alone(code, span):
                new = f"({new})"
        # Clauses have their margins from the first of them: those of a ``with`` stand further in.
        new = indented(new, margin(text, span.start, file), exact=bool(candidate.before))
        edits.append(Edit(span, new.replace("\n", newline)))
    return tuple(edits)
