"""The documents as the editor has them: its own spelling of each URI, its version numbers, its text.

Files are known by one canonical URI, whatever spelling a client uses; the engine and everything within the server
go by that one, and only what is sent to the client has the client's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum

from attrs import frozen

from unsorry.files import canonical_uri, path_of
from unsorry.model import Document, Language
from unsorry.registry import ROOMS, room_of
from unsorry.text import SourceText

# What editors call the languages; the suffix decides where none of these is said.
_LANGUAGE_IDS = {name: room.language for room in ROOMS for name in room.editor_ids}
# Other languages that share a suffix with a proof language (``.v``).
_OTHERS = frozenset(name for room in ROOMS for name in room.foreign_ids)


class Change(Enum):
    OPENED = "opened"
    CHANGED = "changed"
    SAVED = "saved"
    CLOSED = "closed"


Reader = Callable[[Change, str], None]


@frozen
class Opened:
    """A proof file in the editor. ``uri`` is spelled as the client does; ``document.uri`` is canonical."""

    uri: str
    document: Document


class EditorDocuments:
    """Owner of what is open. Readers hear of each change by canonical URI, after it has been taken in."""

    def __init__(self) -> None:
        self._opened: dict[str, Opened] = {}
        self._readers: list[Reader] = []

    def subscribe(self, reader: Reader) -> None:
        self._readers.append(reader)

    def tell(self, change: Change, uri: str) -> None:
        for reader in self._readers:
            reader(change, uri)

    def __iter__(self) -> Iterator[Opened]:
        return iter(tuple(self._opened.values()))

    def get(self, uri: str) -> Opened | None:
        """The open proof file with this URI, in any spelling."""
        return self._opened.get(uri) or self._opened.get(canonical_uri(uri))

    def put(self, uri: str, language: Language, version: int, source: SourceText) -> Document:
        """Opens a document, or gives it its new text and version."""
        key = canonical_uri(uri)
        document = Document(key, language, version, source, path_of(key))
        self._opened[key] = Opened(uri, document)
        return document

    def remove(self, uri: str) -> Opened | None:
        return self._opened.pop(canonical_uri(uri), None)


def language_of(uri: str, language_id: str) -> Language | None:
    """The proof language of a document, or ``None`` when it is none of ours."""
    known = _LANGUAGE_IDS.get(language_id.lower())
    if known is not None or language_id.lower() in _OTHERS:
        return known
    path = path_of(uri)
    room = room_of(path.name if path is not None else uri)
    return room.language if room is not None else None
