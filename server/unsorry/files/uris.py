"""File URIs and paths. Editors spell one file in several ways; all of them lead to the same path and key."""

from __future__ import annotations

import os
import re
from pathlib import Path

_DRIVE = re.compile(r"^/([A-Za-z]):(?=/|$)")


def uri_of(path: Path) -> str:
    """The ``file:`` URI of a path, made absolute but with its symbolic links kept."""
    from urllib.parse import quote

    text = path.absolute().as_posix()
    if not text.startswith("/"):
        text = f"/{text}"
    return "file://" + quote(text, safe="/-._~!$&'()*+,;=:@", errors="surrogateescape")


def path_of(uri: str) -> Path | None:
    """The path of a ``file:`` URI in any spelling (``file:///c%3A/``, ``file://localhost/``, unescaped spaces);
    ``None`` for every other scheme."""
    from urllib.parse import unquote

    scheme, colon, rest = uri.partition(":")
    if not colon or scheme.lower() != "file":
        return None
    host = ""
    if rest.startswith("//"):
        host, _, tail = rest[2:].partition("/")
        rest = f"/{tail}"
    path = unquote(rest, errors="surrogateescape")
    if host and host.lower() != "localhost":
        path = f"//{host}{path}"
    if os.name == "nt":
        path = _DRIVE.sub(r"\1:", path)
    return Path(path)


def canonical_uri(uri: str) -> str:
    """One key for all spellings of the same file: decoded, encoded again one way, a drive's letter small.
    URIs that name no file stay as they are."""
    path = path_of(uri)
    if path is None:
        return uri
    text = _DRIVE.sub(lambda match: f"/{match[1].lower()}:", "/" + path.as_posix().lstrip("/"))
    if path.as_posix().startswith("//"):
        text = "/" + text
    from urllib.parse import quote

    return "file://" + quote(text, safe="/-._~!$&'()*+,;=:@", errors="surrogateescape")
