"""The settings in force: the layers of files, with what the editor says on top."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import fields

from unsorry.configuration import Settings, load
from unsorry.errors import ConfigError


class Preferences:
    """Owner of the settings in force. ``given`` is what the client said at the start.

    Settings that are wrong leave out no more than the layer they are in; ``complain`` hears of them. ``known`` is
    set once the editor's settings are there, or it is clear that they will not come.
    """

    def __init__(self, user_file: Path | None, given: Mapping[str, Any], complain: Callable[[str], None]) -> None:
        self.current = Settings()
        self.known = asyncio.Event()
        self._user_file = user_file
        self._given = given
        self._said: Mapping[str, Any] = {}
        self._complain = complain

    def take(self, said: Mapping[str, Any]) -> None:
        """What the editor says now, in place of what it said before; VS Code's spelling of keys is understood."""
        self._said = respelled(said)

    def load(self, start: Path) -> bool:
        """Reads every layer anew; ``start`` is where the project's file is looked for. Whether anything changed.

        A client cannot tell the user's own settings from those of the folder that it opened, so that neither may
        choose what runs: the editor's layer may set no more than a project's file.
        """
        editor = layered(self._given, self._said)
        for overrides in (editor, {}) if editor else ({},):
            try:
                loaded = load(start, user=self._user_file, overrides=overrides, source="editor", trusted=False)
            except ConfigError as error:
                self._complain(str(error))
            else:
                before, self.current = self.current, loaded.settings
                return before != self.current
        return False


def respelled(said: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under our own names: ``{"editor.proveOnOpen": x}`` is ``{"editor": {"prove_on_open": x}}``."""
    values: dict[str, Any] = {}
    for key, value in said.items():
        *sections, name = re.sub(r"(?<=[a-z])[A-Z]", lambda capital: f"_{capital[0].lower()}", key).split(".")
        inner = values
        for section in sections:
            inner[section] = _table(inner.get(section))
            inner = inner[section]
        inner[name] = {**_table(inner.get(name)), **respelled(value)} if isinstance(value, Mapping) else value
    return values


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def layered(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Nested settings with others on top; sections that are none of ours are the client's own business."""
    sections = {field.name for field in fields(Settings)}
    merged = {name: value for name, value in below.items() if name in sections}
    for name, value in above.items():
        if name in sections and isinstance(value, Mapping) and isinstance(merged.get(name), Mapping):
            merged[name] = {**merged[name], **value}
        elif name in sections:
            merged[name] = value
    return merged
