"""What every test shares: tests that need a program are skipped, with the reason, only where it is absent."""

from __future__ import annotations

import asyncio
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

import minilean
from unsorry.model import Language, Missing
from unsorry.registry import ROOMS, make_prover, room_for

# No test reads or writes the ledger of whoever runs it, nor do the processes that tests start; one that is about the
# ledger names its own.
os.environ["UNSORRY_LEDGER"] = "off"

# A busy machine makes no test fail.
hypothesis.settings.register_profile("unsorry", deadline=None)
hypothesis.settings.load_profile("unsorry")


@functools.cache
def _rocq() -> str:
    found = any(shutil.which(name) for name in ("coqidetop.opt", "coqidetop", "rocqidetop"))
    return "" if found else "no coqidetop on PATH (Debian: apt-get install coq)"


@functools.cache
def _coqhammer() -> str:
    if _rocq() or not shutil.which("coqc"):
        return _rocq() or "no coqc on PATH"
    where = subprocess.run(["coqc", "-where"], capture_output=True, text=True, check=True).stdout.strip()
    found = Path(where, "user-contrib", "Hammer", "Plugin").is_dir()
    return "" if found else "the CoqHammer plug-in is not installed (Debian: apt-get install libcoq-hammer)"


@functools.cache
def _agda() -> str:
    found = shutil.which("agda") or Path(sys.executable).with_name("agda").exists()
    return "" if found else "no agda (pip install agda==2.7.0)"


@functools.cache
def _postgres() -> str:
    found = any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")
    return "" if found else "no initdb (Debian: apt-get install postgresql)"


def _program(name: str, how: str) -> Callable[[], str]:
    return lambda: "" if shutil.which(name) else f"no {name} on PATH ({how})"


def _emacs() -> str:
    packages = Path("/usr/share/emacs/site-lisp/elpa")
    found = shutil.which("emacs") and all(any(packages.glob(f"{name}-[0-9]*")) for name in ("eglot", "lsp-mode"))
    return (
        "" if found else "no Emacs with Eglot and lsp-mode (Debian: apt-get install emacs-nox elpa-eglot elpa-lsp-mode)"
    )


@functools.cache
def _vscode() -> str:
    for program in ("node", "npm", "chromium"):
        if not shutil.which(program):
            return f"no {program} on PATH (Debian: apt-get install nodejs npm chromium)"
    installed = any(Path(sys.prefix, "code-server").glob(".ready-*"))
    return (
        ""
        if installed
        else "no VS Code (make setup installs one into .venv/code-server, with node, npm and a compiler)"
    )


_ABSENT = {
    "vscode": _vscode,
    "neovim": _program("nvim", "Debian: apt-get install neovim"),
    "emacs": _emacs,
    "rocq": _rocq,
    "coqhammer": _coqhammer,
    "agda": _agda,
    "lean4": minilean.absent,
    "postgres": _postgres,
}


@functools.cache
def _missing(language: Language) -> str:
    """Why a language's prover cannot be used here, in its own room's words; empty where it can."""
    prover = make_prover(language, room_for(language).settings)
    found = asyncio.run(prover.probe()) if prover is not None else Missing("it is not driven yet", "")
    return f"{found.reason} {found.next_step}".strip() if isinstance(found, Missing) else ""


def pytest_configure(config: pytest.Config) -> None:
    """Every prover has a mark with the name of its language; tests with it run where its room finds the program."""
    for room in ROOMS:
        config.addinivalue_line("markers", f"{room.language}: needs a real {room.title}")
        _ABSENT.setdefault(room.language, functools.partial(_missing, room.language))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name, absent in _ABSENT.items():
            if item.get_closest_marker(name) and absent():
                item.add_marker(pytest.mark.skip(reason=absent()))
