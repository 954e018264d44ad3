"""The invariants of ``docs/explanation/architecture.md`` that imports alone do not show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from unsorry.registry import ROOMS

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "server" / "unsorry"
MODULES = sorted(SERVER.rglob("*.py"))
TEXT_MODULES = [path for path in MODULES if path.name in ("holes.py", "text.py", "model.py")]


def names(tree: ast.AST) -> Iterator[str]:
    """Every dotted name that the code uses, as written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            yield ast.unparse(node)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def users_of(pattern: str) -> set[str]:
    """Modules whose code (not its comments or docstrings) uses a name that matches."""
    wanted = re.compile(pattern)
    return {
        path.relative_to(SERVER).as_posix()
        for path in MODULES
        if any(wanted.fullmatch(name) for name in names(ast.parse(path.read_text(encoding="utf-8"))))
    }


def test_no_prover_knows_another() -> None:
    """A room imports nothing of another room, so that each can be changed, or left out, alone."""
    rooms = {f"unsorry.provers.{room.language}" for room in ROOMS}
    graph = grimp.build_graph("unsorry")
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            ends = {".".join(name.split(".")[:3]) for name in (importer, imported)}
            assert not (len(ends) == 2 and ends <= rooms), f"{importer} imports {imported}"


def test_only_the_rule_says_verified() -> None:
    """Nobody else makes a judgement (invariant 1)."""
    assert users_of(r"Judgement") == {"verification.py"}


def test_only_one_module_starts_processes() -> None:
    """Every child runs under the reaper (invariant 6)."""
    starters = users_of(r"(.*\.)?(create_subprocess_exec|Popen|fork|forkpty|posix_spawn\w*)")
    assert starters == {"processes/child.py", "processes/reaper.py"}


def test_no_shell() -> None:
    """Commands are lists of arguments (invariant 9)."""
    assert users_of(r"(os\.(system|popen)|(.*\.)?create_subprocess_shell|subprocess\.getoutput)") == set()


def test_background_tasks_have_an_owner() -> None:
    """A task that nobody keeps dies or fails in silence (invariant 7). A child owns the drain of its own pipe, and a
    call to Rocq awaits its own answer, which must not be lost when the call is cancelled. A language server is read
    from as long as it lives, and Lean's document waits for two things at once, and for an end that nothing may
    interrupt."""
    servers = {"provers/language_server.py", "provers/lean4/scratch.py"}
    owners = {"orchestrator/tasks.py", "processes/child.py", "provers/rocq/idetop.py", *servers}
    assert users_of(r"asyncio\.(create_task|ensure_future)") == owners


@pytest.mark.parametrize("path", TEXT_MODULES, ids=lambda p: p.relative_to(SERVER).as_posix())
def test_text_work_is_pure(path: Path) -> None:
    """Scanning opens no file and starts no process (invariant 5)."""
    used = set(names(ast.parse(path.read_text(encoding="utf-8"))))
    assert not {"asyncio", "subprocess", "os", "io.open", "Path.open", "Path.read_text"} & used


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SERVER).as_posix())
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """A reader learns from the first line of a module what it is responsible for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


def test_the_code_map_names_what_is_there() -> None:
    """Each place in the architecture page's code map exists, and each top-level room is on the map."""
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    code_map = page.split("## Code map")[1].split("## One hole")[0]
    named = set(re.findall(r"`(server/unsorry/[\w./]+?)/?`", code_map))
    assert {place for place in named if not (ROOT / place).exists()} == set()
    mentioned = set(re.findall(r"[\w.]+", code_map))
    rooms = {p.name for p in SERVER.iterdir() if not p.name.startswith(("_", ".")) and p.name != "py.typed"}
    assert rooms - mentioned == set()
