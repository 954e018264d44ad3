"""Writing settings files: one value into an existing file, or a whole commented file to start from."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unsorry.configuration.layers import flatten, parse, read_text, unknown_key
from unsorry.configuration.schema import SettingRow, ValueType, rows, show
from unsorry.errors import ConfigError
from unsorry.files import write_atomically

_PROJECT_HEAD = """\
# Settings of Unsorry for this project.
#
# Lines that begin with a bare "#" show the defaults: remove the "#" to change one. What names a program, its
# arguments or its environment cannot stand here; it belongs in your own settings (`unsorry config path`).
"""
_USER_HEAD = """\
# Your own settings of Unsorry, for every project.
#
# Lines that begin with a bare "#" show the defaults: remove the "#" to change one.
"""


def generate(*, user: bool = False) -> str:
    """A commented ``unsorry.toml`` in which nothing is set yet; for a project, or the user's own."""
    wanted = [row for row in rows().values() if user or not row.user_only]
    pieces = [_USER_HEAD if user else _PROJECT_HEAD]
    for section, members in itertools.groupby(wanted, key=lambda row: row.section):
        pieces.append(f"\n[{section}]\n")
        pieces.extend(_commented(row) for row in members)
    return "".join(pieces)


def _commented(row: SettingRow) -> str:
    limits = f"{row.limits}; default: {row.shown}" if row.shown else row.limits
    doc = textwrap.fill(f"{row.doc} ({limits})", 110, initial_indent="# ", subsequent_indent="# ")
    return f"{doc}\n#{row.name} = {show(row.default)}\n"


def set_value(path: Path, key: str, text: str, *, trusted: bool) -> Any:
    """Sets one key in a settings file, made if need be, keeping all else in it; returns the value.

    ``text`` is the value as TOML; a text needs no quotes, and a list of texts may be given as ``a,b``.

    Raises:
        ConfigError: the key or value is wrong, or the file is.
        FileError: the file cannot be written.
    """
    import tomlkit

    row = rows().get(key)
    if row is None:
        raise unknown_key(key, "config set")
    value = _read_value(row, text)
    before = read_text(path) if path.exists() else ""
    dict(flatten(parse(before, path), str(path), trusted=trusted))
    document = tomlkit.parse(before)
    table: Any = document
    names = row.section.split(".")
    for depth, name in enumerate(names):
        if name not in table:
            table[name] = tomlkit.table(is_super_table=depth + 1 < len(names))
        table = table[name]
    table[row.name] = value
    after = tomlkit.dumps(document)
    checked = dict(flatten(parse(after, path), str(path), trusted=trusted))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{path.parent}: {error.strerror or error}.") from error
    write_atomically(path, after.encode())
    return checked[key]


def _read_value(row: SettingRow, text: str) -> Any:
    """What the user typed, as a value: TOML first, then the shorthand of the row's type."""
    import tomllib

    if row.type is ValueType.TEXT and text[:1] not in ("'", '"'):
        return text
    try:
        read = tomllib.loads(f"value = {text}")
        if len(read) == 1:  # more keys: the text went on after a line end
            return read["value"]
    except tomllib.TOMLDecodeError:
        pass
    return list(_split(text)) if row.type is ValueType.TEXTS else text


def _split(text: str) -> Iterator[str]:
    return (piece.strip() for piece in text.split(",") if piece.strip())
