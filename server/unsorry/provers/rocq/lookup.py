"""Looks lemmas up that a goal may be an instance of, among all that the file has loaded."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator

from unsorry.model import Goals
from unsorry.provers.rocq.idetop import Answer
from unsorry.provers.rocq.shape import Shape, read_shape, tokens, top_level_split
from unsorry.provers.rocq.tactics import WITH_LEMMA

_FOUND = re.compile(r"(?P<name>[^\W\d][\w'.]*):\s")
_SECONDS = 2
_MOST = 12
_MOST_A_QUERY = 8
_WORD = re.compile(r"(?<![\w'.?])([^\W\d][\w']*)(?![\w'])")


async def look_up(goals: Goals, query: Callable[[str], Awaitable[Answer]]) -> list[str]:
    """Names of lemmas about the goal's own statement, likeliest first. ``query`` runs a command at the goal."""
    names: dict[str, None] = {}
    for command in commands(read_shape(goals.main)):
        answer = await query(f"Timeout {_SECONDS} {command}")
        found = (_FOUND.match(text) for text in answer.said)
        for match in [match for match in found if match][:_MOST_A_QUERY]:
            names.setdefault(match["name"])
        if len(names) >= _MOST:
            break
    return list(names)[:_MOST]


def commands(shape: Shape) -> Iterator[str]:
    """Searches for statements like the goal's, with its variables left open: as a conclusion, turned round, as a
    side of an equivalence, together with a premise, and for equations as a rule to rewrite with."""
    statement = opened(shape.statement, shape)
    sides = top_level_split(shape.statement, "=")
    yield f"SearchPattern ({statement})."
    if sides:
        left, right = (opened(side, shape) for side in sides)
        yield f"SearchPattern ({right} = {left})."
    yield f"SearchPattern (_ <-> {_bracketed(statement)})."
    yield f"SearchPattern ({_bracketed(statement)} <-> _)."
    yield from (f"Search ({opened(p.type, shape)}) ({statement})." for p in shape.premises[:3])
    if sides:
        yield from (f"SearchRewrite ({opened(side, shape)})." for side in sides if len(tokens(side)) > 1)


def opened(text: str, shape: Shape) -> str:
    """A text with every variable of the goal made one that a search may fill."""
    names = {v.name for v in (*shape.data, *shape.functions)}
    names |= {name for hypothesis in shape.goal.hypotheses for name in hypothesis.names}
    return _WORD.sub(lambda match: f"?{match[1]}" if match[1] in names else match[1], text)


def tactics_with(names: list[str]) -> Iterator[str]:
    """What may close a goal with one lemma; the likeliest lemma first."""
    for name in names:
        yield from (line.format(lemma=name) for line in WITH_LEMMA.strip().splitlines())


def _bracketed(text: str) -> str:
    return f"({text})"
