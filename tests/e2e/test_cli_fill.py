"""``unsorry fill`` with real provers: what it writes is what the provers' own commands accept."""

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

pytestmark = pytest.mark.e2e

UNSORRY = [sys.executable, "-m", "unsorry"]
EXAMPLES = Path(__file__).parents[2] / "examples"


def fill(cwd: Path, *arguments: str) -> tuple[int, Any]:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(cwd / "none")}
    done = subprocess.run(
        [*UNSORRY, "fill", "--format", "json", *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        timeout=170,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def accepted(cwd: Path, *command: str) -> bool:
    """Whether a prover's own command accepts a file without a word about holes."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode == 0 and "Unsolved" not in done.stdout


@pytest.mark.rocq
@pytest.mark.parametrize("name", ["Arith.v", "Lists.v", "Logic.v"])
def test_the_rocq_examples_close(tmp_path: Path, name: str) -> None:
    """Every hole of the examples is proved and written, and ``coqc`` agrees with every word."""
    shutil.copy(EXAMPLES / "rocq" / name, tmp_path)
    code, report = fill(tmp_path, "--write", name)
    assert [(r["declaration"], r["message"]) for r in report["results"] if r["status"] != "proved"] == []
    assert code == 0
    text = (tmp_path / name).read_text()
    assert "dmit" not in text.partition("*)")[2]
    assert accepted(tmp_path, "coqc", "-q", name)


@pytest.mark.agda
@pytest.mark.parametrize("name", ["Natural.agda", "Lists.agda", "Maybe.lagda.md"])
def test_the_agda_examples_close(tmp_path: Path, name: str) -> None:
    """Every hole of the examples is proved and written, and ``agda --safe`` agrees."""
    shutil.copy(EXAMPLES / "agda" / name, tmp_path)
    code, report = fill(tmp_path, "--write", name)
    assert [(r["declaration"], r["message"]) for r in report["results"] if r["status"] != "proved"] == []
    assert code == 0
    agda = shutil.which("agda") or str(Path(sys.executable).with_name("agda"))
    assert accepted(tmp_path, agda, "--no-libraries", "--safe", name)


@pytest.mark.rocq
def test_line_ends_mode_and_mark_stay(tmp_path: Path) -> None:
    """A file with CRLF line ends, a byte order mark, no final newline and an odd mode keeps all four."""
    path = tmp_path / "A.v"
    path.write_bytes(b"\xef\xbb\xbf(* \xf0\x9d\x92\x9c *) Lemma a : 1 + 1 = 2.\r\nProof.\r\nAdmitted.\r\n\r\nCheck a.")
    path.chmod(0o750)
    code, _ = fill(tmp_path, "--write", "A.v")
    data = path.read_bytes()
    assert code == 0
    assert data.startswith(b"\xef\xbb\xbf(* \xf0\x9d\x92\x9c *) Lemma a : 1 + 1 = 2.\r\n")
    assert data.endswith(b"Qed.\r\n\r\nCheck a.")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert path.stat().st_mode & 0o777 == 0o750


@pytest.mark.rocq
def test_what_cannot_be_proved_stays_open(tmp_path: Path) -> None:
    """A false goal is never filled, the file is not touched, and the holes beside it close."""
    text = "Lemma wrong (n : nat) : n = 0.\nProof. Admitted.\n\nLemma right : True.\nProof. Admitted.\n"
    (tmp_path / "A.v").write_text(text)
    code, report = fill(tmp_path, "--write", "--budget", "2", "A.v")
    assert code == 1
    assert {r["declaration"]: r["status"] for r in report["results"]} == {"wrong": "open", "right": "proved"}
    after = (tmp_path / "A.v").read_text()
    assert after.startswith("Lemma wrong (n : nat) : n = 0.\nProof. Admitted.\n")
    assert after.count("Qed.") == 1


@pytest.mark.rocq
def test_ctrl_c_reports_and_leaves_no_process(tmp_path: Path) -> None:
    """Interrupted in the middle of a search: what was found is reported, the rest is untouched, nothing lives on."""
    endless = "Fixpoint f (n : nat) := match n with 0 => 1 | S k => f k + f k end.\n"
    text = f"{endless}Lemma a : True.\nProof. Admitted.\nLemma b : f 40 = 0.\nProof. Admitted.\n"
    (tmp_path / "A.v").write_text(text)
    (tmp_path / "B.v").write_text(text)
    process = subprocess.Popen(
        [*UNSORRY, "fill", "--write", "--format", "json", "--budget", "100", "--jobs", "1", "A.v", "B.v"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    watched = psutil.Process(process.pid)
    children = _wait_for_children(watched)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in stderr
    results = json.loads(stdout)["results"]
    assert [(r["file"], r["declaration"]) for r in results] == [(f, d) for f in ("A.v", "B.v") for d in "ab"]
    assert (tmp_path / "A.v").read_text() == (tmp_path / "B.v").read_text() == text
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


def _wait_for_children(process: psutil.Process) -> list[psutil.Process]:
    """The prover's processes, once they have been at work for a moment."""
    for _ in range(300):
        children = process.children(recursive=True)
        if len(children) >= 2 and sum(c.cpu_times().user for c in children if c.is_running()) > 0.5:
            return children
        time.sleep(0.05)
    raise AssertionError("no prover has started")


@pytest.mark.rocq
def test_a_bar_moves_on_a_terminal(tmp_path: Path) -> None:
    """A person sees progress while the search runs, then a line for each hole and the summary."""
    import pty

    (tmp_path / "A.v").write_text("Lemma a : True.\nProof. Admitted.\n")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*UNSORRY, "fill", "A.v"],
        cwd=tmp_path,
        env={**os.environ, "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:
        pass
    stdout, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    assert stdout.startswith(b"--- a/A.v\n+++ b/A.v\n")
    assert b"0/1" in shown
    assert b"1 hole: 1 proved" in shown
    assert "━".encode() in shown


@pytest.mark.rocq
def test_a_hole_that_rests_on_another_closes_in_the_same_fill(tmp_path: Path) -> None:
    """A proof by a lemma that is itself open is refused, and holds once that lemma is filled: one command does both,
    reports the places of the text that was given, and ``coqc`` finds no axiom in the result."""
    (tmp_path / "Rest.v").write_text(
        "Lemma first : 1 + 1 = 2.\nProof. Admitted.\n\nLemma second : 1 + 1 = 2.\nProof. Admitted.\n"
    )
    (tmp_path / "given.json").write_text('{"first": ["reflexivity."], "second": ["exact first."]}')
    code, report = fill(tmp_path, "--write", "--strategy", "replay", "--replay", "given.json", "Rest.v")
    assert code == 0
    assert [(r["status"], r["range"]["start"]["line"]) for r in report["results"]] == [("proved", 1), ("proved", 4)]
    with (tmp_path / "Rest.v").open("a") as file:
        file.write("Print Assumptions second.\n")
    done = subprocess.run(["coqc", "-q", "Rest.v"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "Closed under the global context"
