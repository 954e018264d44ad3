"""The language server with a prover whose answers are given on its command line, as one JSON object.

Keys: ``closes``, ``conclusions``, ``portfolio`` as for ``Script``; ``seconds`` that each trial takes; ``missing``,
``fails``: why the prover cannot be opened; ``stuck``: declarations whose trials never end. A text with
``(* poison *)`` in it lets no proof hold.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

from attrs import evolve, frozen

from fakes.scripted_prover import Script, ScriptedProver, ScriptedSession
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.errors import ProverError, ProverMissing
from unsorry.lsp.connection import UnsorryServer
from unsorry.lsp.lifetime import run_and_exit
from unsorry.model import Budget, Candidate, Document, Hole, Language, Report, Trial
from unsorry.provers.base import Outline, Prover

POISON = "(* poison *)"


@frozen
class Delay:
    """Stands where a script has its gate."""

    seconds: float

    async def wait(self) -> None:
        await asyncio.sleep(self.seconds)


class Session(ScriptedSession):
    """``stuck``: declarations at whose holes nothing ever ends."""

    def __init__(self, script: Script, doc: Document, outline: Outline, stuck: Sequence[str]) -> None:
        super().__init__(script, doc, outline)
        self._stuck = stuck

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        if hole.declaration in self._stuck:
            await asyncio.sleep(3600)
        async for trial in super().trials(hole, candidates, budget):
            yield trial

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        report = await super().check(document, outline, units, seconds)
        return evolve(report, complete=POISON not in document.text or document is self.document)


class Server(ScriptedProver):
    def __init__(self, script: Script, stuck: Sequence[str]) -> None:
        super().__init__(script)
        self._stuck = stuck

    async def open(self, document: Document, outline: Outline) -> ScriptedSession:
        await super().open(document, outline)
        self.script.open_sessions -= 1
        return Session(self.script, document, outline, self._stuck)


def make_script(given: dict[str, Any]) -> Script:
    error: ProverError | None = None
    if "missing" in given:
        error = ProverMissing(given["missing"], next_step="Install it.")
    elif "fails" in given:
        error = ProverError(given["fails"])
    return Script(
        closes=given.get("closes", {}),
        conclusions=given.get("conclusions", {}),
        portfolio=given.get("portfolio", [["trivial", "auto", "lia"]]),
        gate=Delay(given.get("seconds", 0.0)),  # type: ignore[arg-type]
        fail_open=error,
    )


def main() -> None:
    given = json.loads(sys.argv[1])
    script = make_script(given)

    def make_prover(language: Language) -> Prover | None:
        return Server(script, given.get("stuck", ())) if language == Language("rocq") else None

    def make_engine(settings: Settings, trusted: bool) -> Engine:
        return Engine(settings, trusted=trusted, make_prover=make_prover)

    run_and_exit(UnsorryServer(make_engine=make_engine))


if __name__ == "__main__":
    main()
