#!/usr/bin/env python3
"""A ``metamath`` that misbehaves in one way, told by ``FAKE_SCENARIO``: silent, garbage, crash, flood, bug (a fault of
its own, in its own words), agreeing (all is well, nothing is unproved), mute (no answers), or stranger."""

from __future__ import annotations

import os
import sys
import time

SCENARIO = os.environ.get("FAKE_SCENARIO", "")
BANNER = "Metamath - Version 0.195 30-Dec-2020          Type HELP for help, EXIT to exit.\n"


def answer(command: str) -> str:
    if SCENARIO == "mute":
        return ""
    if command.startswith("read"):
        return "10 bytes were read into the source buffer.\nNo errors were found.\n"
    if command.startswith("verify"):
        return "0 10%  100%\n....\n"
    if command.startswith("show new_proof /unknown"):
        return "1    id=? $? |- p\n"
    return ""


def main() -> int:
    commands = sys.argv[1:]
    if commands == ["exit"]:
        print("Objective-C++ compiler" if SCENARIO == "stranger" else BANNER)
        return 0
    if SCENARIO == "silent":
        time.sleep(600)
    if SCENARIO == "garbage":
        os.write(1, b"\xff\x00MM> nonsense\nMM-PA> \n" * 5)
        return 3
    if SCENARIO == "crash":
        os.abort()
    while SCENARIO == "flood":
        os.write(1, b"x" * 65536)
    sys.stdout.write(BANNER)
    for command in commands:
        sys.stdout.write(f"MM> {command}\n{answer(command)}")
        if SCENARIO == "bug" and command.startswith("read"):
            sys.stdout.write("?BUG CHECK:  *** DETECTED BUG 1329\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
