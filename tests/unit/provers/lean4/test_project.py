"""What files tell of a Lake project."""

from __future__ import annotations

from pathlib import Path

import pytest

from unsorry.provers.lean4.project import Project, find_project, switches_kernel_off


def test_no_project(tmp_path: Path) -> None:
    """The file's own folder; nothing for a text that lies nowhere."""
    assert find_project(None) == Project()
    assert find_project(tmp_path / "A.lean") == Project(tmp_path)


def test_the_nearest_root(tmp_path: Path) -> None:
    """With its toolchain; a lone ``lean-toolchain`` makes no Lake project."""
    (tmp_path / "lean-toolchain").write_text("leanprover/lean4:v4.35.0\n")
    file = tmp_path / "deep" / "er" / "A.lean"
    assert find_project(file) == Project(tmp_path, False, "leanprover/lean4:v4.35.0")
    (tmp_path / "lakefile.lean").write_text("package x\n")
    assert find_project(file) == Project(tmp_path, True, "leanprover/lean4:v4.35.0")


def test_a_downloaded_package_belongs_to_who_downloaded_it(tmp_path: Path) -> None:
    """As other tools for Lean have it."""
    inner = tmp_path / ".lake" / "packages" / "mathlib"
    inner.mkdir(parents=True)
    for root in (tmp_path, inner):
        (root / "lakefile.toml").write_text('name = "x"\n')
    assert find_project(inner / "Mathlib" / "A.lean").root == tmp_path


@pytest.mark.parametrize(
    ("lakefile", "manifest", "missing"),
    [
        ('name = "x"\n', None, ()),
        ('name = "x"\n[[require]]\nname = "mathlib"\n', None, ("the packages that it requires",)),
        ('name = "x"\n', '{"packages": [{"name": "mathlib", "type": "git"}]}', ("mathlib",)),
        ('name = "x"\n', '{"packages": [{"name": "there", "type": "git"}]}', ()),
        ('name = "x"\n', '{"packages": [{"name": "near", "type": "path"}]}', ()),
        ('name = "x"\n', '{"packagesDir": "pk", "packages": [{"name": "there", "type": "git"}]}', ("there",)),
        ('name = "x"\n', "not json", ()),
        ('name = "x"\n', "[]", ()),
    ],
)
def test_what_must_be_downloaded(tmp_path: Path, lakefile: str, manifest: str | None, missing: tuple[str, ...]) -> None:
    """Told from the manifest and what lies there."""
    (tmp_path / "lakefile.toml").write_text(lakefile)
    (tmp_path / ".lake" / "packages" / "there").mkdir(parents=True)
    if manifest is not None:
        (tmp_path / "lake-manifest.json").write_text(manifest)
    assert find_project(tmp_path / "A.lean").missing == missing


@pytest.mark.parametrize(
    ("name", "lakefile", "off"),
    [
        ("lakefile.toml", 'name = "x"\n', False),
        ("lakefile.toml", 'name = "x"\n[leanOptions]\ndebug.skipKernelTC = true\n', True),
        ("lakefile.toml", 'name = "x"\nmoreLeanArgs = ["-Ddebug.skipKernelTC=true"]\n', True),
        ("lakefile.lean", "package x where\n  leanOptions := #[⟨`debug.skipKernelTC, true⟩]\n", True),
        ("lakefile.lean", 'package x where\n  weakLeanArgs := #["-D", "debug.skipKernelTC=true"]\n', True),
    ],
)
def test_who_switches_the_kernel_off(tmp_path: Path, name: str, lakefile: str, off: bool) -> None:
    """A lakefile, in whichever of its fields; or arguments, with or without a project."""
    (tmp_path / name).write_text(lakefile)
    assert switches_kernel_off(find_project(tmp_path / "A.lean"), ()) is off
    assert switches_kernel_off(Project(), ("-DmaxRecDepth=9", "-Ddebug.skipKernelTC=true"))
    assert not switches_kernel_off(Project(), ("-DmaxRecDepth=9",))
