"""Finds Dafny, its warm server and a fitting Z3 on this machine, and asks for versions."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.model import Available, Missing
from unsorry.processes import ChildSpec, run
from unsorry.provers.dafny import ROOM
from unsorry.settings import ProverSettings

OLDEST = (2, 3)
FIRST_MODERN = 4
FITTING_Z3 = "4.8.5"
_VERSION = re.compile(r"(?:Dafny\s+)?(?P<version>(?P<major>\d+)\.(?P<minor>\d+)[\w.+-]*)")
_Z3_VERSION = re.compile(r"Z3 version (\S+)")
_ASSEMBLY = re.compile(r"(\S*)Dafny\.exe")
_PROBE_SECONDS = 15.0
_GET_Z3 = f"`pip install z3-solver=={FITTING_Z3}.0` into Unsorry's Python environment is the one that suits it"


@frozen
class Installation:
    """``server``: how to start the warm server, empty where there is none. ``z3``: the solver to name, or empty for
    the program's own. ``modern``: Dafny 4 or later, with subcommands."""

    program: str
    version: str
    modern: bool
    server: tuple[str, ...] = ()
    z3: str = ""
    z3_version: str = ""

    @property
    def available(self) -> Available:
        if self.modern:
            return Available(self.version, self.program, ("tried by `dafny server`, checked by `dafny verify`",))
        server = "its warm server found" if self.server else "no DafnyServer.exe: every trial starts a process"
        if not self.z3:
            solver = f"no z3 named: Dafny looks for its own; {_GET_Z3}"
        elif self.z3_version == FITTING_Z3:
            solver = f"z3 {self.z3_version} at {self.z3}"
        else:
            solver = f"z3 {self.z3_version} at {self.z3}; {_GET_Z3}"
        return Available(self.version, self.program, (server, solver))


async def find_installation(settings: ProverSettings) -> Installation | Missing:
    """Dafny as configured or on ``PATH``; never raises."""
    program = shutil.which(settings.path or "dafny")
    if program is None:
        if settings.path:
            return Missing(f"{settings.path} is not a program", "Correct `provers.dafny.path`, or leave it empty.")
        return Missing("no dafny was found on PATH", ROOM.install)
    version, solver = await asyncio.gather(_version(program, settings), _solver(settings))
    if isinstance(version, Missing):
        return version
    if int(version["major"]) >= FIRST_MODERN:
        return Installation(program, version["version"], modern=True)
    if (int(version["major"]), int(version["minor"])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return Missing(f"{program} is version {version['version']}; {oldest} is the oldest that works", ROOM.install)
    return Installation(program, version["version"], False, _server(program), *solver)


async def _version(program: str, settings: ProverSettings) -> re.Match[str] | Missing:
    """Dafny 4 knows ``--version``; earlier ones print theirs on the way to refusing ``/version`` as a file."""
    options = ("/version", "--version") if _assembly(program) else ("--version", "/version")
    for option in options:
        try:
            said = await run(ChildSpec((program, option), env=settings.env, nice=0), _PROBE_SECONDS, cap=1 << 16)
        except ProverError as error:
            return Missing(error.message, f"Run `{program} --version` to see what is wrong with it.")
        found = next((match for line in said.stdout.splitlines() if (match := _VERSION.fullmatch(line.strip()))), None)
        if found is not None:
            return found
    return Missing(f"{program} does not tell its version", f"Run `{program} /version`, or set `provers.dafny.path`.")


def _server(program: str) -> tuple[str, ...]:
    """The command of ``DafnyServer.exe`` beside the ``Dafny.exe`` that the program stands for."""
    runner = shutil.which("cli") or shutil.which("mono")
    folder = _assembly(program) or Path(program).resolve().parent
    server = folder / "DafnyServer.exe"
    return (runner, str(server)) if runner is not None and server.is_file() else ()


def _assembly(program: str) -> Path | None:
    """The folder of the ``Dafny.exe`` that a script starts, as Debian's does."""
    try:
        script = Path(program).resolve().read_bytes()[:4096]
    except OSError:
        return None
    named = _ASSEMBLY.search(script.decode("utf-8", "replace")) if script.startswith(b"#!") else None
    return Path(named[1]) if named else None


async def _solver(settings: ProverSettings) -> tuple[str, str]:
    """The z3 of this Python environment, else that of ``PATH``; nothing where the arguments name one."""
    if any(argument.startswith("/z3exe:") for argument in settings.args):
        return "", ""
    beside = Path(sys.executable).with_name("z3")
    for program in (str(beside) if beside.is_file() else None, shutil.which("z3")):
        if program is None:
            continue
        try:
            said = await run(ChildSpec((program, "--version"), nice=0), _PROBE_SECONDS, cap=1 << 16)
        except ProverError:
            continue
        if version := _Z3_VERSION.search(said.stdout):
            return program, version[1]
    return "", ""
