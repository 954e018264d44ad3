"""``unsorry explain``: what would be tried at a hole, in which order and why; nothing is tried."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unsorry.cli import inputs
from unsorry.cli.exits import Exit
from unsorry.cli.holes import place
from unsorry.cli.inputs import Input
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.configuration import Settings, load
from unsorry.engine import Engine, Explained
from unsorry.errors import UnsorryError
from unsorry.ledger.ledger import open_ledger
from unsorry.listing import found_object, one_line
from unsorry.model import HoleState, Language, NoGoal
from unsorry.registry import ROOMS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", metavar="FILE[:LINE]", help="a file, or one line of it, counted from 1")
    parser.add_argument(
        "--language",
        choices=[room.language for room in ROOMS],
        help="the language, where the file's suffix does not tell",
    )
    parser.epilog = "Exit codes: 0, or 1 when a goal could not be read."


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    output.start_logging()
    name, line = _split(arguments.place)
    gathered = inputs.gather([name], Language(arguments.language) if arguments.language else None)
    for problem in gathered.problems:
        raise problem
    settings = load(inputs.common_directory([name]), user=options.config).settings
    explained = asyncio.run(_explain(gathered.found, line, settings))
    if not explained:
        where = f" in line {line}" if line is not None else ""
        raise UnsorryError(f"{name} has no hole{where}.", next_step="`unsorry holes` lists them.")
    if output.options.json:
        output.json({"version": 1, "holes": [_object(*each) for each in explained]})
    else:
        for source, state, told in explained:
            _print(source, state, told, output)
    return Exit.HOLES_REMAIN if any(isinstance(told.goals, NoGoal) for _, _, told in explained) else Exit.DONE


def _split(text: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(.+):(\d+)", text)
    if match is None or Path(text).exists():
        return text, None
    return match[1], int(match[2])


async def _explain(
    found: Sequence[Input], line: int | None, settings: Settings
) -> list[tuple[Input, HoleState, Explained]]:
    engine = Engine(settings, ledger=open_ledger(settings.ledger))
    explained = []
    try:
        for source in found:
            engine.put(source.document)
            text = source.document.source
            for state in engine.states(source.document.uri):
                span = state.hole.span
                if line is None or text.line_of(span.start) <= line - 1 <= text.line_of(span.end):
                    explained.append((source, state, await engine.explain(source.document.uri, state.hole.id)))
    finally:
        await engine.aclose()
    return explained


def _object(source: Input, state: HoleState, told: Explained) -> dict[str, Any]:
    document = source.document
    readable = not isinstance(told.goals, NoGoal)
    return {
        **found_object(source.name, document.language, document.source, state.hole),
        "conclusion": told.goals.main.conclusion if not isinstance(told.goals, NoGoal) else None,
        "shape": told.shape,
        "message": None if readable else getattr(told.goals, "reason", ""),
        "plan": [
            {
                "strategy": step.strategy,
                "part": step.part or None,
                "seconds": round(step.budget.seconds, 3),
                "reason": step.reason,
            }
            for step in told.plan.steps
        ],
    }


def _print(source: Input, state: HoleState, told: Explained, output: Output) -> None:
    name = state.hole.declaration or "a hole"
    if isinstance(told.goals, NoGoal):
        output.line(f"{place(source, state.hole)}: {name}: the goal cannot be read: {told.goals.reason}")
        return
    output.line(f"{place(source, state.hole)}: {name}: {output.paint(one_line(told.goals.main.conclusion), 'bold')}")
    for number, step in enumerate(told.plan.steps, 1):
        output.line(f"{number:>4}. {step.reason}.")
    if not told.plan.steps:
        output.line("      Nothing would be tried: no strategy that is switched on has anything for this goal.")
