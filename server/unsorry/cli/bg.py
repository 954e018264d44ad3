"""``unsorry bg``: works through a workspace in the background, for a while or until all is done.

It is ``fill`` at low priority. What it finds is in the ledger, so that a later ``fill`` has it at once; what it was at
when it was stopped goes on the next time.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re

from unsorry.cli import fill, inputs
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.errors import UnsorryError

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_NICE = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    inputs.add_arguments(parser)
    parser.add_argument(
        "--for", dest="duration", metavar="DURATION", help="stop after so long: 90s, 30m, 2h or 1d (default: when done)"
    )
    parser.add_argument("--write", action="store_true", help="write the proofs into the files too")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="wall seconds for each hole (default: 10)")
    parser.add_argument("--jobs", type=int, metavar="N", help="searches at once (default: half the cores)")
    parser.add_argument("--full", action="store_true", help="use all cores")
    parser.epilog = "Without --write the proofs are kept in the ledger: `unsorry fill` then has them at once."


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    seconds = read_duration(arguments.duration)
    if arguments.full and arguments.jobs is None:
        arguments.jobs = os.cpu_count() or 1
    if inputs.STDIN in arguments.paths:
        raise UnsorryError("bg works on files, and - is none.", next_step="Name a file or a directory.")
    with contextlib.suppress(OSError):
        os.nice(_NICE)
    return fill.run_in_background(arguments, options, output, seconds)


def read_duration(text: str | None) -> float | None:
    """Seconds of ``90s``, ``30m``, ``2h`` or ``1d``; ``None`` without one.

    Raises:
        UnsorryError: it is none of them.
    """
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if match is None or int(match[1]) == 0:
        raise UnsorryError(f"--for {text}: no duration.", next_step="Write, for example: 90s, 30m or 2h.")
    return float(int(match[1]) * _UNITS[match[2]])
