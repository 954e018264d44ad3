"""Heartbeats of ours: how much of Lean's own work a trial may be, beside its wall seconds.

Lean counts heartbeats for a whole command, and only where the limit is said before the command. So what stands around
the hole gets a share too; where it needs more than that, the file's own limit holds. Pure.
"""

from __future__ import annotations

from unsorry.provers.lean4.place import Place
from unsorry.provers.patterns import compiled

DEFAULT = 200_000
"""The limit that Lean sets itself."""
RATE = 20_000
"""About what Lean counts in a second."""
BASE = 10_000
"""What the declaration around a hole may use by itself."""
_OWN = compiled(r"set_option\s+maxHeartbeats\s+\d+(?P<one>\s+in\b)?")


class Allowance:
    """Tells what trials at the places of a session may use, and remembers where a limit of ours does not fit."""

    def __init__(self) -> None:
        self._unfit: set[int] = set()

    def base(self, place: Place) -> int:
        """Heartbeats for the declaration with its hole, none for none of ours."""
        return 0 if sets_its_own(place) or self._key(place) in self._unfit else BASE

    def trial(self, place: Place, seconds: float) -> int:
        """Heartbeats for the declaration with a candidate that may take so many seconds; none for none of ours."""
        limit = BASE + round(RATE * seconds)
        return limit if limit < DEFAULT and self.base(place) else 0

    def lift(self, place: Place) -> None:
        """From now on the file's own limit holds there, until the text before the hole changes."""
        self._unfit.add(self._key(place))

    def _key(self, place: Place) -> int:
        return hash(place.text[place.start : place.hole.span.start])


def sets_its_own(place: Place) -> bool:
    """Whether the text itself says what the declaration may use: for it alone, or for all that follows."""
    said = _OWN.finditer(place.text, 0, place.unit.end)
    return any(match.start() >= place.start or not match["one"] for match in said)
