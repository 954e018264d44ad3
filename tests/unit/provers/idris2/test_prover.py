"""Finding Idris 2: which program is used, and what a user is told who has none that works."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from unsorry.errors import ProverMissing
from unsorry.model import Available, Document, Language, Missing
from unsorry.provers.base import Outline
from unsorry.provers.idris2.prover import make_prover
from unsorry.settings import ProverSettings
from unsorry.text import SourceText


def program(directory: Path, says: str, seconds: int = 0) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "idris2"
    path.write_text(f"#!{sys.executable}\nimport time\ntime.sleep({seconds})\nprint({says!r})\n")
    path.chmod(0o755)
    return path


async def test_a_working_program(tmp_path: Path) -> None:
    """The configured one, with its version."""
    path = program(tmp_path, "Idris 2, version 0.7.0-abc")
    assert await make_prover(ProverSettings(path=str(path))).probe() == Available("0.7.0", str(path))


@pytest.mark.parametrize(
    ("says", "reason"), [("Idris 2, version 0.5.1", "0.6.0 or later"), ("1.3.4", "no Idris 2"), ("", "no Idris 2")]
)
async def test_what_is_wrong_with_it(tmp_path: Path, says: str, reason: str) -> None:
    """Too old, the first Idris, or silent; each with how to get one."""
    answer = await make_prover(ProverSettings(path=str(program(tmp_path, says)))).probe()
    assert isinstance(answer, Missing)
    assert reason in answer.reason
    assert "pack" in answer.next_step


async def test_one_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not waited for."""
    monkeypatch.setattr("unsorry.provers.idris2.prover._PROBE_SECONDS", 0.3)
    answer = await make_prover(ProverSettings(path=str(program(tmp_path, "x", 60)))).probe()
    assert isinstance(answer, Missing)
    assert "does not answer" in answer.reason


async def test_a_configured_program_that_is_not_there(tmp_path: Path) -> None:
    """The setting is named: no other is taken in its place."""
    answer = await make_prover(ProverSettings(path=str(tmp_path / "idris2"))).probe()
    assert isinstance(answer, Missing)
    assert "provers.idris2.path" in answer.next_step


async def test_where_pack_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the shell's PATH does not tell."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("HOME", str(tmp_path))
    path = program(tmp_path / ".pack" / "bin", "Idris 2, version 0.8.0")
    assert await make_prover(ProverSettings()).probe() == Available("0.8.0", str(path))


async def test_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer and the error say how to get one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    prover = make_prover(ProverSettings())
    assert isinstance(await prover.probe(), Missing)
    document = Document("file:///T.idr", Language("idris2"), 1, SourceText(""))
    with pytest.raises(ProverMissing) as caught:
        await prover.open(document, Outline(()))
    assert "pack" in caught.value.next_step
