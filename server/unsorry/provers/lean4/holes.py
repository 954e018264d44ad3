"""Finds Lean's declarations, holes and escapes from text alone.

A unit is one command with all that belongs to it. Whether a ``sorry`` stands for a tactic or a term is read from the
word before it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from unsorry.model import HoleKind, Language
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.keywords import KeywordGrammar, Mark
from unsorry.provers.lean4.words import DECLARING, ESCAPES, MODIFIERS, OTHER, QUALIFIED_ESCAPES, TERM_BEFORE
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax, either, words
from unsorry.text import Span

_ENDS = r"(?![\w'!?])"
_REST_OF_FLAT = r"(?:[^-/]++|-(?!/)|/(?!-))*+-/"
_COMMENT = rf"/-(?:[^-/]++|-(?!/)|/(?!-)|/-{_REST_OF_FLAT})*+-/"
_TRIVIA = rf"(?:\s++|--[^\n]*+|{_COMMENT})*+"
_ATTRIBUTE = r'@\[(?:[^\[\]"]++|"(?:[^"\\]|\\.)*+"|\[[^\[\]]*+\])*+\]'
_MODIFIER = rf"(?:{either(MODIFIERS)}{_ENDS}|{_ATTRIBUTE}){_TRIVIA}"
_OPENING = (
    rf"(?:(?:{_MODIFIER})++(?:{either(DECLARING)}|{either(OTHER)})"
    rf"|class\s++(?:inductive|abbrev)|deriving\s++instance|{either(DECLARING)}"
    rf"|(?<![^\n\ufeff])(?:{either(OTHER)}(?:\s*+\[[^\]]*+\])?+|\#[a-z]\w*+)){_ENDS}"
    rf"|(?<![^\n\ufeff])(?:{_MODIFIER})++"
)
_WORD = (
    rf"(?:(?=(?<![\[@#]){_OPENING})(?P<start>)|(?P<hole>sorry)(?!\.[^\W\d]){_ENDS}|(?P<stop>stop)(?!\s*[:=,).]){_ENDS}"
    rf"|(?P<escape>{either(ESCAPES)}|{either(QUALIFIED_ESCAPES)}){_ENDS}"
    r'|r(?P<passed>#*+)"(?s:.*?)(?:"(?P=passed)|\Z))'
)
_STRING = r'"(?:[^"\\]++|\\(?s:.))*+"'
_LEAP = compiled(
    r"[^A-Za-z0-9_](?:"
    rf"(?P<trivia>(?:(?<=\n)|(?<=-)-[^\n]*+|(?<=/)-{_REST_OF_FLAT}){_TRIVIA})?+"
    rf"(?:(?<![.'!?«`\"\w]){_WORD}|(?(trivia)|(?!)))"
    r"|(?<=/)-(?P<deep>)"
    rf"|(?<=\.)(?P<qualified>{either(QUALIFIED_ESCAPES)}){_ENDS}"
    # An interpolated string may have strings in its braces.
    rf'|(?<=")(?:(?<=!")(?:[^"\\{{]++|\\(?s:.)|\{{(?:[^"{{}}]++|{_STRING})*+\}})*+"|(?:[^"\\]++|\\(?s:.))*+(?:"|\\?\Z))'
    r"|(?<=«)[^»\n]*+»?"
    r"|(?<=')(?<![\w'!?]')(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
    r")"
)
_NAME = r"(?:«[^»\n]*»|[^\W\d][\w'!?]*+)"
_HEAD = compiled(
    rf"(?:{_MODIFIER})*+(?:class\s++(?:inductive|abbrev)|{either(DECLARING)}){_ENDS}(?:[^\S\n]*+\([^()]*+\))?+"
    rf"(?<!\bend)[^\S\n]*+(?P<name>{_NAME}(?:\.{_NAME})*+)?"
)
_OPENED = compiled(_OPENING)
_BODY = compiled(r":=|\bwhere\b|\bby\b|(?<=\n)[^\S\n]*+\|")
_MOST_BINDERS = 50  # with defaults of their own: so many are looked at before the statement's end is given up
_BRACKETS = ("()", "[]", "{}", "⟨⟩", "⦃⦄")
_ESCAPE = compiled(rf"(?<![\w.'!?«`]){either(ESCAPES)}{_ENDS}")
_WHOLE = compiled(rf"(?::=)?{_TRIVIA}(?:by{_ENDS}{_TRIVIA})?")
_AFTER = compiled(rf"{_TRIVIA}(?:(?:where|termination_by|decreasing_by|deriving){_ENDS}|\Z)")
_PREVIOUS = compiled(r"([\w'!?.]++|[^\w\s]+)\Z")
_TACTIC_BEFORE = words("by · . ; <;> | try repeat all_goals any_goals first focus next case' on_goal iterate => {")
_TERM_BEFORE = words(TERM_BEFORE)
_FAR = 400  # how far back the beginning of a match arm is looked for
_GOES_ON = compiled(r"(?:[(\[{⟨,:=+*/<>≤≥∧∨→↔∘$-]|<\|)\Z")
_LINE_START = compiled(r"\n([^\S\n]*+)(?=\S)")
_ARM = compiled(r"\bfun\b|λ|\|(?!\|)|\bcase\b|\bnext\b")
_BY = compiled(r"\bby\b")


def _describe(text: str, span: Span, marks: Sequence[Mark]) -> Unit:
    head = _HEAD.match(text, span.start)
    name = (head["name"] or "") if head else ""
    body = _body(text, head.end(), span.end) if head else span.end
    statement = Span(span.start, span.start + len(text[span.start : body].rstrip()))
    escapes = [Escape(text[mark.span.start : mark.span.end], mark.span) for mark in marks]
    opened = _OPENED.match(text, span.start)
    if opened:
        escapes[:0] = [Escape(match[0], Span(*match.span())) for match in _ESCAPE.finditer(text, *opened.span())]
    return Unit(span, name, statement, _holes(text, span, body, marks), tuple(escapes))


def _body(text: str, start: int, end: int) -> int:
    """Where the statement ends and what it declares begins: at the first ``:=`` or the like outside all brackets."""
    for match in itertools.islice(_BODY.finditer(text, start, end), _MOST_BINDERS):
        before = text[start : match.start()]
        if all(before.count(pair[0]) == before.count(pair[1]) for pair in _BRACKETS):
            return match.start()
    return end


def _holes(text: str, span: Span, body: int, marks: Sequence[Mark]) -> tuple[FoundHole, ...]:
    holes: list[FoundHole] = []
    by = _BY.search(text, span.start, span.end) if marks else None
    tactics = by.end() if by else span.end
    for mark in marks:
        if holes and mark.span.start < holes[-1].span.end:
            continue  # a ``stop`` has thrown it away
        if mark.kind == "hole":
            holes.append(FoundHole(_kind(text, span, body, tactics, mark), mark.span))
        elif mark.kind == "stop" and _kind(text, span, body, tactics, mark) is HoleKind.TACTIC:
            end = _block_end(text, mark.span, span.end)
            holes.append(FoundHole(HoleKind.TACTIC, Span(mark.span.start, end), text[mark.span.end : end].strip()))
    return tuple(holes)


def _kind(text: str, span: Span, body: int, tactics: int, mark: Mark) -> HoleKind:
    """What a ``sorry`` stands for: a whole right-hand side or its ``by`` block, a tactic, or a term. ``tactics`` is
    where the unit's first tactic may stand."""
    whole = _WHOLE.fullmatch(text, body, mark.span.start)
    if whole and body < mark.span.start and _AFTER.match(text, mark.span.end, span.end):
        return HoleKind.PROOF
    before = text[max(span.start, mark.before - _FAR) : mark.before].rstrip()
    match = _PREVIOUS.search(before)
    previous = match[1] if match else ""
    if previous == "by":
        return HoleKind.TACTIC
    if mark.before < tactics:
        return HoleKind.TERM
    if previous == "=>":
        arms = _ARM.findall(before)
        return HoleKind.TERM if arms and arms[-1] in ("fun", "λ") else HoleKind.TACTIC
    first = "\n" in text[mark.before : mark.span.start]
    if previous in _TACTIC_BEFORE:
        return HoleKind.TACTIC
    if first and previous not in _TERM_BEFORE and not _GOES_ON.search(previous):
        return HoleKind.TACTIC
    return HoleKind.TERM


def _block_end(text: str, stop: Span, end: int) -> int:
    """Where the tactic block ends that a ``stop`` throws away: before the first line that is indented less."""
    line = text.rfind("\n", 0, stop.start) + 1
    margin = text[line : stop.start]
    column = len(margin) if margin.isspace() or not margin else len(margin) - len(margin.lstrip()) + 1
    for match in _LINE_START.finditer(text, stop.end, end):
        if len(match[1]) < column:
            return stop.end + len(text[stop.end : match.start()].rstrip())
    return end


SYNTAX = ScannedSyntax(
    Language.LEAN4,
    (".lean",),
    KeywordGrammar(
        leap=_LEAP,
        word=compiled(_WORD),
        opened=_OPENED,
        trivia=compiled(_TRIVIA),
        opening="/-",
        comment=compiled(r"(?P<open>/-)|(?P<close>-/)"),
        describe=_describe,
    ).scan,
)
