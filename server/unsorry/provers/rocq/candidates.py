"""Reads a candidate's text before it goes anywhere: tactic sentences only, and how they can be tried."""

from __future__ import annotations

import functools

from attrs import frozen

from unsorry.provers.patterns import compiled
from unsorry.provers.rocq.sentences import COMMENT_TOKEN, TRIVIA, sentences

_REMEMBERED = 2000  # texts: portfolios hand out the same ones at hole after hole
_BULLET = compiled(r"-+|\++|\*+|\{|\}")
_SELECTED = compiled(r"(?:all|par|!|\d[\d\s,-]*|\[\s*\w+\s*\])\s*:(?!=)|(?:\d+|\[\s*\w+\s*\])\s*:\s*\{")
# Tactics begin with a small letter, an identifier's other marks, or a bracket; commands with a capital.
_TACTIC = compiled(r"[^\W\dA-Z]|[(\[]")
_LEADING = compiled(TRIVIA)
_ESCAPE = compiled(r"(?<![\w'])(?:admit|give_up|exact_no_check|vm_cast_no_check|native_cast_no_check)(?![\w'])")


class NotTactics(ValueError):
    """The text is not what may stand in a proof; says why."""


@frozen
class Tactics:
    """The sentences of a candidate, each with its end. ``single`` when it is one tactic that can be tried in a
    query, without period."""

    sentences: tuple[str, ...]
    single: str | None = None


@functools.lru_cache(_REMEMBERED)
def with_end(text: str) -> str:
    """A candidate's text with its final period, where its last sentence lacks it."""
    text = text.strip()
    read = list(sentences(text))
    return text if not read or read[-1].finished else text + "."


@functools.lru_cache(_REMEMBERED)
def read_candidate(text: str) -> Tactics:
    """The sentences of a candidate.

    Raises:
        NotTactics: it holds no tactic, a command, an admitting tactic, or something that is not closed.
    """
    text = with_end(text)
    read = list(sentences(text))
    if not read:
        raise NotTactics("it holds no tactic")
    if not read[-1].finished:
        raise NotTactics("a sentence in it does not end")
    spans = [sentence.span for sentence in read]
    parts = tuple(text[span.start : span.end] for span in spans)
    for part in parts:
        _check(part)
    if text[spans[-1].end :].strip() and not _closed(text[spans[-1].end :]):
        raise NotTactics("a comment in it does not end")
    if all(_BULLET.fullmatch(part) for part in parts):
        raise NotTactics("it holds no tactic")
    only = parts[0] if len(parts) == 1 else ""
    plain = only.endswith(".") and not only.endswith("..") and not _SELECTED.match(only)
    return Tactics(parts, only[:-1] if plain else None)


def _check(part: str) -> None:
    if _BULLET.fullmatch(part):
        return
    if not (_SELECTED.match(part) or _TACTIC.match(part)):
        raise NotTactics(f"it holds a command: {part.split(maxsplit=1)[0]}")
    word = _ESCAPE.search(_code(part))
    if word:
        raise NotTactics(f"it holds `{word[0]}`")


def _code(part: str) -> str:
    """The sentence without strings and comments."""
    pieces, at, depth = [], 0, 0
    for match in COMMENT_TOKEN.finditer(part):
        if depth == 0:
            pieces.append(part[at : match.start()])
        if match["open"] is not None:
            depth += 1
        elif match["close"] is not None:
            depth = max(0, depth - 1)
        at = match.end()
    pieces.append(part[at:])
    return " ".join(pieces)


def _closed(rest: str) -> bool:
    match = _LEADING.match(rest)
    return match is not None and match.end() == len(rest)
