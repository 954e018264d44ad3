"""``unsorry serve``: the language server, over standard input and output or a socket."""

from __future__ import annotations

import argparse
import importlib
import sys

from unsorry.cli.exits import Exit
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.errors import UnsorryError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="talk over standard input and output (the default)")
    how.add_argument(
        "--tcp",
        metavar="HOST:PORT",
        help="listen on a socket; without HOST on this machine's loopback alone. Whoever can connect can run provers",
    )


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    output.start_logging()
    address = _address(arguments.tcp) if arguments.tcp is not None else None
    if address is None and sys.stdin.isatty():
        output.note("unsorry serve speaks the language server protocol; an editor starts it. Ctrl-C ends it.")
    # The two faces know nothing of each other; this is the one door between them.
    server = importlib.import_module("unsorry.lsp.server")
    server.main(address=address, user_settings=options.config)
    return Exit.DONE


def _address(text: str) -> tuple[str, int]:
    """``HOST:PORT``, ``:PORT`` or ``PORT``; an IPv6 host stands in brackets."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or "127.0.0.1"
    if not port.isdecimal() or not 0 <= int(port) <= 65535:
        raise UnsorryError(f"--tcp {text}: no such port.", next_step="Write, for example: --tcp 127.0.0.1:7777")
    return host, int(port)
