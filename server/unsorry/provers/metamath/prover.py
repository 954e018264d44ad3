"""Metamath as a prover: whether it is here, which version, and how a session with it begins."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from unsorry.errors import ProverError, ProverMissing
from unsorry.model import Availability, Available, Candidate, Document, Fill, Goals, Hole, Missing
from unsorry.processes import ChildSpec, run
from unsorry.provers.base import Outline
from unsorry.provers.metamath import ROOM
from unsorry.provers.metamath.holes import SYNTAX
from unsorry.provers.metamath.program import Metamath
from unsorry.provers.metamath.session import MetamathSession
from unsorry.settings import ProverSettings
from unsorry.text import Edit

_VERSION = re.compile(r"Metamath - Version (\S+)")
_PROBE_SECONDS = 10.0


def make_prover(settings: ProverSettings) -> MetamathProver:
    return MetamathProver(settings)


class MetamathProver:
    """Implements ``Prover``."""

    syntax = SYNTAX

    def __init__(self, settings: ProverSettings) -> None:
        self.info = ROOM.info(settings)
        self._settings = settings
        self._program: str | None = None

    async def probe(self) -> Availability:
        self._program = None
        program = _find(self._settings.path)
        if program is None:
            return Missing(f"{self._settings.path or 'metamath'} was not found.", ROOM.install)
        spec = ChildSpec((program, "exit"), env=dict(self._settings.env), memory_mb=self._settings.memory_mb)
        try:
            said = await run(spec, _PROBE_SECONDS)
        except ProverError as error:
            return Missing(f"{program} does not answer: {error.message}.", error.next_step or ROOM.install)
        version = _VERSION.search(said.stdout)
        if version is None:
            words = (said.stdout or said.stderr or "nothing").strip()[:200]
            return Missing(f"{program} is no Metamath: it says {words!r}.", ROOM.install)
        self._program = program
        return Available(version[1], program)

    async def open(self, document: Document, outline: Outline) -> MetamathSession:
        if self._program is None:
            answer = await self.probe()
            if isinstance(answer, Missing):
                raise ProverMissing(answer.reason, next_step=answer.next_step)
        assert self._program is not None
        return MetamathSession(Metamath(self._program, self._settings), document, outline)

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        """None: a proof names every step, so that no list of short ones would serve."""
        return ()

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        end = "\r\n" if "\r\n" in document.text else "\n"
        edits = (Edit(fill.candidate.span(fill.hole), fill.candidate.text.replace("\n", end)) for fill in fills)
        return tuple(sorted(edits, key=lambda edit: edit.span.start))


def _find(path: str) -> str | None:
    return shutil.which(str(Path(path or "metamath").expanduser()))
