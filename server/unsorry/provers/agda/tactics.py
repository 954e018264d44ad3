"""The portfolio: terms that close many goals, as data, chosen by what the goal looks like, cheapest first.

Slots: ``{h}`` and ``{k}`` hypotheses, ``{ih}`` the declaration itself and ``{lemma}`` an earlier one, applied to
variables of the context in their order, ``{head}`` what both sides of an equation begin with.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.model import Candidate, Goals, Hole
from unsorry.provers.agda.render import atomic

_VARIABLES = 6
_ARGUMENTS = 3
_STAGE = 20  # candidates of one stage: more would keep the search waiting that knows types
_LEMMAS = 4
_EQUATION = re.compile(r"^(?P<left>.+?)\s+(?:≡|==)\s+(?P<right>.+)$", re.DOTALL)
_SLOT = re.compile(r"\{(h|k|ih|lemma|head)\}")


@frozen
class Template:
    """A term with slots, for goals that have all features of ``needs``."""

    text: str
    needs: frozenset[str] = frozenset()


def _stage(*texts: str, needs: str = "") -> tuple[Template, ...]:
    return tuple(Template(text, frozenset(needs.split())) for text in texts)


STAGES: Mapping[str, Sequence[Template]] = {
    "hypotheses": _stage("refl", needs="equality") + _stage("{h}"),
    "functions": _stage(
        "λ ()", "λ _ → refl", "λ { refl → refl }", "λ x → x", "λ x y → x", "λ x y → y", needs="function"
    )
    + _stage("sym {h}", "λ x → refl", needs="equality")
    + _stage("{h} {k}", "refl", "tt", "zero", "[]"),
    "recursion": _stage("{ih}"),
    "congruence": _stage("sym {ih}", "cong {head} {ih}", "cong {head} {h}", "sym (cong {head} {ih})", needs="equality"),
    "pairs": _stage("{h} , {k}", *(f"{number} , refl" for number in range(10)), needs="pair"),
    "negation": _stage("λ x → {h} x", "λ x → {h} (x)", "λ { refl → {h} refl }", needs="negation"),
    "lemmas": _stage("{lemma}"),
    "lemma_congruence": _stage("sym {lemma}", "cong {head} {lemma}", "trans {h} {k}", needs="equality"),
}


def portfolio(goals: Goals, hole: Hole, part: str = "") -> Iterator[Sequence[Candidate]]:
    """Batches of candidates, or only those of one stage; what the user wrote inside the hole comes first."""
    seen: set[str] = set()
    hint = [hole.hint] if hole.hint and part in ("", next(iter(STAGES))) else []
    for texts in itertools.chain([hint], _stages(goals, hole, part)):
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


def fill_slots(text: str, values: dict[str, list[str]]) -> Iterator[str]:
    """Every way to fill a template's slots. A value is put in brackets unless it is the whole term."""
    slots = list(dict.fromkeys(_SLOT.findall(text)))
    for choice in itertools.product(*(values[slot] for slot in slots)):
        chosen = dict(zip(slots, choice, strict=True))
        if text == f"{{{slots[0]}}}" if slots else False:
            yield choice[0]
        else:
            yield _SLOT.sub(lambda match: bracketed(chosen[match.group(1)]), text)  # noqa: B023 - used at once


def bracketed(term: str) -> str:
    return term if atomic(term) else f"({term})"


def applied(name: str, variables: Iterable[str], least: int = 1) -> Iterator[str]:
    """A function applied to few variables, in the order of the context."""
    variables = list(variables)
    for count in range(least, _ARGUMENTS + 1):
        for chosen in itertools.combinations(variables, count):
            yield application(name, chosen)


def application(name: str, arguments: Sequence[str]) -> str:
    """Prefix application; a mixfix name applied in full is written with its operands in place."""
    parts = name.split("_")
    if len(parts) > 1 and len(arguments) == len(parts) - 1:
        words = [parts[0]]
        for argument, part in zip(arguments, parts[1:], strict=True):
            words += [bracketed(argument), part]
        return " ".join(word for word in words if word)
    return " ".join([name, *map(bracketed, arguments)])


def heads(conclusion: str) -> list[str]:
    """What to take off both sides of an equation by congruence: ``suc`` of ``suc a ≡ suc b``, ``x ∷_`` of
    ``x ∷ a ≡ x ∷ b``."""
    match = _EQUATION.match(conclusion)
    if match is None:
        return []
    left, right = match["left"].split(), match["right"].split()
    found: list[str] = []
    for count in range(min(len(left), len(right)) - 1, 0, -1):
        if left[:count] == right[:count] and "(" not in "".join(left[:count]):
            found.append(" ".join(left[:count]))
            operator = left[count - 1]
            if count > 1 and not operator[0].isalnum():
                found.append(f"{' '.join(left[: count - 1])} {operator}_")
    return found
