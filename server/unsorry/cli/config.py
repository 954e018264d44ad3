"""``unsorry config``: reads and changes the layered settings."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from unsorry.cli.exits import Exit
from unsorry.cli.holes import count
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.configuration import (
    FILE_NAME,
    Configuration,
    SettingRow,
    find_project_file,
    load,
    rows,
    set_value,
    show,
    unknown_key,
    user_file,
)
from unsorry.errors import ConfigError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", choices=("get", "set", "list", "path"), metavar="get|set|list|path", help="what to do"
    )
    parser.add_argument("key", nargs="?", metavar="KEY", help="a setting, such as search.budget (get, set)")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="its new value (set)")
    parser.add_argument("--project", action="store_true", help="set: change the project's file, not your own")
    parser.epilog = "Layers: defaults < user file < project file (the nearest unsorry.toml) < command line."


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    _check_usage(arguments)
    actions = {"get": _get, "set": _set, "list": _list, "path": _path}
    actions[arguments.action](arguments, options, output)
    return Exit.DONE


def _check_usage(arguments: argparse.Namespace) -> None:
    wanted = {"get": 1, "set": 2}.get(arguments.action, 0)
    given = sum(value is not None for value in (arguments.key, arguments.value))
    if given != wanted:
        usage = {"get": "config get KEY", "set": "config set KEY VALUE"}.get(arguments.action, "")
        raise ConfigError(
            f"config {arguments.action} takes {count(wanted, 'argument') if wanted else 'no argument'}, not {given}.",
            next_step=f"Write: unsorry {usage}" if usage else "",
        )


def _get(arguments: argparse.Namespace, options: Options, output: Output) -> None:
    row = rows().get(arguments.key)
    if row is None:
        raise unknown_key(arguments.key, "config get")
    configuration = load(Path.cwd(), user=options.config)
    if options.json:
        output.json({"version": 1, **_object(row, configuration)})
    else:
        value = configuration.value(row.key)
        output.line(value if isinstance(value, str) else show(value))


def _set(arguments: argparse.Namespace, options: Options, output: Output) -> None:
    if arguments.project:
        path = find_project_file(Path.cwd()) or Path.cwd() / FILE_NAME
    else:
        path = options.config or user_file()
    value = set_value(path, arguments.key, arguments.value, trusted=not arguments.project)
    if options.json:
        output.json({"version": 1, "key": arguments.key, "value": value, "path": str(path)})
    else:
        output.note(f"{path}: {arguments.key} = {show(value)}")


def _list(_arguments: argparse.Namespace, options: Options, output: Output) -> None:
    configuration = load(Path.cwd(), user=options.config)
    if options.json:
        output.json({"version": 1, "settings": [_object(row, configuration) for row in rows().values()]})
        return
    for row in rows().values():
        origin = configuration.origin(row.key)
        line = f"{row.key} = {show(configuration.value(row.key))}"
        output.line(line if origin == "default" else f"{line}  {output.paint(f'# {origin}', 'dim')}")


def _path(_arguments: argparse.Namespace, options: Options, output: Output) -> None:
    user, project = options.config or user_file(), find_project_file(Path.cwd())
    if options.json:
        output.json({"version": 1, "user": str(user), "project": str(project) if project else None})
        return
    output.line(f"user     {user}{'' if user.exists() else '  (not there)'}")
    output.line(f"project  {project or '(none: no unsorry.toml here or above)'}")


def _object(row: SettingRow, configuration: Configuration) -> dict[str, Any]:
    return {
        "key": row.key,
        "value": configuration.value(row.key),
        "default": row.default,
        "type": row.limits,
        "scope": row.scope,
        "doc": row.doc,
        "origin": configuration.origin(row.key),
    }
