"""Finding the program: where it is looked for, and what is said when it is not there or will not do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from unsorry.errors import ProverMissing
from unsorry.model import Available, Document, Language, Missing
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.installation import candidates
from unsorry.provers.rocq.prover import make_prover
from unsorry.settings import ProverSettings
from unsorry.text import SourceText

FAKE = Path(__file__).parents[3] / "fakes" / "idetop.py"


def program(path: Path, says: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any Rocq, but with a shell."""
    for name in ("OPAM_SWITCH_PREFIX", "OPAMROOT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


async def test_missing(nowhere: Path) -> None:
    """Without the program, the answer says how to install it, and opening a session fails the same way."""
    prover = make_prover(ProverSettings())
    found = await prover.probe()
    assert isinstance(found, Missing)
    assert "apt-get install coq" in found.next_step
    document = Document("file:///a.v", Language("rocq"), 1, SourceText(""))
    with pytest.raises(ProverMissing) as error:
        await prover.open(document, SYNTAX.outline(""))
    assert "opam install" in error.value.next_step


@pytest.mark.parametrize("name", ["coqidetop.opt", "coqidetop", "rocqidetop"])
async def test_names_of_all_versions(nowhere: Path, name: str) -> None:
    """The program's name changed with Rocq 9; each is found on PATH."""
    says = 'echo "The Rocq Prover, version 9.0.0"'
    program(nowhere / "bin" / name, says)
    found = await make_prover(ProverSettings()).probe()
    assert isinstance(found, Available)
    assert found.version == "9.0.0"


async def test_opam_switches(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The active switch comes before the others below the opam root, and PATH before both."""
    other = program(nowhere / ".opam" / "other" / "bin" / "coqidetop", "")
    active = program(nowhere / ".opam" / "active" / "bin" / "coqidetop", "")
    monkeypatch.setenv("OPAM_SWITCH_PREFIX", str(nowhere / ".opam" / "active"))
    assert candidates(ProverSettings()) == [str(active), str(other)]
    here = program(nowhere / "bin" / "coqidetop", "")
    assert candidates(ProverSettings())[0] == str(here)


async def test_a_configured_program_is_the_only_one(nowhere: Path) -> None:
    """A path that is set and wrong is said to be wrong, though another program would do."""
    program(nowhere / "bin" / "coqidetop", 'echo "The Coq Proof Assistant, version 8.16.1"')
    found = await make_prover(ProverSettings(path=str(nowhere / "no"))).probe()
    assert isinstance(found, Missing)
    assert "provers.rocq.path" in found.next_step


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ('echo "The Coq Proof Assistant, version 8.9.1"', "8.9.1"),
        ('echo "hello"', "does not tell its version"),
        ("exit 3", "does not tell its version"),
    ],
)
async def test_programs_that_will_not_do(nowhere: Path, says: str, reason: str) -> None:
    """Too old, or something else by that name: said so, never used."""
    program(nowhere / "bin" / "coqidetop", says)
    found = await make_prover(ProverSettings()).probe()
    assert isinstance(found, Missing)
    assert reason in found.reason


@pytest.mark.parametrize("says", ["", "echo 'Syntax error: illegal begin of toplevel.'", "exit 1", "sleep 60"])
async def test_another_program_of_rocq_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str) -> None:
    """coqtop and coqc tell their version as coqidetop does; what does not speak its protocol will not do."""
    monkeypatch.setattr("unsorry.provers.rocq.installation._PROBE_SECONDS", 1.0)
    version = 'echo "The Coq Proof Assistant, version 8.16.1"; exit'
    path = program(tmp_path / "coqtop", f'[ "$1" = --version ] && {{ {version}; }}\n{says}')
    found = await make_prover(ProverSettings(path=str(path))).probe()
    assert isinstance(found, Missing)
    assert "not coqidetop" in found.reason
    assert "provers.rocq.path" in found.next_step


async def test_a_wrapper_of_any_name_will_do(tmp_path: Path) -> None:
    """A configured program is judged by what it answers, not by what it is called."""
    path = program(tmp_path / "my-rocq", f'exec "{sys.executable}" "{FAKE}" "$@"')
    found = await make_prover(ProverSettings(path=str(path))).probe()
    assert isinstance(found, Available)
    assert found.version == "8.16.1"


async def test_without_the_plug_in_no_hammer_is_planned(tmp_path: Path) -> None:
    """What is not installed takes no share of a hole's time, and a fallback may stand in for it."""
    path = program(tmp_path / "my-rocq", f'exec "{sys.executable}" "{FAKE}" "$@"')
    prover = make_prover(ProverSettings(path=str(path)))
    assert "hammer" in prover.info.searches, "nobody has looked yet"
    await prover.probe()
    assert prover.info.searches == {"native"}
