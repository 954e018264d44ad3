"""Finds ``coqidetop`` on this machine and asks its version."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.model import Available, Missing
from unsorry.processes import ChildSpec, run
from unsorry.provers.rocq import ROOM, protocol
from unsorry.settings import ProverSettings

PROGRAMS = ("coqidetop.opt", "coqidetop", "rocqidetop.opt", "rocqidetop")
OLDEST = (8, 14)
_VERSION = re.compile(r"version\s+(\d+)\.(\d+)\S*")
_PROBE_SECONDS = 5.0


@frozen
class Installation:
    program: str
    version: str
    library: Path | None = None

    @property
    def hammer(self) -> bool:
        """Whether the CoqHammer plug-in is there, by its compiled library."""
        return self.library is not None and (self.library / "user-contrib/Hammer/Plugin/Hammer.vo").is_file()

    @property
    def available(self) -> Available:
        note = "CoqHammer found" if self.hammer else "CoqHammer not found: `hammer` is off"
        return Available(self.version, self.program, (note,))


def candidates(settings: ProverSettings) -> list[str]:
    """Programs that may be it, best first: the configured one alone, else ``PATH``, then opam switches."""
    if settings.path:
        return [settings.path]
    found = [path for name in PROGRAMS if (path := shutil.which(name))]
    switch = os.environ.get("OPAM_SWITCH_PREFIX")
    root = Path(os.environ.get("OPAMROOT") or Path.home() / ".opam")
    folders = [Path(switch) / "bin"] if switch else []
    folders += sorted(root.glob("*/bin"), reverse=True) if root.is_dir() else []
    found += [path for folder in folders for name in PROGRAMS if (path := shutil.which(name, path=str(folder)))]
    return list(dict.fromkeys(found))


async def find_installation(settings: ProverSettings) -> Installation | Missing:
    """The first program that answers with a version that will do; never raises."""
    programs = candidates(settings)
    if settings.path and shutil.which(settings.path) is None:
        return Missing(f"{settings.path} is not a program", "Correct `provers.rocq.path`, or leave it empty.")
    missing = Missing("no coqidetop was found on PATH or in an opam switch", ROOM.install)
    for program in programs:
        found = await _ask(program, settings)
        if isinstance(found, Installation):
            return found
        missing = found
    return missing


async def _ask(program: str, settings: ProverSettings) -> Installation | Missing:
    try:
        said = await run(ChildSpec((program, "--version"), env=settings.env, nice=0), _PROBE_SECONDS, cap=1 << 16)
    except ProverError as error:
        return Missing(error.message, f"Run `{program} --version` to see what is wrong with it.")
    match = _VERSION.search(said.stdout)
    if said.status != 0 or match is None:
        return Missing(
            f"{program} does not tell its version", f"Run `{program} --version`, or set `provers.rocq.path`."
        )
    if (int(match[1]), int(match[2])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return Missing(f"{program} is version {match[0].split()[-1]}; {oldest} is the oldest that works", ROOM.install)
    if Path(program).name not in PROGRAMS and not await _speaks(program, settings):
        return Missing(
            f"{program} is not coqidetop: it does not speak its protocol",
            "Set `provers.rocq.path` to coqidetop.opt (coqidetop or rocqidetop from Rocq 9 on), or leave it empty.",
        )
    return Installation(program, match[0].split()[-1].rstrip(",."), await _library(program, settings))


async def _speaks(program: str, settings: ProverSettings) -> bool:
    """Whether a program of another name answers as ours do; coqtop and coqc tell the same version."""
    spec = ChildSpec((program, "-q", "-main-channel", "stdfds"), env=settings.env, nice=0)
    try:
        said = await run(spec, _PROBE_SECONDS, data=protocol.about(), cap=1 << 16)
    except ProverError:
        return False
    return '<value val="good">' in said.stdout


async def _library(program: str, settings: ProverSettings) -> Path | None:
    """Where the program keeps its libraries, for seeing which plug-ins are there."""
    try:
        said = await run(ChildSpec((program, "-where"), env=settings.env, nice=0), _PROBE_SECONDS, cap=1 << 16)
    except ProverError:
        return None
    folder = Path(said.stdout.strip() or ".")
    return folder if said.status == 0 and folder.is_absolute() else None
