"""Writes what the VS Code extension shares with the server: its settings, the same names in VS Code's spelling with the
same defaults and limits, and the languages. Settings that choose what runs are left out: an editor may not set them.

    python -m scripts.vscode_settings            write them into client-vscode
    python -m scripts.vscode_settings --check    say whether they are as the server has them; exit 1 if not
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from unsorry.configuration import SettingRow, rows
from unsorry.configuration.schema import ValueType
from unsorry.registry import ROOMS

CLIENT = Path(__file__).parents[1] / "client-vscode"
MANIFEST = CLIENT / "package.json"
LANGUAGES = CLIENT / "src" / "languages.json"
_TYPES: dict[ValueType, dict[str, Any]] = {
    ValueType.NUMBER: {"type": "number"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.TEXT: {"type": "string"},
    ValueType.TEXTS: {"type": "array", "items": {"type": "string"}},
    ValueType.TABLE: {"type": "object", "additionalProperties": {"type": "string"}},
}


def categories() -> Iterator[dict[str, Any]]:
    settable = [row for row in rows().values() if not row.user_only]
    for title, members in itertools.groupby(settable, key=lambda row: row.key.partition(".")[0]):
        yield {"title": title.capitalize(), "properties": {_key(row): _property(row) for row in members}}


def _key(row: SettingRow) -> str:
    return "unsorry." + re.sub(r"_([a-z])", lambda match: match[1].upper(), row.key)


def _property(row: SettingRow) -> dict[str, Any]:
    written: dict[str, Any] = dict(_TYPES[row.type])
    if row.choices and row.type is ValueType.TEXTS:
        written["items"] = {"type": "string", "enum": list(row.choices)}
    elif row.choices:
        written["enum"] = list(row.choices)
    if row.minimum is not None:
        written["minimum"] = row.minimum
    default = None if row.shown else row.default  # one that depends on the machine is only described
    if default is not None:
        written["default"] = list(default) if isinstance(default, tuple) else default
    written["scope"] = "window"
    shown = f" Default: {row.shown}." if row.shown else ""
    written["markdownDescription"] = row.doc + shown
    return written


def rewritten(text: str) -> str:
    """The manifest with the settings as the server has them; what is the extension's own stays."""
    manifest = json.loads(text)
    own = manifest["contributes"]["configuration"][:1]
    manifest["contributes"]["configuration"] = [*own, *categories()]
    manifest["activationEvents"] = [
        *(f"onLanguage:{name}" for room in ROOMS for name in room.editor_ids),
        "onLanguage:plaintext",
        f"workspaceContains:**/*.{{{_suffixes()}}}",
    ]
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def languages() -> str:
    """What the extension reads of the languages: ids under which proof files are known, by their own extensions or by
    the server; languages that share a suffix with proof files; and these suffixes, without their dots."""
    known = {
        "ids": [name for room in ROOMS for name in room.editor_ids],
        "others": [name for room in ROOMS for name in room.foreign_ids],
        "suffixes": [suffix.removeprefix(".") for room in ROOMS for suffix in room.suffixes],
    }
    return json.dumps(known, indent=2) + "\n"


def _suffixes() -> str:
    return ",".join(suffix.removeprefix(".") for room in ROOMS for suffix in room.suffixes)


def main() -> int:
    written = {MANIFEST: rewritten(MANIFEST.read_text(encoding="utf-8")), LANGUAGES: languages()}
    stale = [path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.name} has not what the server has; run: make docs", file=sys.stderr)
        return int(bool(stale))
    for path in stale:
        path.write_text(written[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
