"""Runs ``metamath`` on a scratch copy: a list of commands in, what it says to each of them out."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from attrs import field, frozen

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.processes import ChildSpec, run
from unsorry.settings import ProverSettings

_SETTINGS = ("set scroll continuous", "set width 9999")
_PROMPT = re.compile(r"^MM(?:-PA)?> (.*)$", re.MULTILINE)
_BUG = "DETECTED BUG"


@frozen
class Metamath:
    """The program, with what the settings say of it."""

    program: str
    settings: ProverSettings = field(repr=False)

    def spec(self, file: Path, cwd: Path, *commands: str) -> ChildSpec:
        """How to start it so that it reads a file and then does what it is told."""
        argv = (self.program, *self.settings.args, *_SETTINGS, f'read "{file}"', *commands)
        return ChildSpec(argv, cwd=cwd, env=dict(self.settings.env), memory_mb=self.settings.memory_mb)

    async def script(self, file: Path, cwd: Path, commands: Sequence[str], seconds: float) -> tuple[str, ...]:
        """What it says to ``read`` and then to each command.

        Raises:
            ProverTimeout: it did not end within ``seconds``; it has been ended.
            ProverError: it could not be started, ended before the last command, or reports a fault of its own.
        """
        asked = (f'read "{file}"', *commands)
        ends = ("exit /force", "exit") if any(command.startswith("prove ") for command in commands) else ("exit",)
        done = await run(self.spec(file, cwd, *commands, *ends), seconds)
        pieces = _PROMPT.split(done.stdout)
        said = tuple(zip(pieces[1::2], pieces[2::2], strict=True))[len(_SETTINGS) :]
        if _BUG in done.stdout:
            raise ProverError(f"{self.program} reports a fault of its own: {_around(done.stdout)}", stderr=done.stderr)
        if tuple(command for command, _ in said[: len(asked)]) != asked or len(said) <= len(asked):
            what = done.stdout[-200:].strip() or done.stderr or "nothing"
            raise ProverError(f"{self.program} ended early (status {done.status}): {what}", stderr=done.stderr)
        return tuple(answer.strip() for _, answer in said[: len(asked)])


def _around(said: str) -> str:
    at = said.index(_BUG)
    return said[at : at + 60].partition("\n")[0]


class Scratch:
    """Owner of the private directory of one session; ``close`` removes it. ``cwd`` is where the program runs: files
    that a text includes are found from there, as when the user runs it."""

    def __init__(self, document: Document) -> None:
        """
        Raises:
            ProverError: no temporary directory can be made.
        """
        try:
            self._root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-metamath-")))
        except OSError as error:
            raise ProverError(f"cannot make a scratch directory: {error}", next_step="Check TMPDIR.") from error
        folder = document.path.parent if document.path is not None else None
        self.cwd = folder if folder is not None and folder.is_dir() else self._root

    def write(self, text: str) -> Path:
        """Writes a scratch copy.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        copy = self._root / "scratch.mm"
        try:
            copy.write_bytes(text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise ProverError(f"cannot write a scratch copy: {error}") from error
        return copy

    def close(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)
