"""A search for a whole script at one goal: close it, or take a step and search on at what that leaves.

Depth first with a growing allowance, after the pattern of Boyer and Moore's prover: use what is known, generalise,
do induction, suppose a lemma. Each step costs one, and more the later it comes among the steps that its goal allows.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.errors import ProverTimeout
from unsorry.model import Goals, TrialResult
from unsorry.provers.rocq.batches import make_query, read_answer
from unsorry.provers.rocq.goals import read_goals
from unsorry.provers.rocq.moves import generalises, moves, supposes
from unsorry.provers.rocq.place import Place
from unsorry.provers.rocq.portfolio import fill
from unsorry.provers.rocq.protocol import RawGoal, RawGoals
from unsorry.provers.rocq.script import Script
from unsorry.provers.rocq.shape import read_shape
from unsorry.provers.rocq.tactics import DEEP, QUICK
from unsorry.provers.rocq.walk import Walk

_BULLETS = ("-", "+", "*", "--", "++", "**", "---", "+++", "***")
_ALLOWANCES = range(1, 13)
_STEP_SECONDS = 1.0
_MOST_GOALS = 6
_MOST_A_TABLE = 60
_STEPS_AT_A_PRICE = 3


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
        self._failed: dict[tuple[str, ...], int] = {}
        self._path: list[tuple[str, ...]] = []

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
        closing = await self._closing(goals, spot) if key not in self._failed else None
        if closing is not None and (await self._walk.run(f"{closing}.")).good:
            return [f"{closing}."]
        self._path.append(key)
        try:
            lines = await self._by_steps(goals, allowance, spot)
        finally:
            self._path.pop()
        if lines is None:
            self._failed[key] = allowance
        return lines

    async def _closing(self, goals: Goals, spot: _Spot) -> str | None:
        """A single tactic that closes the goal."""
        shape = read_shape(goals.main)
        tables = (QUICK, *DEEP) if spot.fresh else (QUICK,)
        texts = list(dict.fromkeys(text for table in tables for text in fill(table, goals, shape)[:_MOST_A_TABLE]))
        kernel = "existential_variable" not in goals.features
        while texts:
            query = make_query(texts, _STEP_SECONDS, kernel=kernel)
            found = read_answer(query, await self._walk.query(query.text))
            if found and found[-1].result is TrialResult.CLOSED:
                return texts[len(found) - 1]
            texts = texts[max(1, len(found)) :]
        return None

    async def _by_steps(self, goals: Goals, allowance: int, spot: _Spot) -> list[str] | None:
        place = self._walk.tip
        taken = 0
        seen: set[tuple[str, ...]] = {(goals.main.conclusion,)}
        for move in moves(goals, supposed=spot.supposed):
            cost = 1 + taken // _STEPS_AT_A_PRICE
            if cost > allowance:
                return None
            raws = await self._walk.step(f"{move}.", _STEP_SECONDS)
            if raws is None:
                continue
            result = tuple(goal.conclusion for goal in raws.foreground)
            if result not in seen and self._is_progress(raws.foreground):
                seen.add(result)
                taken += 1
                lines = await self._prove_all(raws, allowance - cost, spot, move)
                if lines is not None:
                    return [f"{move}.", *lines]
            self._walk.back(place)
        return None

    def _is_progress(self, left: Sequence[RawGoal]) -> bool:
        """Whether a step has led somewhere: not in a circle, not into too many cases, not into unfolded recursion."""
        if not 0 < len(left) <= _MOST_GOALS or any("(fix " in goal.conclusion for goal in left):
            return False
        return len(left) > 1 or _key(left[0]) not in self._path

    async def _prove_all(self, raws: RawGoals, allowance: int, spot: _Spot, move: str) -> list[str] | None:
        """The rest of the script after a step, with a bullet for each goal where there are several."""
        spot = evolve(spot, fresh=supposes(move) or generalises(move))
        if len(raws.foreground) == 1:
            return await self._prove(raws, allowance, spot)
        bullet = _BULLETS[min(spot.level, len(_BULLETS) - 1)]
        lines: list[str] = []
        for number in range(len(raws.foreground)):
            lemma = supposes(move) and number == 0
            under = evolve(spot, level=spot.level + 1, supposed=spot.supposed or lemma)
            found = await self._prove(await self._walk.step(bullet), allowance, under)
            if found is None:
                return None
            lines += [f"{bullet} {found[0]}", *(f"{' ' * len(bullet)} {line}" for line in found[1:])]
        return lines


async def explored(
    checker: Script, place: Place, names: Sequence[str], at_hand: Sequence[str], seconds: float
) -> str | None:
    """The script that a search finds for the goals of a hole, all of which are focused; ``None`` when there is none
    to be found in time."""
    scripts: list[list[str]] = []
    try:
        walk = await checker.walk(place.number, seconds)
        for _ in place.to_close:
            await walk.run("{")
            lines = await Explorer(walk, names, at_hand).solve()
            if lines is None:
                return None
            await walk.run("}")
            scripts.append(lines)
    except ProverTimeout:
        return None
    # Below bullets of the user's own, the search's have to be fenced. A step is, when it is put in place.
    if len(scripts) == 1 and (not place.ends_proof or place.is_whole_proof):
        return "\n".join(scripts[0])
    return "\n".join("{ " + "\n  ".join(lines) + " }" for lines in scripts)


def _key(raw: RawGoal) -> tuple[str, ...]:
    return (raw.conclusion, *raw.hypotheses)
