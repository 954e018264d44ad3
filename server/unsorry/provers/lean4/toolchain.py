"""Finds Lean on this machine: the configured program, the toolchain that a project names, elan's default, ``PATH``.

elan's ``lean`` and ``lake`` would download a toolchain that is not there, which can take minutes. So elan is never
asked: its toolchains are looked up where it keeps them.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.model import Available, Missing
from unsorry.processes import ChildSpec, run
from unsorry.provers.lean4 import ROOM
from unsorry.provers.patterns import compiled
from unsorry.settings import ProverSettings

OLDEST = (4, 9)
_PROBE_SECONDS = 20.0
_VERSION = compiled(r"Lean \(version (?P<version>(?P<major>\d+)\.(?P<minor>\d+)[^,\s)]*)")
_DEFAULT = compiled(r'^default_toolchain\s*=\s*"([^"]*)"', 8)  # re.MULTILINE
_RELEASE = compiled(r"leanprover--lean4---v(\d+)\.(\d+)\.(\d+)")
_ORIGIN = "leanprover/lean4"


@frozen
class Programs:
    """A toolchain's ``lean``, and its ``lake`` if it has one; ``shared``: by what it was found, for people."""

    lean: Path
    lake: Path | None
    found: str


@frozen
class Toolchain:
    programs: Programs
    version: str

    @property
    def available(self) -> Available:
        lake = "lake found" if self.programs.lake else "lake not found: files of Lake projects cannot be checked"
        return Available(self.version, str(self.programs.lean), (lake, self.programs.found))


def locate(settings: ProverSettings, wanted: str = "") -> Programs | Missing:
    """The programs for a project that names the toolchain ``wanted`` (empty: it names none). Starts nothing."""
    if settings.path:
        program = shutil.which(Path(settings.path).expanduser())
        if program is None:
            return Missing(f"{settings.path} is not a program.", "Correct `provers.lean4.path`, or leave it empty.")
        return _beside(Path(program), "from the settings")
    home = Path(os.environ.get("ELAN_HOME") or Path.home() / ".elan")
    on_path = shutil.which("lean")
    if wanted and (home / "toolchains").is_dir():
        return _of_elan(home, wanted, "named by lean-toolchain")
    if on_path and not _is_elan(Path(on_path)):
        return _beside(Path(on_path), "on PATH")
    if home.is_dir():
        default = _default(home)
        return _of_elan(home, default, "elan's default") if default else _newest(home, "the newest of elan")
    return Missing("lean was not found.", ROOM.install)


async def ask(programs: Programs, settings: ProverSettings) -> Toolchain | Missing:
    """The programs with their version, if it will do; never raises."""
    program = str(programs.lean)
    try:
        said = await run(ChildSpec((program, "--version"), env=settings.env), _PROBE_SECONDS, cap=1 << 16)
    except ProverError as error:
        return Missing(
            f"{program} does not answer: {error.message}.", f"Run `{program} --version` to see what is wrong."
        )
    match = _VERSION.search(said.stdout)
    if match is None:
        words = (said.stdout or said.stderr or "nothing").strip()[:200]
        return Missing(f"{program} is no Lean 4: it says {words!r}.", ROOM.install)
    if (int(match["major"]), int(match["minor"])) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return Missing(f"{program} is Lean {match['version']}; {oldest} or later is needed.", ROOM.install)
    return Toolchain(programs, match["version"])


def _beside(lean: Path, found: str) -> Programs:
    lake = lean.with_name("lake")
    return Programs(lean, lake if lake.is_file() else None, found)


def _is_elan(program: Path) -> bool:
    """Whether a program is one of elan's stand-ins, which may download what they stand for."""
    elan = program.with_name("elan")
    return elan.exists() and (program.resolve() == elan.resolve() or program.samefile(elan))


def _default(home: Path) -> str:
    try:
        match = _DEFAULT.search((home / "settings.toml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    return match[1] if match else ""


def _of_elan(home: Path, name: str, found: str) -> Programs | Missing:
    """A toolchain by its name, such as ``leanprover/lean4:v4.35.0`` or ``stable``."""
    origin, _, release = name.strip().rpartition(":")
    folders = [f"{origin or _ORIGIN}:{release}", name.strip()]
    if release[:1].isdigit():
        folders.append(f"{origin or _ORIGIN}:v{release}")
    for folder in folders:
        lean = home / "toolchains" / folder.replace("/", "--").replace(":", "---") / "bin" / "lean"
        if lean.is_file():
            return _beside(lean, found)
    if release == "stable":
        return _newest(home, f"the newest of elan, for {name}")
    return Missing(f"the toolchain {name} is not installed.", f"Run `elan toolchain install {name}`.")


def _newest(home: Path, found: str) -> Programs | Missing:
    releases = [
        (tuple(map(int, match.groups())), folder)
        for folder in (home / "toolchains").glob("*")
        if (match := _RELEASE.fullmatch(folder.name)) and (folder / "bin" / "lean").is_file()
    ]
    if not releases:
        return Missing("elan has no toolchain installed.", "Run `elan default leanprover/lean4:stable`.")
    return _beside(max(releases)[1] / "bin" / "lean", found)
