"""The portfolio: terms that close many goals, as data, chosen by what the goal looks like, cheapest first.

Slots: ``{h}`` and ``{k}`` hypotheses, ``{ih}`` the declaration itself and ``{lemma}`` an earlier one, applied to
variables of the context in their order, ``{head}`` what both sides of an equation begin with.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.model import Candidate, Goals, Hole
from unsorry.provers.idris2.types import bracketed, equation, is_operator, items, unbracketed
from unsorry.provers.patterns import compiled

_VARIABLES = 6
_ARGUMENTS = 3
_STAGE = 32
_LEMMAS = 4
_SLOT = compiled(r"\{(h|k|ih|lemma|head)\}")


@frozen
class Template:
    """A term with slots, for goals that have all features of ``needs``."""

    text: str
    needs: frozenset[str] = frozenset()


def _stage(*texts: str, needs: str = "") -> tuple[Template, ...]:
    return tuple(Template(text, frozenset(needs.split())) for text in texts)


STAGES: Mapping[str, Sequence[Template]] = {
    "hypotheses": _stage("Refl", needs="equality")
    + _stage("{h}")
    + _stage("sym {h}", needs="equality")
    + _stage("({h}, {k})", "(Refl, Refl)", needs="pair")
    + _stage("Just {h}", "Nothing", needs="option")
    + _stage("Left {h}", "Right {h}", needs="sum")
    + _stage("Yes {h}", "No {h}", "Yes Refl", "No absurd", "No (\\p => {h} p)", needs="decision")
    + _stage("\\x => x", "\\x, y => x", "\\x, y => y", "\\Refl => Refl", "absurd", needs="function")
    + _stage("\\p => {h} p", "\\Refl impossible", needs="negation")
    + _stage("absurd {h}", "void {h}", "void ({h} {k})", needs="hypothesis:negation"),
    "recursion": _stage("cong {head} {ih}", "rewrite {ih} in Refl", "rewrite sym {ih} in Refl", needs="equality")
    + _stage("{ih}", "cong {head} {h}"),
    "congruence": _stage("sym {ih}", "rewrite {h} in Refl", "trans {h} {k}", needs="equality")
    + _stage("{h} {k}", "()", "[]", "Z"),
    "lemmas": _stage("{lemma}"),
    "lemma_congruence": _stage("sym {lemma}", "rewrite {lemma} in Refl", "cong {head} {lemma}", needs="equality"),
}


def portfolio(goals: Goals, hole: Hole, part: str = "") -> Iterator[Sequence[Candidate]]:
    """Batches of candidates, or only those of one stage."""
    seen: set[str] = set()
    for texts in _stages(goals, hole, part):
        fresh = list(itertools.islice((text for text in dict.fromkeys(texts) if text not in seen), _STAGE))
        seen.update(fresh)
        if fresh:
            yield [Candidate(text) for text in fresh]


def _stages(goals: Goals, hole: Hole, part: str) -> Iterator[Iterator[str]]:
    variables = [name for hypothesis in goals.main.hypotheses for name in hypothesis.names][-_VARIABLES:]
    values = {
        "h": list(reversed(variables)),
        "ih": list(applied(hole.declaration, variables)) if hole.declaration else [],
        "lemma": [term for name in goals.names[:_LEMMAS] for term in applied(name, variables, least=0)],
        "head": heads(goals.main.conclusion),
    }
    values["k"] = values["h"]
    for name, stage in STAGES.items():
        if part not in ("", name):
            continue
        fitting = [template for template in stage if template.needs <= goals.features]
        yield itertools.chain.from_iterable(fill_slots(template.text, values) for template in fitting)


def fill_slots(text: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Every way to fill a template's slots. A value is put in brackets unless it is the whole term."""
    slots = list(dict.fromkeys(_SLOT.findall(text)))
    for choice in itertools.product(*(values[slot] for slot in slots)):
        chosen = dict(zip(slots, choice, strict=True))
        if slots and text == f"{{{slots[0]}}}":
            yield choice[0]
        else:
            yield _SLOT.sub(lambda match: bracketed(chosen[match[1]]), text)  # noqa: B023 - used at once


def applied(name: str, variables: Iterable[str], least: int = 1) -> Iterator[str]:
    """A function applied to few variables, in the order of the context."""
    variables = list(variables)
    for count in range(least, _ARGUMENTS + 1):
        for chosen in itertools.combinations(variables, count):
            yield " ".join([name, *map(bracketed, chosen)])


def heads(conclusion: str) -> list[str]:
    """What to take off both sides of an equation by congruence: ``S`` of ``S a = S b``, ``(x ::)`` of
    ``x :: a = x :: b``, ``(:: a)`` of ``x :: a = y :: a``."""
    sides = equation(conclusion)
    if sides is None:
        return []
    left, right = (items(unbracketed(side)) for side in sides)
    shorter = min(len(left), len(right))
    before = [left[: at + 1] for at in range(1, shorter - 1) if is_operator(left[at])]
    after = [left[-1 - at :] for at in range(1, shorter - 1) if is_operator(left[-1 - at])]
    found = [f"({' '.join(part)})" for part in before if right[: len(part)] == part]
    found += [f"({' '.join(part)})" for part in after if right[-len(part) :] == part]
    if not any(map(is_operator, (*left, *right))) and left[0][0] not in "([":
        found += [" ".join(left[:count]) for count in range(shorter - 1, 0, -1) if left[:count] == right[:count]]
    return list(dict.fromkeys(found))
