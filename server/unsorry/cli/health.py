"""``unsorry health``: how each prover fares, from a look at it and from the ledger's latest attempts."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from unsorry import registry
from unsorry.cli.exits import Exit
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.cli.since import read_since
from unsorry.configuration import Settings, load
from unsorry.ledger.entries import AttemptRecord
from unsorry.ledger.ledger import open_ledger
from unsorry.listing import duration
from unsorry.model import Attempt, Available, ProverState, Verdict
from unsorry.orchestrator.alerts import Level
from unsorry.orchestrator.health import HealthBoard, ProverHealth, health_object
from unsorry.provers.room import Room

_COLORS = {
    ProverState.HEALTHY: "green",
    ProverState.UNKNOWN: "dim",
    ProverState.DEGRADED: "yellow",
    ProverState.OPEN: "red",
    ProverState.MISSING: "red",
}
_LEVELS = {Level.INFO: "dim", Level.WARNING: "yellow", Level.CRITICAL: "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="WHEN", default="1d", help="attempts since then: 12h, 7d, 2w or a date")
    parser.epilog = (
        "Exit codes: 0, or 1 when a prover that is switched on cannot be used. How the provers of a running editor "
        "fare is shown there: in the hover of a hole, and by the command `unsorry.health`."
    )


def run(arguments: argparse.Namespace, options: Options, output: Output) -> int:
    output.start_logging()
    since = read_since(arguments.since)
    settings = load(Path.cwd(), user=options.config).settings
    found = asyncio.run(_examine(settings, since))
    if output.options.json:
        output.json({"version": 1, "since": since, "provers": [health_object(health) for health in found]})
    else:
        for health in found:
            _print(health, output)
    return Exit.HOLES_REMAIN if any(health.state is ProverState.MISSING for health in found) else Exit.DONE


async def _examine(settings: Settings, since: float) -> Sequence[ProverHealth]:
    ledger = open_ledger(settings.ledger)
    try:
        records = await ledger.history(since=since) if ledger is not None else ()
    finally:
        if ledger is not None:
            await ledger.aclose()
    rooms = [room for room in registry.ROOMS if room.live and settings.provers[room.language].enable]
    return await asyncio.gather(*(_look_at(room, settings, records, since) for room in rooms))


async def _look_at(room: Room, settings: Settings, records: Sequence[AttemptRecord], since: float) -> ProverHealth:
    now = since
    board = HealthBoard(clock=lambda: now, window_seconds=max(1.0, time.time() - since))
    for record in records:
        if record.prover == room.language:
            now = record.at
            board.learn(Attempt(record.strategy, record.prover, record.candidates, record.seconds, _verdict(record)))
    now = time.time()
    prover = registry.make_prover(room.language, settings.provers[room.language])
    answer = await prover.probe() if prover is not None else None
    if isinstance(answer, Available):
        board.opened(room.language, answer.version)
    elif answer is not None:
        board.found(room.language, ProverState.MISSING, answer.reason)
    return board.snapshot(room.language)


def _verdict(record: AttemptRecord) -> Verdict:
    return Verdict(record.verdict) if record.verdict in set(Verdict) else Verdict.REJECTED


def _print(health: ProverHealth, output: Output) -> None:
    parts = [health.version or health.reason or "never used"]
    if health.success_rate is not None and health.median_seconds is not None and health.p95_seconds is not None:
        parts.append(f"{health.success_rate:.0%} of {health.attempts} attempts succeeded")
        parts.append(f"median {duration(health.median_seconds)}, p95 {duration(health.p95_seconds)}")
    state = output.paint(f"{health.state.value:<9}", _COLORS[health.state])
    output.line(f"{registry.title_of(health.prover):<10} {state} {'; '.join(parts)}")
    for each in health.strategies:
        rate = f"{each.success_rate:.0%} of {each.attempts}, median {duration(each.median_seconds)}"
        output.line(f"{'':<20} {each.strategy}: {rate}")
    for alert in health.alerts:
        output.line(f"{'':<20} {output.paint(alert.level.name, _LEVELS[alert.level])}: {alert.message}")
