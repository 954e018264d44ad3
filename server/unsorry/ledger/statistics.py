"""What the ledger says of how proving goes: rates and times by prover, strategy, shape or week; what is slow, and what
has become worse."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from attrs import frozen

from unsorry.ledger.entries import Kind
from unsorry.ledger.schema import events

GROUPINGS: Mapping[str, tuple[str, ...]] = {
    "prover": ("language", "prover", "toolchain"),
    "strategy": ("language", "strategy", "part"),
    "shape": ("language", "shape", "strategy"),
    "week": ("week", "language", "strategy"),
}
_MONDAY = datetime(1969, 12, 29, tzinfo=UTC)  # the week of the epoch is number 0
_FEWEST = 20  # attempts on either side before rates are compared
_SURELY = 2.0  # standard deviations
_SLOWER = 1.5
_Result = tuple[int, float]  # won or not, and seconds

attempts = sa.table(
    "attempts",
    *(
        sa.column(name, type_)
        for name, type_ in {
            "at": sa.Double,
            "uri": sa.Text,
            "declaration": sa.Text,
            "language": sa.Text,
            "prover": sa.Text,
            "toolchain": sa.Text,
            "strategy": sa.Text,
            "part": sa.Text,
            "shape": sa.Text,
            "week": sa.Integer,
            "won": sa.Integer,
            "seconds": sa.Double,
        }.items()
    ),
)


@frozen
class Rate:
    """Finished attempts of a group. Times are wall seconds of an attempt; ``seconds_per_proof`` counts the vain ones
    in, and is ``None`` when there is no proof."""

    group: tuple[str, ...]
    attempts: int
    proved: int
    median_seconds: float
    p95_seconds: float
    seconds: float

    @property
    def success(self) -> float:
        return self.proved / self.attempts

    @property
    def seconds_per_proof(self) -> float | None:
        return self.seconds / self.proved if self.proved else None


@frozen
class Slow:
    """A declaration that took long: wall seconds of all its attempts, and whether one of them proved it."""

    uri: str
    declaration: str
    attempts: int
    seconds: float
    proved: bool


@frozen
class Regression:
    """What has become worse, in one sentence about ``subject``."""

    subject: str
    message: str


def rates(connection: sa.Connection, by: str, since: float) -> Sequence[Rate]:
    """The rates of each group of a grouping, those with the most attempts first (weeks in their order)."""
    columns = [attempts.c[name] for name in GROUPINGS[by]]
    query = sa.select(*columns, attempts.c.won, attempts.c.seconds).where(attempts.c.at >= since)
    groups: dict[tuple[str, ...], list[_Result]] = defaultdict(list)
    for row in connection.execute(query):
        *values, won, seconds = row
        group = tuple(_week(v) if name == "week" else str(v) for name, v in zip(GROUPINGS[by], values, strict=True))
        groups[group].append((won, seconds or 0.0))
    found = [_rate(group, results) for group, results in groups.items()]
    return sorted(found, key=(lambda r: r.group) if by == "week" else (lambda r: (-r.attempts, r.group)))


def _rate(group: tuple[str, ...], results: Sequence[_Result]) -> Rate:
    seconds = sorted(s for _, s in results)
    p95 = seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))]
    proved = sum(won for won, _ in results)
    return Rate(group, len(results), proved, statistics.median(seconds), p95, math.fsum(seconds))


def _week(number: int) -> str:
    """The Monday that a week begins with."""
    return (_MONDAY + timedelta(weeks=number)).date().isoformat()


def slowest(connection: sa.Connection, since: float, most: int = 10) -> Sequence[Slow]:
    """The declarations whose attempts took longest altogether."""
    total = sa.func.sum(attempts.c.seconds)
    query = (
        sa.select(attempts.c.uri, attempts.c.declaration, sa.func.count(), total, sa.func.max(attempts.c.won))
        .where(attempts.c.at >= since)
        .group_by(attempts.c.uri, attempts.c.declaration)
        .order_by(total.desc())
        .limit(most)
    )
    return tuple(
        Slow(uri, declaration, count, seconds, bool(won))
        for uri, declaration, count, seconds, won in connection.execute(query)
    )


def regressions(connection: sa.Connection) -> Sequence[Regression]:
    """Goals that were proved once and are not any more, and strategies that do worse in the latest week with work than
    before it, by more than chance explains."""
    return (*_lost_goals(connection), *_worse_strategies(connection))


def _lost_goals(connection: sa.Connection) -> Sequence[Regression]:
    def latest(kind: Kind) -> sa.Subquery:
        query = sa.select(events.c.goal, sa.func.max(events.c.id).label("id"))
        return query.where(events.c.kind == kind.value, events.c.goal != "").group_by(events.c.goal).subquery()

    proved, vain = latest(Kind.PROOF_FOUND), latest(Kind.VAIN)
    query = (
        sa.select(events.c.uri, events.c.declaration, events.c.toolchain, events.c.budget)
        .join(vain, vain.c.id == events.c.id)
        .join(proved, proved.c.goal == events.c.goal)
        .where(vain.c.id > proved.c.id)
        .order_by(events.c.id)
    )
    return [
        Regression(
            f"{uri}: {declaration or 'a hole'}",
            f"its goal was proved before, and was not in the latest search ({budget:g} s, {toolchain or 'unknown'})",
        )
        for uri, declaration, toolchain, budget in connection.execute(query)
    ]


def _worse_strategies(connection: sa.Connection) -> Sequence[Regression]:
    latest = connection.scalar(sa.select(sa.func.max(attempts.c.week)))
    query = sa.select(
        attempts.c.language, attempts.c.strategy, attempts.c.part, attempts.c.week, attempts.c.won, attempts.c.seconds
    )
    sides: dict[tuple[str, ...], tuple[list[_Result], list[_Result]]] = defaultdict(lambda: ([], []))
    for language, strategy, part, week, won, seconds in connection.execute(query):
        sides[language, strategy, part][week == latest].append((won, seconds or 0.0))
    found = []
    for group, (before, now) in sorted(sides.items()):
        if min(len(before), len(now)) >= _FEWEST:
            told = _compared(_rate(group, before), _rate(group, now))
            if told:
                found.append(Regression(" ".join(filter(None, group)), told))
    return found


def _compared(before: Rate, now: Rate) -> str:
    """What became worse, or nothing: the rates by a test of two proportions, the times by their medians."""
    together = (before.proved + now.proved) / (before.attempts + now.attempts)
    deviation = math.sqrt(together * (1 - together) * (1 / before.attempts + 1 / now.attempts))
    if deviation and (before.success - now.success) / deviation > _SURELY:
        return f"proves {now.success:.0%} of its goals this week, {before.success:.0%} before"
    if now.median_seconds > _SLOWER * before.median_seconds:
        return f"takes {now.median_seconds:.2f} s (median) this week, {before.median_seconds:.2f} s before"
    return ""
