"""The ledger's migrations: Alembic runs the revisions below ``versions`` in order, in one transaction."""
