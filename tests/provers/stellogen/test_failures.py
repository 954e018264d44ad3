"""Every way in which ``sgen`` can fail, by a scripted program (``tests/fakes/sgen.py``): the hole stays open. The same
session with the real program is in ``test_filling.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from provers.stellogen.conftest import Fill
from unsorry.model import Available, HoleStatus, Missing
from unsorry.provers.stellogen.prover import make_prover
from unsorry.settings import ProverSettings

FAKE = str(Path(__file__).parents[2] / "fakes" / "sgen.py")
TEXT = "(object three {})\n§(== #three a)\n"


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("silent", "did not end within"),
        ("garbage", "nonsense"),
        ("crash", "status"),
        ("flood", "did not end within"),
        ("endless", "assertion failed"),
        ("elsewhere", "identifier not found"),
    ],
)
async def test_a_failure_leaves_the_hole_open(fill: Fill, scenario: str, said: str) -> None:
    """Whatever the program does, nothing is offered, and the reader is told what it did."""
    states, after = await fill(TEXT, path=FAKE, env={"FAKE_SCENARIO": scenario})
    assert states["three"].status in (HoleStatus.OPEN, HoleStatus.FAILED)
    assert said in (states["three"].message or "")
    assert after == TEXT


async def test_a_program_that_agrees_with_everything_proves_nothing(fill: Fill) -> None:
    """No assertion is left in what it makes of the file: passing means nothing then."""
    states, after = await fill(TEXT, {"three": ["a"]}, path=FAKE, env={"FAKE_SCENARIO": "agreeing"})
    assert states["three"].status is HoleStatus.OPEN
    assert after == TEXT


async def test_probe() -> None:
    """There, not there, or something else of that name."""
    found = await make_prover(ProverSettings(path=FAKE)).probe()
    assert isinstance(found, Available)
    assert "no more" in found.notes[0]
    other = await make_prover(ProverSettings(path=FAKE, env={"FAKE_SCENARIO": "stranger"})).probe()
    assert isinstance(other, Missing)
    assert "static generator" in other.reason
    missing = await make_prover(ProverSettings(path="/nowhere/sgen")).probe()
    assert isinstance(missing, Missing)
    assert "opam" in missing.next_step
