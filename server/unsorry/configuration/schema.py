"""What may be set: one row for each key of ``Settings``, and the check of one value against its row.

The rows are read off the settings classes, so that files, ``config``, ``init`` and the documentation can never
disagree about a key, its type, its default or its scope.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from unsorry.configuration.settings import Settings
from unsorry.errors import ConfigError


class ValueType(StrEnum):
    """The type of a setting, in words for its reader."""

    BOOLEAN = "true or false"
    INTEGER = "whole number"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "list of texts"
    TABLE = "table of texts"


_TYPES = {
    "bool": ValueType.BOOLEAN,
    "int": ValueType.INTEGER,
    "float": ValueType.NUMBER,
    "str": ValueType.TEXT,
    "tuple[str, ...]": ValueType.TEXTS,
    "Mapping[str, str]": ValueType.TABLE,
}


@frozen
class SettingRow:
    """One setting: its dotted key, type, default and meaning. ``user_only``: no project file may set it."""

    key: str
    type: ValueType
    default: Any
    doc: str
    user_only: bool
    minimum: float | None
    choices: tuple[str, ...]
    shown: str

    @property
    def section(self) -> str:
        return self.key.rpartition(".")[0]

    @property
    def name(self) -> str:
        return self.key.rpartition(".")[2]

    @property
    def scope(self) -> str:
        return "user" if self.user_only else "user or project"

    @property
    def limits(self) -> str:
        """The type with its range or choices, in words."""
        if self.choices:
            return ("some" if self.type is ValueType.TEXTS else "one") + " of " + ", ".join(self.choices)
        return self.type if self.minimum is None else f"{self.type}, at least {self.minimum:g}"

    @property
    def shown_default(self) -> str:
        return self.shown or show(self.default)


@functools.cache
def rows() -> Mapping[str, SettingRow]:
    """Every setting by its dotted key, in the order of the settings classes."""
    return MappingProxyType({row.key: row for row in _read_rows()})


def _read_rows() -> Iterator[SettingRow]:
    for prefix, section in sections(Settings()):
        for attribute in attrs.fields(type(section)):
            yield SettingRow(
                key=f"{prefix}.{attribute.name}",
                type=_TYPES[str(attribute.type)],
                default=getattr(section, attribute.name),
                **attribute.metadata,
            )


def sections(settings: Settings) -> Iterator[tuple[str, Any]]:
    """Each section's dotted name with the object that holds its values."""
    for attribute in attrs.fields(Settings):
        value = getattr(settings, attribute.name)
        if isinstance(value, Mapping):
            for name, section in value.items():
                yield f"{attribute.name}.{name}", section
        else:
            yield attribute.name, value


def check(row: SettingRow, value: Any, where: str) -> Any:
    """The value as the settings classes hold it. ``where`` names the layer in errors.

    Raises:
        ConfigError: wrong type, out of range, or not one of the choices.
    """
    checked = _convert(row.type, value)
    if checked is None:
        raise ConfigError(
            f"{where}: `{row.key}` must be {_article(row.type)}, not {show(value)}.",
            next_step=f"For example: {row.name} = {show(row.default)}",
        )
    too_small = row.minimum is not None and checked < row.minimum
    chosen = checked if isinstance(checked, tuple) else (checked,)
    if too_small or (row.choices and not set(chosen) <= set(row.choices)):
        raise ConfigError(
            f"{where}: `{row.key}` must be {_article(row.limits)}, not {show(value)}.",
            next_step=f"For example: {row.name} = {show(row.default)}",
        )
    return checked


def _article(words: str) -> str:
    return words if words.startswith(("one of", "some of", "true or")) else f"a {words}"


def _convert(type_: ValueType, value: Any) -> Any:
    """The value in its setting's type, or ``None`` where it has another."""
    if type_ is ValueType.BOOLEAN:
        return value if isinstance(value, bool) else None
    if type_ is ValueType.INTEGER:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if type_ is ValueType.NUMBER:
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if number else None
    if type_ is ValueType.TEXT:
        return value if isinstance(value, str) else None
    if type_ is ValueType.TEXTS:
        listed = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        return tuple(value) if listed else None
    table = isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values())
    return dict(value) if table else None


def show(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(show, value)) + "]"
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(str(key), ensure_ascii=False)} = {show(item)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }" if value else "{}"
    if isinstance(value, str | bool | int | float):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
