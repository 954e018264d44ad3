"""A search for a whole script at one goal: close it, or take a step and search on at what that leaves.

Depth first with a growing allowance, after the pattern of Boyer and Moore's prover: use what is known, generalise,
do induction, suppose a lemma. Each step costs one, and more the later it comes among the steps that its goal allows.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from attrs import define, evolve, field, frozen

from unsorry.errors import ProverTimeout
from unsorry.model import Goals, TrialResult
from unsorry.provers.rocq.batches import make_choice, make_query, read_answer, read_choice
from unsorry.provers.rocq.goals import has_unknowns, read_goals
from unsorry.provers.rocq.moves import generalises, moves, supposes
from unsorry.provers.rocq.place import Place
from unsorry.provers.rocq.portfolio import fill
from unsorry.provers.rocq.protocol import RawGoal, RawGoals
from unsorry.provers.rocq.script import Script
from unsorry.provers.rocq.shape import read_shape
from unsorry.provers.rocq.tactics import DEEP, QUICK
from unsorry.provers.rocq.walk import Lost, Walk

_BULLETS = ("-", "+", "*", "--", "++", "**", "---", "+++", "***")
_ALLOWANCES = range(1, 13)
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

    untried: Iterator[str]
    steps: list[tuple[str, RawGoals]] = field(factory=list)
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
    ``supposed``: it is a lemma that the search supposed."""

    level: int = 0
    fresh: bool = False
    supposed: bool = False


class Explorer:
    """One search. ``names`` and ``at_hand`` are the lemmas and features that hold all over it."""

    def __init__(self, walk: Walk, names: Sequence[str], at_hand: Sequence[str]) -> None:
        self._walk = walk
        self._names = tuple(names)
        self._at_hand = tuple(at_hand)
        self._failed: dict[_Key, int] = {}
        self._known: dict[tuple[_Key, bool], _Known] = {}
        self._chosen: dict[tuple[_Key, bool], tuple[list[str], int | None]] = {}
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
        texts, chosen = self._chosen.pop((key, spot.fresh), (None, None))
        if texts is None:
            texts = self._closers(goals, spot)
            answer = await self._walk.query(make_choice(texts, _STEP_SECONDS, kernel=kernel))
            chosen = read_choice(answer, len(texts))
        if chosen is not None:
            return texts[chosen] if chosen < len(texts) else None
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
        tables = (QUICK, *DEEP) if spot.fresh else (QUICK,)
        return list(dict.fromkeys(text for table in tables for text in fill(table, goals, shape)[:_MOST_A_TABLE]))

    async def _close_ahead(self, steps: Sequence[tuple[str, RawGoals]], spot: _Spot) -> None:
        """Asks what closes the first goals that steps leave, all at once; ``_closing`` finds the answers."""
        asked: list[tuple[_Key, bool, list[str]]] = []
        questions: list[tuple[list[str], str]] = []
        for move, raws in steps:
            goal, under = raws.foreground[0], _under(spot, move)
            key = _key(goal)
            if has_unknowns(goal) or key in self._failed or key in self._path or (key, under.fresh) in self._chosen:
                continue
            texts = self._closers(read_goals((goal,), self._names, self._at_hand), under)
            asked.append((key, under.fresh, texts))
            bullet = [_bullet(under)] if len(raws.foreground) > 1 else []
            questions.append(([f"{move}.", *bullet], make_choice(texts, _STEP_SECONDS, kernel=True)))
        answers = await self._walk.ask_all(questions) if questions else ()
        for (key, fresh, texts), answer in zip(asked, answers, strict=False):
            self._chosen[key, fresh] = texts, read_choice(answer, len(texts))

    async def _by_steps(self, goals: Goals, allowance: int, key: _Key, spot: _Spot) -> list[str] | None:
        place = self._walk.tip
        known = self._known.get((key, spot.supposed))
        if known is None:
            untried = moves(goals, supposed=spot.supposed)
            known = self._known[key, spot.supposed] = _Known(untried, seen={(goals.main.conclusion,)})
        taken = number = 0
        while (cost := 1 + taken // _STEPS_AT_A_PRICE) <= allowance:
            while number == len(known.steps):
                if not await self._try_more(known):
                    return None
                await self._close_ahead(known.steps[number : number + allowance * _STEPS_AT_A_PRICE - taken], spot)
            move, raws = known.steps[number]
            number += 1
            if len(raws.foreground) == 1 and _key(raws.foreground[0]) in self._path:
                continue
            taken += 1
            self._walk.grant(f"{move}.")
            lines = await self._prove_all(raws, allowance - cost, spot, move)
            if lines is not None:
                return [f"{move}.", *lines]
            self._walk.back(place)
        return None

    async def _try_more(self, known: _Known) -> bool:
        """Tries the next steps at the goal, a few at once; whether there were any."""
        tried = list(itertools.islice(known.untried, _AT_ONCE))
        left = await self._walk.try_all([f"{move}." for move in tried], _STEP_SECONDS) if tried else ()
        known.steps += [(move, raws) for move, raws in zip(tried, left, strict=False) if raws and known.is_new(raws)]
        known.untried = itertools.chain(tried[len(left) :], known.untried)
        return bool(tried)

    async def _prove_all(self, raws: RawGoals, allowance: int, spot: _Spot, move: str) -> list[str] | None:
        """The rest of the script after a step, with a bullet for each goal where there are several."""
        spot = _under(spot, move)
        if len(raws.foreground) == 1:
            return await self._prove(raws, allowance, spot)
        bullet = _bullet(spot)
        lines: list[str] = []
        for number, goal in enumerate(raws.foreground):
            lemma = supposes(move) and number == 0
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
        for _ in place.to_close:
            walk.grant("{")
            lines = await Explorer(walk, names, at_hand).solve()
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


def _under(spot: _Spot, move: str) -> _Spot:
    return evolve(spot, fresh=supposes(move) or generalises(move))


def _bullet(spot: _Spot) -> str:
    return _BULLETS[min(spot.level, len(_BULLETS) - 1)]


def _key(raw: RawGoal) -> _Key:
    return (raw.conclusion, *raw.hypotheses)
