"""The processes that a test has started, for seeing that none of them stays."""

from __future__ import annotations

import psutil

# What the editors' tests share, and keep until the end of the run.
_SHARED = ("code-server", "playwright")


def family() -> list[psutil.Process]:
    """Every process below this one, supervisors included; without those of a shared editor, and what has ended."""
    found: list[psutil.Process] = []
    for child in psutil.Process().children():
        try:
            command = " ".join(child.cmdline())
            if not any(word in command for word in _SHARED):
                found += [child, *child.children(recursive=True)]
        except psutil.Error:
            continue  # it is gone, or only its parent has not heard of it yet
    return found


def command_of(process: psutil.Process) -> str:
    """Its command line; empty when it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def name_of(process: psutil.Process) -> str:
    """Its program's name; empty when it has ended."""
    try:
        return process.name()
    except psutil.Error:
        return ""
