"""The edits that put candidates in place of Dafny's holes, well indented, with the file's own line ends. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from unsorry.errors import EditError
from unsorry.model import Document, Fill
from unsorry.provers.base import Outline
from unsorry.provers.dafny.declarations import Declaration
from unsorry.provers.dafny.place import Place, Spot, find_place, read_all
from unsorry.provers.dafny.shapes import check_beside, read_clauses, read_statements
from unsorry.provers.dafny.tokens import NotCode, closing, tokens
from unsorry.text import Edit, Span

_STEP = "  "


def render(document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
    """Edits for all fills together.

    Raises:
        EditError: the text has no such hole, or a candidate is not made of what may stand there.
    """
    text = document.text
    every = read_all(text, outline) if fills else ()
    lemmas = {each.name for each in every if each.is_lemma} - {each.name for each in every if not each.is_lemma}
    edits: list[Edit] = []
    for fill in fills:
        place = find_place(text, outline, fill.candidate.span(fill.hole))
        if place is None or not any(hole.span == fill.hole.span for hole in outline.units[place.unit].holes):
            raise EditError("the text has no such hole")
        edits.append(_edit(text, place, without_braces(fill.candidate.text), lemmas))
    if len({edit.span for edit in edits}) < len(edits):
        raise EditError("two fills are for the same hole")
    return tuple(sorted(edits))


def without_braces(candidate: str) -> str:
    """A candidate that is a block, as what stands in the block."""
    try:
        code = tokens(candidate)
    except NotCode:
        return candidate.strip()
    whole = bool(code) and code[0].text == "{" and closing(code, 0) == len(code) - 1
    if whole and not (len(code) > 2 and code[1].text == ":"):
        return textwrap.dedent(candidate[code[0].end : code[-1].start].strip("\r\n")).strip()
    return candidate.strip()


def _edit(text: str, place: Place, candidate: str, lemmas: set[str]) -> Edit:
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = candidate.splitlines()
    match place.spot:
        case Spot.LOOP | Spot.HEAD:
            read_clauses(candidate, {"invariant", "decreases"} if place.spot is Spot.LOOP else {"decreases"})
            edit = _clauses(text, place, lines)
        case Spot.NO_BODY | Spot.EMPTY_BODY:
            read_statements(candidate, ghost=_takes_anything(place.declaration), lemmas=lemmas)
            edit = _body(text, place, lines)
        case Spot.ASSUMPTION | Spot.STATEMENT:
            code = read_statements(candidate, ghost=_takes_anything(place.declaration), lemmas=lemmas)
            if not code:
                raise EditError("the candidate has no statement")
            check_beside(code, _words(place.declaration))
            edit = _statements(text, place, lines)
    return Edit(edit.span, edit.text.replace("\n", newline))


def _words(declaration: Declaration) -> set[str]:
    """Every name in a declaration's head and body."""
    heads = [clause.code for clause in declaration.clauses]
    words = {token.text for code in (*heads, declaration.code) for token in code if token.kind == "word"}
    return words | {each.name for each in (*declaration.parameters, *declaration.results)}


def _takes_anything(declaration: Declaration) -> bool:
    if declaration.is_function:
        raise EditError("the body of a function is what it means, and stays")
    return declaration.is_lemma


def _clauses(text: str, place: Place, lines: Sequence[str]) -> Edit:
    """On lines of their own, a step further in than the loop or declaration; a brace that followed on the same line
    gets a line too."""
    at = place.span.start
    around = place.loop.span.start if place.loop else place.declaration.span.start
    indent = _indent(text, around)
    after = at + len(text[at:]) - len(text[at:].lstrip(" \t"))
    clauses = "".join(f"\n{indent}{_STEP}{line.strip()}" for line in lines if line.strip())
    if text.startswith("{", after):
        return Edit(Span(at, after), f"{clauses}\n{indent}")
    return Edit(Span(at, at), clauses)


def _body(text: str, place: Place, lines: Sequence[str]) -> Edit:
    indent = _indent(text, place.declaration.span.start)
    inner = "".join(_indented(lines, indent + _STEP))
    body = place.declaration.body
    if body is None:
        return Edit(place.span, f"\n{indent}{{{inner}\n{indent}}}")
    if not inner:
        raise EditError("the candidate has no statement")
    if "\n" in text[body.start : body.end]:
        return Edit(Span(body.start, body.start), inner)
    blank = not text[body.start : body.end].strip()
    return Edit(Span(body.start, body.end if blank else body.start), f"{inner}\n{indent}")


def _statements(text: str, place: Place, lines: Sequence[str]) -> Edit:
    """In place of an assumption, or at a place among statements: after the last one of a block on lines of their own,
    else before the one that begins there."""
    start = place.span.start
    indent = _indent(text, start)
    if place.spot is Spot.ASSUMPTION:
        rest = text[place.span.end :].partition("\n")[0]
        if "//" in lines[-1] and rest.strip():
            raise EditError("the candidate ends in a comment that takes the rest of the line")
        return Edit(place.span, "\n".join([lines[0], *(f"{indent}{line}" if line else "" for line in lines[1:])]))
    if start < len(text) and not text[start].isspace() and text[start] != "}":
        separator = f"\n{indent}"
        return Edit(place.span, "".join(f"{line}{separator}" for line in lines))
    opens_block = text[start - 1] == "{"
    return Edit(place.span, "".join(_indented(lines, indent + _STEP if opens_block else indent)))


def _indented(lines: Sequence[str], indent: str) -> Iterator[str]:
    for line in lines:
        yield f"\n{indent}{line}".rstrip(" \t") if line.strip() else "\n"


def _indent(text: str, at: int) -> str:
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return text[start : min(end, at)]
