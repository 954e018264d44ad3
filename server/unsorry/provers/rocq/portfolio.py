"""Fills the tables of tactics in for a goal: which lines apply, with which of its variables, in which order."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from unsorry.model import Goals
from unsorry.provers.rocq.shape import (
    Shape,
    Variable,
    constants,
    read_shape,
    scrutinees,
    telescope,
    tokens,
    top_level_split,
)
from unsorry.provers.rocq.tactics import CLOSERS, PARTS, SPLIT, TESTS

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FOLLOWING = frozenset({"ih", "revert", "intro", "split", "lemmas", "eqs"})
_MOST = 60


def portfolio(goals: Goals, part: str = "") -> Iterator[list[str]]:
    """Batches of tactics for a hole, cheapest first, or only those of one part. For several goals at once, tactics
    that close all of them, which are one part."""
    bullet = next((f.removeprefix("bullet:") for f in goals.features if f.startswith("bullet:")), "")
    if len(goals.goals) > 1:
        if part in ("", next(iter(PARTS))):
            yield from _for_all(goals)
        return
    shape = read_shape(goals.main)
    seen: set[str] = set()
    for name, table in PARTS.items():
        if part not in ("", name):
            continue
        batch = fill(table, goals, shape)
        new = [text for text in dict.fromkeys(batch) if text not in seen]
        seen.update(new)
        if new:
            yield [f"{bullet} {text}." for text in new] if bullet else new


def fill(table: str, goals: Goals, shape: Shape) -> list[str]:
    """A table's lines for a goal; those first that use the likeliest variables."""
    values = _Values(goals, shape)
    found: list[tuple[int, int, int, str]] = []
    for row, line in enumerate(_lines(table)):
        if not goals.features >= line.needs:
            continue
        if line.keys or line.following:
            instances = _instances(line, values)
            found += [(rank, row, number, text) for number, (rank, text) in enumerate(instances)]
        else:
            found.append((0, row, 0, line.template))
    return [text for *_, text in sorted(found)]


@frozen
class _Line:
    """A template, the features that it needs, the names of its placeholders, and those that follow from others."""

    template: str
    needs: frozenset[str]
    keys: tuple[str, ...]
    following: frozenset[str]


@functools.cache
def _lines(table: str) -> tuple[_Line, ...]:
    return tuple(map(_line, table.strip().splitlines()))


def _line(text: str) -> _Line:
    template, _, needs = text.partition(" | ")
    wanted = dict.fromkeys(_PLACEHOLDER.findall(template))
    keys = tuple(key for key in wanted if key not in _FOLLOWING)
    return _Line(template if wanted else template.format(), frozenset(needs.split()), keys, _FOLLOWING & set(wanted))


def _instances(line: _Line, values: _Values) -> Iterator[tuple[int, str]]:
    """Each way to fill in a template, with a rank: 0 with the likeliest value of the first placeholder."""
    choices = [list(enumerate(values[key])) for key in line.keys]
    for chosen in itertools.islice(itertools.product(*choices), _MOST):
        made = {key: value for key, (_, value) in zip(line.keys, chosen, strict=True)}
        if len(made) == 1 or len(set(made.values())) == len(made):
            for more in values.dependent(line.following, made.get("var", "")):
                yield chosen[0][0] if chosen else 0, line.template.format(**made, **more)


class _Values(dict[str, list[str]]):
    """What may stand for each placeholder at a goal."""

    def __init__(self, goals: Goals, shape: Shape) -> None:
        super().__init__()
        self._goals = goals
        self._shape = shape
        self._dependent: dict[tuple[frozenset[str], str], list[dict[str, str]]] = {}

    def __missing__(self, key: str) -> list[str]:
        self[key] = values = _values(key, self._goals, self._shape)
        return values

    def dependent(self, following: frozenset[str], var: str) -> list[dict[str, str]]:
        """The ways to fill in what follows from the others: for ``var``, where that is among them."""
        found = self._dependent.get((following, var))
        if found is None:
            found = list(_dependent(following, var, self._goals, self._shape)) if following else [{}]
            self._dependent[following, var] = found
        return found


def _values(key: str, goals: Goals, shape: Shape) -> list[str]:
    match key:
        case "var" | "var2":
            return [v.name for v in shape.recursive][:4]
        case "nat" | "nat2":
            return [v.name for v in shape.data if v.type in ("nat", "Z", "N")][:4]
        case "case" | "case2" | "case3":
            terms = [_atomic(term) for term in scrutinees(shape)]
            others = [v.name for v in shape.recursive] if key == "case" else []
            return [*(v.name for v in shape.enumerated), *terms, *others][:5]
        case "case_in" | "call":
            return [f"({f.name} {'_ ' * f.type.count('->')}".rstrip() + ")" for f in shape.functions][:3]
        case "hyp" | "hyp2":
            return [v.name for v in reversed(shape.premises)][:6]
        case "new":
            newest = [v.name for v in reversed(shape.premises)]
            return [name for name in newest if name.startswith(("IH", "supposed"))][:2] or newest[:1]
        case "lemma" | "lemma2":
            return list(goals.names[:6])
        case "name":
            return list(constants(shape))[:4]
        case "test":
            return list(TESTS)
        case "witness":
            numbers = map(str, range(17)) if "existential" in goals.features else ()
            return [*(v.name for v in shape.data), *numbers] if numbers else []
        case _:
            raise KeyError(key)


def _dependent(wanted: frozenset[str], var: str, goals: Goals, shape: Shape) -> Iterator[dict[str, str]]:
    """What follows from the variable chosen: its induction hypotheses, what to generalise, …"""
    more: dict[str, str] = {"split": SPLIT}
    if "lemmas" in wanted:
        if not goals.names:
            return
        more["lemmas"] = ", ".join(goals.names[:5])
    if "eqs" in wanted:
        equations = [v.name for v in reversed(shape.premises) if simplifies(v.type)]
        if not equations:
            return
        more["eqs"] = ", ?".join(equations[:4])
    quantified = any(v.quantified for v in (*shape.premises, *shape.data))
    more["intro"] = "intros; " if quantified else ""
    if "revert" in wanted:
        others = [v for v in shape.data if v.name != var]
        if quantified:
            names = " ".join(v.name for v in others if v.quantified)
            if not names:
                return
            more["revert"] = f"intros; revert {names}; "
        else:
            names = " ".join(v.name for v in others)
            if not names:
                return
            more["revert"] = f"revert {names}; "
    if "ih" not in wanted:
        yield more
        return
    yield {**more, "ih": f"IH{var}"}
    kind = next((v.type for v in shape.data if v.name == var), "")
    if not kind.startswith(("nat", "list ")):
        yield {**more, "ih": f"IH{var}1, IH{var}2"}


def simplifies(type_: str) -> bool:
    """Whether a premise is an equation to rewrite with again and again, without going in circles."""
    bound, statement = telescope(type_)
    sides = top_level_split(statement, "=") or top_level_split(statement, "<->")
    if sides is None or re.fullmatch(r"[\w']+|match .*", sides[0]):
        return False
    return sorted(tokens(sides[0])) != sorted(tokens(sides[1])) and not _occurs(sides[0], sides[1], bound)


def _occurs(left: str, right: str, bound: Sequence[Variable]) -> bool:
    """Whether an instance of one side of an equation is part of the other, by its text."""
    names = {variable.name for variable in bound}
    parts = (r"(?:[\w'.]+|\(.+\))" if part in names else re.escape(part) for part in re.split(r"([\w'.]+)", left))
    return re.search("".join(parts), right) is not None


def _atomic(term: str) -> str:
    return term if re.fullmatch(r"[\w'.]+", term) else f"({term})"


def _for_all(goals: Goals) -> Iterator[list[str]]:
    """One tactic for every goal that is left."""
    shape = read_shape(goals.main)
    texts = [text for text in fill(CLOSERS, goals, shape) if "{" not in text]
    simple = [text for text in texts if ";" not in text and not text.startswith(("now", "exists"))]
    yield [f"all: {text}." for text in texts]
    yield [f"all: first [{' | '.join(simple[:12])}]."]
