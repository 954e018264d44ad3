"""Portfolios for Lean: which short proofs to try on goals of which look. Data, and how its slots are filled.

Slots: ``{h}`` a hypothesis, ``{x}`` a variable to take apart, ``{defs}`` the definitions of the file that the goal
speaks of, ``{lemmas}`` the nearest lemmas of the file, ``{lemma}`` one of them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.model import Candidate, Goals
from unsorry.provers.patterns import compiled

SEARCHES: Mapping[str, str] = {
    "exact?": "",
    "simp?": "",
    "simp_all?": "",
    "grind?": "",
    "aesop?": "mathlib",
    "try?": "",
    "hint": "mathlib",
}
"""Searches of Lean's own that suggest proofs, with the feature that each needs."""


@frozen
class Template:
    """``needs``: features of the goal, one of which it must have; none for all goals."""

    text: str
    needs: frozenset[str] = frozenset()


def _part(*texts: str, needs: str = "") -> tuple[Template, ...]:
    return tuple(Template(text, frozenset(needs.split())) for text in texts)


PARTS: Mapping[str, Sequence[Sequence[Template]]] = {
    "closers": (
        _part("rfl", "trivial", "assumption", "contradiction", "intros; rfl", "intros; assumption")
        + _part("exact {h}", "exact {h}.symm", "exact absurd {h} (by assumption)")
        + _part("exact congrArg _ {h}", "exact (congrArg _ {h}).symm", "exact congrFun {h} _", needs="equality")
        + _part("constructor", "constructor <;> assumption", "exact ⟨by assumption, by assumption⟩")
        + _part("exact ⟨{h}.2, {h}.1⟩", "exact {h}.elim .inr .inl", needs="conjunction disjunction iff")
        + _part("intro h; exact ⟨h.2, h.1⟩", "intro h; exact h.elim .inr .inl", needs="function iff"),
        _part("decide", "exact Iff.rfl", "exact True.intro", "nofun", "ext; rfl", "apply Subsingleton.elim"),
    ),
    "simp": (
        _part("simp", "simp_all", "simp [*]", "simp [{defs}]", "simp_all [{defs}]", "unfold {defs}; rfl"),
        _part(
            "intros; simp_all", "constructor <;> simp_all", "split <;> simp_all", "simp [{defs}]; split <;> simp_all"
        ),
        _part("intro h; simp_all [{defs}]", "simp [{defs}, {lemmas}]", "simp_all [{defs}, {lemmas}]"),
    ),
    "arithmetic": (
        _part("omega", "intros; omega", "simp; omega", "simp_all; omega", "simp [{defs}]; omega", needs="arithmetic"),
        _part("simp_all [{defs}]; omega", "split <;> omega", "constructor <;> omega", needs="arithmetic"),
        _part("simp [Nat.mul_add, Nat.add_mul, Nat.mul_comm, Nat.mul_left_comm]; omega", needs="arithmetic"),
        _part("ac_rfl", "exact Nat.le_antisymm (by omega) (by omega)", needs="arithmetic"),
    ),
    "lemmas": (
        _part("exact {lemma}", "exact {lemma} ..", "apply {lemma}", "exact ({lemma} ..).symm", "simp [{lemma}]"),
        _part("rw [{lemma}]", "rw [← {lemma}]", "simpa using {lemma} ..", "apply {lemma} <;> assumption"),
        _part("simpa using {h}", "simpa [{defs}] using {h}", "apply {h} <;> assumption", "exact {h} _ (by assumption)"),
        _part("rw [{h}]", "rw [← {h}]", "subst {h}; rfl", "cases {h} <;> simp_all", "obtain ⟨_, _⟩ := {h}; simp_all"),
    ),
    "grind": (
        _part("grind", "grind [{defs}]"),
        _part("grind [{defs}, {lemmas}]"),
        _part("lia"),
    ),
    "mathlib": (
        _part("ring", "norm_num", "linarith", "positivity", "norm_num at *", "field_simp", needs="mathlib"),
        _part("nlinarith", "tauto", "aesop", "gcongr", "push_cast; ring", "simp; ring", needs="mathlib"),
        _part("nlinarith [sq_nonneg {h}]", "ring_nf; simp", "field_simp; ring", "push_neg; tauto", needs="mathlib"),
        _part("fun_prop", "continuity", "measurability", "group", "abel", "bound", "decide +revert", needs="mathlib"),
    ),
    "cases": (
        _part("cases {x} <;> rfl", "cases {x} <;> simp", "cases {x} <;> simp_all [{defs}]", "cases {x} <;> decide"),
        _part("cases {x} <;> simp [{defs}] <;> omega", "cases {x} <;> cases {y} <;> simp_all [{defs}]"),
        _part("cases {x} <;> cases {y} <;> rfl"),
    ),
    "induction": (
        _part("induction {x} <;> first | rfl | assumption | exact congrArg _ (by assumption)", needs="equality"),
        _part("induction {x} <;> simp_all [{defs}]", "induction {x} <;> simp_all [{defs}, {lemmas}]"),
        _part("induction {x} <;> simp_all [{defs}] <;> omega", "induction {x} <;> simp [{defs}] <;> omega"),
        _part("intro x; induction x <;> simp_all [{defs}]", "intro x; induction x <;> intros <;> simp_all [{defs}]")
        + _part("intro x; induction x <;> intros <;> simp_all [{defs}, {lemmas}] <;> omega", needs="function"),
        _part("induction {x} generalizing {y} <;> simp_all [{defs}]"),
        _part("induction {x} generalizing {y} <;> simp_all [{defs}, {lemmas}] <;> omega"),
        _part("fun_induction {call} <;> simp_all [{defs}]", "fun_induction {call} <;> simp_all [{defs}] <;> omega"),
        _part(
            "induction {x} <;> grind [{defs}, {lemmas}]", "induction {x} generalizing {y} <;> grind [{defs}, {lemmas}]"
        ),
        _part("fun_induction {call} <;> grind [{defs}, {lemmas}]"),
        _part("simp [{defs}, Nat.add_assoc, Nat.add_comm, Nat.add_left_comm]", needs="arithmetic"),
    ),
}
"""The parts of the portfolio, each in batches. What may be missing from an older Lean (``grind``, ``lia``), or may
run into a limit that nothing catches, is in a batch of its own: it takes its whole batch with it."""

_VARIABLES = 6
_HYPOTHESES = 5
_LEMMAS = 6
_MOST = 40
_SLOT = compiled(r"\{(\w+)\}")
_PROPOSITION = compiled(r"[=≠<>≤≥∧∨¬↔∃∣∈⊆]|→|∀|\b(?:True|False|And|Or|Not|Eq|Ne|Iff|Exists)\b")
_UNIVERSE = compiled(r"(?:Type|Sort|Prop)\b.*")
_SHADOWED = "✝"


def portfolio(goals: Goals, part: str = "") -> Iterator[Sequence[Candidate]]:
    """Batches of candidates, cheapest first; of one part, or of all."""
    values = _values(goals)
    seen: set[str] = set()
    for name, batches in PARTS.items():
        if part not in ("", name):
            continue
        for batch in batches:
            fitting = [one for one in batch if not one.needs or one.needs & goals.features]
            texts = itertools.chain.from_iterable(fill_slots(one.text, values) for one in fitting)
            fresh = list(itertools.islice((text for text in dict.fromkeys(texts) if text not in seen), _MOST))
            seen.update(fresh)
            if fresh:
                yield [Candidate(text) for text in fresh]


def fill_slots(text: str, values: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """The template with each slot filled in every way; none where a slot has no value. ``{x}`` and ``{y}`` never
    stand for the same."""
    slots = tuple(dict.fromkeys(_SLOT.findall(text)))
    for choice in itertools.product(*(values.get(slot, ()) for slot in slots)):
        chosen = dict(zip(slots, choice, strict=True))
        if "y" not in chosen or chosen["y"] != chosen.get("x"):
            yield "".join(chosen[piece] if at % 2 else piece for at, piece in enumerate(_SLOT.split(text)))


def _values(goals: Goals) -> Mapping[str, Sequence[str]]:
    hypotheses = [one for one in goals.main.hypotheses if one.names]
    named = [(name, one) for one in hypotheses for name in one.names if _SHADOWED not in name]
    propositions = {name for name, one in named if one.type == "Prop"}
    facts = [name for name, one in named if one.type in propositions or _PROPOSITION.search(one.type)]
    things = [name for name, one in named if name not in facts and not _UNIVERSE.fullmatch(one.type)]
    spoken = [
        name for name in things if compiled(rf"(?<![\w.']){re.escape(name)}(?![\w'])").search(goals.main.conclusion)
    ]
    definitions = sorted(feature.removeprefix("unfold:") for feature in goals.features if feature.startswith("unfold:"))
    lemmas = list(goals.names[:_LEMMAS])
    return {
        "h": [*reversed(facts), *reversed(things)][:_HYPOTHESES],
        "x": [*spoken, *(facts[-2:] if not spoken else [])][:_VARIABLES],
        "y": spoken[:_VARIABLES],
        "defs": [", ".join(definitions)] if definitions else [],
        "lemmas": [", ".join(lemmas)] if lemmas else [],
        "lemma": lemmas,
        "call": _calls(goals.main.conclusion, definitions, things),
    }


def _calls(conclusion: str, definitions: Sequence[str], variables: Sequence[str]) -> list[str]:
    """Calls of the file's functions with variables alone, as the conclusion has them."""
    calls: dict[str, None] = {}
    for definition in definitions:
        short = definition.rsplit(".", 1)[-1]
        for match in compiled(rf"(?<![\w'.])(?:[\w']+\.)*{re.escape(short)}((?: [\w']+)+)").finditer(conclusion):
            words = list(itertools.takewhile(lambda word: word in variables, match[1].split()))
            if words:
                calls.setdefault(f"{definition} {' '.join(words)}")
    return list(calls)
