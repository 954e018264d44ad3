"""The language server with a prover whose answers are given on its command line, as one JSON object.

Keys: ``closes``, ``conclusions``, ``portfolio`` as for ``Script``; ``seconds`` that each trial takes; ``missing``,
``fails``: why the prover cannot be opened. A text with ``(* poison *)`` in it lets no proof hold.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence
from typing import Any

from attrs import evolve, frozen

from fakes.scripted_prover import Script, ScriptedProver, ScriptedSession
from unsorry.engine import Engine
from unsorry.errors import ProverError, ProverMissing
from unsorry.lsp.connection import UnsorryServer
from unsorry.lsp.lifetime import run_and_exit
from unsorry.model import Document, Language, Report
from unsorry.provers.base import Outline, Prover
from unsorry.settings import Settings

POISON = "(* poison *)"


@frozen
class Delay:
    """Stands where a script has its gate."""

    seconds: float

    async def wait(self) -> None:
        await asyncio.sleep(self.seconds)


class Session(ScriptedSession):
    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        report = await super().check(document, outline, units, seconds)
        return evolve(report, complete=POISON not in document.text or document is self.document)


class Server(ScriptedProver):
    async def open(self, document: Document, outline: Outline) -> ScriptedSession:
        await super().open(document, outline)
        self.script.open_sessions -= 1
        return Session(self.script, document, outline)


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
    script = make_script(json.loads(sys.argv[1]))

    def make_prover(language: Language) -> Prover | None:
        return Server(script) if language is Language.ROCQ else None

    def make_engine(settings: Settings, trusted: bool) -> Engine:
        return Engine(settings, trusted=trusted, make_prover=make_prover)

    run_and_exit(UnsorryServer(make_engine=make_engine))


if __name__ == "__main__":
    main()
