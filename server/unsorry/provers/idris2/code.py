"""Idris code without what is no code: comments and strings blanked, every place as it was."""

from __future__ import annotations

from unsorry.provers.idris2.holes import reveal
from unsorry.provers.patterns import compiled

_WORD = r"[^\x00-@\[-^`{-\xa0][^\x00-&(-/:-@\[-^`{-\xa0]*+"
_OPERATOR = r"[-:!#$%&*+./<=>?@\\^|~]"
_BLANKED = compiled(
    rf"(?P<line>(?<!{_OPERATOR})(?:--++(?!\}})(?!{_OPERATOR})|\|\|\|)[^\n]*+)"
    r"|(?P<block>\{-)"
    r'|(?P<text>(?P<marks>#++)"(?s:.*?)"(?P=marks)|"""(?s:.*?)(?:"""|\Z)|"(?:[^"\\\n]++|\\(?s:.))*+"?)'
    r"|(?P<char>(?<![\w'])'(?:[^'\\\n]|\\[^\n][^'\n]*+)')"
)
_NESTED = compiled(r"\{-|-\}")
_WORDS = compiled(rf"(?:{_WORD})|{_OPERATOR}++")
_INTERPOLATED = compiled(r"\\#*+\{")


def mask(text: str, file: str = "") -> str:
    """Code with spaces for comments and strings, of the same length. A string that holds code is left as it is."""
    code = reveal(text, file)
    pieces: list[str] = []
    at = 0
    while match := _BLANKED.search(code, at):
        end = _end_of_block(code, match.start()) if match["block"] else match.end()
        inside = code[match.start() : end]
        keep = match["text"] is not None and _INTERPOLATED.search(inside) is not None
        pieces += [code[at : match.start()], inside if keep else _blank(inside)]
        at = end
    return "".join([*pieces, code[at:]])


def _blank(text: str) -> str:
    return "".join(character if character in "\r\n" else " " for character in text)


def _end_of_block(code: str, start: int) -> int:
    depth = 0
    for match in _NESTED.finditer(code, start):
        depth += 1 if match[0] == "{-" else -1
        if depth == 0:
            return match.end()
    return len(code)


def words(code: str) -> list[str]:
    """Every name and operator of masked code; of a qualified name, its parts."""
    return _WORDS.findall(code)
