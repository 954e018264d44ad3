"""The server's own share of a fill: its processor time against the provers', on files of the bank, in one run."""

from __future__ import annotations

import asyncio
import compileall
import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import unsorry
from unsorry import registry
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.model import Available, Document, HoleStatus, Language
from unsorry.settings import SearchSettings
from unsorry.text import SourceText

BANK = Path(__file__).parent / "bank"
FOLDERS = {Language("rocq"): "rocq", Language("agda"): "agda"}
BUDGET = 5.0


def files(language: Language, every: int = 4) -> list[Path]:
    """Every fourth file of a bank folder: all difficulties, in a minute."""
    folder = BANK / FOLDERS[language]
    suffixes = registry.room_for(language).suffixes
    return sorted(path for path in folder.iterdir() if path.name.endswith(suffixes))[::every]


def children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def fill(language: Language) -> tuple[int, int, float, float]:
    """Holes, proved holes, own and provers' processor seconds."""
    own, provers = time.process_time(), children_seconds()
    holes = proved = 0
    engine = Engine(Settings(search=SearchSettings(budget=BUDGET, jobs=1)))
    try:
        for path in files(language):
            text = path.read_text(encoding="utf-8")
            engine.put(Document(path.as_uri(), language, 1, SourceText(text), path))
            await engine.prove(path.as_uri()).wait()
            statuses = [state.status for state in engine.states(path.as_uri())]
            await engine.close(path.as_uri())
            holes += len(statuses)
            proved += statuses.count(HoleStatus.PROVED)
    finally:
        await engine.aclose()
    return holes, proved, time.process_time() - own, children_seconds() - provers


async def measure_all() -> list[dict[str, Any]]:
    """Twice in one process: the first time pays for what is imported when it is first needed, as ``unsorry fill`` does,
    from byte code, as where it is installed; the second is what a server does from then on."""
    compileall.compile_dir(Path(unsorry.__file__).parent, quiet=2)
    here, notes = [], []
    for language in FOLDERS:
        prover = registry.make_prover(language, Settings().provers[language])
        if prover is not None and isinstance(await prover.probe(), Available):
            here.append(language)
        else:
            notes.append(f"{language}: not installed")
    if not here:
        return []
    names = ("fill.own_share_percent", "fill.own_share_warm_percent")
    return [await measure_once(name, here, notes) for name in names]


async def measure_once(name: str, languages: Sequence[Language], notes: Sequence[str]) -> dict[str, Any]:
    own = provers = 0.0
    told = list(notes)
    for language in languages:
        holes, proved, own_seconds, prover_seconds = await fill(language)
        own, provers = own + own_seconds, provers + prover_seconds
        told.append(f"{language}: {proved} of {holes} holes, {own_seconds:.2f} s own, {prover_seconds:.2f} s prover")
    against = "processor time of the provers in the same fills; " + "; ".join(told)
    return {"name": name, "value": 100 * own / provers, "unit": "%", "against": against}


def measure() -> list[dict[str, Any]]:
    return asyncio.run(measure_all())


if __name__ == "__main__":
    for row in measure():
        print(f"{row['name']}: {row['value']:.2f} {row['unit']} against {row['against']}")
