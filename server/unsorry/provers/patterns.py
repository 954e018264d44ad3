"""Compiles the scanners' expressions so that they mean the same on every Python that Unsorry runs on.

Possessive groups have two faults. Before Python 3.11.5, one does not step back out of a round that fails half-way
(``(?:ab?c)++`` takes all of ``aca``), and the scanners would pass over holes in silence. Up to 3.13 at least, one with
a capturing group inside can end in a ``SystemError`` (``((x)|y|z)*+`` on ``xyz``). An atomic group around the greedy
form says the same and is right everywhere; where the possessive form is right, it is faster.
"""

from __future__ import annotations

import re
import sys

from attrs import define

_POSSESSIVE = re.compile(r"([*+?]|\{\d*,?\d*\})\+")
_SOUND = sys.version_info >= (3, 11, 5)


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, with possessive groups that do what they say."""
    return re.compile(with_atomic_groups(pattern, every=not _SOUND), flags)


@define
class _Group:
    """An open group: the piece that it starts with, and whether it is or holds a capturing one."""

    start: int
    captures: bool


def with_atomic_groups(pattern: str, *, every: bool = True) -> str:
    """The same expression with ``(?>(…)*)`` for each ``(…)*+`` that captures, or for ``every`` one; possessive single
    characters stay."""
    pieces: list[str] = []
    opened: list[_Group] = []
    at = 0
    while at < len(pattern):
        character = pattern[at]
        if character == "\\":
            pieces.append(pattern[at : at + 2])
        elif character == "[":
            pieces.append(pattern[at : _class_end(pattern, at)])
        else:
            pieces.append(character)
        at += len(pieces[-1])
        if character == "(":
            opened.append(_Group(len(pieces) - 1, not pattern.startswith("?", at) or pattern.startswith("?P<", at)))
        elif character == ")":
            group = opened.pop()
            if opened:
                opened[-1].captures |= group.captures
            quantifier = _POSSESSIVE.match(pattern, at)
            if quantifier and (every or group.captures):
                pieces[group.start :] = ["(?>", *pieces[group.start :], quantifier[1], ")"]
                at = quantifier.end()
    return "".join(pieces)


def _class_end(pattern: str, at: int) -> int:
    """Where the character class that begins at an offset ends."""
    at += 2 if pattern.startswith("[^", at) else 1
    if pattern.startswith("]", at):
        at += 1
    while pattern[at] != "]":
        at += 2 if pattern[at] == "\\" else 1
    return at + 1
