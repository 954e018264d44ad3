"""``bg``, ``explain`` and ``health`` with a real Rocq: stopped, gone on with, and looked at."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.rocq]
EXAMPLES = Path(__file__).parents[2] / "examples" / "rocq"


def command(cwd: Path, *arguments: str) -> tuple[list[str], dict[str, Any]]:
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(cwd / "none"),
        "UNSORRY_LEDGER": str(cwd / "ledger.sqlite3"),
    }
    options: dict[str, Any] = {"cwd": cwd, "env": environment, "stdin": subprocess.DEVNULL, "text": True}
    return [sys.executable, "-m", "unsorry", *arguments], options


def run(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv, options = command(cwd, *arguments)
    return subprocess.run(argv, **options, capture_output=True, timeout=170, check=False)


def test_explain_says_why_and_tries_nothing(tmp_path: Path) -> None:
    """One sentence for each step, for the hole in a line; a line without a hole is told as such."""
    (tmp_path / "a.v").write_text("Require Import List.\nLemma a : forall n : nat, n + 0 = n.\nProof. Admitted.\n")
    done = run(tmp_path, "explain", "a.v:3")
    assert done.returncode == 0, done.stderr
    first, *steps = done.stdout.splitlines()
    assert first == "a.v:3:1: a: forall n : nat, n + 0 = n"
    assert len(steps) > 10
    assert all(step.endswith(".") and "goals like this one (rocq/equality" in step for step in steps)
    told = json.loads(run(tmp_path, "explain", "a.v", "--format", "json").stdout)
    assert [step["strategy"] for step in told["holes"][0]["plan"]].count("micro") > 5
    assert run(tmp_path, "explain", "a.v:2").returncode == 2
    assert (tmp_path / "a.v").read_text().endswith("Admitted.\n")


def test_what_bg_found_is_there_for_fill_and_health_tells_of_it(tmp_path: Path) -> None:
    """Nothing is written, nothing is searched twice, and the attempts are in the figures."""
    shutil.copy(EXAMPLES / "Arith.v", tmp_path)
    before = (tmp_path / "Arith.v").read_text()
    assert run(tmp_path, "bg", ".").returncode == 0
    assert (tmp_path / "Arith.v").read_text() == before
    results = json.loads(run(tmp_path, "fill", "Arith.v", "--format", "json").stdout)["results"]
    assert {result["strategy"] for result in results} == {"memory"}
    health = json.loads(run(tmp_path, "health", "--format", "json").stdout)
    (rocq,) = [prover for prover in health["provers"] if prover["prover"] == "rocq"]
    assert rocq["attempts"] > len(results)
    assert 0 < rocq["successRate"] <= 1
    assert {"micro", "memory"} <= {each["strategy"] for each in rocq["strategies"]}


def test_bg_stops_when_its_time_is_up(tmp_path: Path) -> None:
    """It says how far it came, and leaves nothing running."""
    hard = "".join(f"Lemma a{i} (f : nat -> nat) : f {i} = f {i + 1}.\nProof. Admitted.\n" for i in range(40))
    (tmp_path / "a.v").write_text(hard)
    done = run(tmp_path, "bg", "a.v", "--for", "5s")
    assert done.returncode == 1
    assert "in the time given" in done.stderr
    assert run(tmp_path, "bg", "a.v", "--for", "never").returncode == 2


def test_a_killed_bg_goes_on_without_repeating_an_attempt(tmp_path: Path) -> None:
    """SIGKILL in the middle: no process is left, and of the arms that were through with a hole none runs again."""
    hard = "".join(f"Lemma a{i} (f : nat -> nat) : f {i} = f {i + 1}.\nProof. Admitted.\n" for i in range(3))
    (tmp_path / "a.v").write_text(hard)
    argv, options = command(tmp_path, "bg", "a.v", "--budget", "4")
    running = subprocess.Popen(argv, **options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen: dict[int, psutil.Process] = {}
    deadline = time.monotonic() + 60
    while len(finished(tmp_path)) < 8 and time.monotonic() < deadline:
        seen.update({p.pid: p for p in psutil.Process(running.pid).children(recursive=True)})
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.wait()
    _, alive = psutil.wait_procs(list(seen.values()), timeout=10)
    assert alive == []
    before = finished(tmp_path)
    assert len(before) >= 8
    assert run(tmp_path, "bg", "a.v", "--budget", "4").returncode == 1
    after = finished(tmp_path)[len(before) :]
    through = {attempt for attempt in before if attempt[3] == "rejected"}
    assert [attempt for attempt in after if attempt in through] == []


def finished(cwd: Path) -> list[tuple[str, str, str, str]]:
    """The finished attempts in the ledger: hole, strategy, part, verdict."""
    if not (cwd / "ledger.sqlite3").exists():
        return []
    done = run(cwd, "ledger", "export")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [
        (row["hole"], row["strategy"], row["part"], row["verdict"]) for row in rows if row["kind"] == "attempt_finished"
    ]
