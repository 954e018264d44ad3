"""Scratch copies: the texts that Agda is given to load, in a private directory that goes when its owner closes.

The user's file is never written, and Agda is never shown it. A scratch copy has another name than the file, so
the name in its module header becomes ``_``, padded so that no column moves. What the file may import stays as it
is for the file itself: the include paths, libraries and flags of its ``.agda-lib`` project, or the root directory
of its module. Interfaces of imported modules go where Agda always puts them (the ``_build`` directory of their
project, or beside them where there is no project); those of scratch copies stay here.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.provers.agda.code import mask

_STEM = "UnsorryScratch"
_SUFFIX = re.compile(r"\.(?:agda|lagda(?:\.[a-z]+)?)$")
_MODULE = re.compile(r"(?<![^\s;])module\s+(?P<name>[^\s(){};@\"]+)(?=[\s({])")
_PRELUDE = re.compile(r"\s*(?:\{-#.*?#-\}|(?:open|import)\s[^\n]*(?:\n[ \t]+[^\n]*)*|private(?=\s))", re.DOTALL)


def file_name(document: Document) -> str:
    """The name that decides how the text is read: as plain Agda or as one of the literate flavours."""
    name = document.path.name if document.path is not None else document.uri.rsplit("/", 1)[-1]
    return name if _SUFFIX.search(name) else f"{name}.agda"


@frozen
class Header:
    """The name in a file's module header, at ``start`` to ``end``."""

    name: str
    start: int
    end: int


def find_header(text: str, file: str) -> Header | None:
    """The module header that names the file; ``None`` for a file without one."""
    code = mask(text, file)
    at = 1 if code.startswith("\ufeff") else 0
    while match := _PRELUDE.match(code, at):
        at = match.end()
    found = _MODULE.match(code, at + len(code[at:]) - len(code[at:].lstrip()))
    if found is None or found["name"] == "_":
        return None
    return Header(found["name"], *found.span("name"))


def anonymous(text: str, file: str) -> str:
    """The text with ``_`` for the name in its module header, if that is the one that the file's name demands.

    Any other name is left for Agda to refuse, as it would refuse the file itself.
    """
    header = find_header(text, file)
    if header is None or header.name.rsplit(".", 1)[-1] != _SUFFIX.sub("", file):
        return text
    return text[: header.start] + "_".ljust(header.end - header.start) + text[header.end :]


@frozen
class Project:
    """What surrounds a file: its include paths, the libraries it depends on (``None``: the user's defaults),
    and the flags of its ``.agda-lib``."""

    includes: tuple[Path, ...] = ()
    depends: tuple[str, ...] | None = None
    flags: tuple[str, ...] = ()


def find_project(document: Document) -> Project:
    """By the nearest ``.agda-lib`` above the file's real place; else by the name in the module header."""
    if document.path is None:
        return Project()
    path = Path(os.path.realpath(document.path))
    for directory in path.parents:
        libs = sorted(directory.glob("*.agda-lib"))
        if libs:
            fields = parse_lib(libs[0].read_text("utf-8", "replace"))
            includes = tuple(directory / name for name in fields.get("include") or (".",))
            return Project(includes, tuple(fields.get("depend", ())), tuple(fields.get("flags", ())))
    header = find_header(document.text, file_name(document))
    depth = header.name.count(".") if header is not None else 0
    return Project((path.parents[min(depth, len(path.parents) - 1)],))


def parse_lib(text: str) -> dict[str, list[str]]:
    """Fields of an ``.agda-lib`` file: ``name: words``, continued on indented lines; ``--`` and a space begin a
    comment."""
    fields: dict[str, list[str]] = {}
    current: list[str] = []
    for line in text.splitlines():
        line = re.sub(r"(?:^|\s)--(?=\s|$).*", "", line)
        key, colon, rest = line.partition(":")
        if colon and not line[:1].isspace() and key.strip().isalpha():
            current = fields.setdefault(key.strip(), [])
            line = rest
        current.extend(word for word in re.split(r"[\s,]+", line) if word)
    return fields


def default_libraries(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The libraries that Agda uses for files outside any project: its ``defaults`` file."""
    home = Path(environment.get("HOME", "/"))
    configuration = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "agda"
    places = [environment["AGDA_DIR"]] if environment.get("AGDA_DIR") else [home / ".agda", configuration]
    for place in map(Path, places):
        if place.is_dir():
            try:
                return tuple(parse_lib(f"depend: {(place / 'defaults').read_text('utf-8', 'replace')}")["depend"])
            except OSError:
                return ()
    return ()


class Scratch:
    """Owner of the private directory of one session; ``close`` removes it.

    Two projects lie in it: one as the user's own, and one whose flags demand ``--safe`` of the scratch copy, and
    of nothing that it imports.
    """

    def __init__(self, document: Document, environment: Mapping[str, str]) -> None:
        """
        Raises:
            ProverError: no temporary directory can be made.
        """
        self.project = find_project(document)
        depends = self.project.depends
        try:
            self._root = Path(os.path.realpath(tempfile.mkdtemp(prefix="unsorry-agda-")))
            self.idle = self._directory("idle")
            self._plain = self._directory("plain")
            self._safe = self._directory("safe")
            if depends is not None:
                _write_lib(self._plain, depends, self.project.flags)
            else:
                depends = default_libraries(environment)
            _write_lib(self._safe, depends, (*self.project.flags, "--safe"))
        except OSError as error:
            raise ProverError(f"cannot make a scratch directory: {error}", next_step="Check TMPDIR.") from error

    def place(self, file: str, *, safe: bool) -> Path:
        """Where the scratch copy of ``file`` lies."""
        suffix = _SUFFIX.search(file)
        return (self._safe if safe else self._plain) / f"{_STEM}{suffix.group() if suffix else '.agda'}"

    def write(self, text: str, file: str, *, safe: bool = False) -> Path:
        """Writes a scratch copy of a text whose own file is called ``file``.

        Raises:
            ProverError: the disk is full, or the scratch directory was taken away.
        """
        place = self.place(file, safe=safe)
        try:
            place.write_bytes(anonymous(text, file).encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise ProverError(f"cannot write a scratch copy: {error}") from error
        return place

    def options(self, place: Path) -> tuple[str, ...]:
        """Command-line options to load a scratch copy with."""
        roots = dict.fromkeys((place.parent, *self.project.includes))
        return tuple(word for root in roots for word in ("-i", str(root)))

    def close(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)

    def _directory(self, name: str) -> Path:
        directory = self._root / name
        directory.mkdir()
        return directory


def _write_lib(directory: Path, depends: tuple[str, ...], flags: tuple[str, ...]) -> None:
    lines = ["name: unsorry-scratch", "include: .", f"depend: {' '.join(depends)}", f"flags: {' '.join(flags)}"]
    (directory / "unsorry-scratch.agda-lib").write_text("\n".join(lines) + "\n", "utf-8")
