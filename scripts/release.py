"""Releases: the versions are in step, and the notes are the changelog's.

python -m scripts.release check          exit 1 and say what differs unless every version is the same
python -m scripts.release notes VERSION  print what the changelog says of a version
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]


def versions(root: Path = ROOT) -> Mapping[str, str]:
    """The version that each part says it has, by the file that says so."""
    source = root / "server" / "unsorry" / "__init__.py"
    said = re.search(r'^__version__ = "(.+)"$', source.read_text(encoding="utf-8"), re.MULTILINE)
    found = {str(source.relative_to(root)): said[1] if said else "none"}
    manifest = root / "client-vscode" / "package.json"
    for part in (manifest, manifest.with_name("package-lock.json")):
        if part.exists():
            found[str(part.relative_to(root))] = json.loads(part.read_text(encoding="utf-8"))["version"]
    return found


def notes(version: str, changelog: str) -> str:
    """The changelog's section of a version; before it is released, that is ``Unreleased``.

    Raises:
        SystemExit: there is no such section, or it is empty.
    """
    for heading in (version, "Unreleased"):
        section = re.search(
            rf"^## \[?{re.escape(heading)}\]?[^\n]*\n(.*?)(?=^## |\Z)", changelog, re.DOTALL | re.MULTILINE
        )
        if section and section[1].strip():
            return section[1].strip() + "\n"
    raise SystemExit(f"CHANGELOG.md says nothing of {version}: add a section ## {version}")


def main(arguments: Sequence[str]) -> int:
    if arguments == ["check"]:
        found = versions()
        if len(set(found.values())) == 1:
            return 0
        print(
            "versions differ:", *(f"  {part}: {version}" for part, version in found.items()), sep="\n", file=sys.stderr
        )
        return 1
    if len(arguments) == 2 and arguments[0] == "notes":
        print(notes(arguments[1], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")), end="")
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
