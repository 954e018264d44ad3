"""Writes the generated parts of ``docs/reference`` from the code: options of the command line, settings, languages.

    python -m scripts.reference            write them anew
    python -m scripts.reference --check    say whether they are as the code has it; exit 1 if not

A page keeps everything but what stands between its ``generated`` and ``end of generated`` comments.
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from unsorry.cli import COMMANDS
from unsorry.cli.options import add_common
from unsorry.configuration import SettingRow, rows
from unsorry.registry import ROOMS

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
_REGION = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end of generated -->)", re.DOTALL)


def settings_tables() -> str:
    """A table for each section; one for all provers, whose defaults differ."""
    pieces = []
    listed = [row for row in rows().values() if not row.key.startswith("provers.")]
    for section, members in itertools.groupby(listed, key=lambda row: row.section):
        lines = [f"| `{r.name}` | {r.limits} | {_code(r.shown_default)} | {r.scope} | {r.doc} |" for r in members]
        pieces.append(_table(f"## `[{section}]`", "setting | type | default | who may set it | meaning", lines))
    by_name: dict[str, list[SettingRow]] = {}
    for row in rows().values():
        if row.key.startswith("provers."):
            by_name.setdefault(row.name, []).append(row)
    lines = []
    for name, members in by_name.items():
        defaults = {row.shown_default for row in members}
        shown = _code(defaults.pop()) if len(defaults) == 1 else "see below"
        lines.append(f"| `{name}` | {members[0].limits} | {shown} | {members[0].scope} | {members[0].doc} |")
    pieces.append(_table("## `[provers.NAME]`", "setting | type | default | who may set it | meaning", lines))
    differing = [name for name, members in by_name.items() if len({row.shown_default for row in members}) > 1]
    names = [row.section.removeprefix("provers.") for row in by_name[differing[0]]]
    lines = [
        f"| `{name}` | " + " | ".join(by_name[setting][index].shown_default for setting in differing) + " |"
        for index, name in enumerate(names)
    ]
    pieces.append(_table("### Defaults by prover", " | ".join(["NAME", *(f"`{s}`" for s in differing)]), lines))
    return "\n".join(pieces)


def command_tables() -> str:
    """Arguments and options, command by command."""
    common = argparse.ArgumentParser(add_help=False)
    add_common(common)
    pieces = [_table("### All commands", "option | meaning", list(_options(common)))]
    for name, summary in COMMANDS.items():
        parser = argparse.ArgumentParser(add_help=False)
        importlib.import_module(f"unsorry.cli.{name}").add_arguments(parser)
        heading = f"### `unsorry {name}`\n\n{summary[0].upper()}{summary[1:]}."
        lines = list(_options(parser))
        pieces.append(_table(heading, "argument or option | meaning", lines) if lines else f"{heading}\n")
        if parser.epilog:
            pieces.append(f"{parser.epilog}\n")
    return "\n".join(pieces)


def language_table() -> str:
    """Every language of the registry, with its page if it has one."""
    lines = []
    for room in ROOMS:
        page = REFERENCE / "provers" / f"{room.language}.md"
        title = f"[{room.title}](provers/{page.name})" if page.exists() else room.title
        names = (", ".join(map(_code, given)) for given in ((room.language,), room.suffixes, room.editor_ids))
        lines.append(f"| {title} | {' | '.join(names)} | {'found and filled' if room.live else 'found'} |")
    return _table("", "language | name | suffixes | in editors | holes", lines)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to list them
        shown = action.metavar if isinstance(action.metavar, str) else "|".join(map(str, action.choices or ()))
        name = ", ".join(action.option_strings) or shown
        value = f" {shown}" if action.option_strings and shown and action.nargs != 0 else ""
        yield f"| {_code(name + value)} | {(action.help or '').replace('|', chr(92) + '|')} |"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _table(heading: str, columns: str, lines: list[str]) -> str:
    rule = "|".join(["---"] * (columns.count(" | ") + 1))
    return "\n".join([heading, "", f"| {columns} |", f"|{rule}|", *lines, ""])


_GENERATORS: Mapping[str, Callable[[], str]] = {
    "settings": settings_tables,
    "commands": command_tables,
    "languages": language_table,
}


def renewed(page: str) -> str:
    """A page with its generated parts as the code has them now."""
    return _REGION.sub(lambda region: f"{region[1]}\n{_GENERATORS[region[2]]()}\n{region[3]}", page)


def main() -> int:
    stale = []
    for path in sorted(REFERENCE.rglob("*.md")):
        page = path.read_text(encoding="utf-8")
        fresh = renewed(page)
        if fresh != page:
            stale.append(path.relative_to(REFERENCE.parents[1]).as_posix())
            if "--check" not in sys.argv[1:]:
                path.write_text(fresh, encoding="utf-8")
    print("\n".join(f"{name}: {'stale' if '--check' in sys.argv else 'written'}" for name in stale) or "all as it is")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
