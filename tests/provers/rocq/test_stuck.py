"""A real Rocq that stops dead in the middle of a search: noticed by its heartbeat, and started anew."""

from __future__ import annotations

import asyncio
import os
import signal

import psutil
import pytest

from family import family
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.events import AttemptStarted, Event
from unsorry.model import Document, HoleStatus, Language
from unsorry.orchestrator import heartbeat
from unsorry.text import SourceText

TEXT = "Lemma a : forall n : nat, n + 0 = n.\nProof. Admitted.\n"


def provers() -> list[psutil.Process]:
    return [p for p in family() if "coqidetop" in p.name()]


async def test_a_prover_that_stops_dead_is_started_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search ends long before its budget, nothing is left of the old processes, and the next search proves."""
    monkeypatch.setattr(heartbeat, "BEAT_SECONDS", 0.5)
    engine = Engine(Settings())
    stopped: list[psutil.Process] = []

    def stop(event: Event) -> None:
        if isinstance(event, AttemptStarted) and not stopped:
            stopped.extend(provers())
            for process in stopped:
                os.kill(process.pid, signal.SIGSTOP)

    engine.subscribe(stop)
    try:
        engine.put(Document("file:///a.v", Language("rocq"), 1, SourceText(TEXT)))
        await asyncio.wait_for(engine.prove("file:///a.v", budget=600.0).wait(), 60)
        assert stopped
        assert engine.states("file:///a.v")[0].status is not HoleStatus.PROVING
        _gone, alive = psutil.wait_procs(stopped, timeout=10)
        assert alive == []
        await asyncio.wait_for(engine.prove("file:///a.v", budget=30.0).wait(), 60)
        assert engine.states("file:///a.v")[0].status is HoleStatus.PROVED
    finally:
        await engine.aclose()
