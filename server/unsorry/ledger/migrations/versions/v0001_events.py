"""The first ledger: events, the queue's checkpoint, and views over finished attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ATTEMPTS = """
CREATE VIEW attempts AS
SELECT id, run, at, uri, hole, declaration, language, prover, strategy, part, verdict, shape, goal, toolchain,
       seconds, candidates, data, CASE WHEN verdict = 'verified' THEN 1 ELSE 0 END AS won,
       (CAST(at AS BIGINT) + 259200) / 604800 AS week
FROM events
WHERE kind = 'attempt_finished' AND verdict <> 'cancelled'
"""

_RATES = """
CREATE VIEW {name} AS
SELECT {columns}, COUNT(*) AS attempts, SUM(won) AS won, AVG(CAST(won AS FLOAT)) AS success,
       SUM(seconds) AS seconds, AVG(seconds) AS mean_seconds, MAX(seconds) AS longest_seconds
FROM attempts
GROUP BY {columns}
"""

_VIEWS = {
    "attempts_by_prover": "language, prover",
    "attempts_by_strategy": "language, prover, strategy",
    "attempts_by_shape": "language, shape, strategy",
    "attempts_by_week": "week, language, prover, strategy",
}


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "events",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("uri", sa.Text, nullable=False),
        sa.Column("hole", sa.Text, nullable=False),
        sa.Column("declaration", sa.Text, nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("prover", sa.String(64), nullable=False),
        sa.Column("strategy", sa.String(64), nullable=False),
        sa.Column("part", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("shape", sa.Text, nullable=False),
        sa.Column("goal", sa.String(64), nullable=False),
        sa.Column("context", sa.String(64), nullable=False),
        sa.Column("toolchain", sa.Text, nullable=False),
        sa.Column("seconds", sa.Double),
        sa.Column("budget", sa.Double),
        sa.Column("candidates", sa.Integer),
        sa.Column("data", sa.Text, nullable=False),
        sa.UniqueConstraint("run", "number", name="events_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("events_by_kind", "events", ["kind", "id"])
    op.create_index("events_by_goal", "events", ["goal", "kind"])
    op.create_index("events_by_context", "events", ["context", "kind"])
    op.create_index("events_by_place", "events", ["uri", "kind"])
    op.create_index("events_by_time", "events", ["at"])
    op.create_table(
        "jobs",
        sa.Column("uri", sa.Text, primary_key=True),
        sa.Column("hole", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("language", sa.String(32), nullable=False),
        sa.Column("prover", sa.String(64), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("budget", sa.Double, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.execute(_ATTEMPTS)
    for name, columns in _VIEWS.items():
        op.execute(_RATES.format(name=name, columns=columns))


def downgrade() -> None:
    for name in (*_VIEWS, "attempts"):
        op.execute(f"DROP VIEW {name}")
    op.drop_table("jobs")
    op.drop_table("events")
