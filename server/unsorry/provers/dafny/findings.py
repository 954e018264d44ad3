"""Turns the errors that Dafny reports in a declaration into the places where something is missing."""

from __future__ import annotations

from collections.abc import Sequence

from unsorry.model import HoleKind
from unsorry.provers.base import FoundHole
from unsorry.provers.dafny.declarations import Declaration, Loop, loops
from unsorry.provers.dafny.tokens import OPEN, Token, closing
from unsorry.text import Span

TERMINATION = ("cannot prove termination", "decreases expression", "decreases clause")


def hole_for(declaration: Declaration, message: str, at: int) -> FoundHole | None:
    """Where to mend a declaration of which Dafny says ``message`` at an offset; ``None`` where nothing that may be
    added there could help."""
    terminates = message.startswith(TERMINATION)
    if declaration.body is None:
        return None
    if declaration.is_function or (terminates and not message.endswith("for the loop")):
        return _empty(declaration.head_end) if terminates else None
    reached = at if terminates else _reached(declaration.code, declaration.body, at)
    loop = _loop_for(list(loops(declaration.code)), reached, terminates)
    if loop is not None:
        return _empty(loop.head_end)
    if not declaration.code:
        return FoundHole(HoleKind.PROOF, Span(declaration.body.start, declaration.body.start), shown=False)
    return _empty(_statement_place(declaration.code, declaration.body, at))


def _empty(at: int) -> FoundHole:
    return FoundHole(HoleKind.ASSERTION, Span(at, at), shown=False)


def _reached(code: Sequence[Token], body: Span, at: int) -> int:
    """For an error at the opening brace of a block, which means its end: that end."""
    if at < body.start:
        return body.end
    index = next((i for i, token in enumerate(code) if token.start == at and token.text == "{"), None)
    last = closing(code, index) if index is not None else len(code)
    return code[last].start if last < len(code) else at


def _loop_for(found: Sequence[Loop], at: int, terminates: bool) -> Loop | None:
    """The loop whose invariants what fails at an offset depends on: the innermost around it, else the last before."""
    around = [loop for loop in found if loop.span.start <= at < loop.span.end]
    if around:
        return around[-1]
    before = [loop for loop in found if loop.span.end <= at]
    return before[-1] if before and not terminates else None


def _statement_place(code: Sequence[Token], body: Span, at: int) -> int:
    """For an error at a block's opening brace: the end of the block; elsewhere: before the statement at fault."""
    index = next((i for i, token in enumerate(code) if token.start >= at), None)
    if index is None or at < body.start:
        return code[-1].end  # the error is at the end of the body or at its opening brace
    if code[index].start == at and code[index].text == "{":
        last = closing(code, index)
        return code[min(last, len(code)) - 1].end
    return _statement_start(code, index)


def _statement_start(code: Sequence[Token], index: int) -> int:
    """Where the statement around a token starts: after the semicolon or the brace before it."""
    depth = 0
    while index > 0:
        before = code[index - 1]
        if before.text in (")", "]"):
            depth += 1
        elif before.text in OPEN and before.text != "{":
            depth -= 1
        elif depth <= 0 and before.text in (";", "{", "}", "=>"):
            break
        index -= 1
    return code[index].start
