"""``unsorry ledger`` and ``unsorry stats``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.cli.conftest import Run
from unit.ledger.entries import attempt
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location


@pytest.fixture
def ledger(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with two attempts, which the command line finds."""
    path = project.parent / "ledger.sqlite3"
    monkeypatch.setenv("UNSORRY_LEDGER", str(path))
    written = Ledger(Location(path, ""))
    uri = (project / "A.v").as_uri()
    written.append(attempt(uri=uri, declaration="a", toolchain="8.16", seconds=0.5))
    written.append(attempt("hammer", "rejected", uri=uri, declaration="b", seconds=90.0))
    assert written.close()
    return path


def test_where_it_is(run: Run, ledger: Path) -> None:
    """The path stands alone on standard output, for scripts."""
    ran = run("ledger", "path")
    assert (ran.code, ran.out) == (0, f"{ledger}\n")
    assert "2 entries of 1 run" in ran.err
    assert run("ledger", "path", "--format", "json").json["entries"] == 2


def test_none_yet(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking makes none; what cannot be answered says how a ledger begins; one that is off is told of."""
    path = project / "none.sqlite3"
    monkeypatch.setenv("UNSORRY_LEDGER", str(path))
    assert "(not there yet)" in run("ledger", "path").out
    for command in (("ledger", "check"), ("ledger", "export"), ("stats",)):
        ran = run(*command)
        assert ran.code == 2
        assert "there is no ledger yet" in ran.err
    assert not path.exists()
    monkeypatch.setenv("UNSORRY_LEDGER", "off")
    assert "switched off" in run("stats").err


def test_check_says_whether_it_is_whole(run: Run, ledger: Path) -> None:
    """Exit 0 for a whole ledger, 1 for damage, with what is damaged."""
    assert run("ledger", "check").code == 0
    ledger.write_bytes(b"no ledger at all" * 400)
    ran = run("ledger", "check", "--format", "json")
    assert (ran.code, ran.json["whole"]) == (1, False)
    assert "is no ledger" in ran.json["findings"][0]["message"]


def test_export(run: Run, ledger: Path, project: Path) -> None:
    """To standard output or a file, in each form; Parquet only to a file."""
    lines = [json.loads(line) for line in run("ledger", "export").out.splitlines()]
    assert [line["strategy"] for line in lines] == ["micro", "hammer"]
    assert run("ledger", "export", "--as", "csv", "--output", "x.csv").code == 0
    assert (project / "x.csv").read_text().startswith("id,run,number,at,kind,")
    assert run("ledger", "export", "--since", "2099-01-01").out == ""
    assert "--output" in run("ledger", "export", "--as", "parquet").err
    assert "Write, for example" in run("ledger", "export", "--since", "yesterday").err
    refused = run("ledger", "export", "--output", "none/x.jsonl")
    assert (refused.code, "cannot be written" in refused.err) == (2, True)


def test_prune(run: Run, ledger: Path) -> None:
    """What is kept is said; without a number it goes by the setting."""
    assert "removed 0 entries, kept the latest 365 days" in run("ledger", "prune").err
    assert run("ledger", "prune", "--days", "1", "--format", "json").json["removed"] == 0
    assert run("ledger", "prune", "--days", "0").code == 2


def test_stats(run: Run, ledger: Path) -> None:
    """Tables for people, the same as an object for programs; nothing recorded is said to be so."""
    ran = run("stats")
    assert ran.code == 0
    assert "by strategy" in ran.out
    assert "A.v: b" in ran.out
    report = run("stats", "--by", "prover", "--format", "json").json
    (rate, other) = report["by"]["prover"]
    assert {rate["toolchain"], other["toolchain"]} == {"8.16", ""}
    assert report["slow"][0]["declaration"] == "b"
    assert "No attempts" in run("stats", "--since", "2099-01-01").err
