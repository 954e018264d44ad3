"""What the ledger takes is there afterwards, for every process that shares it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from unit.ledger.entries import attempt
from unsorry.ledger.entries import ArmTally, PendingJob
from unsorry.ledger.ledger import Ledger, open_ledger
from unsorry.ledger.location import Location, default_path, locate
from unsorry.ledger.upkeep import check
from unsorry.settings import LedgerSettings


async def test_what_is_acknowledged_is_read_by_another(location: Location) -> None:
    """After ``flush`` another process's ledger on the same file answers with it, in order."""
    ledger, other = Ledger(location), Ledger(location)
    ledger.append(attempt("micro", data={"features": ["list", "equality"]}))
    ledger.append(attempt("native", "rejected"))
    ledger.append(attempt("hammer", "cancelled"))
    assert ledger.flush()
    assert ledger.acknowledged == 3
    records = await other.history()
    assert [(r.strategy, r.verdict, r.shape, r.seconds) for r in records] == [
        ("micro", "verified", "list", 0.25),
        ("native", "rejected", "list", 0.25),
    ]
    assert records[0].features == {"list", "equality"}
    assert await ledger.aclose()
    assert await other.aclose()


async def test_tallies_add_up_what_says_something(location: Location) -> None:
    """By shape, strategy and part; an attempt that was stopped or broke counts for nothing."""
    ledger = Ledger(location)
    for verdict, seconds in (("verified", 1.0), ("rejected", 2.0), ("cancelled", 4.0), ("prover_failed", 8.0)):
        ledger.append(attempt("micro", verdict, part="closers", seconds=seconds))
    ledger.append(attempt("native", "timed_out", seconds=3.0))
    ledger.append(attempt("native", "timed_out", shape=""))
    ledger.flush()
    tallies = await ledger.tallies()
    assert tallies == (ArmTally("list", "micro", "closers", 2, 1, 3.0), ArmTally("list", "native", "", 1, 0, 3.0))
    await ledger.aclose()


async def test_the_checkpoint_holds_each_hole_once(location: Location) -> None:
    """A job kept again replaces itself, one dropped is gone, the most urgent comes first."""
    ledger = Ledger(location)
    for hole, priority in (("a", 2), ("b", 1), ("c", 0), ("a", 1)):
        ledger.keep_job(PendingJob(uri="file:///x.v", hole=hole, priority=priority, data={"shape": hole}, at=1.0))
    ledger.drop_job("file:///x.v", "b")
    await ledger.aclose()
    resumed = Ledger(location)
    jobs = await resumed.pending_jobs()
    assert [(job.hole, job.priority, job.owner, job.data) for job in jobs] == [
        ("c", 0, ledger.run, {"shape": "c"}),
        ("a", 1, ledger.run, {"shape": "a"}),
    ]
    await resumed.aclose()


async def test_odd_text_is_kept(location: Location) -> None:
    """File names that are no UTF-8, and NUL in what a prover prints, do no harm."""
    ledger = Ledger(location)
    ledger.append(attempt(uri="file:///\udcff.v", data={"message": "a\0b \udcff"}))
    assert ledger.flush()
    assert [record.uri for record in await ledger.history()] == ["file:///\\udcff.v"]
    await ledger.aclose()


async def test_many_processes_share_one_ledger(location: Location) -> None:
    """Four processes that begin on a new ledger at once lose nothing, and each run's entries are numbered through."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom unsorry.ledger.entries import Entry, Kind\n"
        "from unsorry.ledger.ledger import Ledger\nfrom unsorry.ledger.location import Location\n"
        "path, url = sys.argv[1:]\nledger = Ledger(Location(Path(path) if path else None, url))\n"
        "for number in range(200):\n"
        "    ledger.append(Entry(kind=Kind.ATTEMPT_FINISHED, strategy=str(number)))\n"
        "    number % 20 or ledger.flush(60)\n"
        "assert ledger.close(60), ledger.problem\n"
    )
    command = [sys.executable, "-c", script, str(location.path or ""), location.url]
    processes = [subprocess.Popen(command) for _ in range(4)]
    assert [process.wait(100) for process in processes] == [0] * 4
    ledger = Ledger(location)
    records = await ledger.history()
    await ledger.aclose()
    by_run: dict[str, list[str]] = {}
    for record in records:
        by_run.setdefault(record.run, []).append(record.strategy)
    assert list(by_run.values()) == [[str(number) for number in range(200)]] * 4
    assert check(location) == ()


def test_nothing_is_opened_before_it_is_needed(tmp_path: Path) -> None:
    """A ledger that nobody writes to makes no file and imports no database."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom unsorry.ledger.ledger import Ledger\n"
        "from unsorry.ledger.location import Location\n"
        f"Ledger(Location(Path({str(tmp_path / 'ledger.sqlite3')!r}), '')).close()\n"
        "assert not {'sqlalchemy', 'alembic'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    """Neither the file nor what SQLite keeps beside it can be read by others, whatever the directory allows."""
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(Location(path, ""))
    ledger.append(attempt())
    assert ledger.flush()
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}
    ledger.close()


@pytest.mark.parametrize("module", ["unsorry.cli", "unsorry.cli.holes", "unsorry.lsp.connection", "unsorry.engine"])
def test_starting_up_imports_nothing_heavy(module: str) -> None:
    """What the ledger, logs and metrics need is imported when they are first used, never at the start."""
    heavy = {"sqlalchemy", "alembic", "structlog", "prometheus_client", "pyarrow", "psycopg"}
    script = f"import sys, {module}; sys.exit(' '.join({heavy!r} & set(sys.modules)) or None)"
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_where_the_ledger_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the data directory, where settings say, or where the environment says above all."""
    monkeypatch.delenv("UNSORRY_LEDGER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert locate(LedgerSettings()) == Location(default_path(), "", 365)
    assert default_path().is_relative_to(tmp_path)
    assert locate(LedgerSettings(enable=False)) is None
    team = locate(LedgerSettings(url="postgresql://me:secret@host/name"))
    assert team is not None
    assert team.url == "postgresql+psycopg://me:secret@host/name"
    assert "secret" not in team.shown
    monkeypatch.setenv("UNSORRY_LEDGER", str(tmp_path / "x"))
    assert locate(LedgerSettings(enable=False, url="postgresql://host/name")) == Location(tmp_path / "x", "", 365)
    monkeypatch.setenv("UNSORRY_LEDGER", "off")
    assert locate(LedgerSettings()) is None


def test_a_database_of_another_kind_is_refused(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The warning says what to write; proving goes on without a ledger."""
    monkeypatch.delenv("UNSORRY_LEDGER")
    assert open_ledger(LedgerSettings(url="mysql://host/name")) is None
    assert "postgresql://" in caplog.text
