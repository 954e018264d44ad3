"""Layout: which item of which block a place of the code belongs to."""

from __future__ import annotations

import re
from typing import NamedTuple

_TOKEN = re.compile(r"[(){}⦃⦄]|[^\s(){}⦃⦄;]+|;")
_TOP = re.compile(r"^(?=\S)", re.MULTILINE)
_OPENERS = frozenset(
    ("where", "let", "do", "mutual", "private", "abstract", "instance", "postulate", "field", "variable", "opaque")
)


class Item(NamedTuple):
    """One item of a layout block: where it starts, its column, and the word that opened the block (empty at the
    top of the text)."""

    start: int
    column: int
    opener: str


class _Block(NamedTuple):
    column: int
    item: int
    opener: str
    depth: int


def enclosing_item(code: str, offset: int) -> Item:
    """The innermost item around an offset of masked code."""
    begin = max((match.start() for match in _TOP.finditer(code, 0, offset)), default=0)
    blocks = [_Block(0, begin, "", 0)]
    opened = ""
    depth = 0
    line = -1
    for match in _TOKEN.finditer(code, begin, offset):
        word, start = match.group(), match.start()
        new_line = code.rfind("\n", 0, start)
        column = start - new_line - 1
        if new_line != line:
            line = new_line
            while len(blocks) > 1 and column < blocks[-1].column:
                blocks.pop()
            if column == blocks[-1].column:
                blocks[-1] = _Block(column, start, blocks[-1].opener, blocks[-1].depth)
        if opened and column > blocks[-1].column:
            blocks.append(_Block(column, start, opened, depth))
        opened = word if word in _OPENERS else ""
        if word in "({⦃":
            depth += 1
        elif word in ")}⦄":
            depth -= 1
            while len(blocks) > 1 and blocks[-1].depth > depth:
                blocks.pop()
        elif word == "in" and blocks[-1].opener == "let":
            blocks.pop()
    if opened:  # the offset itself begins a block
        return Item(offset, offset - code.rfind("\n", 0, offset) - 1, opened)
    last = blocks[-1]
    return Item(last.item, last.column, last.opener)


def ends_item(code: str, offset: int, column: int) -> bool:
    """Whether nothing of an item at ``column`` follows an offset but brackets that close: the next word begins a
    line, no further to the right."""
    after = code[offset:]
    following = after.lstrip()
    if not following or following[0] in ")}⦄":
        return True
    skipped = after[: len(after) - len(following)]
    return "\n" in skipped and len(skipped) - skipped.rindex("\n") - 1 <= column
