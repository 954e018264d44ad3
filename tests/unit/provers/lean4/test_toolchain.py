"""Where Lean is looked for. elan's stand-ins are never run: they may begin to download."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from unsorry.model import Available, Missing
from unsorry.provers.lean4 import ROOM
from unsorry.provers.lean4.prover import make_prover
from unsorry.provers.lean4.toolchain import Programs, locate

SETTINGS = ROOM.settings


@pytest.fixture
def elan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An elan whose stand-ins fail the test when they are run."""
    home = tmp_path / "elan"
    (home / "bin").mkdir(parents=True)
    for name in ("elan", "lean", "lake"):
        program = home / "bin" / name
        program.write_text('#!/bin/sh\ntouch "$0.ran"\nexit 1\n') if name == "elan" else program.hardlink_to(
            home / "bin" / "elan"
        )
        program.chmod(0o755)
    monkeypatch.setenv("ELAN_HOME", str(home))
    monkeypatch.setenv("PATH", str(home / "bin"))
    yield home
    assert not list((home / "bin").glob("*.ran"))


def install(home: Path, folder: str, version: str = "4.35.0") -> Path:
    lean = home / "toolchains" / folder / "bin" / "lean"
    lean.parent.mkdir(parents=True)
    for program in (lean, lean.with_name("lake")):
        program.write_text(f'#!/bin/sh\necho "Lean (version {version}, commit 0, Release)"\n')
        program.chmod(0o755)
    return lean


@pytest.mark.parametrize(
    ("wanted", "folder"),
    [
        ("leanprover/lean4:v4.35.0", "leanprover--lean4---v4.35.0"),
        ("leanprover/lean4:4.35.0", "leanprover--lean4---v4.35.0"),
        ("v4.35.0", "leanprover--lean4---v4.35.0"),
        ("mine", "mine"),
        ("leanprover/lean4:stable", "leanprover--lean4---v4.35.0"),
    ],
)
def test_the_toolchain_that_a_project_names(elan: Path, wanted: str, folder: str) -> None:
    """In the ways in which people write it; the newest release stands for the stable one."""
    install(elan, "leanprover--lean4---v4.9.0")
    lean = install(elan, folder)
    found = locate(SETTINGS, wanted)
    assert isinstance(found, Programs)
    assert (found.lean, found.lake) == (lean, lean.with_name("lake"))


def test_a_toolchain_that_would_be_downloaded(elan: Path) -> None:
    """Is missing, with the command that installs it."""
    install(elan, "leanprover--lean4---v4.9.0")
    found = locate(SETTINGS, "leanprover/lean4:v4.35.0")
    assert isinstance(found, Missing)
    assert "elan toolchain install leanprover/lean4:v4.35.0" in found.next_step


async def test_elans_default(elan: Path) -> None:
    """Without a project, the default; without that, the newest."""
    first = install(elan, "leanprover--lean4---v4.9.0", "4.9.0")
    newest = install(elan, "leanprover--lean4---v4.35.0")
    assert (await make_prover(SETTINGS).probe()).program == str(newest)  # type: ignore[union-attr]
    (elan / "settings.toml").write_text('default_toolchain = "leanprover/lean4:v4.9.0"\n')
    found = await make_prover(SETTINGS).probe()
    assert isinstance(found, Available)
    assert (found.version, found.program) == ("4.9.0", str(first))


def test_nothing_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next step is how to install it."""
    monkeypatch.setenv("ELAN_HOME", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    found = locate(SETTINGS)
    assert isinstance(found, Missing)
    assert "elan" in found.next_step


def test_a_configured_program_alone_counts(elan: Path) -> None:
    """What the settings name is used, or said to be wrong."""
    lean = install(elan, "mine")
    found = locate(evolve(SETTINGS, path=str(lean)), "leanprover/lean4:v4.35.0")
    assert isinstance(found, Programs)
    assert found.lean == lean
    missing = locate(evolve(SETTINGS, path="/nowhere/lean"))
    assert isinstance(missing, Missing)
    assert "provers.lean4.path" in missing.next_step
