"""Heavy strategies beside light ones: the first proof wins, the loser is stopped at once and held against nobody. With
real provers: ``tests/provers/rocq/test_racing.py``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.events import AttemptFinished, AttemptStarted, Event, GaveUp
from unsorry.model import HoleStatus, Verdict
from unsorry.settings import SearchSettings

URI = "file:///a.v"
TEXT = "Lemma a : True.\nProof. Admitted.\n"
MORE = TEXT + "\nLemma b : True.\nProof. Admitted.\n"
FOUND = "exact found"


class Hammering(ScriptedProver):
    info = evolve(ScriptedProver.info, searches=frozenset({"hammer"}))


class Bench:
    """An engine with what it was heard to say."""

    def __init__(self, script: Script, text: str = TEXT, **search: Any) -> None:
        settings = Settings(search=SearchSettings(**{"jobs": 2, "budget": 5.0, **search}))
        self.script = script
        self.engine = Engine(settings, make_prover=lambda _language: Hammering(script))
        self.events: list[Event] = []
        self.engine.subscribe(self.events.append)
        self.engine.put(document(text))

    def verdicts(self) -> dict[str, list[Verdict]]:
        found: dict[str, list[Verdict]] = {}
        for event in self.events:
            if isinstance(event, AttemptFinished):
                found.setdefault(event.attempt.strategy, []).append(event.attempt.verdict)
        return found

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0)

    async def prove(self) -> None:
        await asyncio.wait_for(self.engine.prove(URI).wait(), 5)

    def status(self) -> list[HoleStatus]:
        return [state.status for state in self.engine.states(URI)]


@pytest.fixture
async def bench() -> AsyncIterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(script: Script, text: str = TEXT, **search: Any) -> Bench:
        made.append(Bench(script, text, **search))
        return made[-1]

    yield make
    for each in made:
        await each.engine.aclose()
        assert each.script.open_sessions == 0


def hammer(**more: Any) -> Script:
    """A prover whose hammer finds a proof, unless ``more`` says otherwise."""
    return Script(**{"closes": {"a": [FOUND], "b": [FOUND]}, "finds": {"hammer": [FOUND]}, **more})


class LightStuck(asyncio.Event):
    """Holds up trials until the hammer has been asked: from then on those are its own."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.script = script

    async def wait(self) -> Any:
        return True if self.script.searched else await super().wait()


async def test_the_heavy_one_wins_while_the_light_ones_are_at_it(bench: Callable[..., Bench]) -> None:
    """The hole is proved without waiting for their time to end; they count as stopped, not as failed."""
    script = hammer()
    script.gate = LightStuck(script)
    at = bench(script)
    await at.prove()
    assert at.status() == [HoleStatus.PROVED]
    assert at.verdicts() == {"micro": [Verdict.CANCELLED], "hammer": [Verdict.VERIFIED]}
    assert at.engine.states(URI)[0].proofs[0].strategy == "hammer"
    assert (script.opened, script.open_sessions) == (2, 1), "the second session ends with the race"


async def test_a_light_one_wins_and_the_heavy_one_is_stopped_at_once(bench: Callable[..., Bench]) -> None:
    """Its session has ended when the search has; nothing is learned from an attempt that was not let finish."""
    gate = asyncio.Event()
    script = hammer(closes={"a": ["auto"]}, search_gate=asyncio.Event(), gate=gate)
    at = bench(script)
    run = at.engine.prove(URI)
    await at.until(lambda: bool(script.searched))
    gate.set()
    await asyncio.wait_for(run.wait(), 5)
    assert at.status() == [HoleStatus.PROVED]
    assert at.verdicts() == {"micro": [Verdict.VERIFIED], "hammer": [Verdict.CANCELLED]}
    assert (script.opened, script.open_sessions) == (2, 1)


async def test_neither_finds_anything_and_nothing_is_tried_twice(bench: Callable[..., Bench]) -> None:
    """What ran beside is not run again afterwards."""
    script = hammer(finds={})
    at = bench(script)
    await at.prove()
    assert at.status() == [HoleStatus.OPEN]
    assert at.verdicts() == {"micro": [Verdict.REJECTED], "hammer": [Verdict.REJECTED]}
    assert script.searched == ["hammer"]
    assert sum(isinstance(event, GaveUp) for event in at.events) == 1


@pytest.mark.parametrize("search", [{"speculate": False}, {"jobs": 1}])
async def test_one_after_the_other_where_there_is_no_place(bench: Callable[..., Bench], search: dict[str, Any]) -> None:
    """The setting switches it off, and so does a limit of one search at once."""
    script = hammer()
    at = bench(script, **search)
    await at.prove()
    assert at.verdicts() == {"micro": [Verdict.REJECTED], "hammer": [Verdict.VERIFIED]}
    assert script.opened == 1


async def test_holes_that_wait_go_first(bench: Callable[..., Bench]) -> None:
    """Nothing runs beside a search while another hole waits."""
    script = hammer(finds={})
    at = bench(script, MORE)
    sessions: list[int] = []
    at.engine.subscribe(lambda e: sessions.append(script.open_sessions) if isinstance(e, AttemptStarted) else None)
    await at.prove()
    assert sessions[0] == 1
    assert at.verdicts()["hammer"] == [Verdict.REJECTED] * 2


async def test_a_hole_that_comes_to_wait_takes_the_place_back(bench: Callable[..., Bench]) -> None:
    """What ran beside is stopped, and gets its turn later."""
    gate, search_gate = asyncio.Event(), asyncio.Event()
    script = hammer(finds={}, search_gate=search_gate, gate=gate)
    at = bench(script, MORE)
    first, second = (state.hole.id for state in at.engine.states(URI))
    runs = [at.engine.prove(URI, [first])]
    await at.until(lambda: script.searched == ["hammer"])
    runs.append(at.engine.prove(URI, [second]))
    await at.until(lambda: script.open_sessions == 1)
    assert at.verdicts() == {"hammer": [Verdict.CANCELLED]}
    gate.set()
    search_gate.set()
    for run in runs:
        await asyncio.wait_for(run.wait(), 5)
    assert at.verdicts()["hammer"].count(Verdict.REJECTED) == 2, "each hole in its turn"


async def test_stopping_the_search_stops_both(bench: Callable[..., Bench]) -> None:
    """Nothing of either goes on, and both attempts have ended as stopped."""
    script = hammer(search_gate=asyncio.Event(), gate=asyncio.Event())
    at = bench(script)
    run = at.engine.prove(URI)
    await at.until(lambda: bool(script.searched))
    at.engine.cancel(URI)
    await asyncio.wait_for(run.wait(), 5)
    await at.until(lambda: script.open_sessions == 1)
    assert at.status() == [HoleStatus.OPEN]
    assert at.verdicts() == {"micro": [Verdict.CANCELLED], "hammer": [Verdict.CANCELLED]}


async def test_without_a_second_session_it_has_its_turn_afterwards(bench: Callable[..., Bench]) -> None:
    """A prover that does not start twice (memory, licences) is no failure of the search."""
    script = hammer(most_sessions=1)
    at = bench(script)
    await at.prove()
    assert at.verdicts() == {"micro": [Verdict.REJECTED], "hammer": [Verdict.VERIFIED]}


async def test_what_wins_must_be_verified(bench: Callable[..., Bench]) -> None:
    """A find of the heavy one that the rule refuses ends no race."""
    script = hammer(breaks=["found"], closes={"a": [FOUND, "auto"]})
    at = bench(script)
    await at.prove()
    assert [proof.fill.candidate.text for proof in at.engine.states(URI)[0].proofs] == ["auto"]
