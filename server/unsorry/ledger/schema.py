"""The tables of the ledger, as SQLAlchemy knows them. The migrations make them; a test compares the two."""

from __future__ import annotations

import sqlalchemy as sa

VERSION_TABLE = "ledger_version"
# Every revision that this version of Unsorry knows, oldest first; the last is what it writes.
REVISIONS = ("0001",)

metadata = sa.MetaData()

# SQLite counts up only an INTEGER.
_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", _Number, primary_key=True, autoincrement=True),
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
    sa.Index("events_by_kind", "kind", "id"),
    sa.Index("events_by_goal", "goal", "kind"),
    sa.Index("events_by_context", "context", "kind"),
    sa.Index("events_by_place", "uri", "kind"),
    sa.Index("events_by_time", "at"),
    sqlite_autoincrement=True,
)

jobs = sa.Table(
    "jobs",
    metadata,
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
