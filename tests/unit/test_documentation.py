"""The documentation agrees with the code and with itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("writer", ["scripts.reference", "scripts.vscode_settings"])
def test_what_is_generated_is_as_the_code_has_it(writer: str) -> None:
    """Options and settings, in the reference and in VS Code, are those of this version (``make docs``)."""
    done = subprocess.run(
        [sys.executable, "-m", writer, "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that exists."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    """A reader can run each ``make`` command that a page shows."""
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = {name for page in PAGES for name in re.findall(r"(?:^|`)make (\w+)", page.read_text(encoding="utf-8"))}
    assert named - targets == set()


def test_every_prover_has_its_page() -> None:
    """Whoever's holes are filled finds what is needed, what is tried and what is not promised."""
    from unsorry.registry import ROOMS

    pages = {page.stem for page in (ROOT / "docs/reference/provers").iterdir()}
    assert {room.language for room in ROOMS if room.live} <= pages


def test_examples_have_their_holes() -> None:
    """There is an example of every language, and nobody has committed a filled one."""
    from unsorry.registry import ROOMS, syntax_of

    for room in ROOMS:
        files = [p for p in (ROOT / "examples" / room.language).iterdir() if p.name.endswith(room.suffixes)]
        assert files
        for path in files:
            assert list(syntax_of(room.language).outline(path.read_text(encoding="utf-8"), path.name).holes)
