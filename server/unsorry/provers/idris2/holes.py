"""Finds Idris 2's declarations, holes and escapes from text alone.

A unit is a type signature with the clauses that follow it, or any other declaration; what ``namespace``, ``mutual`` and
``parameters`` hold is units of its own, and so are modifiers that stand before a declaration.
"""

from __future__ import annotations

from unsorry.provers.idris2 import ROOM
from unsorry.provers.layout import Grammar, Item, within
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import ScannedSyntax, anywhere, words

_OPERATOR = r"[-:!#$%&*+./<=>?@\\^|~]"
# All that is no letter of a name: names may hold any character beyond U+00A0.
_NOT_FIRST = r"\x00-@\[-^`{-\xa0"
_NOT_LATER = r"\x00-&(-/:-@\[-^`{-\xa0"
_WORD = rf"[^{_NOT_FIRST}][^{_NOT_LATER}]*+"
_ENDS = rf"(?![^{_NOT_LATER}])"
_STRING = r'"(?:[^"\\]++|\\(?s:.))*+"'
# Inside a comment a string hides what it holds, and two dashes that close nothing hide the rest of their line.
_INSIDE = rf'[^-{{"]++|-(?![-}}])|--++(?![-}}])[^\n]*+|\{{(?!-)|{_STRING}'
_REST_OF_FLAT = rf"-++(?:{_INSIDE})*+-++\}}"
_COMMENT = rf"\{{-++(?:{_INSIDE}|\{{{_REST_OF_FLAT})*+-++\}}"
TRIVIA = rf"(?:\s++|(?:--++(?!\}})|\|\|\|)[^\n]*+|{_COMMENT})*+"
_LEAP = compiled(
    r"[\n\"'?{|#-](?:"
    rf"(?:(?<=\n)|(?<=-)(?<!{_OPERATOR}-)-++(?!\}})[^\n]*+|(?<=\|)(?<!{_OPERATOR}\|)\|\|[^\n]*+"
    rf"|(?<=\{{){_REST_OF_FLAT}){TRIVIA}(?P<run>)"
    rf"|(?<=\?)(?:(?<!{_OPERATOR}\?)|(?<=\[[<>|]\?)){_WORD}(?P<hole>)"
    r"|(?<=\{)-(?P<deep>)"
    r'|(?<=#)(?P<marks>#*+)"(?s:.*?)(?:"#(?P=marks)|\Z)'
    r'|(?<=")(?:""[^\S\n]*+\n(?:[^"\\]++|\\(?s:.)|"(?!""))*+(?:"""|\\?\Z)|(?:[^"\\\n]++|\\(?s:.))*+"?)'
    r"|(?<=')(?<![\w']')(?:[^'\\\n]|\\[^\n][^'\n]*+)'"
    r")"
)
# Runs of blanks and comments, and the stretches of code between them that hold nothing of interest.
_RUN = rf"(?:\n|(?<!{_OPERATOR})(?:--++(?!\}})|\|\|\|)[^\n]*+|{_COMMENT}){TRIVIA}"
_REST = (
    rf"(?:[^\n\"'{{|#-]++|{_RUN}(?<!\n)(?!\Z)|(?<={_OPERATOR})[-|]|-(?!-)|--++(?=\}})|\|(?!\|\|)|\{{(?!-)|\#(?!\#*+\")"
    r'|"(?:""[^\S\n]*+\n(?:[^"\\]++|\\(?s:.)|"(?!""))*+(?:"""|\\?\Z)|(?:[^"\\\n]++|\\(?s:.))*+"?)'
    r"|(?<![\w'])'(?:[^'\\\n]|\\[^\n][^'\n]*+)'|')*+"
)
_COMMENT_TOKEN = compiled(
    r'[-{"](?:(?<=\{)-(?:-*?(?=-\})|-*+)(?P<open>)|(?<=-)-*\}(?P<close>)|(?<=-)-++[^\n]*+'
    r'|(?<=")(?:[^"\\]++|\\(?s:.))*+(?:"|\\?\Z))'
)

_MODIFIER = rf"(?:public|export|private|total|partial|covering){_ENDS}"
_MODIFIERS = compiled(rf"(?:{_MODIFIER}[ \t]*+)++")
_GROUP = r"(?:\((?:[^()\n]++|\((?:[^()\n]++|\([^()\n]*+\))*+\))*+\)|\{[^{}\n]*+\})"
_OPENS = compiled(
    rf"mutual{_ENDS}|namespace{_ENDS}[ \t]*+(?:{_WORD}\.?+)*+|(?:parameters|using){_ENDS}(?:[ \t]*+{_GROUP})*+"
    rf"|failing{_ENDS}(?:[ \t]*+\"[^\"\n]*+\")?+"
)
_NAMED = words("module data record interface implementation")
_KEYWORDS = _NAMED | words("import infix infixl infixr prefix mutual namespace parameters using failing")
_FIRST = compiled(_WORD)
_SECOND = compiled(rf"{_WORD}[^\S\n]++({_WORD}(?:\.{_WORD})*+)")
_NAME = rf"(?:{_WORD}|\({_OPERATOR}++\))"
_NAMES = compiled(_NAME)
_SIGNATURE = compiled(rf"(?:[01]\s++)?+({_NAME}(?:\s*+,\s*+{_NAME}){{0,200}}+)\s*+:(?!{_OPERATOR})")
_CLAUSE = compiled(rf"[ \t(]*+({_WORD}|{_OPERATOR}++)")
# What stands left of a clause's equation, and the names in it.
_LEFT = compiled(rf"(?:[^\S\n]++|\d++|(?!with{_ENDS}){_WORD}|(?![=|:](?!{_OPERATOR})){_OPERATOR}++|[^\w\s:=|\"'-])*+")
_TOKENS = compiled(rf"{_WORD}|{_OPERATOR}++")

_ONE_NAME = rf"(?!(?:{'|'.join(sorted(_KEYWORDS))}|public|export|private|total|partial|covering){_ENDS}){_WORD}"
# The next line is none of this unit's, and no comment that only counting can pass.
_UNIT_END = rf"(?P<run>(?:{_RUN})?+)(?:(?<=\n)(?!\{{-%s)|\Z)"
# The rest of a signature behind its first name, where the margin is the first column.
_WITHIN = r"(?:[^\S\n]++|\n(?=\s))*+"
_SIGNING = rf"(?:{_WITHIN},{_WITHIN}{_NAME}){{0,199}}+{_WITHIN}:(?!{_OPERATOR})"
_PLAIN = compiled(
    rf"(?:(?P<head>(?P<name>{_ONE_NAME})[ ]++:(?!{_OPERATOR}){_REST})"
    rf"(?:{_RUN}(?<=\n)(?P=name){_ENDS}(?!{_SIGNING}){_REST})*+"
    rf"|(?:import{_ENDS}|%){_REST})" + _UNIT_END.replace("%s", r"|[^\n]*`(?P=name)`")
)
_OTHER = compiled(_REST + _UNIT_END.replace("%s", ""))

_SUSPECTS = (
    "believe_me really_believe_me assert_ idris_crash prim__ unsafe postulate partial covering "
    "%foreign %extern %unsafe %transform %runElab %macro"
)
_ESCAPES = compiled(
    r"(?<![\w'%])(?:(?:really_)?+believe_me|assert_\w++|idris_crash|prim__(?:believe_me|crash)"
    r"|unsafe\w++|postulate|partial|covering|%(?:foreign|extern|unsafe|transform|runElab|macro))"
    rf"{_ENDS}"
)


def _item(text: str, at: int, column: int) -> Item:
    if text.startswith("%", at):  # a directive
        return Item()
    if modifiers := _MODIFIERS.match(text, at):
        at = modifiers.end()  # what they modify may stand on the next line, which is a unit of its own
    match = _FIRST.match(text, at)
    first = match[0] if match else ""
    if first in _NAMED:
        second = _SECOND.match(text, at)
        return Item(second[1] if second else "")
    if first in _KEYWORDS:
        opens = _OPENS.match(text, at)
        return Item(opens=opens.end() if opens else None)
    signature = _SIGNATURE.match(text, at)
    if signature and within(signature[0], column):
        names = _NAMES.findall(signature[1])
        return Item(names[0], tuple(name.strip("()") for name in names))
    clause = _CLAUSE.match(text, at)
    name = clause[1] if clause else ""
    return Item(name, (name,) if name else (), head_end=at)


def _joins(text: str, at: int, column: int, item: Item) -> bool:
    """Whether the line here is a clause of what the item declares: in front, between or around its arguments."""
    match = _FIRST.match(text, at)
    first = match[0] if match else ""
    signature = _SIGNATURE.match(text, at)
    if first in _KEYWORDS or (signature and within(signature[0], column)):
        return False
    if first in item.defines:
        return True
    left = _LEFT.match(text, at)
    if left is None:
        return False
    infix = set(_TOKENS.findall(left[0]))
    return any(name in infix and (not name.isidentifier() or f"`{name}`" in left[0]) for name in item.defines)


_LINE = compiled(r"[^\n]*+(?:\n|\Z)")


def reveal(text: str, name: str) -> str:
    """Literate files have code on the lines marked with ``>`` or ``<``."""
    if not name.endswith(".lidr"):
        return text
    return _LINE.sub(lambda line: _code_of(line[0]), text)


def _code_of(line: str) -> str:
    if line[:1] in (">", "<") and (len(line) == 1 or line[1].isspace()):
        return " " + line[1:]
    return "".join(character if character in "\r\n" else " " for character in line)


SYNTAX = ScannedSyntax(
    ROOM.language,
    ROOM.suffixes,
    Grammar(
        plain=_PLAIN,
        other=_OTHER,
        leap=_LEAP,
        trivia=compiled(TRIVIA),
        comment=_COMMENT_TOKEN,
        item=_item,
        joins=_joins,
        marks=(compiled(r"\?"),),
        escapes=_ESCAPES,
        suspects=compiled(anywhere(_SUSPECTS, "_fvp%")),
    ).scan,
    reveal,
)
