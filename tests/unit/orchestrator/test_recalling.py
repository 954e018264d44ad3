"""What is remembered of a file is verified all at once, and only by the rule. With real provers: ``tests/e2e``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.errors import ProverError
from unsorry.events import AttemptFinished, AttemptStarted, Event, GoalRead
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.model import HoleStatus, Verdict
from unsorry.settings import LedgerSettings, SearchSettings
from unsorry.text import apply_edits

URI = "file:///a.v"
NAMES = "abcd"
TEXT = "".join(f"Lemma {name} : True.\nProof. Admitted.\n\n" for name in NAMES)
CLOSES = {name: [f"exact {name}1"] for name in NAMES}
Open = Callable[..., Engine]


@pytest.fixture
async def open_engine(tmp_path: Path) -> AsyncIterator[Open]:
    """Engines, one after the other, on one ledger."""
    engines: list[Engine] = []

    def make(script: Script, *, memory: bool = True) -> Engine:
        settings = Settings(search=SearchSettings(jobs=1), ledger=LedgerSettings(memory=memory))
        ledger = Ledger(Location(tmp_path / "ledger.sqlite3", ""))
        engines.append(Engine(settings, make_prover=lambda _language: ScriptedProver(script), ledger=ledger))
        return engines[-1]

    yield make
    for engine in engines:
        await engine.aclose()


async def prove_all(engine: Engine, text: str = TEXT) -> None:
    engine.put(document(text))
    await engine.prove(URI).wait()
    await engine.aclose()


async def recall(engine: Engine, text: str = TEXT) -> list[Event]:
    events: list[Event] = []
    engine.put(document(text))
    engine.subscribe(events.append)
    await engine.recall(URI, [state.hole.id for state in engine.states(URI)])
    return events


def proved(engine: Engine) -> list[str]:
    return [s.hole.declaration for s in engine.states(URI) if s.status is HoleStatus.PROVED]


def portfolio() -> list[list[str]]:
    return [[text for texts in CLOSES.values() for text in texts]]


async def test_one_check_for_all_that_is_remembered(open_engine: Open) -> None:
    """Nothing is tried, no goal is read; the edits are those that were checked, and cost no second check."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    script = Script(CLOSES, portfolio())
    engine = open_engine(script)
    events = await recall(engine)
    assert proved(engine) == list(NAMES)
    assert not any(isinstance(event, GoalRead) for event in events)
    filled = await engine.fill(URI)
    assert apply_edits(TEXT, filled.edits).count("Qed.") == len(NAMES)
    assert (script.tried, script.checks, script.opened) == ([], 1, 1)
    assert set(engine.receipts(URI)) == {state.hole.id for state in engine.states(URI)}


async def test_by_itself_a_proof_is_verified_again(open_engine: Open) -> None:
    """It held with the others in place; whether it does without them is another question."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    script = Script(CLOSES, portfolio())
    engine = open_engine(script)
    await recall(engine)
    second = engine.states(URI)[1].hole.id
    filled = await engine.fill(URI, {second: 0})
    assert [hole.id for hole in filled.holes] == [second]
    assert apply_edits(TEXT, filled.edits).count("Qed.") == 1
    assert script.checks > 1


async def test_one_that_does_not_hold_any_more_is_found_out(open_engine: Open) -> None:
    """The others count as proved; that one is left to the search, and an attempt that failed is no success."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    script = Script(CLOSES, portfolio(), breaks=["c1"])
    engine = open_engine(script)
    events = await recall(engine)
    assert proved(engine) == ["a", "b", "d"]
    ends = {e.hole.declaration: e.attempt.verdict for e in events if isinstance(e, AttemptFinished)}
    assert ends == {**dict.fromkeys("abd", Verdict.VERIFIED), "c": Verdict.REJECTED}
    assert apply_edits(TEXT, (await engine.fill(URI)).edits).count("Admitted.") == 1


async def test_a_declaration_that_was_edited_is_not_recalled(open_engine: Open) -> None:
    """Its proof is only a candidate for the search then."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    engine = open_engine(Script(CLOSES, portfolio()))
    await recall(engine, TEXT.replace("Lemma b : True", "Lemma b : True /\\ True"))
    assert proved(engine) == ["a", "c", "d"]


async def test_nothing_is_recalled_that_is_to_be_forgotten(open_engine: Open) -> None:
    """``--fresh`` and ``ledger.memory = false`` search as if for the first time."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    script = Script(CLOSES, portfolio())
    engine = open_engine(script, memory=False)
    assert await recall(engine) == []
    assert (proved(engine), script.opened) == ([], 0)


async def test_a_prover_that_fails_leaves_it_to_the_search(open_engine: Open) -> None:
    """No proof counts, and every attempt that began has ended."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    engine = open_engine(Script(CLOSES, portfolio(), fail_open=ProverError("it does not start")))
    events = await recall(engine)
    assert proved(engine) == []
    assert sum(isinstance(event, AttemptStarted) for event in events) == len(NAMES)
    ends = [event.attempt.verdict for event in events if isinstance(event, AttemptFinished)]
    assert ends == [Verdict.PROVER_FAILED] * len(NAMES)


async def test_a_recall_that_is_stopped_is_no_failure(open_engine: Open) -> None:
    """Its attempts end as cancelled, so that nothing is concluded from them."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    engine = open_engine(Script(CLOSES, portfolio()))
    events: list[Event] = []
    engine.put(document(TEXT))
    engine.subscribe(events.append)
    session = ScriptedProver(Script())
    begun = asyncio.Event()

    async def hang(*_arguments: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    session.open = hang  # type: ignore[method-assign,assignment]
    engine._roster._make = lambda _language: session
    task = asyncio.create_task(engine.recall(URI, [state.hole.id for state in engine.states(URI)]))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    ends = [event.attempt.verdict for event in events if isinstance(event, AttemptFinished)]
    assert ends == [Verdict.CANCELLED] * len(NAMES)
    assert proved(engine) == []


async def test_an_old_receipt_without_a_digest_is_only_a_candidate(open_engine: Open, tmp_path: Path) -> None:
    """Ledgers of earlier versions do not say what the declaration looked like."""
    await prove_all(open_engine(Script(CLOSES, portfolio())))
    ledger = Ledger(Location(tmp_path / "ledger.sqlite3", ""))
    for receipt in await ledger.receipts(uri=URI):
        ledger.append(evolve(receipt, unit="").entry())
    await ledger.aclose()
    engine = open_engine(Script(CLOSES, portfolio()))
    await recall(engine)
    assert proved(engine) == []
