"""Who hears of what happens: readers of events, and watchers of what is known of a document's holes."""

from __future__ import annotations

import logging
from collections.abc import Callable

from unsorry.events import Event

_log = logging.getLogger(__name__)


class Announcer:
    """Passes on to all; one that fails is logged, and the others still hear."""

    def __init__(self) -> None:
        self._readers: list[Callable[[Event], None]] = []
        self._watchers: list[Callable[[str], None]] = []

    def subscribe(self, reader: Callable[[Event], None]) -> Callable[[], None]:
        """From now on every event goes to ``reader``. Returns what ends that."""
        self._readers.append(reader)
        return lambda: self._readers.remove(reader) if reader in self._readers else None

    def watch(self, watcher: Callable[[str], None]) -> None:
        self._watchers.append(watcher)

    def tell(self, event: Event) -> None:
        for reader in list(self._readers):
            try:
                reader(event)
            except Exception:  # noqa: BLE001 - the boundary between the engine and who listens
                _log.exception("a reader failed on %s", type(event).__name__)

    def changed(self, uri: str) -> None:
        """What is known of a hole of this document has changed."""
        for watcher in self._watchers:
            watcher(uri)
