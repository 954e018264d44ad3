"""A search for a whole script at one goal: close it, or take a step and search on at what that leaves.

Depth first with a growing allowance, after the pattern of Boyer and Moore's prover: use what is known, generalise,
do induction, suppose a lemma. Each step has its cost, and more the later it comes among the steps that its goal allows.
Goals that small values show to be false are left alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import define, evolve, field, frozen

from unsorry.errors import ProverTimeout
from unsorry.model import Goals, TrialResult
from unsorry.provers.rocq.batches import Choice, make_choice, make_query, read_answer, read_choice
from unsorry.provers.rocq.goals import has_unknowns, read_goals
from unsorry.provers.rocq.idetop import Answer
from unsorry.provers.rocq.moves import Move, moves
from unsorry.provers.rocq.place import Place
from unsorry.provers.rocq.portfolio import fill
from unsorry.provers.rocq.protocol import RawGoal, RawGoals
from unsorry.provers.rocq.refuting import DEFINITION, REFUTE, computes
from unsorry.provers.rocq.script import Script
from unsorry.provers.rocq.shape import read_shape
from unsorry.provers.rocq.tactics import FRESH, QUICK
from unsorry.provers.rocq.walk import Lost, Walk

_BULLETS = ("-", "+", "*", "--", "++", "**", "---", "+++", "***")
_ALLOWANCES = range(13)
_DEEPEST = 13
_STEP_SECONDS = 1.0
_MOST_GOALS = 6
_MOST_A_TABLE = 60
_STEPS_AT_A_PRICE = 3
_AT_ONCE = 4
_Key = tuple[str, ...]


@define
class _Known:
    """What is known of the steps at a goal: those that lead somewhere, with the goals that they leave, and those that
    have not been tried. They are the same whenever the search comes back to the goal with a larger allowance."""

    untried: list[Move]
    steps: list[tuple[Move, RawGoals]] = field(factory=list)
    _seen: set[_Key] = field(factory=set)

    def is_new(self, raws: RawGoals) -> bool:
        """Whether a step has led somewhere: not where another one did, not into too many cases, not into unfolded
        recursion."""
        result = tuple(goal.conclusion for goal in raws.foreground)
        if result in self._seen:
            return False
        self._seen.add(result)
        return 0 < len(result) <= _MOST_GOALS and not any("(fix " in conclusion for conclusion in result)


@frozen
class _Spot:
    """Where in a script a goal stands. ``fresh``: a step has just made it, so that whole tactics may close it;
    ``supposed``: it is a lemma that the search supposed; ``spent``: its induction hypotheses that have been used."""

    level: int = 0
    fresh: bool = False
    supposed: bool = False
    spent: frozenset[str] = frozenset()


class Explorer:
    """One search. ``names`` and ``at_hand`` are the lemmas and features that hold all over it; ``refutes``: the prover
    has been told how to refute goals."""

    def __init__(self, walk: Walk, names: Sequence[str], at_hand: Sequence[str], *, refutes: bool = False) -> None:
        self._walk = walk
        self._names = tuple(names)
        self._at_hand = tuple(at_hand)
        self._refutes = refutes
        self._failed: dict[_Key, float] = {}  # with which allowance; none is enough for what has been refuted
        self._known: dict[tuple[_Key, bool, frozenset[str]], _Known] = {}
        self._chosen: dict[tuple[_Key, bool], tuple[list[str], Choice | None]] = {}
        self._path: list[_Key] = []

    async def solve(self) -> list[str] | None:
        """Lines of a script that closes the focused goal; then the walk is behind it. ``None``: there is none to
        be found.

        Raises:
            ProverTimeout: the walk's time is over.
        """
        raws = await self._walk.goals()
        for allowance in _ALLOWANCES:
            lines = await self._prove(raws, allowance, _Spot())
            if lines is not None:
                return lines
        return None

    async def _prove(self, raws: RawGoals | None, allowance: int, spot: _Spot) -> list[str] | None:
        """The same within an allowance, where the goals are these."""
        if raws is None or not raws.foreground:
            return None
        key = _key(raws.foreground[0])
        if key in self._path or self._failed.get(key, -1) >= allowance:
            return None
        goals = read_goals(raws.foreground[:1], self._names, self._at_hand)
        closing = await self._closing(goals, key, spot) if key not in self._failed else None
        if self._is_refuted(key):
            return None
        if closing is not None:
            self._walk.grant(f"{closing}.")
            return [f"{closing}."]
        self._path.append(key)
        try:
            lines = await self._by_steps(goals, allowance, key, spot)
        finally:
            self._path.pop()
        if lines is None:
            self._failed[key] = allowance
        return lines

    async def _closing(self, goals: Goals, key: _Key, spot: _Spot) -> str | None:
        """A single tactic that closes the goal."""
        kernel = "existential_variable" not in goals.features
        texts, choice = self._chosen.pop((key, spot.fresh), (None, None))
        if texts is None:
            texts = self._closers(goals, spot)
            choice = self._read(await self._walk.query(self._choice(texts, goals, kernel=kernel)), key)
        if choice is not None:
            return None if choice.closed is None else texts[choice.closed]
        while texts:
            query = make_query(texts, _STEP_SECONDS, kernel=kernel)
            found = read_answer(query, await self._walk.query(query.text))
            if found and found[-1].result is TrialResult.CLOSED:
                return texts[len(found) - 1]
            texts = texts[max(1, len(found)) :]
        return None

    def _closers(self, goals: Goals, spot: _Spot) -> list[str]:
        """Single tactics that may close the goal."""
        shape = read_shape(goals.main)
        tables = (QUICK, FRESH) if spot.fresh else (QUICK,)
        return list(dict.fromkeys(text for table in tables for text in fill(table, goals, shape)[:_MOST_A_TABLE]))

    def _choice(self, texts: Sequence[str], goals: Goals, *, kernel: bool) -> str:
        refute = REFUTE if self._refutes and computes(read_shape(goals.main)) else ""
        return make_choice(texts, _STEP_SECONDS, kernel=kernel, refute=refute)

    def _read(self, answer: Answer, key: _Key) -> Choice | None:
        """What came of a choice; a goal that is false is remembered as such."""
        choice = read_choice(answer)
        if choice is not None and choice.refuted:
            self._failed[key] = math.inf
        return choice

    def _is_refuted(self, key: _Key) -> bool:
        return self._failed.get(key) == math.inf

    async def _close_ahead(self, steps: Sequence[tuple[Move, RawGoals]], spot: _Spot) -> None:
        """Asks what closes the first goals that steps leave, all at once; ``_closing`` finds the answers."""
        asked: list[tuple[_Key, bool, list[str]]] = []
        questions: list[tuple[list[str], str]] = []
        for move, raws in steps:
            goal, under = raws.foreground[0], _under(spot, move)
            key = _key(goal)
            if has_unknowns(goal) or key in self._failed or key in self._path or (key, under.fresh) in self._chosen:
                continue
            goals = read_goals((goal,), self._names, self._at_hand)
            texts = self._closers(goals, under)
            asked.append((key, under.fresh, texts))
            bullet = [_bullet(under)] if len(raws.foreground) > 1 else []
            questions.append(([f"{move.text}.", *bullet], self._choice(texts, goals, kernel=True)))
        answers = await self._walk.ask_all(questions) if questions else ()
        for (key, fresh, texts), answer in zip(asked, answers, strict=False):
            self._chosen[key, fresh] = texts, self._read(answer, key)

    async def _by_steps(self, goals: Goals, allowance: int, key: _Key, spot: _Spot) -> list[str] | None:
        if len(self._path) > _DEEPEST:
            return None
        place = self._walk.tip
        known = self._known.get((key, spot.supposed, spot.spent))
        if known is None:
            untried = moves(goals, supposed=spot.supposed, spent=spot.spent)
            known = self._known[key, spot.supposed, spot.spent] = _Known(untried, seen={(goals.main.conclusion,)})
        taken = number = 0
        while True:
            while number == len(known.steps):
                if not await self._try_more(known, allowance):
                    return None
                await self._close_ahead(known.steps[number:], spot)
            move, raws = known.steps[number]
            number += 1
            cost = move.cost + taken // _STEPS_AT_A_PRICE
            if cost > allowance:
                return None
            following = _key(raws.foreground[0])
            if self._is_refuted(following) or (len(raws.foreground) == 1 and following in self._path):
                continue
            taken += 1
            self._walk.grant(f"{move.text}.")
            lines = await self._prove_all(raws, allowance - cost, spot, move)
            if lines is not None:
                return [f"{move.text}.", *lines]
            self._walk.back(place)

    async def _try_more(self, known: _Known, allowance: int) -> bool:
        """Tries the next steps at the goal that the allowance is enough for, a few at once; whether there were any."""
        tried = [move for move in known.untried[:_AT_ONCE] if move.cost <= allowance]
        left = await self._walk.try_all([f"{move.text}." for move in tried], _STEP_SECONDS) if tried else ()
        known.steps += [(move, raws) for move, raws in zip(tried, left, strict=False) if raws and known.is_new(raws)]
        del known.untried[: len(left)]
        return bool(tried)

    async def _prove_all(self, raws: RawGoals, allowance: int, spot: _Spot, move: Move) -> list[str] | None:
        """The rest of the script after a step, with a bullet for each goal where there are several."""
        spot = _under(spot, move)
        if len(raws.foreground) == 1:
            return await self._prove(raws, allowance, spot)
        bullet = _bullet(spot)
        lines: list[str] = []
        for number, goal in enumerate(raws.foreground):
            lemma = move.supposes and number == 0
            under = evolve(spot, level=spot.level + 1, supposed=spot.supposed or lemma)
            found = await self._prove(await self._focused(goal, bullet), allowance, under)
            if found is None:
                return None
            lines += [f"{bullet} {found[0]}", *(f"{' ' * len(bullet)} {line}" for line in found[1:])]
        return lines

    async def _focused(self, goal: RawGoal, bullet: str) -> RawGoals | None:
        """The next goal, under its bullet. It is known, unless what came before may have filled in parts of it."""
        if has_unknowns(goal):
            return await self._walk.step(bullet)
        self._walk.grant(bullet)
        return RawGoals((goal,))


async def explored(
    checker: Script, place: Place, names: Sequence[str], at_hand: Sequence[str], seconds: float
) -> str | None:
    """The script that a search finds for the goals of a hole, all of which are focused; ``None`` when there is none
    to be found in time."""
    scripts: list[list[str]] = []
    try:
        walk = await checker.walk(place.number, seconds)
        refutes = (await walk.run(DEFINITION)).good
        for _ in place.to_close:
            walk.grant("{")
            lines = await Explorer(walk, names, at_hand, refutes=refutes).solve()
            if lines is None:
                return None
            walk.grant("}")
            scripts.append(lines)
        if await walk.goals() is None:
            return None  # something that was taken for granted does not hold
    except (ProverTimeout, Lost):
        return None
    # Below bullets of the user's own, the search's have to be fenced. A step is, when it is put in place.
    if len(scripts) == 1 and (not place.ends_proof or place.is_whole_proof):
        return "\n".join(scripts[0])
    return "\n".join("{ " + "\n  ".join(lines) + " }" for lines in scripts)


def _under(spot: _Spot, move: Move) -> _Spot:
    # An induction forgets what has been spent: its own hypotheses may have the same names.
    spent = frozenset[str]() if "induction" in move.text else spot.spent | {move.spends} - {""}
    return evolve(spot, fresh=move.fresh, spent=spent)


def _bullet(spot: _Spot) -> str:
    return _BULLETS[min(spot.level, len(_BULLETS) - 1)]


def _key(raw: RawGoal) -> _Key:
    return (raw.conclusion, *raw.hypotheses)
