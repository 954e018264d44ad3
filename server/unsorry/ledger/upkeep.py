"""Looking after the ledger: what it is, whether it is whole, and removing what is old."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from attrs import frozen

from unsorry.errors import LedgerError
from unsorry.ledger import database, storing
from unsorry.ledger.entries import Kind
from unsorry.ledger.location import Location
from unsorry.ledger.schema import REVISIONS, events

_AHEAD_SECONDS = 86_400.0


@frozen
class Summary:
    """``first`` and ``last`` are Unix times of entries, ``size`` is in bytes; ``None`` where there is none."""

    location: str
    schema: str
    entries: int
    runs: int
    first: float | None
    last: float | None
    size: int | None


@frozen
class Finding:
    """Something about the ledger. ``serious``: entries are damaged or missing."""

    message: str
    serious: bool


@contextlib.contextmanager
def opened(location: Location) -> Iterator[sa.Connection]:
    """A ledger that is there already, for a command.

    Raises:
        LedgerError: there is none, or it cannot be used.
    """
    with database.explained(location):
        connection = database.connect(location, create=False)
        try:
            yield connection
        finally:
            connection.close()
            connection.engine.dispose()


def summary(connection: sa.Connection, location: Location) -> Summary:
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.distinct(events.c.run)),
            sa.func.min(events.c.at),
            sa.func.max(events.c.at),
        ).select_from(events)
    ).one()
    size = None
    if location.path is not None:
        beside = (location.path.with_name(f"{location.path.name}{suffix}") for suffix in ("", "-wal"))
        size = sum(path.stat().st_size for path in beside if path.exists())
    return Summary(location.shown, REVISIONS[-1], row[0], row[1], row[2], row[3], size)


def check(location: Location) -> Sequence[Finding]:
    """What is wrong with the ledger; nothing at all when it is whole.

    Raises:
        LedgerError: there is none, or it is out of reach; one that is damaged is a finding.
    """
    try:
        with opened(location) as connection:
            return tuple(_findings(connection))
    except LedgerError as error:
        if "damaged" not in error.message and "no ledger." not in error.message:
            raise
        return (Finding(str(error), serious=True),)


def _findings(connection: sa.Connection) -> Iterator[Finding]:
    if connection.dialect.name == "sqlite":
        for (line,) in connection.exec_driver_sql("PRAGMA integrity_check").all():
            if line != "ok":
                yield Finding(str(line), serious=True)
    yield from _gaps(connection)
    yield from _unreadable(connection)
    lost = [row.data for row in connection.execute(sa.select(events.c.data).where(events.c.kind == Kind.LOST.value))]
    if lost:
        number = sum(int(json.loads(data).get("entries", 0)) for data in lost)
        yield Finding(f"{number} entries were let go while the ledger was out of reach", serious=False)
    ahead = connection.scalar(
        sa.select(sa.func.count()).select_from(events).where(events.c.at > time.time() + _AHEAD_SECONDS)
    )
    if ahead:
        yield Finding(f"{ahead} entries are dated ahead of today: a clock has jumped", serious=False)


def _gaps(connection: sa.Connection) -> Iterator[Finding]:
    """A run's entries are numbered without gaps; only its oldest may have been removed."""
    number, count = events.c.number, sa.func.count()
    query = (
        sa.select(events.c.run, sa.func.min(number), sa.func.max(number), count)
        .group_by(events.c.run)
        .having(count != sa.func.max(number) - sa.func.min(number) + 1)
    )
    for run, first, last, there in connection.execute(query):
        yield Finding(
            f"run {run}: {last - first + 1 - there} of its entries {first} to {last} are missing", serious=True
        )


def _unreadable(connection: sa.Connection) -> Iterator[Finding]:
    known = {kind.value for kind in Kind}
    query = sa.select(events.c.id, events.c.kind, events.c.data).execution_options(yield_per=2000)
    for id_, kind, data in connection.execute(query):
        try:
            readable = isinstance(json.loads(data), dict)
        except ValueError:
            readable = False
        if not readable or kind not in known:
            yield Finding(f"entry {id_} cannot be read", serious=True)


def prune(connection: sa.Connection, days: int) -> int:
    """Removes all but the latest ``days`` days that have entries, and gives back the room; how many entries."""
    removed = storing.retain(connection, days)
    if removed and connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
    return removed
