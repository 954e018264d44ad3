"""A queue that survives its process: a second engine on the same ledger goes on where the first one stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.model import HoleStatus
from unsorry.orchestrator.checkpoint import digest_of

URI = "file:///a.v"
TEXT = "".join(f"Lemma a{i} : True.\nProof. Admitted.\n\n" for i in range(3))
PARTS = {"first": ("idtac", "trivial"), "second": ("auto", "easy"), "third": ("lia",)}


class PartedProver(ScriptedProver):
    """A scripted prover whose portfolio has three parts."""

    info = evolve(ScriptedProver.info, parts=tuple(PARTS))

    def portfolio(self, goals, hole, part=""):  # type: ignore[no-untyped-def]
        from unsorry.model import Candidate

        for name, texts in PARTS.items():
            if part in ("", name):
                yield tuple(Candidate(text) for text in texts)


def make_engine(folder: Path, script: Script) -> Engine:
    ledger = Ledger(Location(folder / "ledger.sqlite3", ""))
    return Engine(Settings(), make_prover=lambda _language: PartedProver(script), ledger=ledger)


async def test_a_search_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """No candidate of a part that was finished is tried again, holes that were done are not asked for, and the
    queue is empty in the end."""
    script = Script(closes={"a2": ["lia"]}, conclusions={f"a{i}": f"{i} = {i}" for i in range(3)})
    engine = make_engine(tmp_path, script)
    engine.put(document(TEXT))
    run = engine.prove(URI, budget=100.0)
    while len(script.tried) < 7:  # the first hole is done, and part of the second
        await asyncio.sleep(0)
    script.gate = asyncio.Event()
    await asyncio.sleep(0.05)
    finished = set(script.tried)
    interrupted = {(name, text) for name, text in finished if name == script.tried[-1][0]}
    await engine.aclose()
    assert not run.jobs[-1].progress.over

    again = Script(closes=script.closes, conclusions=script.conclusions)
    engine = make_engine(tmp_path, again)
    engine.put(document(TEXT))
    await asyncio.wait_for(engine.prove(URI, budget=100.0).wait(), 60)
    done = {name for name, _ in finished} - {name for name, _ in interrupted}
    assert not {name for name, _ in again.tried} & done
    whole = [set(texts) for texts in PARTS.values()]
    for name in {name for name, _ in interrupted}:
        tried = {text for other, text in interrupted if other == name}
        for texts in whole:
            if texts <= tried:
                assert not {text for other, text in again.tried if other == name} & texts
    assert engine.states(URI)[2].status is HoleStatus.PROVED
    assert engine._ledger is not None
    assert await asyncio.to_thread(engine._ledger.flush)
    assert not await engine._ledger.pending_jobs()
    await engine.aclose()


async def test_another_text_begins_anew(tmp_path: Path) -> None:
    """What was found out about a text says nothing of another one."""
    script = Script(gate=asyncio.Event())
    engine = make_engine(tmp_path, script)
    engine.put(document(TEXT))
    engine.prove(URI, budget=100.0)
    await asyncio.sleep(0.3)
    await engine.aclose()
    other = Script(closes={"a0": ["idtac"]})
    engine = make_engine(tmp_path, other)
    engine.put(document("(* new *)\n" + TEXT))
    await asyncio.wait_for(engine.prove(URI, budget=100.0).wait(), 60)
    assert engine.states(URI)[0].status is HoleStatus.PROVED
    await engine.aclose()


@pytest.mark.parametrize("text", ["", "a", "\ud800"])
def test_any_text_has_a_digest(text: str) -> None:
    """Lone surrogates too."""
    assert len(digest_of(text)) == 32
