"""Stellogen as a prover: whether ``sgen`` is here, and how a session with it begins."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from unsorry.errors import ProverError, ProverMissing
from unsorry.model import Availability, Available, Candidate, Document, Fill, Goals, Hole, Missing
from unsorry.processes import ChildSpec, run
from unsorry.provers.base import Outline
from unsorry.provers.stellogen import ROOM
from unsorry.provers.stellogen.candidates import batches
from unsorry.provers.stellogen.holes import SYNTAX
from unsorry.provers.stellogen.program import Sgen
from unsorry.provers.stellogen.render import edit_of
from unsorry.provers.stellogen.session import StellogenSession
from unsorry.settings import ProverSettings
from unsorry.text import Edit

_PROBE_SECONDS = 10.0
_NOTE = "experimental: a proof is an object that passes the file's own tests, no more"


def make_prover(settings: ProverSettings) -> StellogenProver:
    return StellogenProver(settings)


class StellogenProver:
    """Implements ``Prover``."""

    syntax = SYNTAX

    def __init__(self, settings: ProverSettings) -> None:
        self.info = ROOM.info(settings)
        self._settings = settings
        self._program: str | None = None

    async def probe(self) -> Availability:
        """``sgen`` tells no version; what it can do, it tells."""
        program = _find(self._settings.path)
        self._program = None
        if program is None:
            return Missing(f"{self._settings.path or 'sgen'} was not found.", ROOM.install)
        spec = ChildSpec((program, "--help=plain"), env=dict(self._settings.env), memory_mb=self._settings.memory_mb)
        try:
            said = await run(spec, _PROBE_SECONDS)
        except ProverError as error:
            return Missing(f"{program} does not answer: {error.message}.", error.next_step or ROOM.install)
        if any(command not in said.stdout for command in ("Stellogen", "check", "run", "preprocess")):
            words = (said.stdout or said.stderr or "nothing").strip()[:200]
            return Missing(f"{program} is not Stellogen's sgen, or too old: it says {words!r}.", ROOM.install)
        self._program = program
        return Available("", program, (_NOTE,))

    async def open(self, document: Document, outline: Outline) -> StellogenSession:
        if self._program is None:
            answer = await self.probe()
            if isinstance(answer, Missing):
                raise ProverMissing(answer.reason, next_step=answer.next_step)
        assert self._program is not None
        return StellogenSession(Sgen(self._program, self._settings), document, outline)

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        return ([Candidate(text) for text in batch] for batch in batches(goals, hole.declaration))

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        edits = (edit_of(document.text, fill) for fill in fills)
        return tuple(sorted(edits, key=lambda edit: edit.span.start))


def _find(path: str) -> str | None:
    return shutil.which(str(Path(path or "sgen").expanduser()))
