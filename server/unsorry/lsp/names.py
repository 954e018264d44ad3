"""The names that clients see: commands, diagnostic codes, code action kinds, notifications. A contract."""

from __future__ import annotations

from enum import StrEnum

SERVER = "unsorry"
SOURCE = "unsorry"
STATUS = "unsorry/status"
FIX_ALL = "source.fixAll.unsorry"


class Command(StrEnum):
    PROVE = "unsorry.prove"
    PROVE_ALL = "unsorry.proveAll"
    FILL = "unsorry.fill"
    FILL_ALL = "unsorry.fillAll"
    CANCEL = "unsorry.cancel"
    RESTART_PROVER = "unsorry.restartProver"
    HEALTH = "unsorry.health"
    HOLES = "unsorry.holes"
    GOAL = "unsorry.goal"


class Code(StrEnum):
    """The ``code`` of a diagnostic."""

    OPEN_GOAL = "open-goal"
    PROOF_FOUND = "proof-found"
    REFUTED = "refuted"
    PROVER_MISSING = "prover-missing"
    PROVER_FAILED = "prover-failed"
