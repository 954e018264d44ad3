"""Idris 2 as configured: found, asked for its version, opened."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from attrs import evolve

from unsorry.errors import ProverError, ProverMissing
from unsorry.model import Availability, Available, Candidate, Document, Fill, Goals, Hole, Missing
from unsorry.processes import ChildSpec, run
from unsorry.provers.base import Outline, Syntax
from unsorry.provers.idris2 import ROOM, render, tactics
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.session import IdrisSession
from unsorry.provers.patterns import compiled
from unsorry.provers.programs import first_usable
from unsorry.settings import ProverSettings
from unsorry.text import Edit

_OLDEST = (0, 6)  # the first whose editors can ask it to introduce and refine
_PROBE_SECONDS = 30.0
_VERSION = compiled(r"Idris 2, version (\d++(?:\.\d++)++)")


def make_prover(settings: ProverSettings) -> IdrisProver:
    return IdrisProver(settings)


class IdrisProver:
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

    async def open(self, document: Document, outline: Outline) -> IdrisSession:
        if self._program is None:
            answer = await self.probe()
            if isinstance(answer, Missing):
                raise ProverMissing(answer.reason, next_step=answer.next_step)
        assert self._program is not None
        spec = self._spec(self._program, "--ide-mode", "--no-color", *self._settings.args)
        session = IdrisSession(spec, document, outline, self._settings.timeout)
        await session.start()
        return session

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        return tactics.portfolio(goals, hole, part)

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        return render.render(document, fills)

    def _spec(self, path: Path, *arguments: str) -> ChildSpec:
        return ChildSpec((str(path), *arguments), env=dict(self._settings.env), memory_mb=self._settings.memory_mb)

    async def _ask(self, program: Path) -> Availability:
        try:
            said = await run(self._spec(program, "--version"), _PROBE_SECONDS)
        except ProverError as error:
            return Missing(f"{program} does not answer: {error.message}.", error.next_step or ROOM.install)
        version = _VERSION.search(said.stdout)
        if version is None:
            words = (said.stdout or said.stderr or "nothing").strip()[:200]
            return Missing(f"{program} is no Idris 2: it says {words!r}.", ROOM.install)
        if tuple(map(int, version[1].split("."))) < _OLDEST:
            return Missing(f"{program} is Idris {version[1]}; 0.6.0 or later is needed.", ROOM.install)
        return Available(version[1], str(program))

    def _programs(self) -> Iterator[Path]:
        """The configured one alone; else on ``PATH``, and where pack and the compiler's own installation put it."""
        if self._settings.path:
            named = shutil.which(Path(self._settings.path).expanduser())
            if named:
                yield Path(named)
            return
        home = Path.home()
        directories = (home / ".local" / "bin", home / ".pack" / "bin", home / ".idris2" / "bin")
        places = [shutil.which("idris2"), *(shutil.which(directory / "idris2") for directory in directories)]
        yield from dict.fromkeys(Path(place) for place in places if place)
