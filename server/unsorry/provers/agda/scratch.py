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

from attrs import define

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.provers.agda.project import SUFFIX, anonymous_head, default_libraries, find_project, library_roots

_STEM = "UnsorryScratch"
_QUIET = "-v0"  # no word about each module that it begins to check


@define
class ScratchCopy:
    """A file that Agda is given instead of ``file``, and the ``options`` to load it with."""

    place: Path
    _file: str
    _named: bool
    options: tuple[str, ...]
    _head: str = ""
    _anonymous: str = ""

    def write(self, text: str) -> None:
        """Has a text in it.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        if not (self._head and text.startswith(self._head)):  # most texts in a row differ behind the header
            self._head, self._anonymous = anonymous_head(text, self._file, named=self._named)
        data = (self._anonymous + text[len(self._head) :]).encode("utf-8", "surrogatepass")
        try:
            with self.place.open("r+b") as copy:  # what is emptied first goes to the disk at once on some file systems
                copy.write(data)
                copy.truncate()
        except OSError as error:
            raise _not_written(error) from error


class Scratch:
    """Owner of the private directory of one session; ``close`` removes it.

    Two projects lie in it, and nothing that could be loaded from its ``root`` itself: one as the user's own, and one
    whose flags demand ``--safe`` of the scratch copy, and of nothing that it imports.
    """

    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        """
        Raises:
            ProverError: no temporary directory can be made.
        """
        self.project = find_project(document)
        self._copies: dict[tuple[str, bool], ScratchCopy] = {}
        self._named = document.path is not None
        depends = self.project.depends
        try:
            self.root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-agda-")))
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

    def copy(self, file: str, *, safe: bool = False) -> ScratchCopy:
        """The scratch copy of ``file``.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        key = file, safe
        if key not in self._copies:
            self._copies[key] = self._new_copy(file, self._safe if safe else self._plain)
        return self._copies[key]

    def _new_copy(self, file: str, directory: Path) -> ScratchCopy:
        suffix = SUFFIX.search(file)
        place = directory / f"{_STEM}{suffix.group() if suffix else '.agda'}"
        roots = dict.fromkeys((directory, *self.project.includes))
        options = (_QUIET, *(word for root in roots for word in ("-i", str(root))))
        try:
            place.touch()
        except OSError as error:
            raise _not_written(error) from error
        return ScratchCopy(place, file, self._named, options)

    def close(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)

    def _directory(self, name: str) -> Path:
        directory = self.root / name
        directory.mkdir()
        return directory


def _not_written(error: OSError) -> ProverError:
    return ProverError(f"cannot write a scratch copy: {error}")


def _write_lib(directory: Path, depends: tuple[str, ...], flags: tuple[str, ...]) -> None:
    lines = ["name: unsorry-scratch", "include: .", f"depend: {' '.join(depends)}", f"flags: {' '.join(flags)}"]
    (directory / "unsorry-scratch.agda-lib").write_text("\n".join(lines) + "\n", "utf-8")
