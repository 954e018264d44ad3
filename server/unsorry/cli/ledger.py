"""``unsorry ledger``: where the record is, whether it is whole, taking it elsewhere, and removing what is old."""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from unsorry.cli.exits import Exit
from unsorry.cli.holes import count
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.cli.since import read_since
from unsorry.configuration import load
from unsorry.errors import FileError, LedgerError, UnsorryError
from unsorry.ledger.location import ENVIRONMENT, Location, locate

if TYPE_CHECKING:
    from unsorry.ledger.upkeep import Summary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=("path", "check", "export", "prune"),
        metavar="path|check|export|prune",
        help="say where it is and what it holds; say whether it is whole; write its entries; remove old ones",
    )
    parser.add_argument(
        "--as",
        dest="form",
        choices=("jsonl", "csv", "parquet"),
        default="jsonl",
        help="export: the form (default: jsonl)",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="export: write to FILE, not standard output")
    parser.add_argument("--since", metavar="WHEN", help="export: only entries since then: 12h, 7d, 2w or a date")
    parser.add_argument("--days", type=int, metavar="N", help="prune: keep the latest N days that have entries")
    parser.epilog = (
        "`check` exits with 1 when entries are damaged or missing. Without --days, `prune` goes by ledger.retention."
    )


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    location = find(options)
    actions: Mapping[str, Callable[[argparse.Namespace, Location, Output], int]] = {
        "path": _path,
        "check": _check,
        "export": _export,
        "prune": _prune,
    }
    return actions[arguments.action](arguments, location, output)


def find(options: Options) -> Location:
    """Where the ledger lies.

    Raises:
        LedgerError: the settings switch it off.
    """
    location = locate(load(Path.cwd(), user=options.config).settings.ledger)
    if location is None:
        step = f"Set ledger.enable to true; {ENVIRONMENT} stands above it."
        raise LedgerError("There is no ledger: it is switched off.", next_step=step)
    return location


def _path(_arguments: argparse.Namespace, location: Location, output: Output) -> int:
    from unsorry.ledger import upkeep

    told: Summary | None = None
    if location.path is None or location.path.exists():
        with upkeep.opened(location) as connection:
            told = upkeep.summary(connection, location)
    if output.options.json:
        held = attrs.asdict(told) if told else {"location": location.shown}
        output.json({"version": 1, "exists": told is not None, **held})
    elif told is None:
        output.line(f"{location.shown}  (not there yet)")
    else:
        output.line(location.shown)
        output.note(f"{_entries(told.entries)} of {count(told.runs, 'run')}{_span(told)}; schema {told.schema}")
    return Exit.DONE


def _entries(number: int) -> str:
    return f"{number} {'entry' if number == 1 else 'entries'}"


def _span(told: Summary) -> str:
    if told.first is None or told.last is None:
        return ""
    first, last = (datetime.fromtimestamp(at).astimezone().date().isoformat() for at in (told.first, told.last))
    size = "" if told.size is None else f", {told.size / 1e6:.1f} MB"
    return f", {first} to {last}{size}"


def _check(_arguments: argparse.Namespace, location: Location, output: Output) -> int:
    from unsorry.ledger import upkeep

    findings = upkeep.check(location)
    whole = not any(finding.serious for finding in findings)
    if output.options.json:
        listed = [{"message": finding.message, "serious": finding.serious} for finding in findings]
        output.json({"version": 1, "path": location.shown, "whole": whole, "findings": listed})
    else:
        for finding in findings:
            output.line(f"{'damage' if finding.serious else 'note'}: {finding.message}")
        output.note(f"{location.shown}: {'whole' if whole else 'damaged'}")
    return Exit.DONE if whole else Exit.HOLES_REMAIN


def _export(arguments: argparse.Namespace, location: Location, output: Output) -> int:
    from unsorry.ledger import exporting, upkeep

    since = read_since(arguments.since)
    if arguments.form == "parquet" and arguments.output is None:
        raise UnsorryError("Parquet is written to a file.", next_step="Name it: --output FILE")
    with upkeep.opened(location) as connection:
        if arguments.form == "parquet":
            with _replacing(arguments.output) as scratch:
                exporting.write_parquet(connection, since, scratch)
            return Exit.DONE
        lines = (exporting.json_lines if arguments.form == "jsonl" else exporting.comma_separated)(connection, since)
        if arguments.output is None:
            for line in lines:
                output.raw(line)
        else:
            with _replacing(arguments.output) as scratch, scratch.open("w", encoding="utf-8", newline="") as file:
                file.writelines(lines)
    return Exit.DONE


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its name when the block has ended well.

    Raises:
        FileError: it cannot be written.
    """
    scratch: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.absolute().parent)
        os.close(descriptor)
        scratch = Path(name)
        yield scratch
        scratch.replace(path)
    except OSError as error:
        raise FileError(
            f"{path}: cannot be written: {error.strerror or error}.", next_step="Check --output."
        ) from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def _prune(arguments: argparse.Namespace, location: Location, output: Output) -> int:
    from unsorry.ledger import upkeep

    days = location.retention if arguments.days is None else arguments.days
    if days < 1:
        raise UnsorryError("There is nothing to go by: all is to be kept.", next_step="Say how much: --days N")
    with upkeep.opened(location) as connection:
        removed = upkeep.prune(connection, days)
    if output.options.json:
        output.json({"version": 1, "path": location.shown, "days": days, "removed": removed})
    else:
        output.note(f"{location.shown}: removed {_entries(removed)}, kept the latest {count(days, 'day')} of work")
    return Exit.DONE
