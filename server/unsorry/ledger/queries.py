"""What is asked of the ledger while proving: past attempts, and the queue's checkpoint."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa

from unsorry.ledger.entries import ArmTally, AttemptRecord, Kind, PendingJob
from unsorry.ledger.receipts import Receipt, receipt_of
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
        part=row["part"],
        verdict=row["verdict"],
        shape=row["shape"],
        features=frozenset(json.loads(row["data"]).get("features", ())),
        goal=row["goal"],
        seconds=row["seconds"] or 0.0,
        candidates=row["candidates"] or 0,
    )


def tallies(connection: sa.Connection, *, since: float = 0.0) -> Sequence[ArmTally]:
    """What attempts came to since a Unix time, by shape and arm; those that were cancelled or broke say nothing."""
    won = sa.case((events.c.verdict == "verified", 1), else_=0)
    query = (
        sa.select(
            events.c.shape,
            events.c.strategy,
            events.c.part,
            sa.func.count().label("tries"),
            sa.func.sum(won).label("wins"),
            sa.func.sum(events.c.seconds).label("seconds"),
        )
        .where(
            events.c.kind == Kind.ATTEMPT_FINISHED.value,
            events.c.at >= since,
            events.c.shape != "",
            events.c.verdict.not_in(("cancelled", "prover_failed")),
        )
        .group_by(events.c.shape, events.c.strategy, events.c.part)
        .order_by(events.c.shape, events.c.strategy, events.c.part)
    )
    return tuple(
        ArmTally(row.shape, row.strategy, row.part, row.tries, int(row.wins), row.seconds or 0.0)
        for row in connection.execute(query)
    )


def pending_jobs(connection: sa.Connection) -> Sequence[PendingJob]:
    """The queue's checkpoint, most urgent first."""
    rows = connection.execute(sa.select(jobs).order_by(jobs.c.priority, jobs.c.at)).mappings()
    return tuple(PendingJob(**{**row, "data": json.loads(row["data"])}) for row in rows)


def receipts(
    connection: sa.Connection,
    *,
    goal: str | None = None,
    uri: str | None = None,
    language: str | None = None,
    limit: int = 500,
) -> Sequence[Receipt]:
    """Receipts of a goal, a file or a language, the latest first."""
    query = sa.select(events).where(events.c.kind == Kind.RECEIPT.value)
    for column, value in ((events.c.goal, goal), (events.c.uri, uri), (events.c.language, language)):
        if value is not None:
            query = query.where(column == value)
    rows = connection.execute(query.order_by(events.c.id.desc()).limit(limit)).mappings()
    return tuple(receipt_of({**row}, json.loads(row["data"])) for row in rows)


def searched_in_vain(connection: sa.Connection, context: str) -> float:
    """The largest budget, in seconds, of the vain searches in a context; 0 when there was none."""
    query = sa.select(sa.func.max(events.c.budget)).where(events.c.kind == Kind.VAIN.value, events.c.context == context)
    return float(connection.scalar(query) or 0.0)
