"""What the ledger says of how proving goes."""

from __future__ import annotations

import pytest

from unit.ledger.entries import attempt
from unsorry.ledger import statistics, upkeep
from unsorry.ledger.entries import Entry, Kind
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location

MONDAY = 1_700_438_400.0  # 2023-11-20
WEEK = 7 * 86_400.0


def write(location: Location, *entries: Entry) -> None:
    ledger = Ledger(location)
    for entry in entries:
        ledger.append(entry)
    assert ledger.close(30)


def test_rates_and_times(location: Location) -> None:
    """By strategy: how many, how many proved, the median and the time that a proof costs."""
    write(
        location,
        *(attempt(seconds=s, verdict=v) for s, v in ((1.0, "verified"), (2.0, "rejected"), (6.0, "verified"))),
        attempt("hammer", "timed_out", seconds=9.0),
    )
    with upkeep.opened(location) as connection:
        micro, hammer = statistics.rates(connection, "strategy", 0.0)
    assert (micro.group, micro.attempts, micro.proved) == (("rocq", "micro", ""), 3, 2)
    assert (micro.median_seconds, micro.p95_seconds, micro.seconds_per_proof) == (2.0, 6.0, 4.5)
    assert (hammer.success, hammer.seconds_per_proof) == (0.0, None)


def test_weeks_follow_each_other(location: Location) -> None:
    """A trend reads from top to bottom, a week by the date of its Monday."""
    write(location, attempt(at=MONDAY + WEEK), attempt(at=MONDAY - 1), attempt(at=MONDAY))
    with upkeep.opened(location) as connection:
        weeks = [rate.group[0] for rate in statistics.rates(connection, "week", 0.0)]
        assert len(statistics.rates(connection, "week", MONDAY)) == 2
    assert weeks == ["2023-11-13", "2023-11-20", "2023-11-27"]


def test_what_is_slow(location: Location) -> None:
    """The declarations that took most, all attempts together."""
    write(
        location,
        *(attempt(uri="u", declaration=d, seconds=s, verdict=v) for d, s, v in (
            ("a", 1.0, "verified"), ("b", 2.0, "rejected"), ("a", 1.5, "rejected"))),
    )  # fmt: skip
    with upkeep.opened(location) as connection:
        slow = statistics.slowest(connection, 0.0)
    assert [(s.declaration, s.attempts, s.seconds, s.proved) for s in slow] == [
        ("a", 2, 2.5, True),
        ("b", 1, 2.0, False),
    ]


@pytest.mark.parametrize(("now", "told"), [(0.3, True), (0.75, False)])
def test_a_strategy_that_does_worse(location: Location, now: float, told: bool) -> None:
    """A rate that fell by more than chance explains is told of; one that chance explains is not."""
    before = (attempt(at=MONDAY, verdict="verified" if n < 32 else "rejected") for n in range(40))
    after = (attempt(at=MONDAY + WEEK, verdict="verified" if n < 40 * now else "rejected") for n in range(40))
    write(location, *before, *after)
    with upkeep.opened(location) as connection:
        found = statistics.regressions(connection)
    assert [r.message for r in found] == (["proves 30% of its goals this week, 80% before"] if told else [])


def test_a_goal_that_is_not_proved_any_more(location: Location) -> None:
    """Proved once, and then searched in vain: a regression until it is proved again."""
    found = Entry(kind=Kind.PROOF_FOUND, uri="file:///a.v", declaration="a", goal="g")
    vain = Entry(kind=Kind.VAIN, uri="file:///a.v", declaration="a", goal="g", budget=5.0, toolchain="9.0")
    write(location, vain, found)
    with upkeep.opened(location) as connection:
        assert statistics.regressions(connection) == ()
    write(location, vain)
    with upkeep.opened(location) as connection:
        (regression,) = statistics.regressions(connection)
    assert regression.subject == "file:///a.v: a"
    assert "(5 s, 9.0)" in regression.message
