"""Entries that tests write."""

from __future__ import annotations

from typing import Any

from unsorry.ledger.entries import Entry, Kind


def attempt(strategy: str = "micro", verdict: str = "verified", **more: Any) -> Entry:
    given = {"language": "rocq", "prover": "rocq", "shape": "list", "seconds": 0.25, **more}
    return Entry(kind=Kind.ATTEMPT_FINISHED, strategy=strategy, verdict=verdict, **given)
