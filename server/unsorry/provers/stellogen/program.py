"""Runs ``sgen`` on whole texts: one phase at a time, killed when it does not end, every error found.

A run stops early: the run phase at its first failed assertion, the check phase at the first thing that is no assertion.
What failed is therefore blanked out, character by character so that no place moves, until nothing fails any more.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from attrs import field, frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Problem
from unsorry.processes import ChildSpec, Completed, run
from unsorry.provers.base import Outline
from unsorry.provers.stellogen.messages import Failure, failures, plain
from unsorry.provers.stellogen.scratch import Scratch
from unsorry.settings import ProverSettings

_ROUNDS = 60
_INK = re.compile(r"[^\n]")


class Phase(StrEnum):
    """``sgen check`` evaluates what is marked with ``§``, ``sgen run`` what is not."""

    CHECK = "check"
    RUN = "run"


@frozen
class Sgen:
    """The program, with what the settings say of it."""

    program: str
    settings: ProverSettings = field(repr=False)

    async def run(self, command: str, file: Path, seconds: float) -> Completed:
        """
        Raises:
            ProverTimeout: it did not end within ``seconds`` (divergence is normal); it has been ended.
            ProverError: it could not be started.
        """
        argv = (self.program, command, *self.settings.args, str(file))
        spec = ChildSpec(argv, cwd=file.parent, env=dict(self.settings.env), memory_mb=self.settings.memory_mb)
        try:
            return await run(spec, seconds)
        except ProverTimeout as error:
            raise ProverTimeout(f"`sgen {command}` did not end within {seconds:.1f} s") from error


@frozen
class Outcome:
    """What one phase says of a text. ``stopped`` says why it could not be followed to its end; empty where it was."""

    problems: tuple[Problem, ...]
    stopped: str = ""


def blanked(text: str, outline: Outline, units: Iterable[int]) -> str:
    """The text with blanks in place of some units, and everything else where it was."""
    for number in units:
        span = outline.units[number].span
        text = text[: span.start] + _INK.sub(" ", text[span.start : span.end]) + text[span.end :]
    return text


async def follow(sgen: Sgen, scratch: Scratch, phase: Phase, text: str, outline: Outline, seconds: float) -> Outcome:
    """Every error of one phase, by unit.

    Raises:
        ProverTimeout: it does not end within ``seconds``.
        ProverError: the program or the disk failed.
    """
    deadline = time.monotonic() + seconds
    problems: list[Problem] = []
    out: set[int] = set()
    for _ in range(_ROUNDS):
        copy = scratch.write(blanked(text, outline, out))
        done = await sgen.run(phase, copy, max(0.1, deadline - time.monotonic()))
        if done.status == 0:
            return Outcome(tuple(problems))
        found = [_problem(failure, text, outline) for failure in failures(done.stderr) if failure.file == str(copy)]
        problems.extend(found)
        new = {problem.unit for problem in found if problem.unit is not None} - out
        if not new:
            return Outcome(tuple(problems), plain(done.stderr) or f"`sgen {phase}` ended with status {done.status}")
        out |= new
    raise ProverError(f"`sgen {phase}` finds ever more errors")


def _problem(failure: Failure, text: str, outline: Outline) -> Problem:
    return Problem(failure.message, unit=outline.unit_at(failure.offset(text)))
