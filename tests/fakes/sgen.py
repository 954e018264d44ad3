#!/usr/bin/env python3
"""An ``sgen`` that misbehaves in one way, told by ``FAKE_SCENARIO``: silent (never ends), garbage, crash, flood,
agreeing (all is well, whatever the file says), endless (a new error at every run), or elsewhere (an error in an
imported file). Otherwise it is well-behaved, and every program passes; ``preprocess`` gives back the file's lines."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

SCENARIO = os.environ.get("FAKE_SCENARIO", "")


def error(message: str, file: str, line: int) -> None:
    sys.stderr.write(f"\x1b[1m\x1b[31merror\x1b[0m\x1b[0m: \x1b[1m{message}\x1b[0m\n")
    sys.stderr.write(f"  \x1b[36m-->\x1b[0m \x1b[36m{file}\x1b[0m:{line}:1\n\n")


def main() -> int:
    command, file = sys.argv[1], sys.argv[-1]
    if command == "--help=plain":
        sys.stdout.write(
            "Stellogen: check run preprocess\n" if SCENARIO != "stranger" else "sgen: a static generator\n"
        )
        return 0
    if command == "preprocess" and SCENARIO != "crash":
        sys.stdout.write("" if SCENARIO == "agreeing" else Path(file).read_text(encoding="utf-8"))
        return 0
    if SCENARIO == "silent":
        time.sleep(600)
    if SCENARIO == "garbage":
        os.write(2, b"\xff\xfe\x00 --> nonsense\n" * 50)
        return 1
    if SCENARIO == "crash":
        os.abort()
    if SCENARIO == "flood":
        while True:
            os.write(1, b"x" * 65536)
    if SCENARIO == "endless":
        error("assertion failed", file, 10_000)
        return 1
    if SCENARIO == "elsewhere":
        error("identifier not found", "/somewhere/else.sg", 1)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
