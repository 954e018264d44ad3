"""What a candidate may not do to a text, seen before Lean runs it: elaborating is running code. Pure."""

from __future__ import annotations

from collections import Counter

from unsorry.provers.base import Outline
from unsorry.provers.lean4.holes import SYNTAX, TRIVIA
from unsorry.provers.lean4.place import Place
from unsorry.provers.lean4.words import DECLARING, OTHER
from unsorry.provers.patterns import compiled
from unsorry.provers.scanning import either

_TOKEN = compiled(
    rf"(?P<skip>--[^\n]*|/-|\"(?:[^\"\\]|\\.)*+\"|«[^»]*»)"
    rf"|(?<![\w.'!?«`])(?P<inner>(?:open|set_option)\b[^\n]*?\bin)(?![\w'!?])"
    rf"|(?<![\w.'!?«`])(?P<command>{either(OTHER)}|{either(DECLARING)})(?![\w'!?])|(?P<hash>#[a-z]\w*)",
    16,  # re.DOTALL
)
_COMMENT = compiled(TRIVIA)


def command_in(candidate: str) -> str:
    """The first word of a candidate that starts a command, wherever it stands: Lean takes it for one in the middle of
    a line too. Empty where there is none; ``open … in`` and ``set_option … in`` belong to what follows them."""
    at = 0
    while (match := _TOKEN.search(candidate, at)) is not None:
        if match["command"] or match["hash"]:
            return match["command"] or match["hash"]
        at = match.end()
        if match["skip"] == "/-":
            trivia = _COMMENT.match(candidate, match.start())
            at = max(at, trivia.end() if trivia else at)
    return ""


class Admission:
    """Looks at texts with something in place of one hole."""

    def __init__(self, place: Place) -> None:
        self._start = place.unit.start
        self._before = self._outline(f"{place.text[: place.end]}\n")

    def objection(self, filled: str) -> str:
        """Why a text is not shown to Lean; empty when nothing speaks against it. One candidate must not become several
        commands, and brings no escape from the kernel and no hole."""
        after = self._outline(filled)
        if len(after.units) != len(self._before.units):
            return "the candidate adds or removes a command"
        added = _escapes(after) - _escapes(self._before)
        if added:
            return f"the candidate adds {', '.join(sorted(added))}"
        if len(tuple(after.holes)) >= len(tuple(self._before.holes)):
            return "the candidate has a hole itself"
        return ""

    def _outline(self, text: str) -> Outline:
        return SYNTAX.outline(text[self._start :])


def _escapes(outline: Outline) -> Counter[str]:
    return Counter(escape.word for unit in outline.units for escape in unit.escapes)
