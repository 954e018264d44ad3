"""Looking after a ledger: what is checked, what is removed, and what other programs get."""

from __future__ import annotations

import csv
import json
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from unit.ledger.entries import attempt
from unsorry.ledger import database, exporting, upkeep
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.ledger.schema import REVISIONS, VERSION_TABLE, metadata

DAY = 86_400.0


def written(location: Location, *days_ago: float) -> Location:
    ledger = Ledger(location)
    for days in days_ago:
        ledger.append(attempt(at=time.time() - days * DAY, data={"text": 'λ, "x"\n'}))
    assert ledger.close(30)
    return location


def change(location: Location, statement: str) -> None:
    with upkeep.opened(location) as connection, database.writing(connection):
        connection.exec_driver_sql(statement)


def count(location: Location) -> int:
    with upkeep.opened(location) as connection:
        return upkeep.summary(connection, location).entries


def test_the_migrations_make_the_schema(location: Location) -> None:
    """What Alembic makes of an empty database is what the code expects, and every revision is known."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    written(location, 0)
    with upkeep.opened(location) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == REVISIONS[-1]


def test_a_missing_entry_is_found(location: Location) -> None:
    """An entry taken from the middle of a run is missed; the oldest may go."""
    written(location, 3, 2, 1, 0)
    change(location, "DELETE FROM events WHERE number = 1")
    assert upkeep.check(location) == ()
    change(location, "DELETE FROM events WHERE number = 3")
    (finding,) = upkeep.check(location)
    assert finding.serious
    assert "1 of its entries 2 to 4 are missing" in finding.message


def test_an_entry_that_cannot_be_read_is_found(location: Location) -> None:
    """Somebody wrote something else into it."""
    written(location, 0, 0)
    change(location, "UPDATE events SET data = '{' WHERE number = 2")
    assert [finding.serious for finding in upkeep.check(location)] == [True]


def test_old_days_are_removed(location: Location) -> None:
    """The latest days with entries stay, however long ago they are."""
    written(location, 400, 399, 30, 30, 2)
    with upkeep.opened(location) as connection:
        assert upkeep.prune(connection, 3) == 1
        assert upkeep.prune(connection, 3) == 0
    assert count(location) == 4
    written(Location(location.path, location.url, retention=2), 2)
    assert count(location) == 4, "a server that starts removes what its settings do not keep"


def test_a_clock_that_jumps_ahead_removes_nothing(location: Location) -> None:
    """An entry dated years ahead is one day of work more, and is told of."""
    written(location, 5, 4, 3, -3000)
    with upkeep.opened(location) as connection:
        assert upkeep.prune(connection, 4) == 0
    (finding,) = upkeep.check(location)
    assert not finding.serious
    assert "clock" in finding.message


def test_exports_agree(location: Location, tmp_path: Path) -> None:
    """JSON lines, CSV and Parquet hold the same entries."""
    written(location, 10, 1, 0)
    with upkeep.opened(location) as connection:
        objects = [json.loads(line) for line in exporting.json_lines(connection, 0.0)]
        rows = list(csv.DictReader("".join(exporting.comma_separated(connection, 0.0)).splitlines(keepends=True)))
        assert len(list(exporting.json_lines(connection, time.time() - 2 * DAY))) == 2
    assert [o["data"] for o in objects] == [json.loads(r["data"]) for r in rows] == [{"text": 'λ, "x"\n'}] * 3
    assert [o["at"] for o in objects] == [float(r["at"]) for r in rows]
    parquet = pytest.importorskip("pyarrow.parquet")
    with upkeep.opened(location) as connection:
        assert exporting.write_parquet(connection, 0.0, tmp_path / "x") == 3
    table = parquet.read_table(tmp_path / "x").to_pylist()
    assert [{**row, "data": json.loads(row["data"])} for row in table] == objects


def test_the_views_say_what_the_events_say(location: Location) -> None:
    """Anyone with SQL can read rates off the views, week by week; a cancelled attempt is none."""
    ledger = Ledger(location)
    monday = 1_700_438_400.0  # 2023-11-20
    for at, verdict in ((monday - 1, "verified"), (monday, "rejected"), (monday + 6 * DAY, "verified")):
        ledger.append(attempt(verdict=verdict, at=at))
    ledger.append(attempt(verdict="cancelled", at=monday))
    ledger.close(30)
    with upkeep.opened(location) as connection:
        strategies = connection.execute(sa.text("SELECT attempts, won FROM attempts_by_strategy")).all()
        weeks = connection.execute(sa.text("SELECT attempts, won FROM attempts_by_week ORDER BY week")).all()
    assert [tuple(row) for row in strategies] == [(3, 2)]
    assert [tuple(row) for row in weeks] == [(1, 1), (2, 1)]
