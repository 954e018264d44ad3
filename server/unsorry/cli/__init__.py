"""The command line: parses, calls the one command that was asked for, and turns every ending into an exit code.

Commands are imported when they run, so that ``unsorry holes`` never pays for what ``unsorry fill`` needs.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from unsorry import __version__
from unsorry.cli.exits import Exit
from unsorry.cli.options import Options, add_common, common_options
from unsorry.cli.output import Output, OutputError
from unsorry.errors import UnsorryError

# Each is a module of this package with ``add_arguments(parser)`` and ``run(arguments, options, output) -> int``.
COMMANDS: Mapping[str, str] = {
    "holes": "list holes, without running any prover",
    "fill": "prove holes, and show or write the proofs",
    "replay": "check receipts again: whether what was proved still holds",
    "bg": "work through a workspace in the background",
    "explain": "say what would be tried at a hole, and why",
    "health": "say how each prover fares",
    "stats": "say how proving goes: rates, times, what is slow, what has become worse",
    "ledger": "look after the record of what was tried",
    "doctor": "say which provers are found, and how to install what is missing",
    "config": "read and change settings",
    "init": "write a commented unsorry.toml",
    "serve": "run the language server",
}


class _CommandParser(argparse.ArgumentParser):
    """A subcommand's parser, which learns its arguments from the command's module when it first parses. Options
    may stand between the positional arguments."""

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        if self._mixing:
            return super().parse_known_args(args, namespace)
        module = importlib.import_module(f"unsorry.cli.{self.prog.split()[-1]}")
        self.set_defaults(command_module=module)
        module.add_arguments(self)
        add_common(self, default=argparse.SUPPRESS)
        self._mixing = True
        return self.parse_known_intermixed_args(args, namespace)


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unsorry",
        description="Finds the holes of proof files and fills them with proofs that the prover itself has verified.",
        allow_abbrev=False,
        epilog="`unsorry COMMAND --help` tells more. Exit codes: 0 every hole proved, or none found; 1 holes remain; "
        "2 bad usage, settings or file; 3 no prover installed for a language that has holes.",
    )
    parser.add_argument("--version", action="version", version=f"unsorry {__version__}")
    add_common(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_CommandParser)
    for name, summary in COMMANDS.items():
        commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code."""
    parser = make_parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help(sys.stderr)
        return Exit.BAD_INPUT
    options = common_options(arguments)
    output = Output(options)
    try:
        return _run(arguments, options, output)
    except OutputError as error:
        output.abandon()
        output.error(error)
        return Exit.BAD_INPUT
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        output.abandon()
        return Exit.BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last boundary: a bug is reported, not dumped on the user
        output.bug(error)
        return Exit.BUG


def _run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    try:
        code: int = arguments.command_module.run(arguments, options, output)
    except OutputError:
        raise
    except UnsorryError as error:
        output.error(error)
        code = Exit.BAD_INPUT
    output.flush()
    return code
