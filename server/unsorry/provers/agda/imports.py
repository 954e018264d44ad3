"""What imported names rest on, read from the sources of the modules that a file imports.

A module that says ``--safe`` needs no look: Agda holds it, and all that it imports, to that. Builtin modules are
taken as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from unsorry.provers.agda import ROOM
from unsorry.provers.agda.axioms import names_resting
from unsorry.provers.agda.code import mask
from unsorry.provers.agda.holes import SYNTAX

_IMPORT = re.compile(r"(?<!\S)import\s+([^\s(){};@\"]+)")
_SAFE = re.compile(r"\{-#\s*OPTIONS\s[^#]*--safe(?=\s)")

Resting = Mapping[str, frozenset[str]]
"""For each name that rests on something unproved: on what."""


class Imports:
    """Reads modules below the given roots; remembers each as long as its file stays as it is."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = roots
        self._known: dict[Path, tuple[int, int, Resting]] = {}

    def names(self, text: str, file: str) -> Resting:
        """What the names rest on that a text may have from its imports, direct and indirect."""
        return self._imported(mask(text, file), set())

    def _imported(self, code: str, visiting: set[Path]) -> Resting:
        found: dict[str, frozenset[str]] = {}
        for match in _IMPORT.finditer(code):
            path = self._find(match[1])
            if path is not None and path not in visiting:
                for name, rests in self._module(path, visiting).items():
                    found[name] = found.get(name, frozenset()) | rests
        return found

    def _find(self, module: str) -> Path | None:
        parts = module.split(".")
        for root in self._roots:
            for suffix in ROOM.suffixes:
                path = root.joinpath(*parts[:-1], parts[-1] + suffix)
                if path.is_file():
                    return path
        return None

    def _module(self, path: Path, visiting: set[Path]) -> Resting:
        try:
            status = path.stat()
            known = self._known.get(path)
            if known is not None and known[:2] == (status.st_mtime_ns, status.st_size):
                return known[2]
            text = path.read_text("utf-8", "replace")
        except OSError:
            return {}
        resting: Resting = {}
        if not _SAFE.search(text):
            imported = self._imported(mask(text, path.name), visiting | {path})
            own = names_resting(text, path.name, SYNTAX.outline(text, path.name), imported)
            resting = {**imported, **own}
        self._known[path] = (status.st_mtime_ns, status.st_size, resting)
        return resting
