"""Steps that a proof search may take at a goal, each with what it costs: use an equation, generalise, split, suppose
a lemma, do induction. Pure text; what is not right the prover refuses, or the search gives up.

What an induction hypothesis is for costs nothing: to rewrite with it once, which spends it, and then to forget it and
generalise what it leaves (cross-fertilisation, in Boyer and Moore's words).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from attrs import frozen

from unsorry.model import Goals
from unsorry.provers.rocq.portfolio import fill
from unsorry.provers.rocq.shape import (
    GROUP,
    Shape,
    Variable,
    head,
    read_shape,
    scrutinees,
    telescope,
    tokens,
    top_level_split,
)
from unsorry.provers.rocq.suppositions import suppositions
from unsorry.provers.rocq.tactics import ALIGNMENTS, SPECIFICATIONS, STEPS

_RELATED = re.compile(r"(?:=|<->)")


@frozen
class Move:
    """A tactic without its period, and what it costs a search to follow it. ``spends``: an induction hypothesis that
    has done its work with it. ``supposes``: it leaves a lemma to be shown, and after it the goal; ``fresh``: it leaves
    goals that whole tactics may close."""

    text: str
    cost: int
    spends: str = ""
    supposes: bool = False
    fresh: bool = False


def moves(goals: Goals, *, supposed: bool = False, spent: frozenset[str] = frozenset()) -> list[Move]:
    """What to go on with, cheapest first. ``supposed``: the goal is itself a lemma that was supposed, which is not
    generalised again; ``spent``: hypotheses that have done their work."""
    return sorted(_moves(goals, supposed, spent), key=lambda move: move.cost)


def _moves(goals: Goals, supposed: bool, spent: frozenset[str]) -> Iterator[Move]:
    shape = read_shape(goals.main)
    equation = top_level_split(shape.statement, "=") is not None
    yield from (Move(text, 1) for text in _splits(shape))
    yield from (Move(text, 0) for text in _alignments(shape))
    yield from _equations(shape, spent)
    yield from _generalisations(shape, spent)
    if not equation:
        yield from (Move(text, 1) for text in _rule_inductions(shape))
    for statement in suppositions(shape, general=not supposed):
        yield Move(f"{_intro(shape)}assert (supposed : {statement})", 1, supposes=True, fresh=True)
    yield from _inductions(shape, spent)
    if equation:
        yield from (Move(text, 2) for text in _rule_inductions(shape))
    yield from (Move(text, 2) for text in fill(STEPS, goals, shape))


def _alignments(shape: Shape) -> Iterator[str]:
    """Rewriting that brings the two sides of a goal, or a goal and its hypotheses, into the same form."""
    sides = top_level_split(shape.statement, "=")
    if sides and head(sides[0]) and head(sides[0]) == head(sides[1]):
        yield f"{_intro(shape)}f_equal"
    yield from (f"{_intro(shape)}rewrite {lemma}" for sign, lemma in ALIGNMENTS if re.search(sign, shape.statement))


def _equations(shape: Shape, spent: frozenset[str]) -> Iterator[Move]:
    """Rewriting with what is assumed, the newest first. It costs nothing where it is what the hypothesis is for, which
    for a relation is one place; more the other way round where that may mislead, and at later places."""
    intro = _intro(shape)
    for premise in reversed(shape.premises):
        name, related = premise.name, _RELATED.search(premise.type) is not None
        if name in spent or premise.quantified or not (related or name.startswith("IH")):
            continue
        spends = name if name.startswith("IH") else ""
        yield Move(f"{intro}rewrite {name}", 0, spends)
        if not related:
            yield Move(f"{intro}rewrite {name} at 1", 0, spends)
        sides = top_level_split(telescope(premise.type)[1], "=")
        vague = sides is not None and re.fullmatch(r"[\w']+", sides[1]) is not None
        yield Move(f"{intro}rewrite <- {name}", 2 if vague else 0, spends)
        yield from (Move(f"{intro}rewrite <- {name} at {place}", 2) for place in (2, 3))
        yield from (Move(f"{intro}{text}", 1, spends) for text in _fertilisations(shape, premise))


def _fertilisations(shape: Shape, premise: Variable) -> Iterator[str]:
    """The same at one side of an equation, where rewriting at a place needs a library that is not loaded."""
    sides, known = top_level_split(shape.statement, "="), top_level_split(telescope(premise.type)[1], "=")
    if sides and known and re.fullmatch(r"[\w']+", known[1]) and known[1] in tokens(sides[1]):
        right = re.sub(rf"(?<![\w'.]){re.escape(known[1])}(?![\w'])", lambda _: f"({known[0]})", sides[1])
        yield f"transitivity ({right}); [| now rewrite {premise.name}]"


def _intro(shape: Shape) -> str:
    return "intros; " if shape.goal.conclusion != shape.statement else ""


def _generalisations(shape: Shape, spent: frozenset[str]) -> Iterator[Move]:
    """Calls that stand at several places become variables; what is known of them goes along."""
    counted = []
    sides = top_level_split(shape.statement, "=")
    for match in GROUP.finditer(shape.statement):
        term = match["term"]
        times = shape.statement.count(term)
        known = any(term in premise.type for premise in shape.premises)
        useful = all(term in side for side in sides) if sides else times > 1 or known
        if useful and not _is_bound(term):
            counted.append((times, term))
    clear = _clear([p.name for p in shape.premises if p.name in spent])
    best = sorted(dict.fromkeys(counted), key=lambda pair: (-pair[0], len(pair[1])))[:2]
    for cost, (_, term) in enumerate(best):
        about = [p.name for p in shape.premises if term in p.type and not p.quantified and p.name not in spent]
        if about:
            text = f"{_intro(shape)}{clear}revert {' '.join(about)}; generalize ({term})"
            yield Move(text, cost, fresh=True)
        yield Move(f"{_intro(shape)}{clear}generalize ({term})", cost, fresh=True)


def _clear(names: Sequence[str]) -> str:
    return f"clear {' '.join(names)}; " if names else ""


def _is_bound(term: str) -> bool:
    return any(word in ("fun", "forall", "exists", "match", "if", "let") for word in tokens(term))


def _splits(shape: Shape) -> Iterator[str]:
    """Case splits on what the statement depends on; comparisons of numbers by what they mean."""
    intro = _intro(shape)
    for term in itertools.islice(scrutinees(shape), 3):
        about = [premise.name for premise in shape.premises if term in premise.type and not premise.quantified]
        revert = f"revert {' '.join(about)}; " if about else ""
        sides = re.fullmatch(r"(\S+|\(.*\)) (=\?|<=\?|<\?) (\S+|\(.*\))", term)
        if sides:
            yield f"{intro}{revert}destruct ({SPECIFICATIONS[sides[2]]} {sides[1]} {sides[3]}); simpl; intros"
        yield f"{intro}{revert}destruct ({term}) eqn:?; simpl; intros"


def _inductions(shape: Shape, spent: frozenset[str]) -> Iterator[Move]:
    """On the likeliest variables. Where ``simpl`` would also unfold calls on successors, first only what recurs on the
    variable is unfolded."""
    ways = [list(_inductions_on(shape, variable, spent)) for variable in shape.recursive[:2]]
    targeted = [list(_unfoldings_on(shape, variable)) for variable in shape.recursive[:2]]
    first, last = (targeted, ways) if re.search(r"\(S \w", shape.statement) else (ways, targeted)
    for least, group in ((1, first), (2, last)):
        for more, texts in enumerate(itertools.zip_longest(*group)):
            yield from (Move(text, least + more) for text in texts if text is not None)


def _inductions_on(shape: Shape, variable: Variable, spent: frozenset[str]) -> Iterator[str]:
    name = variable.name
    others = [v.name for v in shape.data if v.name != name and v.quantified == variable.quantified]
    stale = [p.name for p in shape.premises if p.name in spent or (p.name.startswith("IH") and name in tokens(p.type))]
    before = "" if variable.quantified else _clear(stale)
    yield f"{before}induction {name}; simpl"
    if others:
        yield f"{_intro(shape)}{before}revert {' '.join(others)}; induction {name}; simpl"
    yield f"{before}induction {name}; simpl; intros; try rewrite IH{name}"
    yield f"{before}induction {name}; simpl; intros; try rewrite <- IH{name}"
    if before:
        yield f"induction {name}; simpl"


def _unfoldings_on(shape: Shape, variable: Variable) -> Iterator[str]:
    for function in _callers(shape, variable.name):
        yield f"induction {variable.name}; intros; cbn [{function}]"


def _rule_inductions(shape: Shape) -> Iterator[str]:
    """On how a premise came to hold, for premises that are not equations. Those of the conclusion go by number:
    what ``intros`` would call them is not seen."""
    number = 0
    for premise in shape.premises[:4]:
        number += premise.quantified
        if not _RELATED.search(premise.type) and "->" not in premise.type:
            yield f"induction {number if premise.quantified else premise.name}; simpl in *"


def _callers(shape: Shape, name: str) -> Iterator[str]:
    """Functions of the statement that are called with a variable, for unfolding them and nothing else."""
    called = re.findall(rf"([^\W\d][\w'.]*)(?: [\w'.]+)*? {re.escape(name)}(?![\w'])", shape.statement)
    known = {v.name for v in (*shape.data, *shape.functions)}
    return iter([f for f in dict.fromkeys(called) if f not in known and len(f) > 1][:2])
