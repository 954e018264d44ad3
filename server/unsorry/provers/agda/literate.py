"""Tells code from prose in Agda's literate files, by the rules of Agda's own preprocessors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_LINE = re.compile(r"[^\n]*+(?:\n|\Z)")
_PROSE = re.compile(r"[\S\t ]+")  # all that blanks can stand for: no line's end

Code = Iterator[tuple[int, int]]
"""Stretches of a text that are code, in order."""


def reveal(text: str, name: str) -> str:
    """The text with its prose blanked out, every character in its place; the very same text if it has none."""
    find = _FLAVOURS.get(name[name.rfind(".lagda") :]) if ".lagda" in name else None
    if find is None:
        return text
    pieces: list[str] = []
    at = 0
    for start, end in find(text):
        pieces.append(_blank(text[at:start]))
        pieces.append(text[start:end])
        at = end
    pieces.append(_blank(text[at:]))
    return "".join(pieces)


def _blank(prose: str) -> str:
    return _PROSE.sub(lambda run: " " * len(run[0]), prose)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _LINE.finditer(text):
        if match[0]:
            yield match.start(), match.end(), match[0]


_TEX_BEGIN = re.compile(r"(?:[^\\%]|\\[^\n])*?\\begin\{code\}")
_TEX_END = re.compile(r"[^\S\n]*\\end\{code\}")


def _tex(text: str) -> Code:
    code = False
    for start, end, line in _lines(text):
        if code and not _TEX_END.match(line):
            yield start, end
        elif code:
            code = False
        else:
            code = _TEX_BEGIN.match(line) is not None


_MD_BEGIN = re.compile(r"(?s).*```(?:agda)?\s*\Z")
_MD_OTHER = re.compile(r"\s*```[a-zA-Z0-9-]*\s*\Z")
_MD_END = re.compile(r"\s*```\s*\Z")


def _md(text: str) -> Code:
    inside = ""  # "", "code" or "other"
    since = 0
    fence = text.find("```")
    while fence >= 0:
        start = text.rfind("\n", 0, fence) + 1
        end = text.find("\n", fence) + 1 or len(text)
        line = text[start:end]
        if inside and _MD_END.match(line):
            if inside == "code":
                yield since, start
            inside = ""
        elif not inside and _MD_BEGIN.match(line):
            inside, since = "code", end
        elif not inside and _MD_OTHER.match(line):
            inside = "other"
        fence = text.find("```", end)
    if inside == "code":
        yield since, len(text)


_RST_COMMENT = re.compile(r"\s*\.\.(?:\s.*)?\Z", re.DOTALL)
_RST_BEGIN = re.compile(r".*::\s*\Z", re.DOTALL)
_INDENT = re.compile(r"[^\S\n]*")


def _rst(text: str) -> Code:
    indent: str | None = None  # of the block we are in; "" while one is awaited
    for start, end, line in _lines(text):
        blank = not line.strip()
        if indent is not None and (blank or (indent and line.startswith(indent))):
            if indent:
                yield start, end
            continue
        own = _INDENT.match(line)
        if indent == "" and own and own[0]:
            indent = own[0]
            yield start, end
        else:
            indent = "" if _RST_BEGIN.match(line) and not _RST_COMMENT.match(line) else None


_ORG_BEGIN = re.compile(r".*#\+begin_src agda2\s", re.IGNORECASE)
_ORG_END = re.compile(r"\s*#\+end_src", re.IGNORECASE)


def _org(text: str) -> Code:
    code = False
    for start, end, line in _lines(text):
        if code and not _ORG_END.match(line):
            yield start, end
        elif code:
            code = False
        else:
            code = _ORG_BEGIN.match(line) is not None


_FLAVOURS: dict[str, Callable[[str], Code]] = {
    ".lagda": _tex,
    ".lagda.tex": _tex,
    ".lagda.md": _md,
    ".lagda.typ": _md,
    ".lagda.rst": _rst,
    ".lagda.org": _org,
}
