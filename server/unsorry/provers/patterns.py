"""Compiles the scanners' expressions so that they mean the same on every Python that Unsorry runs on.

Before Python 3.11.5, a possessive group does not step back out of a round that fails half-way
(``(?:ab?c)++`` takes all of ``aca``), and the scanners would pass over holes in silence. An atomic group around the
greedy form says the same and is right everywhere; where the possessive form is right, it is faster.
"""

from __future__ import annotations

import re
import sys

_POSSESSIVE = re.compile(r"([*+?]|\{\d*,?\d*\})\+")
_SOUND = sys.version_info >= (3, 11, 5)


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, with possessive groups that do what they say."""
    return re.compile(pattern if _SOUND else with_atomic_groups(pattern), flags)


def with_atomic_groups(pattern: str) -> str:
    """The same expression with ``(?>(…)*)`` for each ``(…)*+``; possessive single characters stay."""
    pieces: list[str] = []
    opened: list[int] = []
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
            opened.append(len(pieces) - 1)
        elif character == ")":
            start = opened.pop()
            quantifier = _POSSESSIVE.match(pattern, at)
            if quantifier:
                pieces[start:] = ["(?>", *pieces[start:], quantifier[1], ")"]
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
