"""Every way in which ``metamath`` can fail, by a scripted program (``tests/fakes/metamath.py``). The same with the real
program is in ``test_filling.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from provers.metamath.conftest import Fill
from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Available, HoleStatus, Missing
from unsorry.processes import ChildSpec
from unsorry.provers.metamath.assistant import Assistant
from unsorry.provers.metamath.prover import make_prover
from unsorry.settings import ProverSettings

FAKE = str(Path(__file__).parents[2] / "fakes" / "metamath.py")
TEXT = "$c |- p $. id $p |- p $= ? $.\n"


@pytest.mark.parametrize("scenario", ["silent", "garbage", "crash", "flood", "bug", "mute"])
async def test_a_failure_leaves_the_hole_open(fill: Fill, scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the program does, nothing is offered, and there is a reason."""
    monkeypatch.setattr("unsorry.provers.metamath.session._READING_SECONDS", 2.0)
    (state,), after = await fill(TEXT, path=FAKE, env={"FAKE_SCENARIO": scenario})
    assert state.status in (HoleStatus.OPEN, HoleStatus.FAILED)
    assert state.message
    assert after == TEXT


@pytest.mark.parametrize("candidate", ["?", "x $. y $a |- p", "$( $) ?"])
async def test_agreement_is_not_enough(fill: Fill, candidate: str) -> None:
    """A program that accepts everything still proves nothing for a text with a hole or an axiom more."""
    (state,), after = await fill(TEXT, {"id": [candidate]}, path=FAKE, env={"FAKE_SCENARIO": "agreeing"})
    assert state.status is HoleStatus.OPEN
    assert after == TEXT


@pytest.mark.parametrize(
    ("scenario", "error"), [("silent", ProverTimeout), ("crash", ProverError), ("flood", ProverError)]
)
async def test_the_assistant_ends_with_its_failure(
    scenario: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that does not answer is ended, and the next question starts another."""
    monkeypatch.setattr("unsorry.provers.metamath.assistant._START_SECONDS", 1.0)
    assistant = Assistant(ChildSpec((FAKE, "prove id"), env={"FAKE_SCENARIO": scenario}))
    for _ in range(2):
        with pytest.raises(error):
            await assistant.ask(("improve all",), 1.0)
    await assistant.close()


async def test_probe() -> None:
    """There, not there, or something else of that name."""
    assert await make_prover(ProverSettings(path=FAKE)).probe() == Available("0.195", FAKE)
    other = await make_prover(ProverSettings(path=FAKE, env={"FAKE_SCENARIO": "stranger"})).probe()
    assert isinstance(other, Missing)
    assert "Objective-C++" in other.reason
    missing = await make_prover(ProverSettings(path="/nowhere/metamath")).probe()
    assert isinstance(missing, Missing)
    assert "apt-get install metamath" in missing.next_step
