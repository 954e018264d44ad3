"""Load paths and options from the project around a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from unsorry.provers.rocq.project import read_project


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


async def test_the_nearest_project_file_counts(tmp_path: Path) -> None:
    """Paths come out absolute, files and other words are left alone, arguments are passed on."""
    write(tmp_path / "_CoqProject", "-R . Outer\n")
    write(
        tmp_path / "in" / "_CoqProject",
        "# a comment\n-Q theories My.Lib\n-R ../shared Shared\n-I src\n-arg -w -arg '-notation-overridden'\n"
        "-arg \"-set 'Default Goal Selector=!'\"\ntheories/A.v\n-docroot docs\n",
    )
    file = write(tmp_path / "in" / "theories" / "A.v")
    project = await read_project(file)
    inner = tmp_path / "in"
    assert project.root == inner
    assert project.flags == (
        *("-Q", str(inner / "theories"), "My.Lib", "-R", str(tmp_path / "shared"), "Shared", "-I", str(inner / "src")),
        *("-w", "-notation-overridden", "-set", "Default Goal Selector=!", "-topfile", str(file)),
    )


async def test_a_project_may_not_take_the_prover_over(tmp_path: Path) -> None:
    """Options that would break the conversation with the prover are dropped, with their values."""
    write(tmp_path / "_CoqProject", "-arg -batch -arg -async-proofs -arg on -arg -main-channel -arg x:y -arg -noinit\n")
    project = await read_project(write(tmp_path / "A.v"))
    assert project.flags[:1] == ("-noinit",)


async def test_a_file_alone(tmp_path: Path) -> None:
    """Without a project, what lies beside the file can be required."""
    file = write(tmp_path / "A.v")
    assert (await read_project(file)).flags == ("-Q", str(tmp_path), "", "-topfile", str(file))


async def test_a_name_that_is_no_module(tmp_path: Path) -> None:
    """A file name that is no identifier gives no module name: the prover would refuse to start."""
    assert "-topfile" not in (await read_project(write(tmp_path / "001-a.v"))).flags


async def test_a_text_that_lies_nowhere() -> None:
    """An unsaved document has no project."""
    assert (await read_project(None)).flags == ()


async def test_a_project_file_that_cannot_be_read(tmp_path: Path) -> None:
    """A broken project file is said, not silently ignored."""
    write(tmp_path / "_CoqProject", "-R . 'unclosed\n")
    project = await read_project(write(tmp_path / "A.v"))
    assert "cannot be read" in project.notes[0]


async def test_old_compiled_files_are_noted(tmp_path: Path) -> None:
    """A source newer than its compiled file is named, since the prover would use the old one in silence."""
    write(tmp_path / "_CoqProject", "-R . Lib\n")
    old = write(tmp_path / "sub" / "Old.vo")
    os.utime(old, (1, 1))
    write(tmp_path / "sub" / "Old.v")
    write(tmp_path / "Fresh.v")
    write(tmp_path / "Fresh.vo")
    project = await read_project(write(tmp_path / "A.v"))
    assert len(project.notes) == 1
    assert "(Old)" in project.notes[0]


DUNE = """#!/bin/sh
echo "$@" > "$(dirname "$0")/asked"
echo -topfile {root}/_build/default/th/A.v -R {root}/_build/default/th 'My.Th' -w -x -Q rel Rel -async-proofs on
"""


async def test_dune_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a dune project, dune tells the load path without building anything."""
    root = tmp_path / "p"
    write(root / "dune-project")
    file = write(root / "th" / "A.v")
    dune = write(tmp_path / "bin" / "dune", DUNE.format(root=root))
    dune.chmod(0o755)
    monkeypatch.setenv("PATH", str(dune.parent), prepend=os.pathsep)
    project = await read_project(file)
    assert project.flags == (
        *("-R", str(root / "_build/default/th"), "My.Th", "-w", "-x", "-Q", str(root / "rel"), "Rel"),
        *("-topfile", str(file)),
    )
    assert (tmp_path / "bin" / "asked").read_text().split()[:2] == ["coq", "top"]


async def test_dune_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dune project without dune is said to be one."""
    write(tmp_path / "dune-project")
    file = write(tmp_path / "A.v")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "dune is not on PATH" in (await read_project(file)).notes[0]
