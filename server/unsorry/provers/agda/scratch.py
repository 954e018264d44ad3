"""Scratch copies: the texts that Agda is given to load, in a private directory that goes when its owner closes.

The user's file is never written, and Agda is never shown it. A scratch copy has another name than the file, so
the name in its module header becomes ``_``, padded so that no column moves. What the file may import stays as it
is for the file itself: the include paths, libraries and flags of its ``.agda-lib`` project, or the root directory
of its module. Interfaces of imported modules go where Agda always puts them (the ``_build`` directory of their
project, or beside them where there is no project); those of scratch copies stay here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.provers.agda.project import SUFFIX, anonymous, default_libraries, find_project, library_roots

_STEM = "UnsorryScratch"


class Scratch:
    """Owner of the private directory of one session; ``close`` removes it.

    Two projects lie in it: one as the user's own, and one whose flags demand ``--safe`` of the scratch copy, and
    of nothing that it imports.
    """

    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        """
        Raises:
            ProverError: no temporary directory can be made.
        """
        self.project = find_project(document)
        self._named = document.path is not None
        depends = self.project.depends
        try:
            self._root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-agda-")))
            self.idle = self._directory("idle")
            self._plain = self._directory("plain")
            self._safe = self._directory("safe")
            if depends is not None:
                _write_lib(self._plain, depends, self.project.flags)
            else:
                depends = default_libraries(environment)
            self.roots = (*self.project.includes, *library_roots(depends, environment))
            _write_lib(self._safe, depends, (*self.project.flags, "--safe"))
        except OSError as error:
            raise ProverError(f"cannot make a scratch directory: {error}", next_step="Check TMPDIR.") from error

    def place(self, file: str, *, safe: bool) -> Path:
        """Where the scratch copy of ``file`` lies."""
        suffix = SUFFIX.search(file)
        return (self._safe if safe else self._plain) / f"{_STEM}{suffix.group() if suffix else '.agda'}"

    def write(self, text: str, file: str, *, safe: bool = False) -> Path:
        """Writes a scratch copy of a text whose own file is called ``file``.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        place = self.place(file, safe=safe)
        try:
            place.write_bytes(anonymous(text, file, named=self._named).encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise ProverError(f"cannot write a scratch copy: {error}") from error
        return place

    def options(self, place: Path) -> tuple[str, ...]:
        """Command-line options to load a scratch copy with."""
        roots = dict.fromkeys((place.parent, *self.project.includes))
        return tuple(word for root in roots for word in ("-i", str(root)))

    def close(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)

    def _directory(self, name: str) -> Path:
        directory = self._root / name
        directory.mkdir()
        return directory


def _write_lib(directory: Path, depends: tuple[str, ...], flags: tuple[str, ...]) -> None:
    lines = ["name: unsorry-scratch", "include: .", f"depend: {' '.join(depends)}", f"flags: {' '.join(flags)}"]
    (directory / "unsorry-scratch.agda-lib").write_text("\n".join(lines) + "\n", "utf-8")
