"""Agda as configured: found, asked for its version, opened."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve

from unsorry.errors import ProverError, ProverMissing
from unsorry.model import (
    Availability,
    Available,
    Candidate,
    Document,
    Fill,
    Goals,
    Hole,
    Missing,
)
from unsorry.processes import ChildSpec, run
from unsorry.provers.agda import ROOM, render, tactics
from unsorry.provers.agda.holes import SYNTAX
from unsorry.provers.agda.session import AgdaSession
from unsorry.provers.base import Outline, Syntax
from unsorry.provers.programs import first_usable
from unsorry.settings import ProverSettings
from unsorry.text import Edit

_OLDEST = (2, 6, 3)
_EMBEDS_DATA = (2, 8)  # from here on the program brings its data files itself
_PROBE_SECONDS = 20.0
_VERSION = re.compile(r"Agda version (\d+(?:\.\d+)+)")


def make_prover(settings: ProverSettings) -> AgdaProver:
    return AgdaProver(settings)


class AgdaProver:
    syntax: Syntax = SYNTAX

    def __init__(self, settings: ProverSettings) -> None:
        self._settings = settings
        self._program: Path | None = None
        self.info = evolve(ROOM.info(settings), parts=tuple(tactics.STAGES))

    async def probe(self) -> Availability:
        """The first program that can be used; else what is wrong with the first one found."""
        answer = await first_usable(ROOM, self._settings, self._programs(), self._ask)
        if isinstance(answer, Available):
            self._program = Path(answer.program)
        return answer

    async def open(self, document: Document, outline: Outline) -> AgdaSession:
        if self._program is None:
            answer = await self.probe()
            if isinstance(answer, Missing):
                raise ProverMissing(answer.reason, next_step=answer.next_step)
        assert self._program is not None
        spec = self._spec(self._program, "--interaction-json", *self._settings.args)
        session = AgdaSession(spec, document, outline, self._settings.timeout)
        await session.start()
        return session

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        return tactics.portfolio(goals, hole, part)

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        return render.render(document, fills)

    def _spec(self, path: Path, *arguments: str) -> ChildSpec:
        return ChildSpec((str(path), *arguments), env=dict(self._settings.env), memory_mb=self._settings.memory_mb)

    async def _ask(self, program: Path) -> Availability:
        """Its version, and whether the data files are there that it cannot load anything without."""
        try:
            said = await run(self._spec(program, "--version"), _PROBE_SECONDS)
            version = _VERSION.search(said.stdout)
            if version is None:
                words = (said.stdout or said.stderr or "nothing").strip()[:200]
                return Missing(f"{program} is no Agda: it says {words!r}.", ROOM.install)
            number = tuple(map(int, version[1].split(".")))
            if number < _OLDEST:
                return Missing(f"{program} is Agda {version[1]}; 2.6.3 or later is needed.", ROOM.install)
            data = await run(self._spec(program, "--print-agda-dir"), _PROBE_SECONDS)
        except ProverError as error:
            return Missing(f"{program} does not answer: {error.message}.", error.next_step or ROOM.install)
        primitives = Path(data.stdout.strip()) / "lib" / "prim"
        if number < _EMBEDS_DATA and data.status == 0 and data.stdout.strip() and not primitives.is_dir():
            reason = f"{program} lacks its data files: there is no {primitives}."
            return Missing(reason, "The wheel of 2.7.0.1 comes without them: run `pip install agda==2.7.0`.")
        return Available(version[1], str(program))

    def _programs(self) -> Iterator[Path]:
        """The configured one alone; else on ``PATH``, in the Python environment that runs this (the wheel), and
        where cabal and pip put programs."""
        if self._settings.path:
            named = shutil.which(Path(self._settings.path).expanduser())
            if named:
                yield Path(named)
            return
        home = Path.home()
        directories = (Path(sys.executable).parent, home / ".cabal" / "bin", home / ".local" / "bin")
        places = [shutil.which("agda"), *(shutil.which(directory / "agda") for directory in directories)]
        yield from dict.fromkeys(Path(place) for place in places if place)
