"""Lean's own searches (``exact?``, ``simp?``, ``grind?`` …): run at the hole, and what they suggest turned into short
candidates."""

from __future__ import annotations

import textwrap
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from unsorry.errors import ProverTimeout
from unsorry.model import Budget, Candidate, Document, Fill
from unsorry.provers.lean4.messages import read_range
from unsorry.provers.lean4.place import Place
from unsorry.provers.lean4.render import make_edit
from unsorry.provers.lean4.scratch import Scratch
from unsorry.provers.lean4.tactics import SEARCHES
from unsorry.text import SourceText, Span

_SHARE = 0.5  # of what is left of the budget, for one search
_LEAST = 0.2
_MOST = 8
_ASK_SECONDS = 5.0
_TERM = "exact "


async def suggestions(
    scratch: Scratch, document: Document, place: Place, features: frozenset[str], budget: Budget
) -> AsyncIterator[Candidate]:
    """Candidates that Lean suggests, the cheapest search first; none is checked yet.

    Raises:
        ProverError: Lean died.
    """
    deadline = time.monotonic() + budget.seconds
    told: set[str] = set()
    for search, needs in SEARCHES.items():
        left = deadline - time.monotonic()
        if left < _LEAST:
            return
        if needs and needs not in features:
            continue
        edit = make_edit(document.text, Fill(place.hole, Candidate(search)))
        text = place.filled(edit.text, edit.span)
        at = Span(edit.span.start + edit.text.find(search), edit.span.start + edit.text.find(search) + len(search))
        try:
            seen = await scratch.show(text, max(_LEAST, left * _SHARE))
            if seen.fatal or seen.errors(Span(place.unit.start, len(text))):
                continue
            source = SourceText(text)
            context: dict[str, Any] = {"range": _range(source, at), "context": {"diagnostics": []}}
            actions = await scratch.ask("textDocument/codeAction", source, at.start, _ASK_SECONDS, **context)
        except ProverTimeout:
            continue
        for suggestion in list(read_actions(actions or [], source, at))[:_MOST]:
            short = _shortened(suggestion, place)
            if short not in told:
                told.add(short)
                yield Candidate(short)


def read_actions(actions: list[Any], source: SourceText, at: Span) -> Iterator[str]:
    """The texts that code actions put in place of what stands at a span, their lines from the margin on.

    Actions that edit anything else, or need another round trip, are passed over.
    """
    column = at.start - source.line_span(source.line_of(at.start)).start
    for action in actions:
        for change in (action.get("edit") or {}).get("documentChanges") or []:
            edits = change.get("edits") or []
            if len(edits) == 1 and source.span(read_range(edits[0]["range"])).start == at.start:
                yield dedented(edits[0]["newText"], column)


def dedented(text: str, column: int) -> str:
    """A suggestion without the indentation of its place: Lean indents later lines by the column, or by something
    else where it errs."""
    first, _, rest = text.strip().partition("\n")
    if not rest:
        return first
    margin = min(len(line) - len(line.lstrip(" ")) for line in rest.splitlines() if line.strip())
    lines = textwrap.dedent(rest)
    return f"{first}\n{textwrap.indent(lines, ' ' * max(0, margin - column))}"


def _shortened(suggestion: str, place: Place) -> str:
    """``exact e`` is ``e`` where a term is missing."""
    if not place.takes_tactics and suggestion.startswith(_TERM) and "\n" not in suggestion:
        return suggestion.removeprefix(_TERM)
    return suggestion


def _range(source: SourceText, span: Span) -> dict[str, dict[str, int]]:
    ends = source.range(span)
    return {
        "start": {"line": ends.start.line, "character": ends.start.character},
        "end": {"line": ends.end.line, "character": ends.end.character},
    }
