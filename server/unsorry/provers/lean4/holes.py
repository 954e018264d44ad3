"""Finds Lean's declarations, holes and escapes from text alone.

A unit is one command with all that belongs to it. Whether a ``sorry`` stands for a tactic or a term is read from the
word before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from unsorry.model import HoleKind
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.keywords import KeywordGrammar, Mark
from unsorry.provers.lean4 import ROOM
from unsorry.provers.lean4.words import DECLARING, ESCAPES, MODIFIERS, OTHER, QUALIFIED_ESCAPES, TERM_BEFORE
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax, anywhere, either, words
from unsorry.text import Span

_ENDS = r"(?![\w'!?])"
_REST_OF_FLAT = r"(?:[^-/]++|-(?!/)|/(?!-))*+-/"
_COMMENT = rf"/-(?:[^-/]++|-(?!/)|/(?!-)|/-{_REST_OF_FLAT})*+-/"
TRIVIA = rf"(?:\s++|--[^\n]*+|{_COMMENT})*+"
_ATTRIBUTE = r'@\[(?:[^\[\]"\n]++|"(?:[^"\\\n]|\\.)*+"|\[[^\[\]\n]*+\])*+\]'
_MODIFIER = rf"(?:{either(MODIFIERS)}{_ENDS}|{_ATTRIBUTE}){TRIVIA}"
# The words come first in one tree, so that what is none of them is dismissed at once.
_OPENING = (
    rf"(?=[@#]|{either(f'{MODIFIERS} {DECLARING} {OTHER} deriving')})"
    rf"(?:(?:(?:{_MODIFIER})++(?:{either(DECLARING)}|{either(OTHER)})"
    rf"|class\s++(?:inductive|abbrev)|deriving\s++instance|{either(DECLARING)}"
    rf"|(?<![^\n\ufeff])(?:{either(OTHER)}(?:[^\S\n]*+\[[^\]\n]*+\])?+|\#[a-z]\w*+)){_ENDS}"
    rf"|(?<![^\n\ufeff])(?:{_MODIFIER})++)"
)
_GATE = (
    rf"(?=[@#]|r[#\"]|{either(f'{MODIFIERS} {DECLARING} {OTHER} deriving sorry stop {ESCAPES} {QUALIFIED_ESCAPES}')})"
)
_WORD = (
    rf"(?:(?=(?<![\[@#]){_OPENING})(?P<start>)|(?P<hole>sorry)(?!\.[^\W\d]){_ENDS}|(?P<stop>stop)(?!\s*[:=,).]){_ENDS}"
    rf"|(?P<escape>{either(ESCAPES)}|{either(QUALIFIED_ESCAPES)}){_ENDS}"
    r'|r(?P<passed>#*+)"(?s:.*?)(?:"(?P=passed)|\Z))'
)
_STRING = r'"(?:[^"\\]++|\\(?s:.))*+"'
_CHARACTER = r"(?<![\w'!?])'(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
_RUN = rf"(?:\n|--[^\n]*+|{_COMMENT}){TRIVIA}"
_PLAIN = compiled(
    rf"(?:[^\n\"'/«-]++|{_RUN}(?!{_OPENING}|\Z)|-(?!-)|/(?!-)|(?<![r#!]){_STRING}|{_CHARACTER}|'|«[^»\n]*+»?)*+"
    rf"(?P<run>(?:{_RUN})?+)(?:(?={_OPENING})|\Z)"
)
_INNER = compiled(anywhere(f"sorry stop {MODIFIERS} {DECLARING} {ESCAPES} {QUALIFIED_ESCAPES}", "cdmpuvxy") + _ENDS)
_NAME = r"(?:«[^»\n]*»|[^\W\d][\w'!?]*+)"
_OPENED = compiled(
    rf"(?:(?:{_MODIFIER})*+(?P<word>class\s++(?:inductive|abbrev)|{either(DECLARING)}){_ENDS}"
    rf"(?:(?<!\bend)(?:[^\S\n]*+\([^()\n]*+\))?+[^\S\n]*+(?P<name>{_NAME}(?:\.{_NAME})*+))?+|{_OPENING})"
)
# Most characters between words are dismissed by the gate and one look behind.
_LEAP = compiled(
    r"[^A-Za-z0-9_](?:"
    rf"(?:(?<=[\n/-])(?P<trivia>(?:(?<=\n)|(?<=-)-[^\n]*+|(?<=/)-{_REST_OF_FLAT}){TRIVIA}))?+"
    rf"(?:{_GATE}(?<![.'!?«`\"\w]){_WORD}|(?(trivia)|(?!)))"
    r"|(?<=[/.\"«'])(?:"
    r"(?<=/)-(?P<deep>)"
    rf"|(?<=\.)(?P<qualified>{either(QUALIFIED_ESCAPES)}){_ENDS}"
    # An interpolated string may have strings in its braces.
    rf'|(?<=")(?:(?<=!")(?:[^"\\{{\n]++|\\.|\{{(?:[^"{{}}\n]++|"(?:[^"\\\n]++|\\.)*+")*+\}})*+"|(?:[^"\\]++|\\(?s:.))*+(?:"|\\?\Z))'
    r"|(?<=«)[^»\n]*+»?"
    r"|(?<=')(?<![\w'!?]')(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
    r"))"
)
_BODY = compiled(r"[:wb\n](?:(?<=:)=|(?<=\bw)here\b|(?<=\bb)y\b|(?<=\n)[^\S\n]*+\|)")
_STATEMENT = compiled(
    r"(?:[^()\[\]{}⟨⟩:\nwb]++|\([^()]*+\)|\[[^\[\]]*+\]|\{[^{}]*+\}|⟨[^⟨⟩]*+⟩|:(?!=)|\n(?![^\S\n]*+\|)"
    r"|w(?!here\b)|b(?!y\b)|(?<=\w)[wb])*+(?=:=|where\b|by\b|\n)"
)
_MOST_BINDERS = 50  # with defaults of their own: so many are looked at before the statement's end is given up
_ESCAPE = compiled(rf"(?<![\w.'!?«`]){either(ESCAPES)}{_ENDS}")
_SUSPECT = words(ESCAPES) & words(DECLARING)
_WHOLE = compiled(rf"(?::=)?{TRIVIA}(?:by{_ENDS}{TRIVIA})?")
_AFTER = compiled(rf"{TRIVIA}(?:(?:where|termination_by|decreasing_by|deriving){_ENDS}|\Z)")
_PREVIOUS = compiled(r"([\w'!?.]++|[^\w\s]+)\Z")
_TACTIC_BEFORE = words("by · . ; <;> | try repeat all_goals any_goals first focus next case' on_goal iterate => {")
_TERM_BEFORE = words(TERM_BEFORE)
_FAR = 400  # how far back the beginning of a match arm is looked for
_LONGEST = 14  # more than the longest word that tells what follows it
_GOES_ON = compiled(r"(?:[(\[{⟨,:=+*/<>≤≥∧∨→↔∘$-]|<\|)\Z")
_LINE_START = compiled(r"\n([^\S\n]*+)(?=\S)")
_ARM = compiled(r"fun\b(?<=\bfun)|λ|\|(?!\|)|case\b(?<=\bcase)|next\b(?<=\bnext)")
_BY = compiled(r"by\b(?<=\bby)")


def _describe(text: str, span: Span, opened: re.Match[str] | None, marks: Sequence[Mark]) -> Unit:
    start, end = span.start, span.end
    escapes = tuple(Escape(text[mark.span.start : mark.span.end], mark.span) for mark in marks) if marks else ()
    word = opened["word"] if opened else None
    if opened is None or word is None:
        return Unit(span, "", span, _holes(text, span, end, marks), escapes)
    if opened.start("word") > start or word in _SUSPECT:
        found = _ESCAPE.finditer(text, start, opened.end())
        escapes = (*(Escape(match[0], Span(*match.span())) for match in found), *escapes)
    body = _body(text, opened.end(), end)
    statement = span if body == end else Span(start, start + len(text[start:body].rstrip()))
    holes = _holes(text, span, body, marks) if marks else ()
    return Unit(span, opened["name"] or "", statement, holes, escapes)


def _body(text: str, start: int, end: int) -> int:
    """Where the statement ends and what it declares begins: at the first ``:=`` or the like outside all brackets."""
    simple = _STATEMENT.match(text, start, end)
    if simple:
        return simple.end()
    for tried, match in enumerate(_BODY.finditer(text, start, end)):
        count = text[start : match.start()].count
        if (
            count("(") == count(")")
            and count("[") == count("]")
            and count("{") == count("}")
            and count("⟨") == count("⟩")
        ):
            return match.start()
        if tried == _MOST_BINDERS:
            break
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
            end = _block_end(text, span, mark.span)
            holes.append(FoundHole(HoleKind.TACTIC, Span(mark.span.start, end), text[mark.span.end : end].strip()))
    return tuple(holes)


def _kind(text: str, span: Span, body: int, tactics: int, mark: Mark) -> HoleKind:
    """What a ``sorry`` stands for: a whole right-hand side or its ``by`` block, a tactic, or a term. ``tactics`` is
    where the unit's first tactic may stand."""
    whole = _WHOLE.fullmatch(text, body, mark.before)
    if whole and body < mark.span.start and _AFTER.match(text, mark.span.end, span.end):
        return HoleKind.PROOF
    before = text[max(span.start, mark.before - _FAR) : mark.before].rstrip()
    match = _PREVIOUS.search(before, max(0, len(before) - _LONGEST))
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


def _block_end(text: str, unit: Span, stop: Span) -> int:
    """Where the tactic block ends that a ``stop`` throws away: before the first line that is indented less."""
    margin = text[max(unit.start, text.rfind("\n", unit.start, stop.start) + 1) : stop.start]
    column = len(margin) if margin.isspace() or not margin else len(margin) - len(margin.lstrip()) + 1
    for match in _LINE_START.finditer(text, stop.end, unit.end):
        if len(match[1]) < column:
            return stop.end + len(text[stop.end : match.start()].rstrip())
    return unit.end


SYNTAX = ScannedSyntax(
    ROOM.language,
    ROOM.suffixes,
    KeywordGrammar(
        plain=_PLAIN,
        inner=_INNER,
        veil=compiled(r"[\"@\ufeff/-](?:(?<![/-])|-)"),
        leap=_LEAP,
        word=compiled(_WORD),
        opened=_OPENED,
        trivia=compiled(TRIVIA),
        opening="/-",
        comment=compiled(r"(?P<open>/-)|(?P<close>-/)"),
        describe=_describe,
    ).scan,
)
