"""What surrounds a file: its module's name, its ``.agda-lib`` project, and the libraries that are installed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from unsorry.model import Document
from unsorry.provers.agda.code import mask

SUFFIX = re.compile(r"\.(?:agda|lagda(?:\.[a-z]+)?)$")
_MODULE = re.compile(r"(?<![^\s;])module\s+(?P<name>[^\s(){};@\"]+)(?=[\s({])")
_PRELUDE = re.compile(r"\s*(?:\{-#.*?#-\}|(?:open|import)\s[^\n]*(?:\n[ \t]+[^\n]*)*|private(?=\s))", re.DOTALL)


def file_name(document: Document) -> str:
    """The name that decides how the text is read: as plain Agda or as one of the literate flavours."""
    name = document.path.name if document.path is not None else document.uri.rsplit("/", 1)[-1]
    return name if SUFFIX.search(name) else f"{name}.agda"


@frozen
class Header:
    """The name in a file's module header, at ``start`` to ``end``."""

    name: str
    start: int
    end: int


def find_header(text: str, file: str) -> Header | None:
    """The module header that names the file; ``None`` for a file without one."""
    code = mask(text, file)
    at = 0
    while match := _PRELUDE.match(code, at):
        at = match.end()
    found = _MODULE.match(code, at + len(code[at:]) - len(code[at:].lstrip()))
    if found is None or found["name"] == "_":
        return None
    return Header(found["name"], *found.span("name"))


def anonymous_head(text: str, file: str, *, named: bool = True) -> tuple[str, str]:
    """The text to the end of the line of its module header, nothing if there is none; and the same with ``_`` for the
    name there, if that is the one that the file's name demands. A text that begins so has the same header.

    Any other name is left for Agda to refuse, as it would refuse the file itself; unless the text is not ``named``,
    being no file yet.
    """
    header = find_header(text, file)
    if header is None:
        return "", ""
    head = text[: text.find("\n", header.end) + 1] or text
    if named and header.name.rsplit(".", 1)[-1] != SUFFIX.sub("", file):
        return head, head
    return head, head[: header.start] + "_".ljust(header.end - header.start) + head[header.end :]


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
        libs = _libs(directory)
        if libs:
            fields = parse_lib((directory / min(libs)).read_text("utf-8", "replace"))
            includes = tuple(directory / name for name in fields.get("include") or (".",))
            return Project(includes, tuple(fields.get("depend", ())), tuple(fields.get("flags", ())))
    header = find_header(document.text, file_name(document))
    depth = header.name.count(".") if header is not None else 0
    return Project((path.parents[min(depth, len(path.parents) - 1)],))


def _libs(directory: Path) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return [entry.name for entry in entries if entry.name.endswith(".agda-lib")]
    except OSError:
        return []


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
    directory = agda_directory(environment)
    try:
        text = (directory / "defaults").read_text("utf-8", "replace") if directory else ""
    except OSError:
        return ()
    return tuple(parse_lib(f"depend: {text}")["depend"])


def agda_directory(environment: Mapping[str, str]) -> Path | None:
    """Where Agda looks for the user's ``libraries`` and ``defaults`` files."""
    if environment.get("AGDA_DIR"):
        return Path(environment["AGDA_DIR"])
    home = Path(environment.get("HOME", "/"))
    configuration = Path(environment.get("XDG_CONFIG_HOME") or home / ".config") / "agda"
    return next((place for place in (home / ".agda", configuration) if place.is_dir()), None)


def library_roots(libraries: tuple[str, ...], environment: Mapping[str, str]) -> list[Path]:
    """Include directories of installed libraries and of those that they depend on. A library is known by its
    name, with or without its version."""
    known: dict[str, tuple[Path, dict[str, list[str]]]] = {}
    for lib in _installed(environment):
        try:
            fields = parse_lib(lib.read_text("utf-8", "replace"))
        except OSError:
            continue
        for name in fields.get("name", [])[:1]:
            known[name] = known[re.sub(r"-[0-9.]+$", "", name)] = (lib.parent, fields)
    roots: dict[Path, None] = {}
    todo, seen = list(libraries), set(libraries)
    while todo:
        name = todo.pop()
        directory, fields = known.get(name) or known.get(re.sub(r"-[0-9.]+$", "", name)) or (Path(), {})
        if fields:
            roots.update(dict.fromkeys(directory / include for include in fields.get("include") or (".",)))
        more = set(fields.get("depend", ())) - seen
        todo, seen = [*todo, *more], seen | more
    return list(roots)


def _installed(environment: Mapping[str, str]) -> list[Path]:
    """The ``.agda-lib`` files that the user's ``libraries`` file lists."""
    directory = agda_directory(environment)
    try:
        lines = (directory / "libraries").read_text("utf-8", "replace").splitlines() if directory else []
    except OSError:
        return []
    named = [line.strip() for line in lines if line.strip() and not line.strip().startswith("--")]
    return [Path(os.path.expandvars(name)).expanduser() for name in named]
