"""What users install: the built wheel, alone in a fresh environment, finds holes and starts a server."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from unsorry import __version__

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def _run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; without this tree on Python's path."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


def test_the_wheel_works_in_a_fresh_environment(dist: Path, tmp_path: Path) -> None:
    """With nothing but what its metadata names, it knows its version, finds holes and explains itself."""
    wheel = next(dist.glob("*.whl"))
    venv.create(tmp_path / "fresh", with_pip=True)
    binaries = tmp_path / "fresh" / "bin"
    _run(binaries / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", wheel, cwd=tmp_path)
    (tmp_path / "One.v").write_text("Lemma one : 1 = 1.\nProof. Admitted.\n")
    assert __version__ in _run(binaries / "unsorry", "--version", cwd=tmp_path)
    assert "One.v:2:1" in _run(binaries / "unsorry", "holes", "One.v", cwd=tmp_path)
    assert "usage" in _run(binaries / "unsorry", "serve", "--help", cwd=tmp_path)


def test_the_archives_hold_what_they_should_and_no_more(dist: Path) -> None:
    """The wheel has the package, its data and its licence; the source archive can be built again; neither has tests,
    benchmarks or leftovers."""
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        names = wheel.namelist()
    assert "unsorry/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if not name.startswith(("unsorry/", "unsorry-"))]
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        parts = {name.split("/")[1] for name in sdist.getnames() if "/" in name}
    assert {"server", "pyproject.toml", "README.md", "LICENSE"} <= parts
    assert not parts & {"tests", "bench", "client-vscode", "node_modules", ".venv"}
