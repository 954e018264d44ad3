"""Scratch copies: the texts that Idris is given to load, in a private directory that goes when its owner closes.

The directory is a package of its own, with the dependencies and options of the user's, so that Idris looks no further
up, and what it builds stays here. The user's file is never written; the modules that it imports are links to theirs.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from pathlib import Path

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.provers.idris2.project import find_project, place_in

Stamp = tuple[tuple[str, int, int], ...]
"""Files with the times of their last change and their sizes."""

_FLAGS = frozenset({"--total", "--no-prelude", "--warnpartial", "-Werror", "-Wno-shadowing"})
_WITH_NAME = frozenset({"-p", "--package"})


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
        self._stamp: Stamp = ()
        try:
            self.root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-idris2-")))
            lines = ["package unsorryscratch"]
            lines += [f"depends = {self.project.depends}"] if self.project.depends else []
            options = _harmless(self.project.options)
            lines += [f'opts = "{options}"'] if options else []
            (self.root / "unsorryscratch.ipkg").write_text("\n".join(lines) + "\n", "utf-8")
            if self.project.packages is not None:
                (self.root / "depends").symlink_to(self.project.packages)
        except OSError as error:
            raise ProverError(f"cannot make a scratch directory: {error}", next_step="Check TMPDIR.") from error

    def stamp(self, text: str) -> Stamp:
        """The state of the files that a text imports: what Idris made of the text holds while it stays the same."""
        found = []
        for _, path in self.project.reach(text, self.file.name):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(found)

    def write(self, text: str, stamp: Stamp) -> None:
        """Writes a scratch copy, and forgets what Idris has built of an earlier one, and of imports that have changed:
        it goes by times of whole seconds.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        try:
            if not set(self._stamp) <= set(stamp):
                shutil.rmtree(self.root / "build", ignore_errors=True)
            self._stamp = stamp
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


def _harmless(options: str) -> str:
    """Those of a package's options that change how a text is checked, and neither what runs nor where things go."""
    words = options.strip('" ').split()
    kept: list[str] = []
    for word, following in itertools.zip_longest(words, words[1:], fillvalue=""):
        if word in _FLAGS:
            kept.append(word)
        elif word in _WITH_NAME and following.replace("-", "").replace("_", "").isalnum():
            kept += [word, following]
    return " ".join(kept)
