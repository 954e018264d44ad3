"""The Lake project around a file, as far as files tell: its root, its toolchain, and what it would have to download.

Nothing is run: Lake would fetch missing packages by itself, and a proof search must not begin with that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from unsorry.provers.lean4.words import KERNEL_OFF
from unsorry.provers.patterns import compiled

_LAKEFILES = ("lakefile.lean", "lakefile.toml")
_TOOLCHAIN = "lean-toolchain"
_REQUIRES = compiled(r"^\s*(?:require\b|\[\[require\]\])", 8)  # re.MULTILINE


@frozen
class Project:
    """``root``: where Lean is started. ``is_lake``: it has a lakefile. ``toolchain``: what ``lean-toolchain`` names, or
    empty. ``missing``: packages that are not there yet."""

    root: Path | None = None
    is_lake: bool = False
    toolchain: str = ""
    missing: tuple[str, ...] = ()


def find_project(path: Path | None) -> Project:
    """The project around a file; its folder alone where there is none, nothing for a text that lies nowhere."""
    if path is None:
        return Project()
    path = _outside_packages(path.absolute())
    root = next((folder for folder in path.parents if _is_root(folder)), None)
    if root is None:
        return Project(path.parent)
    lakefile = next((root / name for name in _LAKEFILES if (root / name).is_file()), None)
    missing = _missing(root, lakefile) if lakefile is not None else ()
    return Project(root, lakefile is not None, _read(root / _TOOLCHAIN).strip(), missing)


def switches_kernel_off(project: Project, args: Iterable[str]) -> bool:
    """Whether arguments, or a lakefile of the project, name the option that keeps the kernel from looking at this
    file, or at those of the project that it imports."""
    lakefiles = [project.root / name for name in _LAKEFILES] if project.root is not None else []
    return any(KERNEL_OFF in arg for arg in args) or any(KERNEL_OFF in _read(file) for file in lakefiles)


def _outside_packages(path: Path) -> Path:
    """A file of a downloaded package belongs to the project that downloaded it."""
    for folder in reversed(path.parents):
        if folder.name == ".lake":
            return folder
    return path


def _is_root(folder: Path) -> bool:
    return any((folder / name).is_file() for name in (*_LAKEFILES, _TOOLCHAIN))


def _missing(root: Path, lakefile: Path) -> tuple[str, ...]:
    manifest = _read(root / "lake-manifest.json")
    if not manifest:
        return ("the packages that it requires",) if _REQUIRES.search(_read(lakefile)) else ()
    try:
        told = json.loads(manifest)
        folder = root / (told.get("packagesDir") or ".lake/packages")
        named = [package["name"] for package in told.get("packages", ()) if package.get("type") == "git"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
    return tuple(str(name) for name in named if not (folder / str(name)).is_dir())


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""
