"""Opens the ledger's database, brings it up to this version's schema, and says in plain words what is wrong with it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from unsorry.errors import LedgerError
from unsorry.ledger.location import Location
from unsorry.ledger.schema import REVISIONS, VERSION_TABLE, metadata

_log = logging.getLogger(__name__)
# How long to wait for another process that writes; then it is our turn to try again, or to say so.
_BUSY_SECONDS = 5.0
_CONNECT_SECONDS = 5
_UPGRADE_LOCK = 0x756E736F  # any number, the same for every Unsorry that shares a PostgreSQL database


def connect(location: Location, *, create: bool = True) -> sa.Connection:
    """A connection to a ledger of this version's schema. A ledger that is not there yet is made if ``create``.

    Raises:
        LedgerError: there is none, it cannot be opened, or it is not for this version.
    """
    if location.path is not None:
        if not create and not location.path.exists():
            raise LedgerError(f"{location.shown}: there is no ledger yet.", next_step="`unsorry fill` begins one.")
        _make_file(location.path)
    with explained(location):
        connection = make_engine(location).connect()
        try:
            _upgrade(connection, location)
        except BaseException:
            with contextlib.suppress(Exception):
                connection.close()
            raise
        return connection


def make_engine(location: Location) -> sa.Engine:
    """An engine whose connections are not shared between threads."""
    if location.path is None:
        return sa.create_engine(location.url, poolclass=sa.NullPool, connect_args={"connect_timeout": _CONNECT_SECONDS})
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(location.path)),
        poolclass=sa.NullPool,
        connect_args={"timeout": _BUSY_SECONDS},
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


@contextlib.contextmanager
def explained(location: Location) -> Iterator[None]:
    """Turns failures of the database into ``LedgerError``."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        raise explain(error, location) from error


def explain(error: BaseException, location: Location) -> LedgerError:
    """What a failure of the database means, and whether it can pass."""
    if isinstance(error, LedgerError):
        return error
    if isinstance(error, ImportError):
        step = "Install it: pip install 'unsorry[postgres]'"
        return LedgerError(f"{location.shown}: no driver for this database is installed ({error}).", next_step=step)
    cause = getattr(error, "orig", None) or error
    name = str(getattr(cause, "sqlite_errorname", ""))
    for prefix, (what, step, lasting) in _SQLITE_FAILURES.items():
        if name.startswith(prefix):
            return LedgerError(f"the ledger {location.shown} {what}.", next_step=step, lasting=lasting)
    told = (str(cause).strip() or type(cause).__name__).splitlines()[0]
    wrong = isinstance(error, sa.exc.ProgrammingError | sa.exc.DataError | sa.exc.ArgumentError)
    return LedgerError(
        f"the ledger {location.shown} cannot be used: {told}",
        next_step="Check ledger.url and that the server runs." if location.path is None else "",
        lasting=wrong,
    )


_SQLITE_FAILURES = {
    "SQLITE_BUSY": ("is locked by another process", "Wait, or end that process.", False),
    "SQLITE_LOCKED": ("is locked", "Wait.", False),
    "SQLITE_FULL": ("cannot grow: the disk is full", "Make room on that disk.", False),
    "SQLITE_IOERR": ("cannot be read or written: the disk failed or is full", "Make room on that disk.", False),
    "SQLITE_READONLY": ("is read-only", "Make it writable, or set ledger.path to another file.", True),
    "SQLITE_PERM": ("may not be opened", "Make it readable and writable.", True),
    "SQLITE_CANTOPEN": ("cannot be opened", "Check ledger.path and the permissions of its directory.", True),
    "SQLITE_CORRUPT": ("is damaged", "Move it away, and a new one begins; `unsorry ledger check` tells more.", True),
    "SQLITE_NOTADB": ("is no ledger", "Move that file away, or set ledger.path to another.", True),
}


def _make_file(path: Path) -> None:
    """Goals and proofs are nobody else's business: a file that is new is its owner's alone."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise LedgerError(
            f"{path}: no ledger can be made: {error.strerror or error}.",
            next_step="Set ledger.path to a file that can be written.",
        ) from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, as they are needed
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # what was committed survives a power cut
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later can fail where waiting would help; so writers say so at once.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextlib.contextmanager
def writing(connection: sa.Connection) -> Iterator[sa.Connection]:
    """A transaction that writes; durable when the block has ended."""
    connection.execution_options(writes=True)
    try:
        with connection.begin():
            yield connection
    finally:
        connection.execution_options(writes=False)


def _upgrade(connection: sa.Connection, location: Location) -> None:
    """Brings the schema to the latest revision; only one process does so at a time."""
    with connection.begin():
        if _revision(connection, location) == REVISIONS[-1]:
            return
    with writing(connection):
        if location.path is None:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        if _revision(connection, location) != REVISIONS[-1]:
            _run_migrations(connection)


def _revision(connection: sa.Connection, location: Location) -> str:
    """The schema's revision; empty for a new ledger.

    Raises:
        LedgerError: it is that of a later Unsorry, or what lies there is something else.
    """
    tables = set(sa.inspect(connection).get_table_names())
    if VERSION_TABLE not in tables:
        if tables & set(metadata.tables):
            raise LedgerError(
                f"{location.shown}: holds tables of something else.", next_step="Set ledger.path or ledger.url."
            )
        return ""
    revision = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() or ""  # noqa: S608
    if revision and revision not in REVISIONS:
        raise LedgerError(
            f"the ledger {location.shown} was written by a newer Unsorry (schema {revision}).",
            next_step="Upgrade Unsorry, or set ledger.path to another file.",
        )
    return str(revision)


def _run_migrations(connection: sa.Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    for name in ("alembic.runtime.migration", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)
    command.upgrade(config, "head")
