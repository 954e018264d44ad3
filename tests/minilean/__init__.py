"""Which Lean the tests drive: a whole one on ``PATH``, else the one that ``scripts/minilean.sh`` makes."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path

MADE = Path(sys.prefix) / "minilean" / "bin" / "lean"


@functools.cache
def program() -> str:
    """The program to give as ``provers.lean4.path``; empty where there is none."""
    found = shutil.which("lean")
    if found and not Path(found).with_name("elan").exists():
        return found
    toolchains = Path(os.environ.get("ELAN_HOME") or Path.home() / ".elan") / "toolchains"
    whole = sorted(toolchains.glob("leanprover--lean4---v*/bin/lean"))
    return str(whole[-1]) if whole else str(MADE) if MADE.exists() else ""


def absent() -> str:
    return "" if program() else "no Lean 4 on PATH, and none made (scripts/minilean.sh says why)"
