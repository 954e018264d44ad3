"""Running a text that takes its time: bounded or patient, and never in vain."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from unsorry.errors import ProverTimeout
from unsorry.processes import ChildSpec
from unsorry.provers.rocq import script as module
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.script import Script, split

FAKE = Path(__file__).parents[3] / "fakes" / "idetop.py"
TEXT = "Check a. Check b. Check c. Check d."
LIMIT = 1.2  # seconds, longer than a sentence takes and shorter than all of them


@contextlib.asynccontextmanager
async def slow() -> AsyncIterator[Script]:
    """A script of four sentences, each of which takes 0.4 seconds."""
    env = {"FAKE_SCENARIO": "slow", "FAKE_SECONDS": "0.2"}
    script = Script(ChildSpec((sys.executable, str(FAKE)), env=env, nice=0))
    script.update(split(TEXT, SYNTAX.outline(TEXT)))
    try:
        yield script
    finally:
        await script.close()


async def test_what_has_been_run_is_kept_at_a_deadline() -> None:
    """The error says how far the prover came, and the next attempt goes on from there."""
    async with slow() as script:
        with pytest.raises(ProverTimeout, match=r"\d of 4 sentences"):
            await script.load(4, LIMIT)
        done = len(script.steps)
        assert 0 < done < 4
        states = [step.after for step in script.steps]
        await script.load(4, 30)
        assert [step.after for step in script.steps][:done] == states


async def test_patience_bounds_each_step_and_tells_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A long text is run to its end however long that takes, and the log says meanwhile that it is at work."""
    monkeypatch.setattr(module, "_TELL_SECONDS", 0.1)
    async with slow() as script:
        await script.load(4, LIMIT, patient=True)
        assert len(script.steps) == 4
    assert "1 of 4 sentences" in caplog.text
