"""A ledger that cannot be used: proving goes on, one warning says what to do, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from unit.ledger.entries import attempt
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.ledger.upkeep import check


def make(path: Path, entries: int = 3) -> Location:
    """A ledger with some entries."""
    location = Location(path, "")
    ledger = Ledger(location)
    for _ in range(entries):
        ledger.append(attempt())
    assert ledger.close()
    return location


async def nothing_comes_of(location: Location, caplog: pytest.LogCaptureFixture) -> str:
    """Uses a ledger that cannot be used; the one warning."""
    ledger = Ledger(location)
    for _ in range(3):
        ledger.append(attempt())
        assert not ledger.flush(10)
    assert await ledger.history() == ()
    assert await ledger.searched_in_vain("x") == 0.0
    assert not await ledger.aclose()
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "Proving goes on without the ledger." in warnings[0]
    return warnings[0]


async def test_a_file_that_is_no_ledger(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is left as it is."""
    path = tmp_path / "ledger.sqlite3"
    path.write_text("These are my notes.\n" * 100)
    assert "is no ledger" in await nothing_comes_of(Location(path, ""), caplog)
    assert path.read_text() == "These are my notes.\n" * 100
    assert [finding.serious for finding in check(Location(path, ""))] == [True]


async def test_a_database_of_something_else(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its tables stay as they are."""
    path = tmp_path / "ledger.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE events (name TEXT)")
    assert "tables of something else" in await nothing_comes_of(Location(path, ""), caplog)


async def test_a_damaged_ledger(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """``check`` finds the damage; so does whoever writes."""
    location = make(tmp_path / "ledger.sqlite3", 500)
    assert location.path is not None
    data = bytearray(location.path.read_bytes())
    data[4096:] = os.urandom(len(data) - 4096)
    location.path.write_bytes(data)
    assert any(finding.serious for finding in check(location))
    assert "is damaged" in await nothing_comes_of(location, caplog)


async def test_a_ledger_of_a_newer_version(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is not touched, and the way out is told."""
    location = make(tmp_path / "ledger.sqlite3")
    assert location.path is not None
    with sqlite3.connect(location.path) as connection:
        connection.execute("UPDATE ledger_version SET version_num = '9999'")
    told = await nothing_comes_of(location, caplog)
    assert "newer Unsorry (schema 9999)" in told
    assert "Upgrade Unsorry" in told


_READ_ONLY = """
import logging, os, sys
from pathlib import Path
import unsorry.ledger.storing, unsorry.ledger.queries
from unsorry.ledger.entries import Entry, Kind
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
logging.basicConfig(level=logging.WARNING)
if os.geteuid() == 0:  # root may write everything
    os.setuid(65534)
ledger = Ledger(Location(Path(sys.argv[1]), ""))
for _ in range(3):
    ledger.append(Entry(kind=Kind.GAVE_UP))
    assert not ledger.flush(10)
assert ledger.problem.lasting
"""


def test_a_ledger_that_may_not_be_written() -> None:
    """Whoever may not write it proves all the same, and is told once."""
    with tempfile.TemporaryDirectory() as folder:
        location = make(Path(folder, "ledger.sqlite3"))
        assert location.path is not None
        location.path.chmod(0o444)
        location.path.parent.chmod(0o555)
        command = [sys.executable, "-c", _READ_ONLY, str(location.path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        location.path.parent.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("WARNING") == 1
    assert "Proving goes on without the ledger" in done.stderr


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[tuple[Location, sqlite3.Connection]]:
    location = evolve(make(tmp_path / "ledger.sqlite3"), retention=365)  # as settings have it
    connection = sqlite3.connect(str(location.path), isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    yield location, connection
    connection.close()


async def test_a_locked_ledger_gets_everything_later(locked: tuple[Location, sqlite3.Connection]) -> None:
    """While another process holds it nothing waits and nothing is lost; afterwards all of it is there."""
    location, holder = locked
    ledger = Ledger(location)
    ledger.append(attempt("native"))
    while ledger.problem is None:
        assert not ledger.flush(0.2)
    assert "is locked by another process" in str(ledger.problem)
    assert ledger.acknowledged == 0
    holder.execute("ROLLBACK")
    assert ledger.flush(30)
    assert [record.strategy for record in await ledger.history()] == ["micro"] * 3 + ["native"]
    await ledger.aclose()


async def test_a_full_queue_lets_go_of_entries_and_says_how_many(
    locked: tuple[Location, sqlite3.Connection],
) -> None:
    """What is appended beyond the queue's room is refused at once; the ledger itself says so afterwards."""
    location, holder = locked
    ledger = Ledger(location, capacity=10)
    started = time.monotonic()
    taken = sum(ledger.append(attempt("native")) for _ in range(100))
    assert time.monotonic() - started < 5.0, "appending waited for the lock"
    assert taken < 30
    holder.execute("ROLLBACK")
    assert ledger.flush(30)
    assert ledger.flush(30), "the note about the loss is an entry too"
    assert len(await ledger.history()) == 3 + taken
    await ledger.aclose()
    (finding,) = check(location)
    assert not finding.serious
    assert f"{100 - taken} entries were let go" in finding.message


_FULL = """
import logging, resource, sys
from pathlib import Path
from unsorry.ledger.entries import Entry, Kind
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
logging.basicConfig(level=logging.WARNING)
ledger = Ledger(Location(Path(sys.argv[1]), ""))
ledger.append(Entry(kind=Kind.GAVE_UP))
assert ledger.flush(30)
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, resource.RLIM_INFINITY))
for _ in range(200):
    ledger.append(Entry(kind=Kind.GAVE_UP, data={"text": "x" * 5000}))
    if not ledger.flush(0.5):
        break
else:
    raise SystemExit("the disk never filled")
assert not ledger.problem.lasting, ledger.problem
print(ledger.acknowledged, flush=True)
if len(sys.argv) > 2:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert ledger.flush(30), ledger.problem
    print(ledger.acknowledged, flush=True)
"""


@pytest.mark.parametrize("room_later", [False, True])
async def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path, room_later: bool) -> None:
    """The writes fail as on a full disk; what was acknowledged before is whole, and the rest follows once there is
    room again."""
    path = tmp_path / "ledger.sqlite3"
    command = [sys.executable, "-c", _FULL, str(path), *(["later"] if room_later else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    acknowledged = [int(line) for line in done.stdout.split()]
    assert "disk" in done.stderr
    location = Location(path, "")
    assert check(location) == ()
    with sqlite3.connect(path) as connection:
        (there,) = connection.execute("SELECT COUNT(*) FROM events").fetchone()
    assert there >= acknowledged[-1] > 1
    assert len(acknowledged) == 1 or acknowledged[1] > acknowledged[0]


@pytest.mark.postgres
async def test_a_server_that_is_away_and_comes_back(team: Location, caplog: pytest.LogCaptureFixture) -> None:
    """When the connection is cut in the middle, what was not acknowledged is written again, once."""
    import psycopg

    ledger = Ledger(team)
    ledger.append(attempt())
    assert ledger.flush(30)
    name = team.url.partition("@/")[2].partition("?")[0]
    host = team.url.partition("host=")[2]
    with psycopg.connect(host=host, user="unsorry", dbname="postgres", autocommit=True) as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        connection.execute(cut, (name,))
    ledger.append(attempt("native"))
    assert ledger.flush(30)
    assert [record.strategy for record in await ledger.history()] == ["micro", "native"]
    await ledger.aclose()
    assert check(team) == ()


async def test_a_ledger_that_is_out_of_reach_is_not_waited_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question would cost the time that a connection may take; after the first that cannot be made, the others
    are answered at once."""
    from unsorry.ledger import database

    tried = []
    plain = database.connect
    monkeypatch.setattr(database, "connect", lambda *given, **more: (tried.append(given), plain(*given, **more))[1])
    (tmp_path / "ledger").mkdir()
    ledger = Ledger(Location(tmp_path / "ledger", ""))
    for _ in range(5):
        assert await ledger.history() == ()
    assert len(tried) == 1
    await ledger.aclose()


async def test_no_server_at_all(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is said once, without the password, and questions get no answer."""
    pytest.importorskip("psycopg")
    location = Location(None, f"postgresql+psycopg://me:secret@/none?host={tmp_path}")
    ledger = Ledger(location)
    ledger.append(attempt())
    assert not ledger.flush(2)
    assert await ledger.history() == ()
    await ledger.aclose(0.1)
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "secret" not in caplog.text
