"""Bursts of edits. Who types wants no marks to change with each key, and editors move those that there are along with
the text; what is shown of a document can wait until its burst is over."""

from __future__ import annotations

import math
from collections.abc import Callable

from unsorry.lsp.editor import Change


class Bursts:
    """Knows who types where. A burst is two edits or more, each less than ``quiet`` seconds by ``clock`` after the one
    before; a single edit is none."""

    def __init__(self, quiet: float, clock: Callable[[], float]) -> None:
        self._quiet, self._clock = quiet, clock
        self._edits: dict[str, tuple[float, float]] = {}  # when the last one was, and when its burst will be over

    def on_change(self, change: Change, uri: str) -> None:
        if change is Change.CLOSED:
            self._edits.pop(uri, None)
        elif change is Change.CHANGED:
            now = self._clock()
            last, _ = self._edits.get(uri, (-math.inf, 0.0))
            self._edits[uri] = now, now + self._quiet if now - last < self._quiet else 0.0

    def end(self, uri: str) -> float:
        """When the burst of edits at a document will be over, unless there are more; 0 where there is none."""
        return self._edits[uri][1] if uri in self._edits else 0.0
