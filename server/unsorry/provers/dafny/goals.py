"""Puts into words what is to be shown at a hole: parameters and conditions above, what is promised below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from unsorry.model import Goal, Goals, Hypothesis
from unsorry.provers.dafny.declarations import Clause, Declaration
from unsorry.provers.dafny.place import Place, Spot
from unsorry.provers.dafny.tokens import NotCode, split_at, text_of, tokens

_FEATURES: tuple[tuple[str, str], ...] = (
    ("arithmetic", r"\b(?:int|nat|real)\b|[-+*/%]"),
    ("sequence", r"\bseq\b|\|\w+\||\.\."),
    ("array", r"\barray\b|\.Length\b"),
    ("set", r"\bi?set\b|\bmultiset\b"),
    ("existential", r"\bexists\b"),
    ("quantified", r"\bforall\b"),
)
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _FEATURES)


def read_goals(text: str, place: Place, message: str, at: int | None, related: Sequence[int], digest: str) -> Goals:
    """``message`` is what Dafny says is wrong, at an offset ``at``, and ``related`` where it points besides."""
    declaration = place.declaration
    hypotheses = [Hypothesis((each.name,), each.type) for each in declaration.parameters]
    hypotheses += [Hypothesis((each.name,), each.type) for each in declaration.results]
    hypotheses += [Hypothesis(("requires",), clause.text) for clause in declaration.having("requires")]
    conclusion = _conclusion(text, place, message, at, related)
    goal = Goal(tuple(hypotheses), conclusion, digest)
    whole = "\n".join([*(each.type for each in hypotheses), conclusion])
    features = {name for name, pattern in _PATTERNS if pattern.search(whole)}
    return Goals((goal,), frozenset({*features, f"spot:{place.spot.value}"}))


def assumed(text: str, place: Place) -> str:
    """What the assumption in a hole says."""
    try:
        code = tokens(text, place.span.start, place.span.end)
    except NotCode:
        return ""
    inner = [token for token in code[1:] if token.text != ";"]
    while len(inner) > 3 and inner[0].text == "{" and inner[1].text == ":":
        close = next((i for i, token in enumerate(inner) if token.text == "}"), 0)
        inner = inner[close + 1 :]
    return text_of(inner)


def _conclusion(text: str, place: Place, message: str, at: int | None, related: Sequence[int]) -> str:
    if place.spot is Spot.ASSUMPTION:
        return assumed(text, place) or "true"
    promised = [clause.text for clause in _blamed(place.declaration, related)]
    if place.spot in (Spot.NO_BODY, Spot.EMPTY_BODY):
        return " && ".join(promised) or "true"
    if place.spot is Spot.HEAD or "termination" in message or not promised or "ostcondition" not in message:
        failing = _asserted(place.declaration, at)
        return failing or message
    return " && ".join(promised)


def _blamed(declaration: Declaration, related: Sequence[int]) -> Iterator[Clause]:
    """The postconditions that Dafny points at; all of them where it points at none."""
    promised = declaration.having("ensures")
    blamed = [c for c in promised if c.code and any(c.code[0].start <= at < c.code[-1].end for at in related)]
    yield from blamed or promised


def _asserted(declaration: Declaration, at: int | None) -> str:
    """The expression of the assertion at an offset."""
    if at is None:
        return ""
    for index, token in enumerate(declaration.code):
        if token.text == "assert" and token.start <= at:
            statement = split_at(declaration.code[index + 1 :], ";")[0]
            if statement and at <= statement[-1].end:
                return text_of(statement)
    return ""
