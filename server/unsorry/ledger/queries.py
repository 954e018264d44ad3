"""What is asked of the ledger while proving: past attempts, and the queue's checkpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa

from unsorry.ledger.entries import AttemptRecord, Kind, PendingJob
from unsorry.ledger.schema import events, jobs


def history(connection: sa.Connection, *, since: float = 0.0, limit: int = 50_000) -> Sequence[AttemptRecord]:
    """Finished attempts that were not cancelled, oldest first; the latest ``limit`` of those since a Unix time."""
    query = (
        sa.select(events)
        .where(events.c.kind == Kind.ATTEMPT_FINISHED.value, events.c.at >= since, events.c.verdict != "cancelled")
        .order_by(events.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    return tuple(_attempt(row) for row in reversed(rows))


def _attempt(row: sa.RowMapping) -> AttemptRecord:
    return AttemptRecord(
        at=row["at"],
        run=row["run"],
        uri=row["uri"],
        hole=row["hole"],
        language=row["language"],
        prover=row["prover"],
        strategy=row["strategy"],
        verdict=row["verdict"],
        shape=row["shape"],
        features=frozenset(json.loads(row["data"]).get("features", ())),
        goal=row["goal"],
        seconds=row["seconds"] or 0.0,
        candidates=row["candidates"] or 0,
    )


def pending_jobs(connection: sa.Connection) -> Sequence[PendingJob]:
    """The queue's checkpoint, most urgent first."""
    rows = connection.execute(sa.select(jobs).order_by(jobs.c.priority, jobs.c.at)).mappings()
    return tuple(PendingJob(**{**row, "data": json.loads(row["data"])}) for row in rows)
