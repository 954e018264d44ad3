"""CoqHammer beside Rocq's own search: whoever is first wins, and nothing of the other goes on."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

import pytest

from family import family, name_of
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.events import AttemptFinished
from unsorry.model import Candidate, Document, Goals, HoleStatus, Language, Verdict
from unsorry.provers.base import Prover
from unsorry.registry import make_strategies
from unsorry.settings import SearchSettings
from unsorry.strategies.base import Context, Strategy, StrategyInfo
from unsorry.text import SourceText

pytestmark = [pytest.mark.rocq, pytest.mark.coqhammer, pytest.mark.slow]

TEXT = """Require Import List.

Lemma swapped (A : Type) (x : A) (xs ys : list A) : In x (rev (xs ++ ys)) -> In x ys \\/ In x xs.
Proof. Admitted.
"""
PROOF = "rewrite <- in_rev, in_app_iff; tauto."
_PROVERS = ("eprover", "cvc4", "z3", "vampire", "htimeout", "predict")


def at_work() -> list[str]:
    """The hammer's external provers that run."""
    return [name for process in family() if (name := name_of(process)).startswith(_PROVERS)]


class Patient:
    """A light strategy that knows a proof, or none, and waits until the hammer's provers are at work."""

    info = StrategyInfo("patient", "a proof that is held back")

    def __init__(self, *texts: str) -> None:
        self.texts = texts

    def applies(self, prover: Prover, goals: Goals) -> bool:
        return True

    async def batches(self, context: Context) -> AsyncIterator[Sequence[Candidate]]:
        for number in itertools.count():  # the prover gets something to do, so that it is not taken for stuck
            if self.texts and at_work():
                break
            await asyncio.sleep(0.1)
            yield (Candidate(f"fail {number}."),)
        for text in self.texts:
            yield (Candidate(text),)


async def raced(tmp_path: Path, light: Patient) -> tuple[str, Mapping[str, Verdict]]:
    """What proved the lemma, and how each strategy's attempt ended."""
    strategies: dict[str, Strategy] = {"patient": light, "hammer": make_strategies()["hammer"]}
    settings = Settings(search=SearchSettings(jobs=2, budget=90.0, strategies=tuple(strategies)))
    engine = Engine(settings, strategies=strategies)
    ends: dict[str, Verdict] = {}
    engine.subscribe(
        lambda e: ends.update({e.attempt.strategy: e.attempt.verdict}) if isinstance(e, AttemptFinished) else None
    )
    document = Document((tmp_path / "A.v").as_uri(), Language("rocq"), 1, SourceText(TEXT), tmp_path / "A.v")
    try:
        engine.put(document)
        await asyncio.wait_for(engine.prove(document.uri).wait(), 120)
        (state,) = engine.states(document.uri)
        assert state.status is HoleStatus.PROVED
        assert not at_work(), "the hammer's provers outlive the race"
        return state.proofs[0].strategy, ends
    finally:
        await engine.aclose()
        assert not [process for process in family() if "coq" in name_of(process)]


async def test_a_light_proof_ends_the_hammer_at_once(tmp_path: Path) -> None:
    """While external provers run: they are gone when the hole is proved, and the hammer has not failed."""
    assert await raced(tmp_path, Patient(PROOF)) == (
        "patient",
        {"patient": Verdict.VERIFIED, "hammer": Verdict.CANCELLED},
    )


async def test_the_hammer_wins_over_what_takes_long(tmp_path: Path) -> None:
    """Without waiting for the light one's share of the time to end."""
    assert await raced(tmp_path, Patient()) == ("hammer", {"patient": Verdict.CANCELLED, "hammer": Verdict.VERIFIED})
