"""The entries for other programs: JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from unsorry.errors import LedgerError
from unsorry.ledger.schema import events

_BLOCK = 5000
_COLUMNS = tuple(column.name for column in events.columns)


def json_lines(connection: sa.Connection, since: float) -> Iterator[str]:
    """One object a line; ``data`` is an object within."""
    for row in _rows(connection, since):
        yield json.dumps({**row, "data": json.loads(row["data"])}, ensure_ascii=False) + "\n"


def comma_separated(connection: sa.Connection, since: float) -> Iterator[str]:
    """A head line, then one line an entry; ``data`` is JSON."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for row in _rows(connection, since):
        writer.writerow(row.values())
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def write_parquet(connection: sa.Connection, since: float, path: Path) -> int:
    """Writes a Parquet file; how many entries.

    Raises:
        LedgerError: pyarrow is not installed.
        OSError: the file cannot be written.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise LedgerError(
            "Parquet needs pyarrow, which is not installed.", next_step="Install it: pip install 'unsorry[parquet]'"
        ) from error
    types = {sa.Double: pa.float64(), sa.Integer: pa.int64(), sa.BigInteger: pa.int64()}
    schema = pa.schema([(column.name, types.get(type(column.type), pa.string())) for column in events.columns])
    written = 0
    with pq.ParquetWriter(path, schema) as writer:
        block: list[Mapping[str, Any]] = []
        for row in _rows(connection, since):
            block.append(row)
            if len(block) == _BLOCK:
                writer.write_table(pa.Table.from_pylist(block, schema=schema))
                written += len(block)
                block = []
        writer.write_table(pa.Table.from_pylist(block, schema=schema))
    return written + len(block)


def _rows(connection: sa.Connection, since: float) -> Iterator[Mapping[str, Any]]:
    query = sa.select(events).where(events.c.at >= since).order_by(events.c.id)
    return (dict(row) for row in connection.execute(query.execution_options(yield_per=_BLOCK)).mappings())
