"""From the PATHs of a command line to the texts that they mean: files, directories and standard input."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import field, frozen

from unsorry.errors import FileError, UnsorryError
from unsorry.files import ProofFile, decode, discover, read, uri_of
from unsorry.model import Document, Language
from unsorry.registry import ROOMS, room_for, room_of
from unsorry.text import SourceText

STDIN = "-"


@frozen
class Input:
    """One text to work on. ``name`` is what the user calls it; ``file`` is ``None`` for standard input."""

    name: str
    document: Document
    file: ProofFile | None = None


@frozen
class Inputs:
    """The texts in order, and what was asked for but cannot be read."""

    found: tuple[Input, ...]
    problems: tuple[FileError, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file; a directory, for every proof file below it that git does not ignore; - for standard input",
    )
    parser.add_argument(
        "--language",
        choices=[room.language for room in ROOMS],
        help="the language of standard input, and of named files whose suffix does not tell",
    )


def common_directory(paths: Sequence[str]) -> Path:
    """The directory from which the project's settings are looked for: the nearest that holds all paths."""
    real = [Path(path).resolve() for path in paths if path != STDIN]
    if not real:
        return Path.cwd()
    common = Path(os.path.commonpath(real))
    return common if common.is_dir() else common.parent


def gather(paths: Sequence[str], language: Language | None) -> Inputs:
    """Reads everything that the paths name; a file that is named twice is taken once.

    Raises:
        UnsorryError: standard input without a language.
    """
    gatherer = _Gatherer(language)
    found = tuple(gatherer.gather(paths))
    return Inputs(found, tuple(gatherer.problems))


@frozen
class _Gatherer:
    language: Language | None
    problems: list[FileError] = field(factory=list)

    def gather(self, paths: Sequence[str]) -> Iterator[Input]:
        seen: set[str] = set()
        for name, path, language in self._named(paths):
            key = os.path.realpath(path) if path is not None else STDIN
            if key in seen:
                continue
            seen.add(key)
            try:
                yield _standard_input(language) if path is None else _from_file(name, path, language)
            except FileError as problem:
                self.problems.append(problem)

    def _named(self, paths: Sequence[str]) -> Iterator[tuple[str, Path | None, Language]]:
        for name in paths:
            if name == STDIN:
                if self.language is None:
                    raise UnsorryError(
                        "Standard input has no name that tells its language.", next_step="Add --language LANGUAGE."
                    )
                yield name, None, self.language
                continue
            path = Path(name)
            if _is_directory(path):
                listed = discover(path, lambda candidate: room_of(candidate) is not None)
                self.problems.extend(listed.problems)
                for file in listed.files:
                    room = room_of(file.name)
                    assert room is not None
                    yield str(file), file, room.language
            else:
                known = self._language_of(path)
                if known is not None:
                    yield name, path, known

    def _language_of(self, path: Path) -> Language | None:
        room = room_of(path.name)
        if room is not None:
            return room.language
        if self.language is None:
            self.problems.append(_unknown(path))
        return self.language


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # then reading it says what is wrong
        return False


def _unknown(path: Path) -> FileError:
    if not os.path.lexists(path):
        return FileError(f"{path}: there is no such file.", next_step="Check the path.")
    suffixes = ", ".join(suffix for room in ROOMS for suffix in room.suffixes)
    return FileError(f"{path}: not the name of a proof file ({suffixes}).", next_step="Tell its language: --language.")


def _from_file(name: str, path: Path, language: Language) -> Input:
    file = read(path)
    document = Document(uri_of(path), language, 0, SourceText(file.text), path.absolute())
    return Input(name, document, file)


def _standard_input(language: Language) -> Input:
    file = decode(Path("standard input"), sys.stdin.buffer.read())
    uri = f"untitled:stdin{room_for(language).suffixes[0]}"
    return Input(STDIN, Document(uri, language, 0, SourceText(file.text)))
