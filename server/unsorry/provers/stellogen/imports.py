"""What a text imports: the paths that it names, and what the files there define, read and never written."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path, PurePosixPath

from unsorry.model import Document
from unsorry.provers.stellogen.expectations import Form, forms
from unsorry.provers.stellogen.holes import SYNTAX

_USE = re.compile(r'\(use\s+(?:"((?:[^"\\]|\\.)*)"|([^\s()"]+))')
_MOST_FILES = 50
_MOST_BYTES = 1 << 20


def used_paths(text: str) -> list[PurePosixPath]:
    """The paths of every ``(use "path")`` and ``(use name)``, as they are written."""
    return [PurePosixPath(quoted or f"{bare}.sg") for quoted, bare in _USE.findall(text)]


def imported(document: Document) -> tuple[Form, ...]:
    """The definitions of the files that a document imports, directly or through others; what cannot be read is for
    ``sgen`` to complain about."""
    if document.path is None:
        return ()
    queue = [document.path.parent / path for path in used_paths(document.text)]
    seen: set[Path] = set()
    found: list[Form] = []
    while queue and len(seen) < _MOST_FILES:
        path = queue.pop(0).resolve()
        if path in seen:
            continue
        seen.add(path)
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if path.is_file() and path.stat().st_size <= _MOST_BYTES:
                text = path.read_text(encoding="utf-8")
                queue.extend(path.parent / further for further in used_paths(text))
                found.extend(form for form in forms(text, SYNTAX.outline(text)).values() if form.defines)
    return tuple(found)
