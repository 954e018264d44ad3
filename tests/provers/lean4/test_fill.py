"""``unsorry fill`` with a real Lean, and what Lean says of the file by itself afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from minilean import program

pytestmark = [pytest.mark.lean4, pytest.mark.e2e]

EXAMPLES = Path(__file__).parents[3] / "examples" / "lean4"


def run(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(program()).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False, timeout=150
    )


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("*.lean")), ids=lambda path: path.name)
def test_the_examples_are_filled_and_lean_accepts_them(example: Path, tmp_path: Path) -> None:
    """Every hole is proved, the file is written, and ``lean`` alone has nothing to say of it."""
    file = tmp_path / example.name
    file.write_bytes(example.read_bytes())
    unsorry = (sys.executable, "-m", "unsorry", "fill", "--write", "--format", "json", "--budget", "60", file.name)
    done = run(*unsorry, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)["results"]
    assert [result["status"] for result in results] == ["proved"] * len(results)
    assert results
    alone = run(program(), file.name, folder=tmp_path)
    assert alone.returncode == 0
    assert "sorry" not in alone.stdout + alone.stderr
    assert run(program(), str(example), folder=tmp_path).stdout.count("sorry") == len(results)
