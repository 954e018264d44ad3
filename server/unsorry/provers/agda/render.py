"""Candidates into their places: parentheses where the context needs them, indentation, line ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unsorry.model import Document, Fill
from unsorry.provers.agda.blocks import enclosing_item, ends_item
from unsorry.provers.agda.code import mask
from unsorry.provers.agda.project import file_name
from unsorry.text import Edit

_ATOM = re.compile(r"[^\s(){};.@\"]+(?:\.[^\s(){};.@\"]+)*")
_OPENS = ("=", "→", "->", "in", "(", "{", "⦃", "←", "<-", ";", "then", "else", "of")
_WORD = re.compile(r"[^\s(){};.@\"]+")


def render(document: Document, fills: Sequence[Fill]) -> tuple[Edit, ...]:
    """The edits that put candidates in place of their holes; with the line ends of the document."""
    text = document.text
    code = mask(text, file_name(document))
    newline = "\r\n" if "\r\n" in text else "\n"
    edits = []
    for fill in fills:
        candidate = fill.candidate
        new = candidate.text.strip("\n") if candidate.before or candidate.after else candidate.text.strip()
        span = candidate.span(fill.hole)
        if not candidate.before and not candidate.after:
            if not atomic(new) and not stands_alone(code, span.start, span.end):
                new = f"({new})"
            new = indented(new, column(text, span.start))
        edits.append(Edit(span, new.replace("\r\n", "\n").replace("\n", newline)))
    return tuple(edits)


def atomic(term: str) -> bool:
    """Whether a term never needs parentheses: a name, a literal, or something that has its own brackets."""
    if _ATOM.fullmatch(term):
        return True
    pairs = {"(": ")", "{": "}", "⦃": "⦄"}
    if term[:1] != "(" or term[-1:] != ")":
        return False
    open_: list[str] = []
    code = mask(term)
    for index, character in enumerate(code):
        if character in pairs:
            open_.append(pairs[character])
        elif open_ and character == open_[-1]:
            open_.pop()
            if not open_ and index < len(code) - 1:
                return False
    return not open_


def stands_alone(code: str, start: int, end: int) -> bool:
    """Whether the hole is a whole right-hand side, lambda body or bracket: whatever stands there needs no
    parentheses. ``code`` is the masked text."""
    before = code[:start].rstrip()
    last = before[-1:] if before[-1:] in "({⦃;" else (_WORD.findall(before[-80:]) or [""])[-1]
    if not before or last not in _OPENS or not before.endswith(last):
        return False
    following = code[end:].lstrip()
    if re.match(r"where(?!\S)", following) or following[:1] == ";":
        return True
    return ends_item(code, end, enclosing_item(code, start).column)


def column(text: str, offset: int) -> int:
    return offset - (text.rfind("\n", 0, offset) + 1)


def indented(term: str, by: int) -> str:
    """A term of several lines with its later lines at least ``by`` columns in, as layout demands."""
    first, *rest = term.splitlines() or [""]
    if not rest:
        return first
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    shift = max(0, by - margin)
    return "\n".join([first, *(" " * shift + line if line.strip() else "" for line in rest)])
