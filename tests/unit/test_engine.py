"""The engine with a scripted prover: what becomes of holes, edits and failures. The same with real provers is in
``tests/provers`` and ``tests/e2e``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from unittest import mock

import pytest
from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry.configuration import Settings
from unsorry.engine import Engine, Priority
from unsorry.errors import ProverError, ProverMissing
from unsorry.events import (
    AttemptFinished,
    Event,
    GaveUp,
    GoalRead,
    HoleFound,
    HoleGone,
    PlanMade,
    ProofFound,
    ProverStateChanged,
)
from unsorry.model import HoleStatus, Language, Verdict
from unsorry.settings import EditorSettings, SearchSettings
from unsorry.text import apply_edits

URI = "file:///a.v"
ONE = "Lemma a : True.\nProof. Admitted.\n"
TWO = ONE + "\nLemma b : True.\nProof. Admitted.\n"

MakeEngine = Callable[[Script], Engine]


@pytest.fixture
async def make_engine() -> AsyncIterator[MakeEngine]:
    engines: list[tuple[Engine, Script]] = []

    def make(script: Script, **search: object) -> Engine:
        settings = Settings(search=SearchSettings(jobs=2, **search), editor=EditorSettings(delay=0.01))  # type: ignore[arg-type]
        engine = Engine(settings, make_prover=lambda _language: ScriptedProver(script))
        engines.append((engine, script))
        return engine

    yield make
    for engine, script in engines:
        await engine.aclose()
        assert script.open_sessions == 0, "a session outlived its engine"


def heard(engine: Engine) -> list[Event]:
    events: list[Event] = []
    engine.subscribe(events.append)
    return events


async def test_a_hole_is_proved_and_its_edit_is_what_was_verified(make_engine: MakeEngine) -> None:
    """Events come in order, the state shows the proof, and the fill is the verified edit."""
    engine = make_engine(Script(closes={"a": ["auto"]}))
    events = heard(engine)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    kinds = [type(event) for event in events]
    wanted = [HoleFound, GoalRead, PlanMade, ProofFound, AttemptFinished]
    assert [kind for kind in kinds if kind in wanted] == wanted
    (state,) = engine.states(URI)
    assert state.status is HoleStatus.PROVED
    assert [proof.fill.candidate.text for proof in state.proofs] == ["auto"]
    filled = await engine.fill(URI)
    assert apply_edits(ONE, filled.edits) == "Lemma a : True.\nProof. auto. Qed.\n"


async def test_alternatives_are_kept_shortest_first(make_engine: MakeEngine) -> None:
    """Of the tactics that work, three are kept, the shortest as the best."""
    works = ["trivial", "auto", "lia", "easy"]
    engine = make_engine(Script(closes={"a": works}, portfolio=(works,)))
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    (state,) = engine.states(URI)
    assert [proof.fill.candidate.text for proof in state.proofs] == ["lia", "auto", "easy"]


async def test_what_only_closes_the_goal_is_no_proof(make_engine: MakeEngine) -> None:
    """A tactic that the check of the whole file refuses is not offered, whatever the trial said."""
    engine = make_engine(Script(closes={"a": ["auto"]}, breaks=["auto"]))
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    (state,) = engine.states(URI)
    assert state.status is HoleStatus.OPEN
    assert state.proofs == ()
    assert state.message is not None
    assert "refused: auto" in state.message
    assert (await engine.fill(URI)).edits == ()


@pytest.mark.parametrize(
    "script",
    [
        Script(closes={"a": ["auto"]}, incomplete=True),
        Script(closes={"a": ["Qed. Axiom c : False. Lemma d : True. Proof. exact c"]}),
        Script(closes={"a": ["admit"]}),
        Script(closes={"a": ["give_up"]}),
    ],
)
async def test_no_cheat_is_offered(make_engine: MakeEngine, script: Script) -> None:
    """A text that was not checked to its end, a new axiom, an admitted goal: the hole stays open."""
    script.portfolio = tuple(script.closes.values())
    engine = make_engine(script)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    assert engine.states(URI)[0].status is HoleStatus.OPEN


async def test_the_same_goal_is_searched_once(make_engine: MakeEngine) -> None:
    """A second hole with the same goal is closed by the first one's proof without a search."""
    script = Script(closes={"a": ["lia"], "b": ["lia"]}, conclusions={"a": "1 = 1", "b": "1 = 1"})
    engine = make_engine(script)
    engine.put(document(TWO))
    await engine.prove(URI).wait()
    assert [state.status for state in engine.states(URI)] == [HoleStatus.PROVED, HoleStatus.PROVED]
    assert [text for name, text in script.tried if name == "b"] == ["lia"]


async def test_a_vain_search_is_not_repeated(make_engine: MakeEngine) -> None:
    """Asking again with the same budget gives the answer at once."""
    script = Script()
    engine = make_engine(script)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    tried = len(script.tried)
    assert tried == 3
    await engine.prove(URI).wait()
    assert len(script.tried) == tried
    await engine.prove(URI, budget=100.0).wait()
    assert len(script.tried) == 2 * tried


async def test_fill_all_leaves_out_what_does_not_hold_together(make_engine: MakeEngine) -> None:
    """Proofs that are right alone and wrong together are not all handed out; the ones that hold are."""
    script = Script(closes={"a": ["auto"], "b": ["lia"]})
    engine = make_engine(script)
    engine.put(document(TWO))
    await engine.prove(URI).wait()
    both = await engine.fill(URI)
    assert [hole.declaration for hole in both.holes] == ["a", "b"]
    script.breaks = ["lia"]
    one = await engine.fill(URI)
    assert [hole.declaration for hole in one.holes] == ["a"]
    assert [(hole.declaration, why) for hole, why in one.left_out] == [("b", "refused: lia")]
    assert apply_edits(TWO, one.edits).count("Admitted.") == 1


async def test_a_proof_survives_an_edit_elsewhere_and_is_verified_again(make_engine: MakeEngine) -> None:
    """After an edit above, the hole keeps its proof, but the edit handed out was verified on the new text."""
    script = Script(closes={"a": ["auto"]})
    engine = make_engine(script)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    checks = script.checks
    moved = "(* new *)\n" + ONE
    engine.put(document(moved, 2))
    assert engine.states(URI)[0].status is HoleStatus.PROVED
    filled = await engine.fill(URI)
    assert script.checks > checks
    assert apply_edits(moved, filled.edits) == "(* new *)\nLemma a : True.\nProof. auto. Qed.\n"
    script.breaks = ["auto"]
    engine.put(document("\n" + moved, 3))
    assert (await engine.fill(URI)).edits == ()


async def test_an_edit_of_the_statement_drops_its_proof(make_engine: MakeEngine) -> None:
    """A proof of what no longer stands there is gone at once."""
    engine = make_engine(Script(closes={"a": ["auto"]}))
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    engine.put(document(ONE.replace("True", "False"), 2))
    (state,) = engine.states(URI)
    assert (state.status, state.proofs) == (HoleStatus.OPEN, ())


async def test_typing_interrupts_a_search_that_then_goes_on(make_engine: MakeEngine) -> None:
    """An edit stops the search on the old text; it goes on with the new one, for who waits for it still."""
    script = Script(closes={"a": ["auto"]}, gate=asyncio.Event())
    engine = make_engine(script)
    engine.put(document(ONE))
    run = engine.prove(URI)
    await asyncio.sleep(0.01)
    assert engine.states(URI)[0].status is HoleStatus.PROVING
    engine.put(document("\n" + ONE, 2))
    script.gate = None
    await asyncio.wait_for(run.wait(), 5)
    assert engine.states(URI)[0].status is HoleStatus.PROVED
    assert apply_edits("\n" + ONE, (await engine.fill(URI)).edits).endswith("Proof. auto. Qed.\n")


async def test_a_hole_that_is_edited_away_ends_its_search(make_engine: MakeEngine) -> None:
    """Nobody waits for a hole that is gone."""
    engine = make_engine(Script(gate=asyncio.Event()))
    events = heard(engine)
    engine.put(document(ONE))
    run = engine.prove(URI)
    await asyncio.sleep(0.01)
    engine.put(document("Lemma a : True.\nProof. exact I. Qed.\n", 2))
    await asyncio.wait_for(run.wait(), 5)
    assert engine.states(URI) == ()
    assert any(isinstance(event, HoleGone) for event in events)


async def test_cancel_ends_at_once_and_leaves_holes_open(make_engine: MakeEngine) -> None:
    """A cancelled search reports so, and can be asked for again."""
    script = Script(closes={"a": ["auto"]}, gate=asyncio.Event())
    engine = make_engine(script)
    events = heard(engine)
    engine.put(document(TWO))
    run = engine.prove(URI)
    await asyncio.sleep(0.01)
    assert engine.cancel(URI) == 2
    await asyncio.wait_for(run.wait(), 5)
    assert [state.status for state in engine.states(URI)] == [HoleStatus.OPEN, HoleStatus.OPEN]
    finished = [event.attempt.verdict for event in events if isinstance(event, AttemptFinished)]
    assert finished == [Verdict.CANCELLED]
    script.gate = None
    await engine.prove(URI, priority=Priority.ASKED).wait()
    assert engine.states(URI)[0].status is HoleStatus.PROVED


async def test_a_missing_prover_skips_and_says_what_to_do(make_engine: MakeEngine) -> None:
    """Holes stay visible; the message carries the next step."""
    engine = make_engine(Script(fail_open=ProverMissing("Rocq is not installed.", next_step="Install it.")))
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    (state,) = engine.states(URI)
    assert (state.status, state.message) == (HoleStatus.SKIPPED, "Rocq is not installed. Install it.")


async def test_a_missing_prover_is_not_looked_for_at_every_hole(make_engine: MakeEngine) -> None:
    """Looking may take seconds; a restart by the user looks again."""
    script = Script(closes={"a": ["auto"]}, fail_open=ProverMissing("Rocq does not answer."))
    engine = make_engine(script)
    engine.put(document(TWO))
    await engine.prove(URI).wait()
    script.fail_open = None
    await engine.prove(URI).wait()
    assert {state.status for state in engine.states(URI)} == {HoleStatus.SKIPPED}
    await engine.restart(document(TWO).language)
    await engine.prove(URI).wait()
    assert engine.states(URI)[0].status is HoleStatus.PROVED


async def test_a_prover_that_fails_again_and_again_is_left_alone(make_engine: MakeEngine) -> None:
    """After three failures in a row the document gets no further session for a while; a restart is obeyed."""
    script = Script(fail_goals=ProverError("it died"))
    engine = make_engine(script)
    text = "".join(f"Lemma a{i} : True.\nProof. Admitted.\n" for i in range(6))
    engine.put(document(text))
    await engine.prove(URI).wait()
    assert {state.status for state in engine.states(URI)} == {HoleStatus.FAILED}
    assert script.opened == 3
    script.fail_goals = None
    script.closes = {f"a{i}": ["auto"] for i in range(6)}
    await engine.restart(document(text).language)
    await engine.prove(URI).wait()
    assert {state.status for state in engine.states(URI)} == {HoleStatus.PROVED}


async def test_an_unreadable_goal_leaves_the_hole_open_with_the_reason(make_engine: MakeEngine) -> None:
    """The user sees why there is no goal."""
    engine = make_engine(Script(conclusions={"a": "none"}))
    events = heard(engine)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    (state,) = engine.states(URI)
    assert (state.status, state.message) == (HoleStatus.OPEN, "an error stands before it")
    assert sum(isinstance(event, GaveUp) for event in events) == 1


async def test_nothing_runs_in_an_untrusted_workspace() -> None:
    """Holes are found, no prover is started."""
    script = Script(closes={"a": ["auto"]})
    engine = Engine(Settings(), make_prover=lambda _language: ScriptedProver(script), trusted=False)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    assert engine.states(URI)[0].status is HoleStatus.SKIPPED
    assert script.opened == 0
    await engine.aclose()


async def test_a_reader_that_fails_does_not_stop_the_others(make_engine: MakeEngine) -> None:
    """One bad listener costs nobody else an event."""
    engine = make_engine(Script(closes={"a": ["auto"]}))

    def bad(_event: Event) -> None:
        raise RuntimeError("listener")

    engine.subscribe(bad)
    events = heard(engine)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    assert any(isinstance(event, ProofFound) for event in events)


async def test_closing_a_document_ends_its_session(make_engine: MakeEngine) -> None:
    """No open proof file, no prover process."""
    script = Script(closes={"a": ["auto"]})
    engine = make_engine(script)
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    assert script.open_sessions == 1
    await engine.close(URI)
    assert script.open_sessions == 0
    assert engine.states(URI) == ()


async def test_sessions_at_once_are_never_more_than_the_cores(make_engine: MakeEngine) -> None:
    """The settings cap the sessions of a prover, and the machine caps the settings."""
    engine = make_engine(Script())
    engine.put(document(ONE))
    await engine.prove(URI).wait()
    with mock.patch("os.cpu_count", return_value=1):
        assert engine._roster.parallel("scripted") == 1
    with mock.patch("os.cpu_count", return_value=64):
        assert engine._roster.parallel("scripted") == engine.settings.provers[Language("rocq")].parallel


class Hammering(ScriptedProver):
    info = evolve(ScriptedProver.info, searches=frozenset({"hammer"}))


@pytest.mark.parametrize("lasting", [False, True])
async def test_a_prover_that_dies_between_two_stages_costs_nothing(lasting: bool) -> None:
    """The search goes on with a new session, and nothing is tried twice; one that dies each time is given up soon."""
    script = Script(closes={"a": ["exact found"]}, finds={"hammer": ["exact found"]})
    engine = Engine(Settings(search=SearchSettings(jobs=1)), make_prover=lambda _language: Hammering(script))
    events = heard(engine)

    def die(event: Event) -> None:
        if isinstance(event, AttemptFinished) and event.attempt.strategy == "micro":
            script.fail_goals = ProverError("it died")
        elif isinstance(event, ProverStateChanged) and not lasting:
            script.fail_goals = None

    engine.subscribe(die)
    engine.put(document(ONE))
    await asyncio.wait_for(engine.prove(URI).wait(), 5)
    assert engine.states(URI)[0].status is (HoleStatus.FAILED if lasting else HoleStatus.PROVED)
    ends = [event.attempt.strategy for event in events if isinstance(event, AttemptFinished)]
    assert ends == (["micro"] if lasting else ["micro", "hammer"])
    assert sum(isinstance(event, GaveUp) for event in events) == lasting
    await engine.aclose()
