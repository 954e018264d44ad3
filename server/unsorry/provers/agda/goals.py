"""What Agda says of a hole, as goals: hypotheses that can be written, the conclusion, and what it all looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable

from unsorry.model import Goal, Goals, Hole, Hypothesis
from unsorry.provers.agda.replies import Context
from unsorry.provers.base import Outline

_NEAREST = 40
_FEATURES = (
    ("equality", re.compile(r"≡|(?<!\S)==(?!\S)|\bId\b")),
    ("nat", re.compile(r"(?<!\S)(?:Nat|ℕ|suc|zero|\+|\*|∸)(?![^\s)])")),
    ("list", re.compile(r"(?<!\S)\(?(?:List|∷|\[\]|\+\+)(?!\S)")),
    ("pair", re.compile(r"×|Σ|∃|∧")),
    ("sum", re.compile(r"⊎|∨|Either")),
    ("negation", re.compile(r"⊥|¬")),
    ("order", re.compile(r"[≤<≥>]")),
)


def make_goals(context: Context, outline: Outline, hole: Hole) -> Goals:
    """The goals of one hole: Agda has a single one."""
    hypotheses = tuple(Hypothesis((entry.name,), entry.type, entry.body) for entry in context.entries if entry.in_scope)
    goal = Goal(hypotheses, context.type, hole.declaration)
    return Goals((goal,), features(context), tuple(names_before(outline, hole)))


def features(context: Context) -> frozenset[str]:
    """What the conclusion looks like, and ``hypothesis:`` what some hypothesis does."""
    found = {name for name, pattern in _FEATURES if pattern.search(context.type)}
    for entry in context.entries:
        found.update(f"hypothesis:{name}" for name, pattern in _FEATURES if pattern.search(entry.type))
    if arrow(context.type):
        found.add("function")
    return frozenset(found)


def arrow(type_: str) -> bool:
    """Whether a printed type is a function type: an arrow outside every bracket."""
    depth = 0
    for character in type_:
        depth += (character in "({⦃") - (character in ")}⦄")
        if character == "→" and depth == 0:
            return True
    return False


def names_before(outline: Outline, hole: Hole) -> Iterable[str]:
    """Names of the complete declarations before the hole's own, nearest first."""
    number = outline.unit_at(hole.span.start)
    if number is None:
        return
    seen = {"", hole.declaration}
    for unit in reversed(outline.units[max(0, number - 4 * _NEAREST) : number]):
        if unit.name not in seen and not unit.holes and not unit.escapes:
            seen.add(unit.name)
            yield unit.name
        if len(seen) > _NEAREST:
            return
