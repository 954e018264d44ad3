"""A folder of several languages: one command, one engine, real provers at the same time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from unsorry import registry
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.model import Document, HoleStatus
from unsorry.settings import SearchSettings
from unsorry.text import SourceText

pytestmark = [pytest.mark.rocq, pytest.mark.agda, pytest.mark.dafny, pytest.mark.metamath]

FILES = {
    "rocq/a.v": "Lemma a : forall n : nat, n + 0 = n.\nProof. Admitted.\n",
    "B.agda": (
        "module B where\nopen import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n"
        "b : (n : Nat) → n ≡ n\nb n = ?\n"
    ),
    "c.dfy": (
        "function Sum(n: nat): nat { if n == 0 then 0 else n + Sum(n - 1) }\n"
        "lemma c(n: nat)\n  ensures 2 * Sum(n) == n * (n + 1)\n"
    ),
    "deep/er/d.mm": "$c wff -> ( ) $. $v p $. wp $f wff p $. wi $a wff ( p -> p ) $. d $p wff ( p -> p ) $= ? $.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_one_command_fills_every_language(folder: Path) -> None:
    """Every hole is proved by its own language's prover, and written; a second run has nothing to do."""
    command = [sys.executable, "-m", "unsorry", "fill", ".", "--format", "json", "--jobs", "2", "--budget", "60"]
    done = subprocess.run([*command, "--write"], cwd=folder, capture_output=True, timeout=170, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)["results"]
    assert {(result["language"], result["prover"], result["status"]) for result in results} == {
        (language, language, "proved") for language in ("rocq", "agda", "dafny", "metamath")
    }
    assert all((folder / name).read_text(encoding="utf-8") != text for name, text in FILES.items())
    again = subprocess.run(command, cwd=folder, capture_output=True, timeout=170, check=False)
    assert again.returncode == 0
    assert json.loads(again.stdout)["summary"]["holes"] == 0


async def test_provers_work_at_the_same_time(folder: Path) -> None:
    """With two jobs, the search of one language does not wait for the end of another's."""
    engine = Engine(Settings(search=SearchSettings(jobs=2, budget=60, cpu=1.0)))
    uris: list[str] = []
    most = 0

    def count(_uri: str) -> None:
        nonlocal most
        states = [state.status for uri in uris for state in engine.states(uri)]
        most = max(most, states.count(HoleStatus.PROVING))

    engine.watch(count)
    try:
        for name, text in FILES.items():
            room = registry.room_of(name)
            assert room is not None
            path = folder / name
            uris.append(path.as_uri())
            engine.put(Document(path.as_uri(), room.language, 1, SourceText(text), path))
        for run in [engine.prove(uri) for uri in uris]:
            await run.wait()
        assert [engine.states(uri)[0].status for uri in uris] == [HoleStatus.PROVED] * len(uris)
        assert most == 2
    finally:
        await engine.aclose()
