"""Records the workload: every goal with every arm (a strategy, or one part of a portfolio), with real provers.

    python -m bench.workload.record rocq [--seconds 6] [--most N] [--output FILE]

Each arm runs alone at the goal until the rule of verification accepts a proof, or the arm has nothing left, or the
seconds have gone. What it cost are the CPU seconds of this process and of all that it started. A goal that the file
has already is not run again, so that a recording that was stopped goes on; the order of the goals is shuffled by a
fixed seed, so that a part of it is a fair sample.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from bench.workload.goals import Source, sources

from unsorry.errors import ProverError
from unsorry.model import Budget, Candidate, Fill, Goals, Hole, Language, TrialResult
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import Outline, Prover, Session
from unsorry.registry import make_prover, room_for
from unsorry.verification import Verifier

OUTCOMES = Path(__file__).with_name("outcomes.jsonl")
_CHECK_SECONDS = 30.0
_DATA = frozenset({"Set", "Nat", "Bool", "List", "Maybe", "Tree", "Code", "nat", "bool", "list", "option"})


def cpu_seconds() -> float:
    """Of this process and all that it started, ended or not. The kernel's ticks are coarse, so that what the scheduler
    counts is taken for processes that live."""
    own = psutil.Process()
    total = time.process_time()
    for process in (own, *own.children(recursive=True)):
        with contextlib.suppress(psutil.Error, OSError):
            times = process.cpu_times()
            total += times.children_user + times.children_system
            if process != own:
                stats = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
                total += max(times.user + times.system, sum(int(s.read_text().split()[0]) for s in stats) / 1e9)
    return total


def arms(prover: Prover) -> Iterator[str]:
    parts = prover.info.parts
    yield from (f"micro/{part}" for part in parts)
    if not parts:
        yield "micro"
    yield from sorted(prover.info.searches, reverse=True)  # native, then hammer


async def batches(
    prover: Prover, session: Session, arm: str, hole: Hole, goals: Goals, seconds: float
) -> AsyncIterator[Sequence[Candidate]]:
    name, _, part = arm.partition("/")
    if name == "micro":
        for batch in prover.portfolio(goals, hole, part) if part else prover.portfolio(goals, hole):
            yield batch
    else:
        async with contextlib.aclosing(session.search(name, hole, Budget(seconds))) as found:  # type: ignore[type-var]
            async for candidate in found:
                yield (candidate,)


def is_data(goals: Goals) -> bool:
    """Whether any value of the right type would do: such a hole is of a definition, not of a proof."""
    return goals.main.conclusion.split()[0] in _DATA


class Recorder:
    """One source's session: reads the goal of each hole, and tries the arms at it one by one."""

    def __init__(self, prover: Prover, source: Source, seconds: float) -> None:
        self.prover, self.source, self.seconds = prover, source, seconds
        text, name = source.document.text, source.document.uri.rsplit("/", 1)[-1]
        self.outline: Outline = prover.syntax.outline(text, name)
        self.holes = identify(source.document.uri, self.outline)

    async def run(self) -> AsyncIterator[dict[str, Any]]:
        document = self.source.document
        session = await self.prover.open(document, self.outline)
        try:
            verifier = Verifier(self.prover, document, self.outline, allowed_axioms=())
            for number, hole in enumerate(self.holes):
                goals = await session.goals(hole)
                if not isinstance(goals, Goals) or (self.source.derived and is_data(goals)):
                    continue
                row = {
                    "goal": self.source.name + (f"#{number}" if number else ""),
                    "language": document.language,
                    "derived": self.source.derived,
                    "hypotheses": len(goals.main.hypotheses),
                    "conclusion": goals.main.conclusion,
                    "features": sorted(f for f in goals.features if not f.startswith(("has:", "bullet:"))),
                    "arms": {},
                }
                for arm in arms(self.prover):
                    row["arms"][arm] = await self._try(session, verifier, arm, hole, goals)
                yield row
        finally:
            await session.close()

    async def _try(self, session: Session, verifier: Verifier, arm: str, hole: Hole, goals: Goals) -> list[float]:
        """Whether the arm proved the goal (0 or 1), and its CPU seconds."""
        before = cpu_seconds()
        proved = False
        with contextlib.suppress(TimeoutError, ProverError):
            async with asyncio.timeout(self.seconds):
                proved = await self._proves(session, verifier, arm, hole, goals)
        return [int(proved), round(cpu_seconds() - before, 4)]

    async def _proves(self, session: Session, verifier: Verifier, arm: str, hole: Hole, goals: Goals) -> bool:
        deadline = time.monotonic() + self.seconds
        stream = batches(self.prover, session, arm, hole, goals, self.seconds)
        async with contextlib.aclosing(stream) as found:  # type: ignore[type-var]
            async for batch in found:
                trials = session.trials(hole, batch, Budget(max(0.1, deadline - time.monotonic())))
                closed = [trial.candidate async for trial in trials if trial.result is TrialResult.CLOSED]
                for candidate in sorted(closed, key=lambda each: len(each.text))[:3]:
                    if (await verifier.verify(session, (Fill(hole, candidate),), _CHECK_SECONDS)).ok:
                        return True
        return False


def read(path: Path = OUTCOMES) -> list[dict[str, Any]]:
    """The rows of a recording; none where there is no file yet."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


async def record(language: Language, seconds: float, most: int, output: Path) -> None:
    prover = make_prover(language, room_for(language).settings)
    assert prover is not None
    known: set[str] = set()
    same: set[tuple[Any, ...]] = set()
    for row in read(output):
        known.add(row["goal"])
        same.add((row["language"], row["conclusion"], row["hypotheses"]))
    chosen = list(sources(language))
    random.Random(1).shuffle(chosen)
    chosen.sort(key=lambda source: source.derived)
    for source in chosen[:most]:
        if source.name in known:
            continue
        started = time.monotonic()
        try:
            async for row in Recorder(prover, source, seconds).run():
                key = (row["language"], row["conclusion"], row["hypotheses"])
                if key in same:  # a script that goes on with what does not change the goal
                    continue
                same.add(key)
                with output.open("a", encoding="utf-8") as handle:
                    handle.write(json.dumps(row, ensure_ascii=False) + "\n")
                won = [arm for arm, (proved, _) in row["arms"].items() if proved]
                print(f"{row['goal']:50} {time.monotonic() - started:6.1f} s  {' '.join(won)}", flush=True)
        except ProverError as error:
            print(f"{source.name:50} {error.message}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("language", type=Language)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--most", type=int, default=10_000)
    parser.add_argument("--output", type=Path, default=OUTCOMES)
    arguments = parser.parse_args()
    asyncio.run(record(arguments.language, arguments.seconds, arguments.most, arguments.output))


if __name__ == "__main__":
    main()
