"""The ledger: how many events a second it makes durable, what recording costs a fill, alone and together with logs and
metrics, and what it saves the next one.

    python -m bench.ledger [rates] [overhead] [second]

Rates are of whole batches, acknowledged; PostgreSQL runs from Debian's programs in a folder of its own, as the user
``postgres`` when started by root. A fill is measured on files of the bank.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import pwd
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.fill import BANK, children_seconds, files
from unsorry import registry
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.ledger.entries import Entry, Kind
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.model import Available, Document, HoleStatus, Language
from unsorry.observation.logs import set_up
from unsorry.settings import LogSettings, MetricsSettings, SearchSettings
from unsorry.text import SourceText

EVENTS = 20_000
ONE_BY_ONE = 200
ROUNDS = 3
BUDGET = 3.0
ROCQ = Language("rocq")


def entry(number: int) -> Entry:
    """An entry of the usual size."""
    return Entry(
        kind=Kind.ATTEMPT_FINISHED,
        uri="file:///home/somebody/project/theories/Lists.v",
        hole=f"{number % 300:012x}",
        declaration="append_associates",
        language="rocq",
        prover="rocq",
        strategy="micro",
        verdict="rejected",
        shape="rocq/equality/induction_hypothesis/list",
        goal=f"{number % 300:032x}",
        toolchain="8.16.1",
        seconds=0.123,
        candidates=40,
        data={"features": ["equality", "list", "quantified"], "message": "The reference x was not found."},
    )


def rates(location: Location) -> tuple[float, float, float]:
    """Events a second: taken by ``append``, durable in bulk, durable when each is waited for."""
    ledger = Ledger(location, capacity=EVENTS * 2)
    ledger.append(entry(0))
    assert ledger.flush(60), ledger.problem
    started = time.perf_counter()
    for number in range(EVENTS):
        assert ledger.append(entry(number))
    taken = time.perf_counter() - started
    assert ledger.flush(300), ledger.problem
    bulk = time.perf_counter() - started
    started = time.perf_counter()
    for number in range(ONE_BY_ONE):
        ledger.append(entry(number))
        assert ledger.flush(60)
    single = time.perf_counter() - started
    ledger.close()
    return EVENTS / taken, EVENTS / bulk, ONE_BY_ONE / single


@contextlib.contextmanager
def postgres() -> Iterator[Location | None]:
    """A PostgreSQL on a socket in a folder of its own; ``None`` where it is not installed."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        yield None
        return
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="unsorry-pg-", dir="/tmp"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(programs[-1] / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, user=user, cwd=folder, stdout=subprocess.DEVNULL, timeout=120, check=True)

    try:
        run("initdb", "-U", "unsorry", "-A", "trust", "-E", "UTF8")
        run("pg_ctl", "-l", str(folder / "log"), "-o", f"-c listen_addresses='' -k {folder}", "-w", "start")
        try:
            yield Location(None, f"postgresql+psycopg://unsorry@/postgres?host={folder}")
        finally:
            run("pg_ctl", "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure_rates() -> list[dict[str, Any]]:
    rows = []
    with tempfile.TemporaryDirectory() as folder, postgres() as team:
        for name, location in (("sqlite", Location(Path(folder, "ledger.sqlite3"), "")), ("postgresql", team)):
            if location is None:
                continue
            taken, bulk, single = rates(location)
            against = f"{taken:.0f} events/s taken by append; {single:.0f} events/s when each is waited for"
            rows.append({"name": f"ledger.{name}_rate", "value": bulk, "unit": "events/s", "against": against})
    return rows


async def fill(texts: Sequence[Path], ledger: Ledger | None, log: str) -> tuple[int, float, float]:
    """Proved holes, own processor seconds and wall seconds of a fill; with a ``log`` also metrics are served."""
    own, started = own_seconds(), time.perf_counter()
    search = SearchSettings(budget=BUDGET, jobs=1)
    settings = Settings(search=search)
    if log:
        metrics = MetricsSettings(port=free_port())
        settings = Settings(search=search, log=LogSettings(format="json", file=log), metrics=metrics)
        set_up(settings.log)
    engine = Engine(settings, ledger=ledger)
    proved = 0
    try:
        for path in texts:
            document = Document(path.as_uri(), ROCQ, 1, SourceText(path.read_text(encoding="utf-8")), path)
            engine.put(document)
            await engine.recall(document.uri, [state.hole.id for state in engine.states(document.uri)])
            states = engine.states(document.uri)
            open_ = [state.hole.id for state in states if state.status is not HoleStatus.PROVED]
            await engine.prove(document.uri, open_).wait()
            await engine.fill(document.uri)
            proved += sum(state.status is HoleStatus.PROVED for state in engine.states(document.uri))
            await engine.close(document.uri)
    finally:
        await engine.aclose()
    return proved, own_seconds() - own, time.perf_counter() - started


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def own_seconds() -> float:
    """Processor seconds of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def in_a_process(
    texts: Sequence[Path], ledger: Path | None, log: Path | None = None
) -> tuple[int, float, float, float]:
    """``fill`` in a process of its own, so that imports count, as they do for a user; with the provers' processor
    seconds at the end."""
    command = [sys.executable, "-m", "bench.ledger", "--one", str(ledger or ""), str(log or ""), *map(str, texts)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=True)
    proved, own, wall, provers = done.stdout.split()
    return int(proved), float(own), float(wall), float(provers)


def measure_overhead() -> list[dict[str, Any]]:
    """What a ledger adds to our own processor time, and what a ledger, a log of JSON lines in a file and metrics add
    together, imports included, against the time of a whole fill with its provers. All are measured by turns."""
    texts = files(ROCQ)
    kinds = ("nothing", "ledger", "all of it")
    found: dict[str, list[tuple[int, float, float, float]]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as folder:
        for number, kind in itertools.product(range(ROUNDS), kinds):
            path = Path(folder, f"{number}-{kind}.sqlite3")
            if kind != "nothing":
                made = Ledger(Location(path, ""))  # once in a ledger's life, so no part of a fill
                made.append(entry(0))
                assert made.close(30)
            log = Path(folder, f"{number}.log") if kind == "all of it" else None
            found[kind].append(in_a_process(texts, None if kind == "nothing" else path, log))
            assert log is None or log.read_text(encoding="utf-8").count("AttemptFinished") > len(texts)
    own = {kind: statistics.median(run[1] for run in runs) for kind, runs in found.items()}
    whole = statistics.median(run[1] + run[3] for run in found["nothing"])
    told = "; ".join(f"{kind}: own {[round(r[1], 2) for r in runs]} s" for kind, runs in found.items())
    against = (
        f"{whole:.2f} s of processor time of a fill without, of which the provers' differ from run to run; {told}; "
        f"{len(texts)} files, {[run[0] for runs in found.values() for run in runs]} holes proved"
    )
    names = {"ledger.overhead_percent": "ledger", "observation.overhead_percent": "all of it"}
    return [
        {"name": name, "value": 100 * (own[kind] - own["nothing"]) / whole, "unit": "%", "against": against}
        for name, kind in names.items()
    ]


def measure_second() -> list[dict[str, Any]]:
    """The wall and the processor time (own, provers') of a second fill of an unchanged folder against the first's."""
    wall, processor, told = [], [], ""
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            texts = [Path(shutil.copy(path, Path(folder, f"bank_{path.name}"))) for path in files(ROCQ)]
            first, second = (in_a_process(texts, Path(folder, "ledger.sqlite3")) for _ in range(2))
        wall.append(second[2] / first[2])
        processor.append((second[1] + second[3]) / (first[1] + first[3]))
        told = f"first {first[2]:.1f} s, {first[0]} proved; second {second[2]:.1f} s, {second[0]} proved"
    against = f"{len(files(ROCQ))} files of the bank, {BUDGET:g} s a hole; the last time: {told}"
    return [
        {"name": name, "value": statistics.median(ratios), "unit": "times", "against": against}
        for name, ratios in (("ledger.second_fill", wall), ("ledger.second_fill_processor", processor))
    ]


def measure(only: Sequence[str] = ()) -> list[dict[str, Any]]:
    rows = []
    prover = registry.make_prover(ROCQ, Settings().provers[ROCQ])
    there = prover is not None and isinstance(asyncio.run(prover.probe()), Available)
    for name, part, needs_rocq in (
        ("rates", measure_rates, False),
        ("overhead", measure_overhead, True),
        ("second", measure_second, True),
    ):
        if (not only or name in only) and (there or not needs_rocq):
            rows.extend(part())
    return rows


def one(ledger: str, log: str, texts: Sequence[str]) -> None:
    """What ``in_a_process`` runs."""
    provers = children_seconds()
    opened = Ledger(Location(Path(ledger), "")) if ledger else None
    proved, own, wall = asyncio.run(fill([Path(text) for text in texts], opened, log))
    print(proved, own, wall, children_seconds() - provers)


if __name__ == "__main__":
    assert BANK.is_dir()
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        for row in measure(sys.argv[1:]):
            print(f"{row['name']}: {row['value']:.3f} {row['unit']} against {row['against']}")
