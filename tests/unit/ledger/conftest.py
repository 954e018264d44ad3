"""Ledgers in a file and in a real PostgreSQL, which runs for the session in a folder of its own."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from unsorry.ledger.location import Location

_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The folder of the socket of a PostgreSQL without any network, which ends with the session."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    found = shutil.which("initdb")
    bin_ = programs[-1] if programs else Path(found).parent if found else Path()
    # PostgreSQL refuses to run as root; its package brings a user for it. Sockets need short paths.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="unsorry-pg-", dir="/tmp"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)

    def run(*command: object) -> None:
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        subprocess.run(
            [str(part) for part in command],
            user=user,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            timeout=120,
            check=True,
        )

    try:
        run(bin_ / "initdb", "-D", folder / "data", "-U", "unsorry", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -k {folder} -c shared_buffers=16MB"
        run(bin_ / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-o", options, "-w", "start")
        try:
            yield str(folder)
        finally:
            run(bin_ / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def team(postgres: str) -> Location:
    """An empty database of its own."""
    import psycopg

    name = f"ledger_{next(_NUMBERS)}"
    with psycopg.connect(host=postgres, user="unsorry", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return Location(None, f"postgresql+psycopg://unsorry@/{name}?host={postgres}")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> Location:
    """A ledger that is not there yet, in a file and in PostgreSQL."""
    if request.param == "sqlite":
        return Location(tmp_path / "new" / "ledger.sqlite3", "")
    team: Location = request.getfixturevalue("team")
    return team
