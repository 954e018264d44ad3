"""``unsorry stats``: how proving goes, from the ledger: rates and times, what is slow, what has become worse."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from unsorry.cli.exits import Exit
from unsorry.cli.ledger import find
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.cli.since import read_since
from unsorry.files import path_of
from unsorry.listing import duration

if TYPE_CHECKING:
    from unsorry.ledger.statistics import Rate, Regression, Slow

_GROUPINGS = ("prover", "strategy", "shape", "week")
_MOST_LINES = 20
_COLUMNS = ("attempts", "proved", "rate", "median", "95 %", "per proof")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="WHEN", help="only attempts since then: 12h, 7d, 2w or a date")
    parser.add_argument(
        "--by",
        action="append",
        choices=_GROUPINGS,
        default=[],
        help="group by this; may be repeated (default: all but shape)",
    )


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    since = read_since(arguments.since)
    location = find(options)
    from unsorry.ledger import statistics, upkeep

    chosen = list(dict.fromkeys(arguments.by)) or ["prover", "strategy", "week"]
    with upkeep.opened(location) as connection:
        rates = {by: statistics.rates(connection, by, since) for by in chosen}
        slow = statistics.slowest(connection, since)
        worse = statistics.regressions(connection)
    if output.options.json:
        output.json(_report(since, rates, slow, worse, statistics.GROUPINGS))
    else:
        _print(rates, slow, worse, statistics.GROUPINGS, output)
    return Exit.DONE


def _report(
    since: float,
    rates: Mapping[str, Sequence[Rate]],
    slow: Sequence[Slow],
    worse: Sequence[Regression],
    names: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    return {
        "version": 1,
        "since": since or None,
        "by": {by: [_rate_object(rate, names[by]) for rate in listed] for by, listed in rates.items()},
        "slow": [attrs.asdict(each) for each in slow],
        "regressed": [attrs.asdict(each) for each in worse],
    }


def _rate_object(rate: Rate, names: Iterable[str]) -> dict[str, Any]:
    return {
        **dict(zip(names, rate.group, strict=True)),
        "attempts": rate.attempts,
        "proved": rate.proved,
        "success": round(rate.success, 4),
        "median_seconds": round(rate.median_seconds, 4),
        "p95_seconds": round(rate.p95_seconds, 4),
        "seconds": round(rate.seconds, 3),
        "seconds_per_proof": None if rate.seconds_per_proof is None else round(rate.seconds_per_proof, 4),
    }


def _print(
    rates: Mapping[str, Sequence[Rate]],
    slow: Sequence[Slow],
    worse: Sequence[Regression],
    names: Mapping[str, tuple[str, ...]],
    output: Output,
) -> None:
    if not any(rates.values()):
        output.note("No attempts are recorded for this time.")
        return
    for by, listed in rates.items():
        shown = listed[-_MOST_LINES:] if by == "week" else listed[:_MOST_LINES]
        _table(f"by {by}", [*names[by], *_COLUMNS], [_cells(rate) for rate in shown], len(names[by]), output)
        if len(listed) > len(shown):
            output.note(f"({len(listed) - len(shown)} more; --format json has them)")
    lines = [
        [_place(each), str(each.attempts), duration(each.seconds), "yes" if each.proved else "no"] for each in slow
    ]
    _table("slow", ["declaration", "attempts", "seconds", "proved"], lines, 1, output)
    if worse:
        output.line(output.paint("worse than before", "bold"))
        for regression in worse:
            output.line(f"  {_relative(regression.subject)}: {regression.message}")


def _cells(rate: Rate) -> list[str]:
    per_proof = rate.seconds_per_proof
    return [
        *(value or "-" for value in rate.group),
        str(rate.attempts),
        str(rate.proved),
        f"{rate.success:.0%}",
        duration(rate.median_seconds),
        duration(rate.p95_seconds),
        "-" if per_proof is None else duration(per_proof),
    ]


def _table(title: str, head: Sequence[str], lines: Sequence[Sequence[str]], words: int, output: Output) -> None:
    """Columns as wide as they need to be; the first ``words`` hold text, the others numbers."""
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    output.line(output.paint(title, "bold"))
    for number, line in enumerate((head, *lines)):
        cells = (
            cell.ljust(width) if column < words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        text = f"  {'  '.join(cells)}".rstrip()
        output.line(output.paint(text, "dim") if number == 0 else text)
    output.line()


def _place(slow: Slow) -> str:
    return _relative(f"{slow.uri}: {slow.declaration or 'a hole'}")


def _relative(subject: str) -> str:
    """A place with its file as seen from here."""
    uri, colon, rest = subject.partition(": ")
    path = path_of(uri)
    if path is None:
        return subject
    here = Path.cwd()
    return f"{path.relative_to(here) if path.is_relative_to(here) else path}{colon}{rest}"
