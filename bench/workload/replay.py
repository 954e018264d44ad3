"""Replays the recorded workload through orders of arms: goals closed per CPU second.

    python -m bench.workload.replay [--shuffles 200] [--budget 10]

Fixed: the portfolio's parts as they stand, then the searches, light before heavy. Random: any order, anew for each
goal. UCB: the selector that is shipped, learning as it goes, once from nothing and once with priors from *other*
files than those it is judged by (two halves of the files, each judged with the other's priors). Hindsight: the best
order of each language that one could have fixed knowing the outcomes, by greed and then exchanges until none helps.

Each shuffle of the goals is one sample of the learner's; the intervals are of 95 %, from a bootstrap over goals within
shuffles, the same goals for all orders, so that the ratios are of paired samples.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen
from bench.workload.record import OUTCOMES, read

from unsorry.model import Language
from unsorry.orchestrator.history import History, Tally
from unsorry.orchestrator.learning import Learner
from unsorry.orchestrator.shapes import shape_from

_LEAST = 0.001  # CPU seconds: asking costs something even where the clock shows nothing


@frozen
class Item:
    """One goal of the workload: for each arm whether it proves the goal and in how many CPU seconds."""

    name: str
    file: str
    language: str
    shape: str
    arms: Mapping[str, tuple[bool, float]]


def load(rows: Sequence[Mapping[str, Any]]) -> list[Item]:
    items = []
    for row in rows:
        shape = shape_from(Language(row["language"]), frozenset(row["features"]))
        arms = {arm: (bool(won), max(_LEAST, seconds)) for arm, (won, seconds) in row["arms"].items()}
        file = row["goal"].split(":")[0].split("#")[0]
        items.append(Item(row["goal"], file, row["language"], shape, arms))
    return items


@frozen
class Spent:
    closed: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.closed / self.seconds


Order = Callable[[Item], Sequence[str]]
Learn = Callable[[Item, str, bool, float], None]


def run(item: Item, order: Order, budget: float, learn: Learn | None = None) -> Spent:
    """One goal through an order of arms, until one proves it or the budget has gone."""
    spent = 0.0
    for arm in order(item):
        proves, needs = item.arms[arm]
        cost = min(needs, budget - spent)
        won = proves and needs <= budget - spent
        spent += cost
        if learn is not None:
            learn(item, arm, won, cost)
        if won:
            return Spent(1, spent)
        if spent >= budget:
            break
    return Spent(0, spent)


def total(results: Sequence[Spent]) -> Spent:
    return Spent(sum(r.closed for r in results), sum(r.seconds for r in results))


def hindsight(items: Sequence[Item], budget: float) -> dict[str, tuple[str, ...]]:
    """The best fixed order of each language."""
    best = {}
    for language in sorted({item.language for item in items}):
        own = [item for item in items if item.language == language]

        def rate(order: Sequence[str], own: Sequence[Item] = own) -> float:
            return total([run(item, lambda _: order, budget) for item in own]).rate

        order: list[str] = []
        left, open_ = list(own[0].arms), list(own)
        while left:

            def value(arm: str, open_: Sequence[Item] = open_) -> float:
                return sum(i.arms[arm][0] for i in open_) / max(_LEAST, sum(i.arms[arm][1] for i in open_))

            arm = max(left, key=value)
            order.append(arm)
            left.remove(arm)
            open_ = [item for item in open_ if not item.arms[arm][0]]
        best[language] = _exchanged(order, rate)
    return best


def _exchanged(order: list[str], rate: Callable[[Sequence[str]], float]) -> tuple[str, ...]:
    value, improved = rate(order), True
    while improved:
        improved = False
        for at in range(len(order)):
            for to in range(len(order)):
                other = order[:at] + order[at + 1 :]
                other.insert(to, order[at])
                if (new := rate(other)) > value * (1 + 1e-9):
                    order, value, improved = other, new, True
    return tuple(order)


class Ucb:
    """The shipped selector's order, learning from what it is given."""

    def __init__(self, shipped: Mapping[str, History]) -> None:
        self._history = History()
        self._learners = {half: Learner(self._history, priors) for half, priors in shipped.items()}

    def order(self, item: Item) -> Sequence[str]:
        learner = self._learners[half_of(item)]
        return sorted(item.arms, key=lambda arm: -learner.estimate(item.shape, arm).score)

    def learn(self, item: Item, arm: str, won: bool, seconds: float) -> None:
        self._history.add(item.shape, arm, Tally(1.0, float(won), seconds))


def half_of(item: Item) -> str:
    return "even" if sum(map(ord, item.file)) % 2 == 0 else "odd"


def priors(items: Sequence[Item]) -> History:
    history = History()
    for item in items:
        for arm, (won, seconds) in item.arms.items():
            history.add(item.shape, arm, Tally(1.0, float(won), seconds))
    return history


def replay(items: Sequence[Item], budget: float, shuffles: int) -> dict[str, list[list[Spent]]]:
    """For each order, for each shuffle, what each goal took; goals in the order of ``items``."""
    other = {half: priors([item for item in items if half_of(item) != half]) for half in ("even", "odd")}
    nothing = {half: History() for half in other}
    best = hindsight(items, budget)
    results: dict[str, list[list[Spent]]] = {}
    fixed = [run(item, lambda i: tuple(i.arms), budget) for item in items]
    ideal = [run(item, lambda i: best[i.language], budget) for item in items]
    for seed in range(shuffles):
        chance = random.Random(seed)
        numbers = list(range(len(items)))
        chance.shuffle(numbers)
        results.setdefault("fixed", []).append(fixed)
        results.setdefault("hindsight", []).append(ideal)
        results.setdefault("random", []).append(
            [run(item, lambda i, chance=chance: chance.sample(sorted(i.arms), len(i.arms)), budget) for item in items]  # type: ignore[misc]
        )
        for name, shipped in (("ucb", nothing), ("ucb with priors", other)):
            policy, spent = Ucb(shipped), [Spent(0, 0.0)] * len(items)
            for number in numbers:
                spent[number] = run(items[number], policy.order, budget, policy.learn)
            results.setdefault(name, []).append(spent)
    return results


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and the middle 95 %."""
    ordered = sorted(values)
    last = len(ordered) - 1
    return statistics.mean(values), ordered[round(0.025 * last)], ordered[round(0.975 * last)]


def rates(results: Mapping[str, list[list[Spent]]], draws: int) -> dict[str, list[float]]:
    """Goals closed per CPU second in each of ``draws`` samples of goals, each within some shuffle."""
    count = len(results["fixed"][0])
    chance = random.Random(0)
    sampled: dict[str, list[float]] = {name: [] for name in results}
    for draw in range(draws):
        numbers = chance.choices(range(count), k=count)
        for name, shuffled in results.items():
            one = shuffled[draw % len(shuffled)]
            sampled[name].append(total([one[number] for number in numbers]).rate)
    return sampled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shuffles", type=int, default=100)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--budget", type=float, default=10.0, help="CPU seconds for each goal")
    arguments = parser.parse_args()
    items = load(read(OUTCOMES))
    for group in (items, *([i for i in items if i.language == name] for name in sorted({i.language for i in items}))):
        names = ", ".join(sorted({item.language for item in group}))
        print(f"{names}: {len(group)} goals in {len({item.file for item in group})} files")
        results = replay(group, arguments.budget, arguments.shuffles)
        sampled = rates(results, arguments.draws)
        for name in ("fixed", "random", "ucb", "ucb with priors", "hindsight"):
            closed = statistics.mean(total(one).closed for one in results[name])
            mean, low, high = interval(sampled[name])
            ratio = [a / b for a, b in zip(sampled[name], sampled["hindsight"], strict=True)]
            share, least, most = interval(ratio)
            gain, worst, best = interval([a / b for a, b in zip(sampled[name], sampled["fixed"], strict=True)])
            print(
                f"  {name:16} {closed:6.1f} closed, {mean:6.3f} per CPU second [{low:.3f}, {high:.3f}], "
                f"{share:.2f} of hindsight [{least:.2f}, {most:.2f}], "
                f"{gain:.2f} of fixed [{worst:.2f}, {best:.2f}]"
            )


if __name__ == "__main__":
    main()
