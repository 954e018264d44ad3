"""What a goal looks like, as the learning selector sees it: a path from the language to the particular.

``rocq/equality/induction/list`` is an equation about lists with an induction hypothesis at hand. What was learned of
a shape also says something about its parent, ``rocq/equality/induction``, and that of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from unsorry.model import Goals, Language

_CONCLUSIONS = (
    "several",
    "contradiction",
    "existential",
    "propositional",
    "ordering",
    "order",
    "negation",
    "pair",
    "sum",
    "equality",
    "boolean",
)
_SITUATIONS = ("induction_hypothesis", "quantified", "function", "hypothesis:equality", "existential_variable")
_SUBJECTS = ("conditional", "list", "option", "real", "integer", "arithmetic", "nat", "boolean", "string")


def shape_of(language: Language, goals: Goals) -> str:
    """The shape of a hole's goals."""
    return shape_from(language, goals.features)


def shape_from(language: Language, known: frozenset[str]) -> str:
    """The same from the features that the prover's room has found in the goals."""
    subjects = {feature.removeprefix("hypothesis:") for feature in known}
    return "/".join((language, _first(_CONCLUSIONS, known), _first(_SITUATIONS, known), _first(_SUBJECTS, subjects)))


def lineage(shape: str) -> Sequence[str]:
    """A shape and its ancestors, the most general one, the language, last."""
    parts = shape.split("/")
    return ["/".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _first(names: Sequence[str], known: Collection[str]) -> str:
    return next((name for name in names if name in known), "other")
