"""What Alembic runs: the revisions, over the connection that the ledger gives it."""

from __future__ import annotations

from alembic import context

from unsorry.ledger.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
