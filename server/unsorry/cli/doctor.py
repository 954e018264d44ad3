"""``unsorry doctor``: which provers are found, what works with them, and how to install what is missing."""

from __future__ import annotations

import argparse
import asyncio
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from unsorry import __version__
from unsorry.cli.exits import Exit
from unsorry.cli.options import Options
from unsorry.cli.output import Output
from unsorry.configuration import Configuration, Settings, load
from unsorry.model import Available, Missing
from unsorry.provers.room import Room
from unsorry.registry import ROOMS, make_prover


@frozen
class Finding:
    """What there is to say of one language. ``state``: ``ready``, ``missing``, ``broken``, ``off`` or
    ``holes only``, for a language whose holes are found but not yet filled."""

    language: str
    title: str
    state: str
    version: str | None = None
    program: str | None = None
    notes: tuple[str, ...] = ()
    reason: str | None = None
    next_step: str | None = None


_COLORS = {"ready": "green", "missing": "yellow", "broken": "red", "off": "dim", "holes only": "dim"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = "Exit codes: 0 when every prover that Unsorry drives is found (or switched off), else 1."


def run(_arguments: argparse.Namespace, options: Options, output: Output) -> int:
    output.start_logging()
    configuration = load(Path.cwd(), user=options.config)
    findings = asyncio.run(_examine(configuration.settings))
    if options.json:
        output.json(_object(findings, configuration))
    else:
        _print(findings, configuration, output)
    return Exit.HOLES_REMAIN if any(f.state in ("missing", "broken") for f in findings) else Exit.DONE


async def _examine(settings: Settings) -> Sequence[Finding]:
    return await asyncio.gather(*(_look_at(room, settings) for room in ROOMS))


async def _look_at(room: Room, settings: Settings) -> Finding:
    name, title = room.language, room.title
    if not settings.provers[room.language].enable:
        return Finding(
            name, title, "off", reason="switched off in the settings", next_step=f"Set provers.{name}.enable."
        )
    try:
        prover = make_prover(room.language, settings.provers[room.language])
        if prover is None:
            return Finding(name, title, "holes only", reason="its holes are found, but cannot be filled yet")
        found = await prover.probe()
    except Exception as error:  # noqa: BLE001 - a room that does not load is a finding, not the end of the doctor
        return Finding(
            name, title, "broken", reason=f"{type(error).__name__}: {error}", next_step="Please report this."
        )
    match found:
        case Available():
            return Finding(name, title, "ready", found.version, found.program, found.notes)
        case Missing():
            return Finding(
                name, title, "missing", reason=found.reason, next_step=found.next_step or prover.info.install
            )


def _object(findings: Sequence[Finding], configuration: Configuration) -> dict[str, Any]:
    return {
        "version": 1,
        "unsorry": __version__,
        "python": platform.python_version(),
        "settings": {
            "user": str(configuration.user_path),
            "project": str(configuration.project_path) if configuration.project_path else None,
        },
        "provers": [
            {
                "language": finding.language,
                "state": finding.state,
                "version": finding.version,
                "program": finding.program,
                "notes": list(finding.notes),
                "reason": finding.reason,
                "next_step": finding.next_step,
            }
            for finding in findings
        ],
    }


def _print(findings: Sequence[Finding], configuration: Configuration, output: Output) -> None:
    output.line(f"unsorry {__version__}, Python {platform.python_version()}")
    sources = [layer.source for layer in configuration.layers]
    output.line(f"settings: {', '.join(sources) if sources else 'defaults'}")
    output.line()
    for finding in findings:
        state = output.paint(f"{finding.state:<11}", _COLORS[finding.state])
        details = [finding.version, finding.program and f"({finding.program})", finding.reason]
        output.line(f"{finding.title:<10} {state} {' '.join(detail for detail in details if detail)}".rstrip())
        for line in (*finding.notes, finding.next_step):
            if line:
                output.line(f"{'':<22} {line}")
    output.line()
    output.line(_summary(findings))


def _summary(findings: Sequence[Finding]) -> str:
    ready = sum(finding.state == "ready" for finding in findings)
    if ready == 0:
        return "No prover is ready. Install the one of your language; finding holes (`unsorry holes`) needs none."
    return f"{ready} of {len(findings)} provers are ready; only those of your languages are needed."
