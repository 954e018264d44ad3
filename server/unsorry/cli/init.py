"""``unsorry init``: writes a settings file in which everything is explained and nothing is set."""

from __future__ import annotations

import argparse
from pathlib import Path

from unsorry.cli.exits import Exit
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.configuration import FILE_NAME, generate, user_file
from unsorry.errors import ConfigError, FileError
from unsorry.files import write_atomically


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", action="store_true", help="write your own settings file, not the project's")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    path = (options.config or user_file()) if arguments.user else Path(FILE_NAME)
    if path.exists() and not arguments.force:
        raise ConfigError(f"{path}: already there; left alone.", next_step="Add --force to replace it.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{path.parent}: {error.strerror or error}.") from error
    write_atomically(path, generate(user=arguments.user).encode())
    if options.json:
        output.json({"version": 1, "path": str(path.absolute())})
    else:
        output.note(f"wrote {path}")
    return Exit.DONE
