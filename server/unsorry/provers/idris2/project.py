"""What surrounds a file: its module's name, the package that it belongs to, and the modules that it imports."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from unsorry.model import Document
from unsorry.provers.idris2.code import mask
from unsorry.provers.patterns import compiled

SUFFIXES = (".idr", ".lidr")
_NAME = r"[^\W\d][\w']*+(?:\.[^\W\d][\w']*+)*+"
_MODULE = compiled(rf"\s*+module\s++({_NAME})")
_IMPORT = compiled(rf"(?:^|[\n;])[ \t]*+import\s++(?:public\s++)?+({_NAME})")
_FIELD = compiled(r"(?:^|\n)[ \t]*+([a-z_]++)[ \t]*+=[ \t]*+((?s:.*?))(?=\n[ \t]*+[a-z_]++[ \t]*+=|\Z)")
_TEXT_OR_COMMENT = compiled(r'("[^"\n]*+")|--[^\n]*+|\{-(?s:.*?)-\}')


def file_name(document: Document) -> str:
    name = document.path.name if document.path is not None else document.uri.rsplit("/", 1)[-1]
    return name if name.endswith(SUFFIXES) else f"{name}.idr"


def module_name(text: str, file: str) -> str:
    """The name in the text's header; ``Main`` where there is none."""
    found = _MODULE.match(mask(text, file))
    return found[1] if found else "Main"


def imports(text: str, file: str) -> list[str]:
    return [match[1] for match in _IMPORT.finditer(mask(text, file))]


@frozen
class Project:
    """Where a file's modules lie (``root``, if anywhere), and what its package says: ``depends`` and ``options`` as in
    the ``.ipkg`` file, and the directory of packages beside it."""

    root: Path | None
    depends: str = ""
    options: str = ""
    packages: Path | None = None

    def find(self, module: str) -> Path | None:
        """The source of a module of this project."""
        if self.root is None:
            return None
        stem = self.root.joinpath(*module.split("."))
        places = (stem.with_name(stem.name + suffix) for suffix in SUFFIXES)
        return next((place for place in places if place.is_file()), None)

    def reach(self, text: str, file: str) -> Iterator[tuple[str, Path]]:
        """The modules of this project that a text imports, directly or not, with their sources."""
        todo, seen = imports(text, file), {module_name(text, file)}
        while todo:
            module = todo.pop()
            path = self.find(module) if module not in seen else None
            seen.add(module)
            if path is not None:
                yield module, path
                todo += imports(_read(path), path.name)


def find_project(document: Document) -> Project:
    """By the nearest ``.ipkg`` above the file's real place; else by the name in the module's header."""
    if document.path is None:
        return Project(None)
    path = Path(os.path.realpath(document.path))
    for directory in path.parents:
        packages = sorted(directory.glob("*.ipkg"))
        if packages:
            fields = parse_package(_read(packages[0]))
            root = directory / fields.get("sourcedir", ".").strip('" ')
            beside = directory / "depends"
            options = fields.get("opts") or fields.get("options", "")
            return Project(root, fields.get("depends", ""), options, beside if beside.is_dir() else None)
    parts = module_name(document.text, path.name).split(".")
    if tuple(parts[:-1]) == path.parent.parts[len(path.parent.parts) - len(parts) + 1 :]:
        return Project(path.parents[len(parts) - 1])
    return Project(path.parent)


def place_in(project: Project, document: Document) -> Path:
    """Where a copy of the file lies below a root, so that Idris takes its module's name."""
    if project.root is not None and document.path is not None:
        path = Path(os.path.realpath(document.path))
        if path.is_relative_to(os.path.realpath(project.root)):
            return path.relative_to(os.path.realpath(project.root))
        return Path(path.name)
    suffix = ".lidr" if file_name(document).endswith(".lidr") else ".idr"
    return Path(*module_name(document.text, file_name(document)).split(".")).with_suffix(suffix)


def parse_package(text: str) -> dict[str, str]:
    """Fields of an ``.ipkg`` file as they stand, on one line each."""
    code = _TEXT_OR_COMMENT.sub(lambda found: found[1] or " ", text)
    return {match[1]: " ".join(match[2].split()) for match in _FIELD.finditer(code)}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
