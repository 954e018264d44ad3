"""Finding proof files below a directory: what git does not ignore, or else everything but what tools build."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import field, frozen

from unsorry.errors import FileError

# Directories in which build tools and package managers keep copies; used only where git cannot say.
_SKIPPED = frozenset(
    {"_build", "_opam", "build", "dist", "dist-newstyle", "node_modules", "target", "__pycache__", "venv"}
)
# A repository's own configuration may name a program as its file-system monitor, which git would run.
_GIT = ("git", "-c", "core.fsmonitor=false", "ls-files", "-co", "--exclude-standard", "-z", "--", ".")
_GIT_SECONDS = 60.0


@frozen
class Discovery:
    """Files in the order of their paths, each file once, and what could not be looked at."""

    files: tuple[Path, ...]
    problems: tuple[FileError, ...] = ()


@frozen
class _Search:
    wanted: Callable[[str], bool]
    problems: list[FileError] = field(factory=list)

    def below(self, directory: Path) -> Iterator[Path]:
        listed = self._git(directory)
        return self._walk(directory) if listed is None else self._listed(directory, listed)

    def _listed(self, directory: Path, names: list[str]) -> Iterator[Path]:
        for name in names:
            path = directory / name
            mode = self._mode(path)
            if stat.S_ISDIR(mode):
                # A submodule or a repository within: its own rules hold. Links are not followed: they can loop.
                if not path.is_symlink():
                    yield from self.below(path)
            elif stat.S_ISREG(mode) and self.wanted(path.name):
                yield path

    def _walk(self, directory: Path) -> Iterator[Path]:
        for parent, directories, names in os.walk(directory, onerror=self._denied):
            directories[:] = [d for d in directories if not d.startswith(".") and d not in _SKIPPED]
            for name in names:
                path = Path(parent, name)
                if self.wanted(name) and stat.S_ISREG(self._mode(path)):
                    yield path

    def _mode(self, path: Path) -> int:
        """The mode of what a path leads to; 0 when it is gone (git lists deleted files too) or out of reach."""
        try:
            return path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return 0
        except OSError as error:
            self._denied(error)
            return 0

    def _git(self, directory: Path) -> list[str] | None:
        """Paths relative to the directory, or ``None`` where git is absent or knows no work tree here."""
        import subprocess

        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        try:
            done = subprocess.run(
                _GIT,
                cwd=directory,
                env={**kept, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_GIT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        if done.returncode != 0:
            return None
        for line in done.stderr.decode(errors="replace").splitlines():
            if line.startswith("warning: could not open directory"):
                self.problems.append(FileError(f"{directory}: {line.removeprefix('warning: ')}."))
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]

    def _denied(self, error: OSError) -> None:
        self.problems.append(
            FileError(f"{error.filename}: {error.strerror}.", next_step="Make the directory readable, or name files.")
        )


def discover(directory: Path, wanted: Callable[[str], bool]) -> Discovery:
    """Every file below a directory whose name is wanted.

    Inside a git work tree these are the tracked files and the untracked ones that git does not ignore; elsewhere,
    all but those in hidden directories and in directories that tools build. A directory that cannot be read is a
    problem of the answer, not an error.
    """
    search = _Search(wanted)
    try:
        os.scandir(directory).close()
    except OSError as error:
        return Discovery((), (FileError(f"{directory}: {error.strerror}.", next_step="Check the path."),))
    found = dict.fromkeys(search.below(directory))
    return Discovery(tuple(sorted(found)), tuple(search.problems))
