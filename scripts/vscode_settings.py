"""Writes the settings of the VS Code extension from the server's own: the same names in VS Code's spelling, the same
defaults and limits. Settings that choose what runs are left out, since an editor may not set them.

    python -m scripts.vscode_settings            write them into client-vscode/package.json
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

MANIFEST = Path(__file__).parents[1] / "client-vscode" / "package.json"
_TYPES: dict[ValueType, dict[str, Any]] = {
    ValueType.NUMBER: {"type": "number"},
    ValueType.INTEGER: {"type": "integer"},
    ValueType.BOOLEAN: {"type": "boolean"},
    ValueType.TEXT: {"type": "string"},
    ValueType.TEXTS: {"type": "array", "items": {"type": "string"}},
}


def categories() -> Iterator[dict[str, Any]]:
    settable = [row for row in rows().values() if not row.user_only]
    for title, members in itertools.groupby(settable, key=lambda row: row.key.partition(".")[0]):
        yield {"title": title.capitalize(), "properties": {_key(row): _property(row) for row in members}}


def _key(row: SettingRow) -> str:
    return "unsorry." + re.sub(r"_([a-z])", lambda match: match[1].upper(), row.key)


def _property(row: SettingRow) -> dict[str, Any]:
    written: dict[str, Any] = dict(_TYPES[row.type])
    if row.choices:
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
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    before = MANIFEST.read_text(encoding="utf-8")
    after = rewritten(before)
    if "--check" in sys.argv:
        if before != after:
            print(f"{MANIFEST.name} has other settings than the server; run: make docs", file=sys.stderr)
        return int(before != after)
    MANIFEST.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
