"""The options of all commands."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from attrs import frozen


@frozen
class Options:
    """``verbosity``: 0 is normal, above it more is logged, below it only errors are shown."""

    json: bool
    config: Path | None
    verbosity: int
    color: bool


def add_common(parser: argparse.ArgumentParser, default: Any = None) -> None:
    """Adds the options of all commands. With ``default`` ``SUPPRESS`` they leave alone what stood before the
    command, so that they may stand on either side of it."""
    group = parser.add_argument_group("options of all commands")

    def or_default(value: Any) -> Any:
        return value if default is None else default

    group.add_argument(
        "--format", choices=("text", "json"), default=or_default("text"), help="what to print (default: text)"
    )
    group.add_argument(
        "--config", type=Path, metavar="FILE", default=or_default(None), help="use FILE as the user's settings file"
    )
    # Counted apart: a count that is suppressed before the command would start again behind it.
    group.add_argument(
        "-v",
        "--verbose",
        action="append_const",
        const=1,
        default=or_default(None),
        help="tell more: what was tried, and the log",
    )
    group.add_argument(
        "-q", "--quiet", action="append_const", const=1, default=or_default(None), help="print only results and errors"
    )
    group.add_argument(
        "--no-color", action="store_true", default=or_default(False), help="no colours, even on a terminal"
    )


def common_options(arguments: argparse.Namespace) -> Options:
    return Options(
        json=arguments.format == "json",
        config=arguments.config,
        verbosity=len(arguments.verbose or ()) - len(arguments.quiet or ()),
        color=not arguments.no_color,
    )
