"""Goals as Lean prints them, parsed; and what a portfolio wants to know of a text and its goals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from unsorry.model import Goal, Goals, Hypothesis
from unsorry.provers.base import Outline
from unsorry.provers.patterns import compiled

_TURNSTILE = "⊢ "
_HYPOTHESIS = compiled(r"(?P<names>[^\s:()]+(?: [^\s:()]+)*) : (?P<type>.*)", 16)  # re.DOTALL
_BODY = compiled(r"(?P<type>(?:(?! := ).)*) := (?P<body>.*)", 16)
_LEMMA = compiled(r"(?:@\[[^\]]*\]\s*|(?:private|protected|nonrec)\s+)*(?:theorem|lemma)\b")
_DEFINITION = compiled(r"(?:@\[[^\]]*\]\s*|(?:private|protected|noncomputable|partial)\s+)*(?:def|abbrev)\b")
_MATHLIB = compiled(r"^(?:public )?(?:meta )?import (?:all )?(?:Mathlib|Aesop|Batteries)\b", 8)  # re.MULTILINE
_WORD = compiled(r"[^\W\d][\w'!?.]*")
_NAMES = 40
_FEATURES = {
    "equality": compiled(r"[=≠]|\b(?:Eq|Ne)\b"),
    "arithmetic": compiled(r"\b(?:Nat|Int|Fin)\b|[-+*/%<≤≥>]|\d"),
    "iff": compiled(r"↔|\bIff\b"),
    "conjunction": compiled(r"∧|\bAnd\b"),
    "disjunction": compiled(r"∨|\bOr\b"),
    "function": compiled(r"→|∀"),
    "exists": compiled(r"∃|\bExists\b"),
    "negation": compiled(r"¬|≠|\b(?:Not|Ne|False)\b"),
    "list": compiled(r"\bList\b|::|\+\+|\[\]"),
    "bool": compiled(r"\bBool\b|&&|\|\||\btrue\b|\bfalse\b"),
    "set": compiled(r"[∈⊆∪∩]"),
}


def read_goal(text: str) -> Goal:
    """One goal: an optional ``case`` line, hypotheses, and the conclusion behind the turnstile."""
    name = ""
    context, _, conclusion = text.rpartition(f"\n{_TURNSTILE}") if f"\n{_TURNSTILE}" in text else ("", "", text)
    if not context:
        conclusion = text.removeprefix(_TURNSTILE)
    items: list[str] = []
    for line in context.split("\n"):
        if line.startswith("case ") and not items:
            name = line.removeprefix("case ")
        elif line.startswith(" ") and items:
            items[-1] += "\n" + line
        elif line:
            items.append(line)
    return Goal(tuple(_hypotheses(items)), conclusion, name)


def _hypotheses(items: Iterable[str]) -> Iterator[Hypothesis]:
    for item in items:
        match = _HYPOTHESIS.fullmatch(item)
        if match is None:
            yield Hypothesis((), item)
            continue
        body = _BODY.fullmatch(match["type"])
        if body is None:
            yield Hypothesis(tuple(match["names"].split()), match["type"])
        else:
            yield Hypothesis(tuple(match["names"].split()), body["type"], body["body"])


def make_goals(goals: Sequence[str], text: str, outline: Outline, start: int) -> Goals:
    """Goals of a hole at ``start``, with features: what the conclusion looks like, ``mathlib`` where the file imports
    it, and ``unfold:NAME`` for definitions of the file that the goal speaks of."""
    read = tuple(read_goal(goal) for goal in goals)
    look = read[0].conclusion
    features = {feature for feature, pattern in _FEATURES.items() if pattern.search(look)}
    if _MATHLIB.search(text, 0, outline.units[0].span.start + 20_000 if outline.units else 0):
        features.add("mathlib")
    spoken = set(_WORD.findall("\n".join(goals)))
    spoken |= {word.rsplit(".", 1)[-1] for word in spoken}
    lemmas: dict[str, None] = {}
    for unit in reversed(outline.units):
        if unit.span.end > start or not unit.name:
            continue
        if _LEMMA.match(text, unit.span.start) and not unit.holes and len(lemmas) < _NAMES:
            lemmas.setdefault(unit.name)
        elif _DEFINITION.match(text, unit.span.start) and unit.name.rsplit(".", 1)[-1] in spoken:
            features.add(f"unfold:{unit.name}")
    return Goals(read, frozenset(features), tuple(lemmas))
