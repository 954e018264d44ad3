"""Finding Agda: which program is used, and what a user is told who has none that works."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from unsorry.errors import ProverMissing
from unsorry.model import Available, Document, Language, Missing
from unsorry.provers.agda.prover import make_prover
from unsorry.provers.base import Outline
from unsorry.settings import ProverSettings
from unsorry.text import SourceText


def program(directory: Path, version: str, data: str = "") -> Path:
    """A program that answers as Agda does when it is asked who it is."""
    directory.mkdir(exist_ok=True)
    path = directory / "agda"
    path.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"print({version!r} if '--version' in sys.argv else {data!r})\n"
        "sys.exit(0 if '--version' in sys.argv or " + repr(bool(data)) + " else 1)\n"
    )
    path.chmod(0o755)
    return path


def data_directory(path: Path) -> Path:
    (path / "lib" / "prim").mkdir(parents=True)
    return path


async def test_a_working_program(tmp_path: Path) -> None:
    """The configured one, with its version."""
    path = program(
        tmp_path / "bin", "Agda version 2.7.0-b6b1ded\nBuilt with flags", str(data_directory(tmp_path / "d"))
    )
    assert await make_prover(ProverSettings(path=str(path))).probe() == Available("2.7.0", str(path))


@pytest.mark.parametrize(
    ("version", "data", "reason", "step"),
    [
        ("Agda version 2.6.2.2", "d", "2.6.3 or later", "agda==2.7.0"),
        ("GNU bash, version 5", "d", "no Agda", "agda==2.7.0"),
        ("Agda version 2.7.0.1", "nowhere", "data files", "pip install agda==2.7.0"),
    ],
)
async def test_what_is_wrong_with_it(tmp_path: Path, version: str, data: str, reason: str, step: str) -> None:
    """Too old, something else, or the wheel that lacks its data; each with what to do."""
    data_directory(tmp_path / "d")
    path = program(tmp_path / "bin", version, str(tmp_path / data))
    answer = await make_prover(ProverSettings(path=str(path))).probe()
    assert isinstance(answer, Missing)
    assert reason in answer.reason
    assert step in answer.next_step


async def test_a_configured_program_that_is_not_there(tmp_path: Path) -> None:
    """The setting is named: an Agda elsewhere is not taken in its place, and nobody has to guess why."""
    answer = await make_prover(ProverSettings(path=str(tmp_path / "agda"))).probe()
    assert isinstance(answer, Missing)
    assert str(tmp_path / "agda") in answer.reason
    assert "provers.agda.path" in answer.next_step


async def test_the_next_program_is_taken_where_the_first_is_too_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system's old Agda on PATH does not stand in the way of one that the user has installed."""
    old = program(tmp_path / "old", "Agda version 2.5.4")
    (tmp_path / ".local").mkdir()
    program(tmp_path / ".local" / "bin", "Agda version 2.7.0", str(data_directory(tmp_path / "d")))
    monkeypatch.setenv("PATH", str(old.parent))
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = await make_prover(ProverSettings()).probe()
    assert isinstance(answer, Available)
    assert answer.program != str(old)


async def test_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer and the error say how to get one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    prover = make_prover(ProverSettings())
    answer = await prover.probe()
    assert isinstance(answer, Missing)
    document = Document("file:///T.agda", Language("agda"), 1, SourceText(""))
    with pytest.raises(ProverMissing) as caught:
        await prover.open(document, Outline(()))
    assert "pip install" in caught.value.next_step
