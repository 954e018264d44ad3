"""Lemmas that a proof search may suppose at a goal, from what the goal looks like. Pure text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from unsorry.provers.rocq.shape import CALL, GROUP, Shape, top_level_split
from unsorry.provers.rocq.tactics import SUPPOSED, UNITS

_APPENDED = re.compile(
    r"(?P<function>[^\W\d][\w']*(?: [\w'.]+)*) \((?:[^()]|\([^()]*\))*\+\+(?:[^()]|\([^()]*\))*\)"
    r"(?P<after>(?: (?:[\w'.]+|\[\]|\([^()]*\)))*)"
)
_ARGUMENT = re.compile(r"[\w'.]+|\[\]|\([^()]*\)")
_MOST = 4


def suppositions(shape: Shape, *, general: bool) -> Iterator[str]:
    """Statements that would help at a goal if they held. ``general``: also generalisations of the goal itself."""
    generalised = [*_accumulations(shape), *_constants(shape)] if general else []
    yield from itertools.islice(dict.fromkeys([*generalised, *_over_append(shape)]), _MOST)


def _accumulations(shape: Shape) -> Iterator[str]:
    """``E[f x 0] = r`` follows from ``forall acc, E[f x acc] = r + E[acc]``, and so on for other units."""
    sides = top_level_split(shape.statement, "=")
    if sides is None:
        return
    for left, right in (sides, sides[::-1]):
        for unit, operations in UNITS.items():
            for call, whole in _calls_with(left, unit):
                raised = re.sub(rf"(?<![\w'.]){re.escape(unit)}(?![\w'.])", "acc", call, count=1)
                general = left.replace(whole, f"({raised})" if whole.startswith("(") else raised, 1)
                rest = left.replace(whole, "acc", 1)
                for operation in operations:
                    other = operation.format(result=_atom(right), acc=_atom(rest))
                    yield f"forall acc, {general} = {other}"


def _calls_with(side: str, unit: str) -> Iterator[tuple[str, str]]:
    """Calls in one side of an equation with a unit among their arguments, bare and with their brackets."""
    found = [(match["term"], f"({match['term']})") for match in GROUP.finditer(side)]
    for bare, whole in [*found, *_plain_calls(side)]:
        if unit in bare.split()[1:] and CALL.fullmatch(bare):
            yield bare, whole


def _plain_calls(side: str) -> Iterator[tuple[str, str]]:
    """Calls that need no brackets: a whole side, or an operand of it."""
    for part in [side, *re.split(r" (?:\+|\*|-|\+\+|::|&&|\|\|) ", side)]:
        if CALL.fullmatch(part):
            yield part, part


def _constants(shape: Shape) -> Iterator[str]:
    """The same with the constant made a variable everywhere, lists written out at their ends."""
    for unit in UNITS:
        spelled = re.sub(r"\[([^\[\];]+)\]", r"\1 :: []", shape.statement) if unit == "[]" else shape.statement
        pattern = rf"(?<![\w'.]){re.escape(unit)}(?![\w'.])"
        if len(re.findall(pattern, spelled)) > 1:
            yield f"forall acc, {re.sub(pattern, 'acc', spelled)}"


def _over_append(shape: Shape) -> Iterator[str]:
    """How a function of the goal may treat an append, by how many arguments it has after it."""
    for match in _APPENDED.finditer(shape.statement):
        after = len(_ARGUMENT.findall(match["after"]))
        for statement in SUPPOSED[min(after, 1)]:
            yield statement.format(f=match["function"])


def _atom(term: str) -> str:
    return term if re.fullmatch(r"[\w'.]+|\[[^\[\]]*\]", term) or CALL.fullmatch(term) else f"({term})"
