"""Puts entries and the queue's checkpoint into the tables, and removes what is older than it is to be kept."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import sqlalchemy as sa

from unsorry.ledger.database import writing
from unsorry.ledger.entries import Entry, PendingJob
from unsorry.ledger.schema import events, jobs

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

    from unsorry.ledger.writer import Item

_DAY = 86_400


def store(connection: sa.Connection, run: str, items: Sequence[Item]) -> None:
    """Stores items in their order. Storing an entry again (its first time was not acknowledged) changes nothing."""
    from unsorry.ledger.writer import JobGone, Numbered

    rows = [_event_row(run, item) for item in items if isinstance(item, Numbered)]
    if rows:
        connection.execute(_insert(connection, events).on_conflict_do_nothing(), rows)
    latest: dict[tuple[str, str], PendingJob | JobGone] = {}
    for item in items:
        if not isinstance(item, Numbered):
            latest[item.uri, item.hole] = item
    for key, job in latest.items():
        connection.execute(sa.delete(jobs).where(jobs.c.uri == _text(key[0]), jobs.c.hole == key[1]))
        if isinstance(job, PendingJob):
            connection.execute(sa.insert(jobs).values(_job_row(run, job)))


def retain(connection: sa.Connection, days: int) -> int:
    """Removes events (and jobs that nobody took up) before the latest ``days`` days that have any; how many events. 0
    keeps all.

    Days without work do not count, so that a clock that jumps ahead makes nothing look old.
    """
    if days <= 0:
        return 0
    day = sa.cast(events.c.at, sa.BigInteger) // _DAY
    with writing(connection):
        oldest = connection.scalar(
            sa.select(day.label("day")).distinct().order_by(sa.desc("day")).offset(days - 1).limit(1)
        )
        if oldest is None:
            return 0
        connection.execute(sa.delete(jobs).where(jobs.c.at < oldest * _DAY))
        return connection.execute(sa.delete(events).where(events.c.at < oldest * _DAY)).rowcount


def _insert(connection: sa.Connection, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    # Each takes a while to import.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(table)


def _event_row(run: str, item: Any) -> Mapping[str, Any]:
    entry: Entry = item.entry
    row = {name: _text(value) for name, value in attrs.asdict(entry, recurse=False).items()}
    return {**row, "run": run, "number": item.number, "kind": entry.kind.value, "data": _json(entry.data)}


def _job_row(run: str, job: PendingJob) -> Mapping[str, Any]:
    row = {name: _text(value) for name, value in attrs.asdict(job, recurse=False).items()}
    return {**row, "owner": job.owner or run, "data": _json(job.data)}


def _text(value: Any) -> Any:
    """Text that every database takes: no lone surrogates (odd file names), no NUL."""
    if not isinstance(value, str):
        return value
    return value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, default=str)
