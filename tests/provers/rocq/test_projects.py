"""Files in a project: libraries are found where the project says, and nothing is written beside the user's files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from unsorry.model import Goals, NoGoal

pytestmark = pytest.mark.rocq


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A built library ``Lib.Base`` with a project file, in a folder with a blank in its name."""
    root = tmp_path / "my project"
    (root / "src").mkdir(parents=True)
    (root / "_CoqProject").write_text('-Q src Lib\n-arg "-w none"\nsrc/Base.v\n')
    (root / "src" / "Base.v").write_text("Definition one := 1.\nLemma one_is : one = 1. Proof. reflexivity. Qed.\n")
    subprocess.run(["coqc", "-q", "-Q", "src", "Lib", "src/Base.v"], cwd=root, check=True)
    return root


TEXT = "From Lib Require Import Base.\nLemma a : one + 0 = 1.\nProof. Admitted.\n"


async def test_a_library_of_the_project(opened, library: Path) -> None:
    """``Require`` finds the project's own library, and candidates may use it."""
    async with opened(TEXT, library / "src" / "User.v") as room:
        assert isinstance(await room.goals(), Goals)
        assert await room.results("discriminate", "now rewrite one_is") == ["rejected", "closed"]
        report = await room.check(room.filled("now rewrite one_is"), "a")
        assert (report.problems, report.axioms) == ((), {1: set()})


async def test_what_lies_beside_a_lone_file(opened, tmp_path: Path) -> None:
    """Without a project, a compiled file in the same folder can be required."""
    (tmp_path / "Side.v").write_text("Definition side := 2.\n")
    subprocess.run(["coqc", "-q", "Side.v"], cwd=tmp_path, check=True)
    async with opened("Require Import Side.\nLemma a : side = 2.\nProof. Admitted.\n", tmp_path / "1st.v") as room:
        assert isinstance(await room.goals(), Goals)


async def test_a_library_that_is_not_built(opened, library: Path) -> None:
    """A missing library is told as the reason why there is no goal."""
    (library / "src" / "Base.vo").unlink()
    async with opened(TEXT, library / "src" / "User.v") as room:
        found = await room.goals()
        assert isinstance(found, NoGoal)
        assert "one" in found.reason or "Base" in found.reason


async def test_a_library_that_is_compiled_anew(opened, library: Path) -> None:
    """What held with the old library and not with the new one is no proof any more, in a session that had loaded it."""
    async with opened(TEXT, library / "src" / "User.v") as room:
        assert await room.results("reflexivity") == ["closed"]
        assert (await room.check(room.filled("reflexivity"), "a")).problems == ()
        (library / "src" / "Base.v").write_text("Definition one := 2.\n")
        subprocess.run(["coqc", "-q", "-Q", "src", "Lib", "src/Base.v"], cwd=library, check=True)
        assert (await room.check(room.filled("reflexivity"), "a")).problems != ()
        assert isinstance(await room.goals(), Goals)
        assert await room.results("reflexivity") == ["rejected"]


async def test_nothing_is_written_beside_the_files(opened, library: Path) -> None:
    """Checking a text that writes files leaves the project's folder as it was."""
    file = library / "src" / "User.v"
    text = 'Require Extraction.\nExtraction "out.ml" plus.\nRedirect "out" Print nat.\n' + TEXT
    before = sorted(library.rglob("*"))
    async with opened(text, file) as room:
        await room.check()
        await room.goals()
    assert sorted(library.rglob("*")) == before
