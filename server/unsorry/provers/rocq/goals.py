"""Makes structured goals of what Rocq prints: hypotheses with names, type and body; what a goal looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from unsorry.model import Goal, Goals, Hypothesis
from unsorry.provers.rocq.memo import remembered
from unsorry.provers.rocq.protocol import RawGoal

_HYPOTHESIS = re.compile(r"(?P<names>[^\s:,]+(?:,\s+[^\s:,]+)*)\s+(?P<sign>:=|:)\s+(?P<rest>.*)", re.DOTALL)
_UNKNOWN = re.compile(r"(?<![=<])\?[^\W\d]")
_SPACE = re.compile(r"[ \t]*\n\s*")
_BINDERS = frozenset({"fun", "forall", "exists", "exists2", "let", "fix", "cofix", "∀", "∃", "λ"})
_PART = re.compile(r"[^\W\d][\w'.]*|=>|:=|[()\[\]{},:]|[^\s\w()\[\]{},:]+|\d+|\s+", re.UNICODE)

FEATURES: tuple[tuple[str, str], ...] = (
    ("arithmetic", r"\b(?:nat|Z|N|positive)\b|\bS\b|(?<![+])\+(?![+])|(?<=\s)\*(?=\s)|\bNat\.|\bZ\.|\b\d+\b"),
    ("integer", r"\bZ\b|\bZ\.|%Z"),
    ("real", r"\bR\b|%R\b|\bR[a-z]+\."),
    ("ordering", r"(?<![-=<])(?:<=|>=|<|>)(?![-=>?])|\ble\b|\blt\b"),
    ("list", r"\blist\b|::|\+\+|\bnil\b|\[\]|\blength\b|\bIn\b"),
    ("option", r"\boption\b|\bSome\b|\bNone\b"),
    ("boolean", r"\bbool\b|\btrue\b|\bfalse\b|&&|\|\||\bnegb\b|[=<]\?"),
    ("propositional", r"/\\|\\/|<->|~|\bFalse\b|\bTrue\b"),
    ("conditional", r"\bif\b|\bmatch\b"),
    ("existential", r"\bexists\b|\{[^{}|]*\|"),
    ("string", r"\bstring\b|\bascii\b"),
)
"""What the text of a goal says about it: a name, and a pattern that finds it in the hypotheses or conclusion."""

_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in FEATURES)


def read_goal(raw: RawGoal) -> Goal:
    return Goal(tuple(_hypothesis(line) for line in raw.hypotheses), _one_line(raw.conclusion), raw.id)


def read_goals(raws: Iterable[RawGoal], names: Iterable[str] = (), extra: Iterable[str] = ()) -> Goals:
    """``names`` are the lemmas at hand, nearest first; ``extra`` features that the text does not show."""
    goals = tuple(read_goal(raw) for raw in raws)
    return Goals(goals, frozenset(features(goals)) | frozenset(extra), tuple(names))


def has_unknowns(raw: RawGoal) -> bool:
    """Whether the prover has yet to find out some part of the goal (``?x``)."""
    return any(_UNKNOWN.search(text) for text in (raw.conclusion, *raw.hypotheses))


def features(goals: Iterable[Goal]) -> Iterator[str]:
    for number, goal in enumerate(goals):
        if number == 1:
            yield "several"
        for hypothesis in goal.hypotheses:
            yield from _features(hypothesis.type)
            if hypothesis.type == "False":
                yield "contradiction"
            if any(name.startswith("IH") for name in hypothesis.names):
                yield "induction_hypothesis"
        yield from _features(goal.conclusion)
        yield from _features_of_conclusion(goal.conclusion)


@remembered
def _features(text: str) -> tuple[str, ...]:
    unknown = ("existential_variable",) if _UNKNOWN.search(text) else ()
    return (*unknown, *(name for name, pattern in _PATTERNS if pattern.search(text)))


@remembered
def _features_of_conclusion(conclusion: str) -> tuple[str, ...]:
    head = statement(conclusion)
    return (*(("equality",) if top_level(head, "=") else ()), *(("quantified",) if conclusion != head else ()))


def statement(conclusion: str) -> str:
    """What remains of a conclusion without its quantifiers and premises."""
    while True:
        body = _after(conclusion, ",") if conclusion.startswith(("forall", "∀")) else _after(conclusion, "->")
        if body is None:
            return conclusion
        conclusion = body.strip()


def top_level(text: str, sign: str) -> bool:
    """Whether an operator stands outside all brackets and binders."""
    return _after(text, sign) is not None


def _after(text: str, sign: str) -> str | None:
    """What follows the first ``sign`` outside brackets."""
    depth = 0
    for match in _PART.finditer(text):
        part = match[0]
        if part in "([{":
            depth += 1
        elif part in ")]}":
            depth -= 1
        elif depth == 0 and part == sign:
            return text[match.end() :]
        elif depth == 0 and part in _BINDERS and sign != ",":
            return None
    return None


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text)


@remembered
def _hypothesis(line: str) -> Hypothesis:
    match = _HYPOTHESIS.fullmatch(_one_line(line))
    if match is None:
        return Hypothesis((), _one_line(line))
    names = tuple(name.strip() for name in match["names"].split(","))
    if match["sign"] == ":":
        return Hypothesis(names, match["rest"])
    body, type_ = _body_and_type(match["rest"])
    return Hypothesis(names, type_, body)


def _body_and_type(text: str) -> tuple[str, str]:
    """Splits ``body : type`` at the last colon that is no binder's."""
    depth, binding, at = 0, False, -1
    for match in _PART.finditer(text):
        part = match[0]
        if part in "([{":
            depth += 1
        elif part in ")]}":
            depth -= 1
        elif depth == 0:
            if part in _BINDERS:
                binding = True
            elif part in (",", "=>"):
                binding = False
            elif part == ":" and not binding:
                at = match.start()
    return (text, "") if at < 0 else (text[:at].strip(), text[at + 1 :].strip())
