"""What a file imports from its own project, as a digest: a search that was in vain is worth another one when a file
that its goal may depend on has changed.

Every language names what it imports by file names; so the words of import lines are compared with the names of the
project's files. That finds too much rather than too little.
"""

from __future__ import annotations

import functools
import hashlib
import os
import re
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
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
_LISTED_SECONDS = 5.0  # so long a list of the project's files serves


def digest_of_imports(document: Document, suffixes: tuple[str, ...]) -> bytes:
    """A digest of the project's files that a document imports, directly or not. Reads files: not for the loop."""
    digest = hashlib.blake2b(digest_size=16)
    if document.path is None or not _IMPORTING.search(document.text):
        return digest.digest()
    by_stem = _project_files(document.path.parent, suffixes, int(time.monotonic() / _LISTED_SECONDS))
    seen = {str(document.path)}
    waiting = list(_imported(document.text, by_stem))
    contents: dict[str, bytes] = {}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        try:
            data = Path(path).read_bytes()
        except OSError:
            continue
        contents[path] = hashlib.blake2b(data, digest_size=16).digest()
        waiting.extend(_imported(data.decode("utf-8", "replace"), by_stem))
    for name in sorted(contents):
        digest.update(name.encode("utf-8", "surrogateescape") + b"\0" + contents[name])
    return digest.digest()


def _imported(text: str, by_stem: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for line in text.splitlines():
        if _IMPORTING.search(line):
            for word in set(_WORD.findall(line)) & by_stem.keys():
                yield from by_stem[word]


@functools.lru_cache(maxsize=16)
def _project_files(directory: Path, suffixes: tuple[str, ...], _epoch: int) -> Mapping[str, Sequence[str]]:
    """The proof files of the project around a directory by the first part of their names, as far as few directories
    hold them; without a project, those in it. It is asked for every file of a project: one answer serves for an epoch.
    """
    around = (directory, *directory.parents[:_HEIGHT])
    root = next((str(d) for d in around if any((d / mark).exists() for mark in _PROJECT_MARKS)), None)
    waiting = deque([str(directory)] if root is None else [str(directory), root])
    seen: set[str] = set()
    by_stem: dict[str, list[str]] = {}
    while waiting and len(seen) < _MOST_DIRECTORIES:
        where = waiting.popleft()
        if where in seen:
            continue
        seen.add(where)
        try:
            entries = sorted(os.scandir(where), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.name.endswith(suffixes):
                by_stem.setdefault(entry.name.partition(".")[0], []).append(entry.path)
            elif root is not None and not entry.name.startswith((".", "_")) and entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
    return by_stem
