"""Finds Agda's declarations, holes and escapes from text alone.

A unit is a type signature with the clauses that follow it, or any other declaration; the content of modules and of
``private``, ``mutual``, ``abstract`` and ``instance`` blocks is units of its own.
"""

from __future__ import annotations

from unsorry.provers.agda import ROOM
from unsorry.provers.agda.literate import reveal
from unsorry.provers.layout import Grammar, Item, within
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax, anywhere, words

# These end a name; every other character may be part of one.
_APART = r'\s@.;(){}"'
_NAME = rf"[^{_APART}]++"
_ENDS = rf"(?![^{_APART}])"
_REST_OF_FLAT = r"(?:[^-{]++|-(?!\})|\{(?!-))*+-\}"
_REST_OF_HOLE = r"(?:[^!{]++|!(?!\})|\{(?!!))*+!\}"
_COMMENT = rf"\{{-(?!#)(?:[^-{{]++|-(?!\}})|\{{(?!-)|\{{-{_REST_OF_FLAT})*+-\}}"
_TRIVIA = rf"(?:\s++|--[^\n]*+|{_COMMENT})*+"
_LEAP = compiled(
    r"[\n\"'?{-](?:"
    rf"(?:(?<=\n)|(?<=-)(?<![^{_APART}]-)-[^\n]*+|(?<=\{{)-(?!#){_REST_OF_FLAT}){_TRIVIA}(?P<run>)"
    rf"|(?:(?<=\?)(?<![^{_APART}]\?){_ENDS}|(?<=\{{)!{_REST_OF_HOLE})(?P<hole>)"
    r"|(?<=\{)(?:-#(?P<pragma>)|-(?P<deep>)|!(?P<deephole>))"
    r'|(?<=")(?:[^"\\\n]++|\\(?:\s++\\|[^\n]))*+"?'
    rf"|(?<=')(?<![^{_APART}]')(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
    r")"
)

# Runs of blanks and comments, and the stretches of code between them that hold nothing of interest.
_RUN = rf"(?:\n|(?<![^{_APART}])--[^\n]*+|{_COMMENT}){_TRIVIA}"
_REST = (
    rf"(?:[^\n\"'{{-]++|{_RUN}(?<!\n)(?!\Z)|(?<=[^{_APART}])-|-(?!-)|\{{(?![-!])|\{{!{_REST_OF_HOLE}"
    r'|"(?:[^"\\\n]++|\\(?:\s++\\|[^\n]))*+"?'
    rf"|(?<![^{_APART}])'(?:[^'\\\n]|\\[^\n][^'\n]*+)'|')*+"
)

_BLOCK = compiled(rf"(?:private|mutual|abstract|instance|macro|opaque|interleaved\s++mutual){_ENDS}")
_NAMED = words("module data codata record pattern postulate primitive variable unquoteDecl unquoteDef")
_WITH_BODY = words("module data codata record")
_KEYWORDS = _NAMED | words(
    "private mutual abstract instance macro opaque interleaved open import infix infixl infixr syntax unfolding field "
    "constructor where tactic"
)
_FIRST = compiled(_NAME)
_SECOND = compiled(rf"{_NAME}{_TRIVIA}({_NAME}(?:\.{_NAME})*+)?")
# The tokens of a header as far as its ``where``; at most so many that a half-written one costs little.
_HEADING = rf"[^\S\n]++|\n(?=\s)|--[^\n]*+|{_COMMENT}|(?!(?:where|=){_ENDS}){_NAME}|[@.;()}}]|\{{(?!-)"
_TO_WHERE = rf"(?:{_HEADING}){{0,1000}}+where{_ENDS}"
_HEADER = compiled(rf"{_NAME}{_TO_WHERE}")
_RESERVED = rf"(?:[=:|?\\]|->|→|λ|∀|\.\.\.|with|rewrite|let|in|where|forall){_ENDS}"
_SIGNATURE = compiled(rf"(?:@\S++\s++|\.)?+((?:(?!{_RESERVED}){_NAME}\s++){{1,200}}+):{_ENDS}")
# The rest of a signature behind its first name, where the margin is the first column.
_WITHIN = r"(?:[^\S\n]++|\n(?=\s))++"
_SIGNING = rf"{_WITHIN}(?:(?!{_RESERVED}){_NAME}{_WITHIN}){{0,199}}+:{_ENDS}"
_CLAUSE = compiled(rf"[^\S\n]*+(?:[(.{{][^\S\n]*+)*+({_NAME})")
_LEFT = compiled(rf"(?:[^\S\n]++|(?!(?:[=|:]|with|rewrite|where){_ENDS}){_NAME}|[@.;(){{}}])*+")
_COPATTERN = compiled(rf"{_NAME}[^\S\n]*+(?:\([^\S\n]*+)++({_NAME})")

_ONE_NAME = rf"(?!(?:{'|'.join(sorted(_KEYWORDS))}|\?){_ENDS}|{_RESERVED})[^_{_APART}]++{_ENDS}"
# The next line is none of this unit's, and no comment that only counting can pass.
_UNIT_END = rf"(?P<run>(?:{_RUN})?+)(?:(?<=\n)(?!\{{-(?!#)|\.\.\.%s)|\Z)"
_PLAIN = compiled(
    rf"(?:(?P<head>(?P<name>{_ONE_NAME})[ ]++:{_ENDS}{_REST})(?:{_RUN}(?<=\n)(?P=name){_ENDS}(?!{_SIGNING}){_REST})*+"
    rf"|(?:open|import|infix[lr]?+){_ENDS}{_REST})" + _UNIT_END % rf"|{_NAME}[^\S\n]*+(?:\([^\S\n]*+)++(?P=name){_ENDS}"
)
_OTHER = compiled(_REST + _UNIT_END % "")

_HARMLESS = words(
    "INLINE NOINLINE DISPLAY WARNING_ON_USAGE WARNING_ON_IMPORT CATCHALL STATIC OVERLAPPABLE OVERLAPPING OVERLAPS "
    "INCOHERENT"
)
_SUSPECTS = "postulate primitive trustMe TrustMe primTrustMe primEraseEquality declarePostulate unquote execTC unsafe"
_ESCAPES = compiled(
    rf"(?<![^{_APART}])(?:postulate|primitive|trustMe|TrustMe|primTrustMe|primEraseEquality|declarePostulate"
    rf"|unquote(?:Decl|Def)?+|execTC|unsafe{_NAME}){_ENDS}"
)


def _item(text: str, at: int, column: int) -> Item:
    if text.startswith("{-#", at):
        end, word = _pragma(text, at)
        return Item(opens=end, escape=word)
    match = _FIRST.match(text, at)
    first = match[0] if match else ""
    if first in _KEYWORDS:
        return _keyword(text, at, column, first)
    if names := _signature(text, at, column):
        return Item(names[0], names)
    clause = _CLAUSE.match(text, at)
    name = clause[1] if clause else ""
    return Item(name, (name,) if name else (), head_end=at)


def _keyword(text: str, at: int, column: int, first: str) -> Item:
    """What starts with a keyword: a block's opening, or a declaration that takes in all that is indented below."""
    if first not in _NAMED:
        block = _BLOCK.match(text, at)
        return Item(opens=block.end() if block else None)
    second = _SECOND.match(text, at)
    name = (second[1] or "") if second and within(second[0], column) else ""
    header = _HEADER.match(text, at) if first in _WITH_BODY else None
    if header and not within(header[0], column):
        header = None  # the ``where`` of something else
    if first == "module":
        return Item("" if name == "_" else name, opens=header.end() if header else None)
    return Item(name, head_end=header.end() if header else None)


def _signature(text: str, at: int, column: int) -> tuple[str, ...]:
    """The names that a type signature here declares; none where something else stands."""
    match = _SIGNATURE.match(text, at)
    if match is None or not within(match[0], column):
        return ()
    return tuple(match[1].split())


def _joins(text: str, at: int, column: int, item: Item) -> bool:
    """Whether the line here is a clause of what the item declares."""
    match = _FIRST.match(text, at)
    first = match[0] if match else ""
    if first in item.defines:
        return not _signature(text, at, column)
    if first in _KEYWORDS:
        return False
    copattern = _COPATTERN.match(text, at)
    if text.startswith("...", at) or (copattern and copattern[1] in item.defines):
        return True
    mixfix = [[part for part in name.split("_") if part] for name in item.defines if "_" in name]
    if not any(mixfix):
        return False
    left = _LEFT.match(text, at)
    tokens = _FIRST.findall(left[0]) if left else []
    return any(parts and _in_order(parts, tokens) for parts in mixfix)


def _in_order(parts: list[str], tokens: list[str]) -> bool:
    rest = iter(tokens)
    return all(part in rest for part in parts)


def _pragma(text: str, at: int) -> tuple[int, str]:
    """Where the pragma ends, and its text if it is an escape."""
    end = text.find("#-}", at + 3)
    inside = text[at + 3 : end if end >= 0 else len(text)].split()
    word = "" if not inside or inside[0] in _HARMLESS else " ".join(inside)
    return (end + 3 if end >= 0 else len(text)), word


SYNTAX = ScannedSyntax(
    ROOM.language,
    ROOM.suffixes,
    Grammar(
        plain=_PLAIN,
        other=_OTHER,
        leap=_LEAP,
        trivia=compiled(_TRIVIA),
        comment=compiled(r"(?P<open>\{-)|(?P<close>-\})"),
        hole=compiled(r"(?P<open>\{!)|(?P<close>!\})"),
        item=_item,
        joins=_joins,
        marks=(compiled(r"\?"), compiled(r"\{!")),
        escapes=_ESCAPES,
        suspects=compiled(anywhere(_SUSPECTS, "qxfMEvPp")),
        pragma=_pragma,
    ).scan,
    reveal,
)
