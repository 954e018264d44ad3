"""The receipts beside a proof file: ``A.v`` has its own in ``A.v.receipts.json``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from unsorry.errors import FileError
from unsorry.files import write_atomically
from unsorry.files.reading import read_bytes
from unsorry.ledger.receipts import Receipt

_VERSION = 1
# Where and when a proof was found is of no use elsewhere.
_LEFT_OUT = frozenset({"uri", "hole", "shape", "at"})
_FIELDS = tuple(field for field in attrs.fields(Receipt) if field.name not in _LEFT_OUT)


def beside(path: Path) -> Path:
    """Where a proof file's receipts lie."""
    return path.with_name(f"{path.name}.receipts.json")


def write_receipts(path: Path, receipts: Sequence[Receipt]) -> None:
    """Adds receipts to those beside a proof file; one of the same declaration with the same text replaces the old one.

    Raises:
        FileError: the file of receipts cannot be read or written.
    """
    known = read_receipts(path) or ()
    new = {(receipt.declaration, receipt.text) for receipt in receipts}
    kept = [receipt for receipt in known if (receipt.declaration, receipt.text) not in new]
    listed = [{field.name: _plain(getattr(r, field.name)) for field in _FIELDS} for r in (*kept, *receipts)]
    text = json.dumps({"version": _VERSION, "receipts": listed}, ensure_ascii=False, indent=1) + "\n"
    write_atomically(beside(path), text.encode("utf-8", "surrogateescape"))


def read_receipts(path: Path) -> Sequence[Receipt] | None:
    """The receipts beside a proof file; ``None`` when it has no such file.

    Raises:
        FileError: the file cannot be read, or holds something else.
    """
    place = beside(path)
    if not place.exists():
        return None
    try:
        data: Any = json.loads(read_bytes(place))
        if data["version"] != _VERSION:
            raise FileError(f"{place}: receipts of another version.", next_step="Upgrade Unsorry, or fill again.")
        return tuple(_receipt(each) for each in data["receipts"])
    except (ValueError, KeyError, TypeError) as error:
        raise FileError(f"{place}: these are no receipts: {error}.", next_step="Remove it, and fill again.") from error


def _receipt(data: Any) -> Receipt:
    values: dict[str, Any] = {}
    for field in _FIELDS:
        value = data[field.name]
        values[field.name] = tuple(value) if isinstance(value, list) else value
        example = _EXAMPLE[field.name]
        if not isinstance(values[field.name], int | float if isinstance(example, float) else type(example)):
            raise TypeError(f"{field.name} is {value!r}")
    return Receipt(**values)


_EXAMPLE: dict[str, Any] = attrs.asdict(
    Receipt(language="", prover="", toolchain="", strategy="", declaration="", number=0, text="", goal="", normal=""),
    recurse=False,
)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else round(value, 3) if isinstance(value, float) else value
