"""Exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """0 to 3 are the contract; the others follow the shell (128 + signal) and sysexits."""

    DONE = 0
    HOLES_REMAIN = 1
    BAD_INPUT = 2
    NO_PROVER = 3
    BUG = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143
