"""What a file imports from its own project, as a digest: a search that was in vain is worth another one when a file
that its goal may depend on has changed.

Every language names what it imports by file names; so the words of import lines are compared with the names of the
project's files. That finds too much rather than too little.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from unsorry.model import Document

_IMPORTING = re.compile(r"\b(?:import|Import|Export|Require|From|Load|include|open|use)\b")
_WORD = re.compile(r"[^\W\d][\w'-]*")
_PROJECT_MARKS = (
    ".git",
    "unsorry.toml",
    "_CoqProject",
    "_RocqProject",
    "dune-project",
    "lakefile.lean",
    "lakefile.toml",
)
_MOST_DIRECTORIES = 300
_HEIGHT = 8


def digest_of_imports(document: Document, suffixes: tuple[str, ...]) -> bytes:
    """A digest of the project's files that a document imports, directly or not. Reads files: not for the loop."""
    digest = hashlib.blake2b(digest_size=16)
    if document.path is None or not _IMPORTING.search(document.text):
        return digest.digest()
    by_stem: dict[str, list[Path]] = {}
    for path in _project_files(document.path, suffixes):
        by_stem.setdefault(path.name.partition(".")[0], []).append(path)
    seen = {document.path}
    waiting = list(_imported(document.text, by_stem))
    contents: dict[str, bytes] = {}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        try:
            data = path.read_bytes()
        except OSError:
            continue
        contents[str(path)] = hashlib.blake2b(data, digest_size=16).digest()
        waiting.extend(_imported(data.decode("utf-8", "replace"), by_stem))
    for name in sorted(contents):
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + contents[name])
    return digest.digest()


def _imported(text: str, by_stem: Mapping[str, list[Path]]) -> Iterator[Path]:
    for line in text.splitlines():
        if _IMPORTING.search(line):
            for word in set(_WORD.findall(line)) & by_stem.keys():
                yield from by_stem[word]


def _project_files(path: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """The proof files of the project around a file, as far as few directories hold them; without a project, those
    beside the file."""
    around = (path.parent, *path.parent.parents[:_HEIGHT])
    root = next((d for d in around if any((d / mark).exists() for mark in _PROJECT_MARKS)), None)
    waiting = deque([path.parent] if root is None else [path.parent, root])
    seen: set[Path] = set()
    while waiting and len(seen) < _MOST_DIRECTORIES:
        directory = waiting.popleft()
        if directory in seen:
            continue
        seen.add(directory)
        try:
            entries = sorted(os.scandir(directory), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.endswith(suffixes):
                yield Path(entry.path)
            elif root is not None and not entry.name.startswith((".", "_")) and entry.is_dir(follow_symlinks=False):
                waiting.append(Path(entry.path))
