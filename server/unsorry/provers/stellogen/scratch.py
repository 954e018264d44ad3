"""Scratch copies: the texts that ``sgen`` is given, in a private directory that goes when its owner closes.

``(use "path")`` is relative to the file that says it. The copy therefore lies as deep in the private directory as its
paths reach up, and what they lead to is linked beside it; the user's own folder is only read.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.provers.stellogen.imports import used_paths

_DEEPEST = 20


class Scratch:
    """Owner of the private directory of one session; ``close`` removes it."""

    def __init__(self, document: Document) -> None:
        """
        Raises:
            ProverError: no temporary directory can be made.
        """
        self._folder = document.path.parent.resolve() if document.path is not None else None
        self._name = document.path.name if document.path is not None else "untitled.sg"
        try:
            self._root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-stellogen-")))
        except OSError as error:
            raise ProverError(f"cannot make a scratch directory: {error}", next_step="Check TMPDIR.") from error

    def write(self, text: str) -> Path:
        """Writes a scratch copy of a text beside links to what it uses.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        used = used_paths(text)
        ups = max((_climb(path) for path in used), default=0)
        place = self._root.joinpath(*(f"unsorry-{level}" for level in range(min(ups, _DEEPEST))))
        try:
            place.mkdir(parents=True, exist_ok=True)
            for path in used:
                if self._folder is not None and not path.is_absolute() and _climb(path) <= _DEEPEST:
                    self._link(self._folder, place, path)
            copy = place / self._name
            copy.write_bytes(text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise ProverError(f"cannot write a scratch copy: {error}") from error
        return copy

    def _link(self, folder: Path, place: Path, path: PurePosixPath) -> None:
        for part in path.parts:
            if part == "..":
                folder, place = folder.parent, place.parent
                continue
            target = folder / part
            if target.exists() and not (place / part).exists() and target != folder / self._name:
                with contextlib.suppress(FileExistsError):
                    (place / part).symlink_to(target)
            return

    def close(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)


def _climb(path: PurePosixPath) -> int:
    """How many folders a path begins by going up."""
    return next((number for number, part in enumerate(path.parts) if part != ".."), len(path.parts))
