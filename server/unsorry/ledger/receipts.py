"""Receipts: what each verified proof leaves behind, so that it can be tried again, and checked again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from unsorry.ledger.entries import Entry, Kind


@frozen(kw_only=True)
class Receipt:
    """A proof that was verified.

    ``text`` stood in place of hole ``number`` (from 0) of ``declaration``, and of ``before`` and ``after`` code points
    around it. ``goal`` is the key of its goals' normal form ``normal``, in which the hypotheses were called ``names``.
    ``axioms`` is all that the declaration rests on, ``seconds`` the wall time to the proof, ``at`` Unix time. ``unit``
    is a digest of the declaration as it stood with its hole; empty where none was taken.
    """

    language: str
    prover: str
    toolchain: str
    strategy: str
    declaration: str
    number: int
    text: str
    before: int = 0
    after: int = 0
    goal: str
    normal: str
    names: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0
    uri: str = ""
    hole: str = ""
    shape: str = ""
    unit: str = ""
    at: float = field(factory=time.time)

    def entry(self) -> Entry:
        """The receipt as the ledger keeps it."""
        data = {
            "text": self.text,
            "number": self.number,
            "before": self.before,
            "after": self.after,
            "normal": self.normal,
            "names": list(self.names),
            "axioms": list(self.axioms),
            "unit": self.unit,
        }
        return Entry(
            kind=Kind.RECEIPT,
            uri=self.uri,
            hole=self.hole,
            declaration=self.declaration,
            language=self.language,
            prover=self.prover,
            strategy=self.strategy,
            verdict="verified",
            shape=self.shape,
            goal=self.goal,
            toolchain=self.toolchain,
            seconds=self.seconds,
            data=data,
            at=self.at,
        )


def receipt_of(row: Mapping[str, Any], data: Mapping[str, Any]) -> Receipt:
    """The receipt that an entry holds."""
    return Receipt(
        language=row["language"],
        prover=row["prover"],
        toolchain=row["toolchain"],
        strategy=row["strategy"],
        declaration=row["declaration"],
        number=int(data.get("number", 0)),
        text=str(data.get("text", "")),
        before=int(data.get("before", 0)),
        after=int(data.get("after", 0)),
        goal=row["goal"],
        normal=str(data.get("normal", "")),
        names=tuple(data.get("names", ())),
        axioms=tuple(data.get("axioms", ())),
        seconds=row["seconds"] or 0.0,
        uri=row["uri"],
        hole=row["hole"],
        shape=row["shape"],
        unit=str(data.get("unit", "")),
        at=row["at"],
    )
