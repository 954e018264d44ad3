"""What the editors' tests share: a folder to edit in, ``unsorry`` on ``PATH``, and a look at what still runs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

SECONDS_TO_DIE = 5.0


@pytest.fixture
def editor_env(tmp_path: Path) -> dict[str, str]:
    """An environment in which ``unsorry`` is this tree's, the home is empty, and no user's settings are read."""
    programs = tmp_path / "bin"
    programs.mkdir()
    unsorry = programs / "unsorry"
    unsorry.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m unsorry "$@"\n')
    unsorry.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    path = os.pathsep.join((str(programs), str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def descendants(pid: int) -> list[psutil.Process]:
    """Every process below one, as long as it lives."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def all_end(processes: list[psutil.Process]) -> bool:
    """Whether every process ends within ``SECONDS_TO_DIE``."""
    _, alive = psutil.wait_procs(processes, timeout=SECONDS_TO_DIE)
    return not alive


def until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Waits for a condition; fails with ``what`` was waited for."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)
