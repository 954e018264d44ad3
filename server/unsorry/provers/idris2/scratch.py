"""Scratch copies: the texts that Idris is given to load, in a private directory that goes when its owner closes.

The directory is a package of its own, with the dependencies and options of the user's, so that Idris looks no further
up, and what it builds stays here. The user's file is never written; the modules that it imports are links to theirs.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.provers.idris2.project import find_project, place_in


class Scratch:
    """Owner of the private directory of one session; ``close`` removes it."""

    def __init__(self, document: Document) -> None:
        """
        Raises:
            ProverError: no temporary directory can be made.
        """
        self.project = find_project(document)
        self.file = place_in(self.project, document)
        self._linked: dict[str, Path] = {}
        try:
            self.root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-idris2-")))
            lines = ["package unsorryscratch"]
            lines += [f"depends = {self.project.depends}"] if self.project.depends else []
            lines += [f"opts = {self.project.options}"] if self.project.options else []
            (self.root / "unsorryscratch.ipkg").write_text("\n".join(lines) + "\n", "utf-8")
            if self.project.packages is not None:
                (self.root / "depends").symlink_to(self.project.packages)
        except OSError as error:
            raise ProverError(f"cannot make a scratch directory: {error}", next_step="Check TMPDIR.") from error

    def write(self, text: str) -> None:
        """Writes a scratch copy, and forgets what Idris has built of an earlier one: it goes by times of whole
        seconds.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        try:
            self._link(text)
            place = self.root / self.file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.write_bytes(text.encode("utf-8", "surrogatepass"))
            for built in (self.root / "build" / "ttc").glob(f"**/{self.file.with_suffix('')}.tt[cm]"):
                built.unlink()
        except OSError as error:
            raise ProverError(f"cannot write a scratch copy: {error}") from error

    def _link(self, text: str) -> None:
        for module, path in self.project.reach(text, self.file.name):
            link = self.root.joinpath(*module.split(".")).with_suffix(path.suffix)
            if self._linked.get(module) != path and link != self.root / self.file:
                link.parent.mkdir(parents=True, exist_ok=True)
                link.unlink(missing_ok=True)
                link.symlink_to(path)
                self._linked[module] = path

    def close(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
