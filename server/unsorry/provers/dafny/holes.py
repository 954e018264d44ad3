"""Finds Dafny's declarations, holes and escapes from text alone.

A unit is one declaration; a class or module is its header, and its members are units of their own. A lemma without a
body is a hole at the end of its head, and so is every ``assume``. What else is missing only a prover can tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unsorry.model import HoleKind, Language
from unsorry.provers.base import Escape, FoundHole, Unit
from unsorry.provers.keywords import KeywordGrammar, Mark
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax, either, nested_end, words
from unsorry.text import Span

_ENDS = r"(?![\w'?])"
_REST_OF_FLAT = r"(?:[^*/]++|\*(?!/)|/(?!\*))*+\*/"
_COMMENT = rf"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|/\*{_REST_OF_FLAT})*+\*/"
_TRIVIA = rf"(?:\s++|//[^\n]*+|{_COMMENT})*+"
_STRING = (
    r"""(?:(?<=@)"(?:[^"]|"")*+"?|(?<=")(?:[^"\\\n]++|\\[^\n])*+"?|(?<=')(?<![\w'?]')(?:[^'\\\n]|\\[^\n][^'\n]*+)')"""
)
_MODIFIER = either("ghost static abstract protected twostate least greatest inductive opaque replaceable") + _ENDS
_LEMMA = rf"(?:(?:co)?lemma|comethod|ghost{_TRIVIA}method){_ENDS}"
_BODIED = r"(?:function|predicate)\s++method|" + either(
    "lemma colemma method comethod function predicate copredicate constructor iterator class trait module"
)
_OPENING = (
    rf"(?:{_MODIFIER}{_TRIVIA})*+(?:(?P<bodied>{_BODIED})|datatype|codatatype|newtype|type|const|import|export|include)"
    rf"{_ENDS}"
)
_START = _OPENING.replace("?P<bodied>", "?:")
_WORD = rf"(?:(?=(?<!\bby\s){_START})(?P<start>)|(?P<hole>assume){_ENDS}|(?P<escape>expect){_ENDS})"
_LEAP = compiled(
    r"[^A-Za-z0-9_](?:"
    rf"(?P<trivia>(?:(?<=\n)|(?<=/)/[^\n]*+|(?<=/)\*{_REST_OF_FLAT}){_TRIVIA})?+"
    rf"(?:(?<![.'?\"\w]){_WORD}|(?(trivia)|(?!)))"
    r"|(?<=/)\*(?P<deep>)"
    r"|(?<=\{):\s*+(?P<attribute>axiom|extern|verify\s++false|trusted|assumption|termination\s++false|options|only"
    rf"|synthesize){_ENDS}|(?<=@)(?P<annotation>Axiom|Extern|VerifyOnly){_ENDS}|{_STRING})"
)
_OPENED = compiled(_OPENING)
_IS_LEMMA = compiled(rf"(?:(?!ghost{_TRIVIA}method){_MODIFIER}{_TRIVIA})*+{_LEMMA}")
_NAME = compiled(r"(?:\s++|\{:[^{}]*+\}|opened\b)*+([^\W\d][\w'?]*+(?:\.[^\W\d][\w'?]*+)*+)")
_BRACE = compiled(
    rf"[{{}}/\"'@](?:(?<=\}})(?P<end>)|(?<=/)(?P<comment>/[^\n]*+|\*{_REST_OF_FLAT})|(?<=/)\*(?P<deep>)|(?<=\{{)(?P<attribute>:)|(?<=\{{)(?P<brace>)"
    rf"|{_STRING})"
)
_BALANCE = compiled(
    rf"[][(){{}};/\"'@](?:(?<=[\[({{])(?P<open>)|(?<=[\])}}])(?P<close>)|(?<=;)(?P<stop>)|(?<=/)/[^\n]*+"
    rf"|(?<=/)\*(?:{_REST_OF_FLAT}|(?P<deep>))|{_STRING})"
)
_COMMENT_TOKEN = compiled(r"(?P<open>/\*)|(?P<close>\*/)")
_LAST = compiled(r"([^\W\d][\w'?]*+|[^\s\w])\Z")
_FAR = 400  # how far back the beginning of an expression is looked for
_MATCHING = compiled(r"\b(?:match|case)\b")
_SPECIFYING = compiled(r"\b(?:requires|ensures|decreases|modifies|reads|invariant)\b")
_ANYTHING = compiled(r"\b(?:decreases|reads|modifies)\s*\*\Z")
# After these an expression goes on, so that a brace opens a set and no body.
_GOES_ON = words(
    "requires ensures decreases modifies reads invariant in then else if match case set iset multiset old and or not "
    "yields returns"
)


def _describe(text: str, span: Span, marks: Sequence[Mark]) -> Unit:
    opened = _OPENED.match(text, span.start)
    if opened is None:
        return Unit(span, "", span, tuple(_assumptions(text, span, marks)), tuple(_escapes(text, marks)))
    name = _NAME.match(text, opened.end(), span.end)
    head_end, has_body = _head(text, opened.end(), span.end) if opened["bodied"] else (span.end, True)
    holes = list(_assumptions(text, span, marks))
    if name and not has_body and _IS_LEMMA.match(text, span.start):
        declared = any(
            mark.kind == "attribute" and text.startswith(("axiom", "extern"), mark.span.start) for mark in marks
        )
        if not declared:
            holes.append(FoundHole(HoleKind.PROOF, Span(head_end, head_end)))
    return Unit(span, name[1] if name else "", Span(span.start, head_end), tuple(holes), tuple(_escapes(text, marks)))


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
    last = _LAST.search(text, max(start, stop - _FAR), stop)
    if last is None:
        return False
    word = last[1]
    if word == "|":  # |s| ends an expression, |{1, 2}| begins one
        return brace == stop
    if word == ">":  # seq<int> ends a type, but a > {} compares
        return _SPECIFYING.search(text, start, stop) is not None
    if word == "*":
        return _ANYTHING.search(text, max(start, stop - _FAR), stop) is None
    if word in _GOES_ON:
        return True
    if word.isidentifier() or word[-1] in "?'\")]};" or word.isalnum():
        before = _MATCHING.findall(text, max(start, stop - _FAR), stop)
        return bool(before) and before[-1] == "match"
    return True


SYNTAX = ScannedSyntax(
    Language.DAFNY,
    (".dfy",),
    KeywordGrammar(
        leap=_LEAP,
        word=compiled(_WORD),
        opened=_OPENED,
        trivia=compiled(_TRIVIA),
        opening="/*",
        comment=_COMMENT_TOKEN,
        describe=_describe,
    ).scan,
)
