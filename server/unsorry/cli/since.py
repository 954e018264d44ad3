"""``--since``: from what a user writes to a point in time."""

from __future__ import annotations

import re
import time
from datetime import datetime

from unsorry.errors import UnsorryError

_UNITS = {"m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400}


def read_since(text: str | None) -> float:
    """Unix time of ``30m``, ``12h``, ``7d``, ``2w`` ago, or of a date such as ``2026-03-01``; 0 without one.

    Raises:
        UnsorryError: it is neither.
    """
    if text is None:
        return 0.0
    ago = re.fullmatch(r"(\d{1,6})([mhdw])", text)
    if ago:
        return time.time() - int(ago[1]) * _UNITS[ago[2]]
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        raise UnsorryError(
            f"--since {text}: neither a span nor a date.", next_step="Write, for example: 12h, 7d, 2w or 2026-03-01."
        ) from None
