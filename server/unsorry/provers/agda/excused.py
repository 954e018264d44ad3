"""Which declarations a text itself excuses from the termination check. A proof of such a one may be by itself, which
Agda takes without a word: nothing in it can be verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unsorry.model import Problem
from unsorry.provers.base import Outline

_PRAGMAS = frozenset({"TERMINATING", "NON_TERMINATING", "NO_TERMINATION_CHECK"})
_OPTION = "--no-termination-check"
_MESSAGE = "the text excuses this declaration from Agda's termination check, so that nothing in it can be verified"


def excused(outline: Outline, units: Sequence[int]) -> Iterator[Problem]:
    """A problem for each of ``units`` that is excused."""
    everything = any(_OPTION in escape.word for unit in outline.units for escape in unit.escapes)
    for number in units:
        near = outline.units[max(0, number - 1) : number + 1]
        if everything or any(escape.word in _PRAGMAS for unit in near for escape in unit.escapes):
            yield Problem(_MESSAGE, outline.units[number].head, number)
