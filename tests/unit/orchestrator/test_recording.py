"""What the engine's work leaves in the ledger. The same with real provers is in ``tests/e2e/test_memory.py``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.ledger import exporting, upkeep
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.settings import LogSettings, SearchSettings

TEXT = "Lemma a : True.\nProof. Admitted.\n\nLemma b : False.\nProof. Admitted.\n"


async def work(location: Location, script: Script, log: LogSettings | None = None) -> list[dict[str, Any]]:
    """Searches two holes; the ledger's entries of that run, with what differs from run to run left out."""
    settings = Settings(search=SearchSettings(jobs=1), log=log or LogSettings())
    ledger = Ledger(location)
    engine = Engine(settings, make_prover=lambda _language: ScriptedProver(script), ledger=ledger)
    engine.put(document(TEXT))
    await engine.prove("file:///a.v").wait()
    await engine.aclose()
    with upkeep.opened(location) as connection:
        entries = [json.loads(line) for line in exporting.json_lines(connection, 0.0)]
    return [entry for entry in entries if entry["run"] == ledger.run]


async def test_the_story_of_two_holes(tmp_path: Path) -> None:
    """Goal, plan, attempts, proof and receipt of one; goal, plan, attempts and surrender of the other; and the two
    ends of the run. All is on the disk when the engine has closed."""
    entries = await work(Location(tmp_path / "ledger", ""), Script(closes={"a": ["auto"]}))
    told = [(entry["kind"], entry["declaration"]) for entry in entries]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert told[0] == ("run_started", "")
    assert told[-1] == ("run_ended", "")
    of_a = [kind for kind, name in told if name == "a"]
    assert of_a[:2] == ["goal_read", "plan_made"]
    assert {"attempt_started", "attempt_finished", "proof_found", "receipt"} <= set(of_a)
    of_b = [kind for kind, name in told if name == "b"]
    assert of_b[-2:] == ["vain", "gave_up"]
    (receipt,) = [entry for entry in entries if entry["kind"] == "receipt"]
    assert (receipt["data"]["text"], receipt["toolchain"], receipt["language"]) == ("auto", "1.0", "rocq")
    goals = {entry["declaration"]: entry["goal"] for entry in entries if entry["kind"] == "goal_read"}
    assert receipt["goal"] == goals["a"] != goals["b"]


async def test_attempts_have_ids_that_entries_share(tmp_path: Path) -> None:
    """An attempt's beginning, its end and its proof carry the same id; each attempt has its own."""
    entries = await work(Location(tmp_path / "ledger", ""), Script(closes={"a": ["auto"]}))
    begun = [entry["data"]["attempt"] for entry in entries if entry["kind"] == "attempt_started"]
    ended = [entry["data"]["attempt"] for entry in entries if entry["kind"] == "attempt_finished"]
    (found,) = [entry["data"]["attempt"] for entry in entries if entry["kind"] == "proof_found"]
    assert begun == ended
    assert len(set(begun)) == len(begun) > 1
    assert found in begun


async def test_the_second_run_searches_nothing(tmp_path: Path) -> None:
    """What was proved is only tried again, and what was in vain not even that; in whatever engine."""
    location = Location(tmp_path / "ledger", "")
    await work(location, Script(closes={"a": ["auto"]}))
    script = Script(closes={"a": ["auto"]})
    entries = await work(location, script)
    assert [entry["strategy"] for entry in entries if entry["kind"] == "attempt_started"] == ["memory"]
    assert script.tried == [("a", "auto")]
    assert not [entry for entry in entries if entry["kind"] in ("receipt", "vain")], "the same again is no news"


async def test_without_a_ledger_that_can_be_used_proving_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A directory stands where the ledger should: the hole is proved, and one warning says what is wrong."""
    (tmp_path / "ledger").mkdir()
    script = Script(closes={"a": ["auto"]})
    engine = Engine(
        Settings(),
        make_prover=lambda _language: ScriptedProver(script),
        ledger=Ledger(Location(tmp_path / "ledger", "")),
    )
    engine.put(document(TEXT))
    await engine.prove("file:///a.v").wait()
    statuses = [state.status.value for state in engine.states("file:///a.v")]
    await engine.aclose()
    assert statuses == ["proved", "open"]
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len([message for message in warnings if "ledger" in message]) == 1


async def test_a_changed_toolchain_is_worth_another_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was in vain with one version is searched with the next."""
    location = Location(tmp_path / "ledger", "")
    await work(location, Script())
    from unsorry.model import Available

    async def probe(_prover: ScriptedProver) -> Available:
        return Available("2.0", "scripted")

    monkeypatch.setattr(ScriptedProver, "probe", probe)
    script = Script(closes={"b": ["lia"]})
    entries = await work(location, script)
    assert [entry["declaration"] for entry in entries if entry["kind"] == "proof_found"] == ["b"]
