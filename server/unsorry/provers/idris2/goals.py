"""What Idris says of a hole, as goals: hypotheses that can be written, the conclusion, and what it all looks like."""

from __future__ import annotations

from collections.abc import Iterable

from unsorry.model import Goal, Goals, Hole, Hypothesis
from unsorry.provers.base import Outline
from unsorry.provers.idris2.replies import Metavariable
from unsorry.provers.idris2.types import arrow, equation
from unsorry.provers.patterns import compiled

_NEAREST = 40
_FEATURES = (
    ("nat", compiled(r"(?<![\w'])(?:Nat|plus|mult|minus|[SZ])(?![\w'])|(?<!\S)[+*](?!\S)")),
    ("list", compiled(r"(?<![\w'])(?:List|Nil|reverse)(?![\w'])|::|\[\]|\+\+")),
    ("vector", compiled(r"(?<![\w'])(?:Vect|Fin)(?![\w'])")),
    ("pair", compiled(r"\([^()]*,|(?<![\w'])DPair(?![\w'])|\*\*")),
    ("sum", compiled(r"(?<![\w'])Either(?![\w'])")),
    ("option", compiled(r"(?<![\w'])(?:Maybe|Just|Nothing)(?![\w'])")),
    ("negation", compiled(r"(?<![\w'])(?:Not|Void|Uninhabited)(?![\w'])")),
    ("decision", compiled(r"(?<![\w'])Dec(?![\w'])")),
    ("boolean", compiled(r"(?<![\w'])(?:Bool|True|False|not)(?![\w'])")),
    ("order", compiled(r"(?<![\w'])(?:LTE|GTE|LT|GT)(?![\w'])")),
)


def make_goals(found: Metavariable, outline: Outline, hole: Hole) -> Goals:
    """The goals of one hole: Idris has a single one."""
    hypotheses = tuple(Hypothesis((premise.name,), premise.type) for premise in found.context if premise.in_scope)
    goal = Goal(hypotheses, found.type, hole.declaration)
    return Goals((goal,), features(found), tuple(names_before(outline, hole)))


def features(found: Metavariable) -> frozenset[str]:
    """What the conclusion looks like, and ``hypothesis:`` what some hypothesis does."""
    looks = _looks(found.type)
    for premise in found.context:
        looks |= {f"hypothesis:{name}" for name in _looks(premise.type)}
    return frozenset(looks)


def _looks(type_: str) -> set[str]:
    found = {name for name, pattern in _FEATURES if pattern.search(type_)}
    if equation(type_) is not None:
        found.add("equality")
    if arrow(type_):
        found.add("function")
    return found


def names_before(outline: Outline, hole: Hole) -> Iterable[str]:
    """Names of the complete declarations before the hole's own, nearest first."""
    number = outline.unit_at(hole.span.start)
    if number is None:
        return
    seen = {"", hole.declaration}
    for unit in reversed(outline.units[max(0, number - 4 * _NEAREST) : number]):
        if unit.name not in seen and not unit.holes and not unit.escapes and not unit.name[0].isupper():
            seen.add(unit.name)
            yield unit.name
        if len(seen) > _NEAREST:
            return
