"""Proof files of the workspace that no editor has open: their holes, from the text on disk alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import frozen

from unsorry.errors import FileError
from unsorry.model import Document, Hole
from unsorry.text import SourceText

_log = logging.getLogger(__name__)
_SIZE_LIMIT = 8 << 20


@frozen
class Unopened:
    """A file as it was when it was last looked at."""

    document: Document
    holes: tuple[Hole, ...]


class UnopenedFiles:
    """What is known of files on disk, by canonical URI; only of those that have holes."""

    def __init__(self) -> None:
        self._files: dict[str, Unopened] = {}
        self._foreign: set[str] = set()
        self._readers: list[Callable[[str], None]] = []

    def subscribe(self, reader: Callable[[str], None]) -> None:
        """``reader`` hears the URI of each file of which something else is known than before."""
        self._readers.append(reader)

    def __iter__(self) -> Iterator[Unopened]:
        return iter(tuple(self._files.values()))

    def get(self, uri: str) -> Unopened | None:
        return self._files.get(uri)

    def disown(self, uri: str) -> None:
        """Forgets a file, and all that will be found in it: the editor says that it is of another language."""
        self._foreign.add(uri)
        self.put(uri, None)

    def own(self, uri: str) -> None:
        """The editor says that a file is a proof file after all."""
        self._foreign.discard(uri)

    def put(self, uri: str, found: Unopened | None) -> None:
        """Takes in what a look at a file found; ``None``: nothing to show."""
        found = None if uri in self._foreign else found
        before = self._files.pop(uri, None)
        if found is not None:
            self._files[uri] = found
        if before != found:
            for reader in self._readers:
                reader(uri)


def look(path: Path) -> Unopened | None:
    """Reads and scans one file; ``None`` when it has no holes, is gone, or cannot be read."""
    from unsorry.files import canonical_uri, read, uri_of
    from unsorry.orchestrator.identity import identify
    from unsorry.registry import room_of, syntax_of

    room = room_of(path.name)
    if room is None:
        return None
    try:
        text = read(path, limit=_SIZE_LIMIT).text
    except FileError as error:
        _log.info("not looked at: %s", error)
        return None
    uri = canonical_uri(uri_of(path))
    holes = identify(uri, syntax_of(room.language).outline(text, path.name))
    return Unopened(Document(uri, room.language, 0, SourceText(text), path), holes) if holes else None
