"""``unsorry fill``: proves holes, and shows the proofs as a diff or writes them into the files."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from unsorry import registry
from unsorry.cli import inputs
from unsorry.cli.diff import unified_diff
from unsorry.cli.exits import Exit
from unsorry.cli.filling import Filling, FillRequest, Outcome
from unsorry.cli.holes import count, place
from unsorry.cli.inputs import STDIN, Inputs
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.cli.replaying import read_replay
from unsorry.cli.watching import Watcher, make_watcher
from unsorry.configuration import Settings, load
from unsorry.engine import Engine, Priority
from unsorry.errors import FileError, UnsorryError
from unsorry.ledger.ledger import open_ledger
from unsorry.listing import attempt_lines, one_line, report_object, shown_status, state_object
from unsorry.model import Goals, HoleState, HoleStatus, Language
from unsorry.observation.logs import set_up
from unsorry.strategies.base import Strategy

_COLORS = {
    HoleStatus.PROVED: "green",
    HoleStatus.OPEN: "yellow",
    HoleStatus.REFUTED: "red",
    HoleStatus.SKIPPED: "dim",
    HoleStatus.FAILED: "red",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    inputs.add_arguments(parser)
    parser.add_argument("--write", action="store_true", help="write the proofs into the files instead of a diff")
    parser.add_argument("--budget", type=float, metavar="SECONDS", help="wall seconds for each hole (default: 10)")
    parser.add_argument("--jobs", type=int, metavar="N", help="searches at once (default: half the cores)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="only holes of this declaration; may be repeated"
    )
    parser.add_argument(
        "--strategy", action="append", default=[], metavar="S", help="only this strategy; may be repeated, in order"
    )
    parser.add_argument(
        "--receipts", action="store_true", help="with --write: leave the proofs' receipts beside each file"
    )
    parser.add_argument("--fresh", action="store_true", help="search as if nothing were remembered of earlier runs")
    parser.add_argument(
        "--replay", type=Path, metavar="FILE", help="first try the proofs in FILE (TOML or JSON: declaration = texts)"
    )


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    output.start_logging()
    if arguments.write and STDIN in arguments.paths:
        raise UnsorryError("--write needs files, and - is none.", next_step="Leave --write out to get a diff.")
    strategies = registry.make_strategies(read_replay(arguments.replay) if arguments.replay else None)
    settings = _settings(arguments, options)
    set_up(settings.log)
    language = Language(arguments.language) if arguments.language else None
    gathered = inputs.gather(arguments.paths, language)
    request = FillRequest(arguments.write, frozenset(arguments.only), settings.search.jobs, settings.ledger.receipts)
    return asyncio.run(_fill(arguments, gathered, settings, strategies, output, request))


def run_in_background(arguments: argparse.Namespace, options: Options, output: Output, seconds: float | None) -> int:
    """The same for ``unsorry bg``, after everything else and at most for so long."""
    more: dict[str, Any] = {"only": [], "strategy": [], "replay": None, "receipts": False, "fresh": False}
    arguments = argparse.Namespace(**{**more, **vars(arguments)})
    output.start_logging()
    strategies = registry.make_strategies()
    settings = _settings(arguments, options)
    if not arguments.write and open_ledger(settings.ledger) is None:
        step = "Switch it on (ledger.enable), or add --write."
        raise UnsorryError("Without the ledger, what bg finds would be lost.", next_step=step)
    language = Language(arguments.language) if arguments.language else None
    gathered = inputs.gather(arguments.paths, language)
    request = FillRequest(
        arguments.write, frozenset(), settings.search.jobs, priority=Priority.BACKGROUND, seconds=seconds
    )
    return asyncio.run(_fill(arguments, gathered, settings, strategies, output, request))


def _settings(arguments: argparse.Namespace, options: Options) -> Settings:
    """The settings in force, the command line's own among them.

    Raises:
        ConfigError: a value makes no sense.
    """
    chosen = list(dict.fromkeys(arguments.strategy))
    if chosen and arguments.replay and "replay" not in chosen:
        chosen.insert(0, "replay")
    search: dict[str, Any] = {
        "budget": arguments.budget,
        "jobs": arguments.jobs,
        "strategies": chosen or None,
        "selector": "fixed" if len(chosen) > 1 else None,
    }
    ledger = {"memory": False if arguments.fresh else None, "receipts": arguments.receipts or None}
    overrides = {"search": search, "ledger": ledger}
    return load(inputs.common_directory(arguments.paths), user=options.config, overrides=overrides).settings


async def _fill(
    arguments: argparse.Namespace,
    gathered: Inputs,
    settings: Settings,
    strategies: dict[str, Strategy],
    output: Output,
    request: FillRequest,
) -> int:
    started = time.monotonic()
    engine = Engine(settings, strategies=strategies, ledger=open_ledger(settings.ledger))
    filling = Filling(engine, request, gathered.found)
    try:
        holes = filling.open()
        _check_only(arguments.only, filling.declarations())
        with make_watcher(output, holes) as watcher:
            engine.subscribe(watcher.on_event)
            await filling.run(lambda outcome: _tell(outcome, output, watcher))
    finally:
        await engine.aclose()
    in_background = request.priority is Priority.BACKGROUND
    _print_result(filling.outcomes, arguments.write or in_background, output)
    _print_summary(filling.outcomes, time.monotonic() - started, output)
    for problem in (*gathered.problems, *(o.problem for o in filling.outcomes if o.problem is not None)):
        output.error(problem)
    return _exit_code(filling, gathered, settings)


def _check_only(only: Sequence[str], names: frozenset[str]) -> None:
    for name in only:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            step = f"Did you mean {near[0]}?" if near else "`unsorry holes` lists them."
            raise UnsorryError(f"--only {name}: no declaration of that name has a hole.", next_step=step)


def _tell(outcome: Outcome, output: Output, watcher: Watcher) -> None:
    """A line for each hole, in text order; with ``-v`` also its goal and what was tried."""
    for state in outcome.states:
        status = shown_status(state)
        word = output.paint_error(f"{status.value:<8}", _COLORS[status])
        where = f"{place(outcome.source, state.hole)}: {state.hole.declaration or 'a hole'}"
        watcher.note(f"{word}{where}: {_what(state, output)}")
        if output.options.verbosity > 0:
            for line in _tried(state):
                watcher.note(f"        {line}")
    if outcome.written:
        watcher.note(f"wrote   {outcome.source.name}")


def _what(state: HoleState, output: Output) -> str:
    if shown_status(state) is not HoleStatus.PROVED:
        return one_line(state.message or "not proved")
    best = state.proofs[0]
    text = one_line(best.fill.candidate.text)
    return f"{output.paint_error(text, 'bold')} ({best.prover}, {best.strategy}, {best.seconds:.2f} s)"


def _tried(state: HoleState) -> Iterator[str]:
    if isinstance(state.goals, Goals):
        yield f"goal: {one_line(state.goals.main.conclusion)}"
    yield from attempt_lines(state.attempts)


def _print_result(outcomes: Sequence[Outcome], write: bool, output: Output) -> None:
    if output.options.json:
        results = (
            state_object(o.source.name, o.source.document.language, o.source.document.source, state)
            for o in outcomes
            for state in o.states
        )
        output.json(report_object(results))
    elif not write:
        for outcome in outcomes:
            diff = unified_diff(outcome.source.name, outcome.source.document.text, outcome.edits)
            output.raw(_colored(diff, output) if output.stdout_color else diff)


def _colored(diff: str, output: Output) -> str:
    marks = {"+": "green", "-": "red", "@": "cyan"}
    lines = (output.paint(line, marks[line[0]]) if line[:1] in marks else line for line in diff.split("\n"))
    return "\n".join(lines)


def _print_summary(outcomes: Sequence[Outcome], seconds: float, output: Output) -> None:
    statuses = [shown_status(state) for outcome in outcomes for state in outcome.states]
    told = [f"{statuses.count(status)} {status.value}" for status in _COLORS if status in statuses]
    unfinished = sum(outcome.stopped for outcome in outcomes)
    rest = f"; interrupted, {count(unfinished, 'file')} left alone" if unfinished else ""
    output.note(f"{count(len(statuses), 'hole')}: {', '.join(told) or 'nothing to do'} ({seconds:.1f} s){rest}")


def _exit_code(filling: Filling, gathered: Inputs, settings: Settings) -> int:
    """Being interrupted counts most, then what could not be read or written, then a missing prover."""
    if filling.stopped_by is not None:
        return Exit.INTERRUPTED if filling.stopped_by is signal.SIGINT else Exit.TERMINATED
    if gathered.problems or any(isinstance(outcome.problem, FileError) for outcome in filling.outcomes):
        return Exit.BAD_INPUT
    remaining = [(o, s) for o in filling.outcomes for s in o.states if shown_status(s) is not HoleStatus.PROVED]
    if any(_wants_prover(o, s, settings) for o, s in remaining):
        return Exit.NO_PROVER
    return Exit.HOLES_REMAIN if remaining else Exit.DONE


def _wants_prover(outcome: Outcome, state: HoleState, settings: Settings) -> bool:
    """Whether the hole was passed over for want of a prover, not because the user switched the prover off."""
    return state.status is HoleStatus.SKIPPED and settings.provers[outcome.source.document.language].enable
