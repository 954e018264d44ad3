"""The load path and options that a proof file's project gives it: ``_CoqProject``, else dune, else its folder."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.processes import ChildSpec, run

_DUNE_SECONDS = 20.0
_PROJECT_FILES = ("_CoqProject", "_RocqProject")
_IDENTIFIER = re.compile(r"[^\W\d][\w']*")
# Options by which a project file would take the prover out of our hands (its channels, its end, its workers),
# with how many words each takes.
_NOT_OURS = {
    "-batch": 0,
    "-emacs": 0,
    "-main-channel": 1,
    "-control-channel": 1,
    "-async-proofs": 1,
    "-async-proofs-j": 1,
    "-async-proofs-cache": 1,
    "-async-proofs-worker-priority": 1,
    "-async-proofs-tactic-error-resilience": 1,
    "-async-proofs-command-error-resilience": 1,
    "-async-proofs-delegation-threshold": 1,
    "-o": 1,
    "-output-directory": 1,
    "-top": 1,
    "-topfile": 1,
}
_MOST_FOLDERS = 200
_TAKES_ONE = frozenset({"-w", "-set", "-unset", "-compat", "-diffs", "-color"})


@frozen
class Project:
    """``flags`` are for the command line, with absolute paths. ``notes`` say what the user should know: what was
    left out, what is out of date."""

    root: Path | None = None
    flags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


async def read_project(path: Path | None) -> Project:
    """The project around a file; ``None`` for a text that lies nowhere."""
    if path is None:
        return Project()
    file, project, dune_root = await asyncio.to_thread(_locate, path)
    if dune_root is not None:
        project = await _from_dune(dune_root, file)
    return await asyncio.to_thread(_finished, file, project)


def _locate(path: Path) -> tuple[Path, Project, Path | None]:
    """The file's full path; the nearest project file's project, or the folder of a dune project to ask."""
    path = path.absolute()
    for folder in path.parents:
        for name in _PROJECT_FILES:
            if (folder / name).is_file():
                return path, _from_file(folder, folder / name), None
        if (folder / "dune-project").is_file():
            return path, Project(), folder
    # As for coqc run there: what lies beside the file can be required by its name.
    return path, Project(path.parent, ("-Q", str(path.parent), "")), None


def _from_file(folder: Path, file: Path) -> Project:
    try:
        text = file.read_text("utf-8")
        words = shlex.split(text, comments=True)
    except (OSError, ValueError) as error:
        return Project(folder, ("-Q", str(folder), ""), (f"{file.name} cannot be read: {error}",))
    return Project(folder, tuple(_flags(words, folder)))


def _flags(words: list[str], folder: Path) -> Iterator[str]:
    """The options of a project file that are for the prover; the names of files and the rest are not."""
    rest = iter(words)
    arguments: list[str] = []
    for word in rest:
        if word in ("-Q", "-R"):
            directory, name = next(rest, "."), next(rest, "")
            yield from (word, _absolute(directory, folder), name)
        elif word == "-I":
            yield from (word, _absolute(next(rest, "."), folder))
        elif word == "-arg":
            arguments += shlex.split(next(rest, ""))
    yield from _allowed(arguments)


def _allowed(words: list[str]) -> Iterator[str]:
    rest = iter(words)
    for word in rest:
        if word in _NOT_OURS:
            for _ in range(_NOT_OURS[word]):
                next(rest, None)
        else:
            yield word


def _absolute(directory: str, folder: Path) -> str:
    return str((folder / directory).resolve())


async def _from_dune(folder: Path, path: Path) -> Project:
    beside = ("-Q", str(path.parent), "")
    dune = shutil.which("dune")
    if dune is None:
        return Project(
            folder, beside, ("this is a dune project, but dune is not on PATH: its libraries are not found",)
        )
    command = (
        dune,
        "coq",
        "top",
        "--root",
        str(folder),
        "--toplevel=echo",
        "--no-build",
        str(path.relative_to(folder)),
    )
    try:
        said = await run(ChildSpec(command, cwd=folder), _DUNE_SECONDS, cap=1 << 20)
    except ProverError as error:
        return Project(folder, beside, (f"dune does not tell the load path: {error.message}",))
    words = shlex.split(said.stdout) if said.status == 0 else []
    if not words:
        reason = said.stderr.splitlines()[-1] if said.stderr else "no reason given"
        return Project(folder, beside, (f"dune does not tell the load path: {reason}",))
    return Project(folder, tuple(_from_echo(words, folder)))


def _from_echo(words: list[str], folder: Path) -> Iterator[str]:
    """The command line that dune would run, with absolute paths and without what is ours to say."""
    rest = iter(_allowed(words))
    for word in rest:
        if word in ("-Q", "-R"):
            directory, name = next(rest, "."), next(rest, "")
            yield from (word, _absolute(directory, folder), name)
        elif word == "-I":
            yield from (word, _absolute(next(rest, "."), folder))
        elif word in _TAKES_ONE:
            yield from (word, next(rest, ""))
        elif word.startswith("-"):
            yield word


def _finished(path: Path, project: Project) -> Project:
    """With the module's own name, and a note on compiled files that are older than their sources."""
    flags = project.flags
    if _IDENTIFIER.fullmatch(path.stem):
        flags = (*flags, "-topfile", str(path))
    return Project(project.root, flags, (*project.notes, *_stale(path, project.flags)))


def compiled(flags: tuple[str, ...]) -> dict[Path, int]:
    """The compiled files on a load path, and when each was made, in nanoseconds."""
    found: dict[Path, int] = {}
    for root in (flags[i + 1] for i, flag in enumerate(flags[:-2]) if flag in ("-Q", "-R")):
        for file in _compiled_below(root):
            with contextlib.suppress(OSError):
                found[file] = file.stat().st_mtime_ns
    return found


def _compiled_below(root: str) -> Iterator[Path]:
    for folder, _, names in itertools.islice(os.walk(root), _MOST_FOLDERS):
        yield from (Path(folder, name) for name in names if name.endswith(".vo"))


def _stale(path: Path, flags: tuple[str, ...]) -> Iterator[str]:
    roots = [flags[i + 1] for i, flag in enumerate(flags[:-2]) if flag in ("-Q", "-R") and flags[i + 2]]
    old = sorted({name for root in roots for name in _older(root) if name != path.stem})
    if old:
        shown = ", ".join(old[:3]) + (", …" if len(old) > 3 else "")
        yield f"compiled files are older than their sources ({shown}): build the project to use the new ones"


def _older(root: str) -> Iterator[str]:
    """Names of the modules below a folder whose source is newer than its compiled file."""
    for file in _compiled_below(root):
        with contextlib.suppress(OSError):
            if file.with_suffix(".v").stat().st_mtime > file.stat().st_mtime:
                yield file.stem
