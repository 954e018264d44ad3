"""Finds Dafny's declarations, holes and escapes from text alone.

A unit is one declaration; a class or module is its header, and its members are units of their own. A lemma without a
body is a hole at the end of its head, and so is every ``assume``. What else is missing only a prover can tell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from unsorry.model import HoleKind
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.dafny import ROOM
from unsorry.provers.dafny.tokens import NotCode, Token, tokens
from unsorry.provers.keywords import KeywordGrammar, Mark
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax, anywhere, either, nested_end
from unsorry.text import Span

_ENDS = r"(?![\w'?])"
_REST_OF_FLAT = r"(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"
_COMMENT = rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|/\*{_REST_OF_FLAT})*+\*/"
_TRIVIA = rf"(?:\s++|//[^\n]*+|{_COMMENT})*+"
_CHARACTER = r"(?<![\w'?])'(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
_STRING = r"""(?:(?<=@")(?:[^"]++|"")*+"?|(?<=")(?:[^"\\\n]++|\\[^\n])*+"?)"""
_MODIFIERS = "ghost static abstract protected twostate least greatest inductive opaque replaceable"
_BODIED = "lemma colemma method comethod function predicate copredicate constructor iterator class trait module"
_BODILESS = "datatype codatatype newtype type const import export include"
_MODIFIER = rf"{either(_MODIFIERS)}{_ENDS}"
# The words come first in one tree, so that what is none of them is dismissed at once.
_OPENING = (
    rf"(?={either(f'{_MODIFIERS} {_BODIED} {_BODILESS}')})(?:{_MODIFIER}{_TRIVIA})*+"
    rf"(?:(?:function|predicate)\s++method|{either(f'{_BODIED} {_BODILESS}')}){_ENDS}"
)
# Attributes and annotations by which something goes unproved.
_ATTRIBUTE = either("axiom extern trusted assumption options only synthesize") + r"|(?:verify|termination)\s++false"
_ANNOTATION = either("Axiom Extern VerifyOnly")
_IDENTIFIER = r"[^\W\d][\w'?]*+"
_OPENED = compiled(
    rf"(?:{_MODIFIER}{_TRIVIA})*+(?:(?P<bodied>(?:function|predicate)\s++method|{either(_BODIED)})|{either(_BODILESS)})"
    rf"{_ENDS}(?:[^\S\n]*+\{{:(?!\s*+(?:{_ATTRIBUTE}){_ENDS})[^{{}}\"'/\n]*+\}})*+"
    rf"(?:[^\S\n]++(?!opened{_ENDS}|{_OPENING})(?P<name>{_IDENTIFIER}(?:\.{_IDENTIFIER})*+))?+"
)
_WORD = rf"(?:(?=(?<!\bby\s){_OPENING})(?P<start>)|(?P<hole>assume){_ENDS}|(?P<escape>expect){_ENDS})"
_RUN = rf"(?:\n|//[^\n]*+|{_COMMENT}){_TRIVIA}"
_PLAIN = compiled(
    rf"(?:[^\n\"'/]++|{_RUN}(?!(?<!\bby\s){_OPENING}|\Z)|/(?![/*])|\"{_STRING}|{_CHARACTER}|')*+"
    rf"(?P<run>(?:{_RUN})?+)(?:(?=(?<!\bby\s){_OPENING})|\Z)"
)
_INNER_WORDS = (
    f"assume expect {_BODIED} {_BODILESS} axiom extern trusted assumption options only synthesize verify termination "
    "Axiom Extern VerifyOnly"
)
_INNER = compiled(anywhere(_INNER_WORDS, "cmty") + _ENDS)
_GATE = rf"(?={either(f'{_MODIFIERS} {_BODIED} {_BODILESS} assume expect')})"
# Most characters between words are dismissed by the gate and one look behind.
_LEAP = compiled(
    r"[^A-Za-z0-9_](?:"
    rf"(?:(?<=[\n/])(?P<trivia>(?:(?<=\n)|(?<=/)/[^\n]*+|(?<=/)\*{_REST_OF_FLAT}){_TRIVIA}))?+"
    rf"(?:{_GATE}(?<![.'?\"\w]){_WORD}|(?(trivia)|(?!)))"
    r"|(?<=[/{@\"'])(?:"
    rf"(?<=/)\*(?P<deep>)|(?<=\{{):\s*+(?P<attribute>{_ATTRIBUTE}){_ENDS}|(?<=@)(?P<annotation>{_ANNOTATION}){_ENDS}"
    rf"|{_STRING}|(?<=')(?<![\w'?]')(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
    r"))"
)
_LEMMA = rf"(?:(?:co)?lemma|comethod|ghost{_TRIVIA}method){_ENDS}"
_IS_LEMMA = compiled(rf"(?:(?!ghost{_TRIVIA}method){_MODIFIER}{_TRIVIA})*+{_LEMMA}")
_FUNCTIONS = ("function", "predicate", "copredicate")
_NAME = compiled(r"(?:\s++|\{:[^{}]*+\}|opened\b)*+([^\W\d][\w'?]*+(?:\.[^\W\d][\w'?]*+)*+)")
_BRACE = compiled(
    rf"[{{}}/\"'](?:(?<=\}})(?P<end>)|(?<=/)(?P<comment>/[^\n]*+|\*{_REST_OF_FLAT})|(?<=/)\*(?P<deep>)|(?<=\{{)(?P<attribute>:)|(?<=\{{)(?P<brace>)"
    rf"|{_STRING}|(?<=')(?<![\w'?]')(?:[^'\\\n]|\\[^\n][^'\n]*+)')"
)
_BALANCE = compiled(
    rf"[][(){{}};/\"'](?:(?<=[\[({{])(?P<open>)|(?<=[\])}}])(?P<close>)|(?<=;)(?P<stop>)|(?<=/)/[^\n]*+"
    rf"|(?<=/)\*(?:{_REST_OF_FLAT}|(?P<deep>))|{_STRING}|(?<=')(?<![\w'?]')(?:[^'\\\n]|\\[^\n][^'\n]*+)')"
)
_COMMENT_TOKEN = compiled(r"(?P<open>/\*)|(?P<close>\*/)")
_FAR = 400  # how far back the beginning of an expression is looked for
_MATCHING = compiled(r"\b(?:match|case)\b")
_SPECIFYING = compiled(r"\b(?:requires|ensures|decreases|modifies|reads|invariant)\b")
_ANYTHING = compiled(r"\b(?:decreases|reads|modifies)\s*\*\Z")
# After these an expression goes on, so that a brace opens a set and no body.
_CONTINUED = (
    "requires ensures decreases modifies reads invariant in then else if match case set iset multiset old yields "
    "returns"
)
_MAY_GO_ON = tuple(_CONTINUED.split())
_GOES_ON = compiled(rf"(?<![\w'?]){either(_CONTINUED)}\Z")
_BLANK = compiled(_TRIVIA)
_CLAUSES = frozenset({"requires", "ensures", "decreases", "modifies", "reads"})
_LONGEST = 12  # more than the longest of these
_SIMPLE = compiled(r"[^{}/\"'@]*+")


def _describe(text: str, span: Span, opened: re.Match[str] | None, marks: Sequence[Mark]) -> Unit:
    escapes = tuple(_escapes(text, marks)) if marks else ()
    holes = tuple(_assumptions(text, span, marks)) if marks else ()
    if opened is None:
        return Unit(span, "", span, holes, escapes)
    name = opened["name"] or ""
    if not name and (found := _NAME.match(text, opened.end(), span.end)):
        name = found[1]
    if not opened["bodied"]:
        return Unit(span, name, span, holes, escapes)
    head_end, has_body = _head(text, opened.end(), span.end)
    stated = head_end
    if "decreases" in text[opened.end() : head_end]:
        code = _code(text, opened.end(), head_end)
        escapes += tuple(_endless(code))
        stated = _without_measure(code, head_end)
    if name and not has_body and _IS_LEMMA.match(text, span.start) and not _is_axiom(text, marks):
        missing = FoundHole(HoleKind.PROOF, Span(head_end, head_end))
        holes = tuple(sorted((*holes, missing), key=lambda hole: hole.span))  # assumptions may follow a stray brace
    meaning = _body(text, head_end, span.end) if has_body and opened["bodied"].startswith(_FUNCTIONS) else None
    return Unit(span, name, Span(span.start, stated), holes, escapes, meaning=meaning)


def _body(text: str, head_end: int, end: int) -> Span:
    blank = _BLANK.match(text, head_end, end)
    return Span(blank.end() if blank else head_end, end)


def _code(text: str, start: int, end: int) -> Sequence[Token]:
    """The tokens of a head, none where it is half-written."""
    try:
        return tokens(text, start, end)
    except NotCode:
        return ()


def _without_measure(code: Sequence[Token], end: int) -> int:
    """Where a head ends without the ``decreases`` clauses at its end: they prove that something ends, and state
    nothing."""
    kept = len(code)
    while clauses := [i for i, token in enumerate(code[:kept]) if token.kind == "word" and token.text in _CLAUSES]:
        if code[clauses[-1]].text != "decreases" or clauses[-1] == 0:
            break
        kept = clauses[-1]
    return code[kept - 1].end if kept else end


def _endless(code: Sequence[Token]) -> Iterator[Escape]:
    """Each ``decreases *``, by which something need not end."""
    for word, sign in itertools.pairwise(code):
        if (word.text, sign.text) == ("decreases", "*"):
            yield Escape("decreases *", Span(word.start, sign.end))


def _is_axiom(text: str, marks: Sequence[Mark]) -> bool:
    """Whether attributes say that nothing is missing."""
    return any(mark.kind == "attribute" and text.startswith(("axiom", "extern"), mark.span.start) for mark in marks)


def _escapes(text: str, marks: Sequence[Mark]) -> Iterator[Escape]:
    for mark in marks:
        word = " ".join(text[mark.span.start : mark.span.end].split())
        shape = {"attribute": "{:%s}", "annotation": "@%s"}.get(mark.kind, "%s")
        yield Escape(shape % word, mark.span)


def _assumptions(text: str, span: Span, marks: Sequence[Mark]) -> Iterator[FoundHole]:
    """Each ``assume`` with all that it assumes, up to its semicolon."""
    end = span.start
    for mark in marks:
        if mark.kind == "hole" and mark.span.start >= end:
            end = _statement_end(text, mark.span.start, span.end)
            yield FoundHole(HoleKind.ASSERTION, Span(mark.span.start, end))


def _statement_end(text: str, start: int, end: int) -> int:
    depth = 0
    for match in _BALANCE.finditer(text, start, end):
        kind = match.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0:
                return start + len(text[start : match.start()].rstrip())
        elif kind == "stop" and depth == 0:
            return match.end()
    return end


def _head(text: str, start: int, end: int) -> tuple[int, bool]:
    """Where a declaration's head ends, and whether a body follows it."""
    simple = _SIMPLE.match(text, start, end)
    at = simple.end() if simple else start
    if at == end or (text[at] == "{" and not text.startswith(":", at + 1)):
        stop = start + len(text[start:at].rstrip())
        if at == end or not _goes_on(text, start, stop, at):
            return stop, at < end
    return _crooked_head(text, start, end)


def _crooked_head(text: str, start: int, end: int) -> tuple[int, bool]:
    """The same for a head with comments, strings, attributes or sets in it."""
    at = start
    comments = Span(start, start)  # the last run of them
    while match := _BRACE.search(text, at, end):
        kind, found, at = match.lastgroup, match.start(), match.end()
        if kind in ("comment", "deep"):
            at = nested_end(text, found, _COMMENT_TOKEN) if kind == "deep" else at
            comments = Span(comments.start if _blank(text, comments.end, found) else found, at)
        elif kind == "end":  # of the class or module around
            return _code_end(text, start, comments, found), False
        elif kind in ("attribute", "brace"):
            stop = _code_end(text, start, comments, found)
            if kind == "brace" and not _goes_on(text, start, stop, found):
                return stop, True
            at = min(nested_end(text, found, _BALANCE), end)
    return _code_end(text, start, comments, end), False


def _blank(text: str, start: int, end: int) -> bool:
    return start == end or text[start:end].isspace()


def _code_end(text: str, start: int, comments: Span, at: int) -> int:
    """Where the last token before ``at`` ends."""
    stop = comments.start if _blank(text, comments.end, at) else at
    return start + len(text[start:stop].rstrip())


def _goes_on(text: str, start: int, stop: int, brace: int) -> bool:
    """Whether a brace after the token that ends at ``stop`` belongs to an expression, and opens no body."""
    last = text[stop - 1] if stop > start else ""
    if last == "|":  # |s| ends an expression, |{1, 2}| begins one
        return brace == stop
    if last == ">":  # seq<int> ends a type, but a > {} compares
        return _SPECIFYING.search(text, start, stop) is not None
    if last == "*":
        return _ANYTHING.search(text, max(start, stop - _FAR), stop) is None
    if not (last.isalnum() or last in "_?'\")]};"):
        return True
    if text.endswith(_MAY_GO_ON, start, stop) and _GOES_ON.search(text, max(start, stop - _LONGEST), stop):
        return True
    near = text[max(start, stop - _FAR) : stop]
    return "match" in near and [*_MATCHING.findall(near), ""][-2:-1] == ["match"]


def whole_head(text: str, unit: Unit) -> tuple[int, bool]:
    """Where the last token of a declaration's head ends, its ``decreases`` clauses included, and whether a body
    follows."""
    opened = _OPENED.match(text, unit.span.start)
    if opened is None or not opened["bodied"]:
        return unit.span.end, False
    return _head(text, opened.end(), unit.span.end)


SYNTAX = ScannedSyntax(
    ROOM.language,
    ROOM.suffixes,
    KeywordGrammar(
        leap=_LEAP,
        plain=_PLAIN,
        inner=_INNER,
        veil=compiled(r"[\"/]|\{:"),
        word=compiled(_WORD),
        opened=_OPENED,
        trivia=compiled(_TRIVIA),
        opening="/*",
        comment=_COMMENT_TOKEN,
        describe=_describe,
    ).scan,
)
