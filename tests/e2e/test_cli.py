"""The command line as a user runs it: a process, its streams, its exit code."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from unsorry.registry import ROOMS

pytestmark = pytest.mark.e2e

UNSORRY = [sys.executable, "-m", "unsorry"]
LEMMA = "Lemma a : 1 = 1.\nProof. Admitted.\n"


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment without any settings of the user's."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "XDG_CONFIG_HOME")}
    return {**kept, "HOME": str(tmp_path / "home"), "TERM": "xterm"}


def run(home: dict[str, str], cwd: Path, *arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*UNSORRY, *arguments], cwd=cwd, env=home, input=data, capture_output=True, timeout=120, check=False
    )


def on_terminal(home: dict[str, str], cwd: Path, *arguments: str) -> str:
    """What appears on a terminal to which all three streams are connected."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen([*UNSORRY, *arguments], cwd=cwd, env=home, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # Linux says EIO when the last one has hung up
        pass
    process.wait(30)
    os.close(ours)
    return shown.decode()


def test_the_version(home: dict[str, str], tmp_path: Path) -> None:
    """``--version`` is one line on standard output."""
    done = run(home, tmp_path, "--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"unsorry ")


def test_the_console_script_is_installed(home: dict[str, str], tmp_path: Path) -> None:
    """``unsorry`` and ``python -m unsorry`` are the same."""
    script = Path(sys.executable).with_name("unsorry")
    done = subprocess.run([script, "--version"], env=home, capture_output=True, timeout=60, check=True)
    assert done.stdout == run(home, tmp_path, "--version").stdout


def test_nothing_heavy_is_imported_to_list_holes(home: dict[str, str], tmp_path: Path) -> None:
    """Start-up is a promise: no event loop, no converter, no LSP, no terminal library for ``holes``."""
    (tmp_path / "A.v").write_text(LEMMA)
    heavy = ("asyncio", "cattrs", "lsprotocol", "pygls", "rich", "tomlkit", "watchfiles", "logging", "subprocess")
    code = (
        "import sys; from unsorry.cli import main; main(['holes', 'A.v']); "
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=home, capture_output=True, timeout=60, check=True
    )
    assert done.stderr.splitlines()[-1] == b"[]"


def test_colours_are_for_terminals(home: dict[str, str], tmp_path: Path) -> None:
    """A pipe gets none; a terminal does, unless ``NO_COLOR`` or ``--no-color`` says otherwise."""
    (tmp_path / "unsorry.toml").write_text("search.jobs = 1\n")
    assert b"\x1b" not in run(home, tmp_path, "config", "list").stdout
    assert "\x1b[2m# " in on_terminal(home, tmp_path, "config", "list")
    assert "\x1b" not in on_terminal(home, tmp_path, "--no-color", "config", "list")
    assert "\x1b" not in on_terminal({**home, "NO_COLOR": "1"}, tmp_path, "config", "list")


def test_a_reader_that_leaves_is_no_error(home: dict[str, str], tmp_path: Path) -> None:
    """``unsorry holes . | head -1`` ends quietly."""
    (tmp_path / "A.v").write_text("".join(f"Lemma a{n} : True.\nProof. Admitted.\n" for n in range(20_000)))
    process = subprocess.Popen(
        [*UNSORRY, "-q", "holes", "A.v"], cwd=tmp_path, env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"A.v:2:1: proof hole in a0\n"
    process.stdout.close()
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (141, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is not here")
def test_a_full_disk_is_no_bug(home: dict[str, str], tmp_path: Path) -> None:
    """When standard output takes nothing, that is said in one sentence, and nothing complains at exit."""
    (tmp_path / "A.v").write_text(LEMMA)
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [*UNSORRY, "-q", "holes", "A.v"], cwd=tmp_path, env=home, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert process.returncode == 2
    assert process.stderr.decode().splitlines() == [
        "unsorry: error: standard output cannot be written: No space left on device.",
        "  Send it elsewhere.",
    ]


def test_large_files_and_long_lines(home: dict[str, str], tmp_path: Path) -> None:
    """Ten megabytes in many lines, and a line of a million characters before the hole, are read like any other."""
    (tmp_path / "Long.v").write_text(f"(* {'x' * 1_000_000} *) {LEMMA}")
    comment = f"(* {'x' * 96} *)\n" * 100_000
    (tmp_path / "Big.v").write_text(comment + LEMMA)
    done = run(home, tmp_path, "--format", "json", "holes", "Big.v", "Long.v")
    assert (done.returncode, done.stderr) == (1, b"")
    places = [result["range"]["start"] for result in json.loads(done.stdout)["results"]]
    assert places == [{"line": 100_001, "character": 0}, {"line": 1, "character": 0}]


def test_names_that_are_not_utf8_are_printed_as_they_are(home: dict[str, str], tmp_path: Path) -> None:
    """A file name may be any bytes; the text says them unchanged, and the object stays JSON."""
    name = b"\xff \xc3\xa9.v"
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(LEMMA)
    assert run(home, tmp_path, "holes", ".").stdout == name + b":2:1: proof hole in a\n"
    done = run(home, tmp_path, "--format", "json", "holes", ".")
    assert json.loads(done.stdout)["summary"]["holes"] == 1


def test_the_locale_does_not_matter(home: dict[str, str], tmp_path: Path) -> None:
    """Proof files are UTF-8, and so is what is printed of them, in any locale."""
    (tmp_path / "A.v").write_text("Lemma ä𝒜 : True.\nProof. Admitted.\n", encoding="utf-8")
    environment = {**home, "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    assert run(environment, tmp_path, "holes", "A.v").stdout.decode() == "A.v:2:1: proof hole in ä𝒜\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every directory")
def test_a_directory_without_permission_is_named(home: dict[str, str], tmp_path: Path) -> None:
    """What can be read is listed all the same."""
    (tmp_path / "A.v").write_text(LEMMA)
    (tmp_path / "closed").mkdir(mode=0)
    done = run(home, tmp_path, "holes", ".")
    assert done.returncode == 2
    assert b"closed" in done.stderr
    assert done.stdout == b"A.v:2:1: proof hole in a\n"


def test_doctor_looks_at_every_language(home: dict[str, str], tmp_path: Path) -> None:
    """One finding a language; the exit code says whether a prover is missing."""
    done = run(home, tmp_path, "doctor", "--format", "json")
    findings = json.loads(done.stdout)["provers"]
    assert {finding["language"] for finding in findings} == {room.language for room in ROOMS}
    missing = [finding for finding in findings if finding["state"] == "missing"]
    assert not [finding for finding in findings if finding["state"] == "broken"]
    assert all(finding["next_step"] for finding in missing)
    assert done.returncode == (1 if missing else 0)


def test_doctor_says_how_to_install_what_is_missing(home: dict[str, str], tmp_path: Path) -> None:
    """Where no prover is found, each gets a next step, and filling ends with exit code 3."""
    (tmp_path / "mine.toml").write_text("provers.rocq.path = '/none/coqidetop'\nprovers.agda.path = '/none/agda'\n")
    (tmp_path / "A.v").write_text(LEMMA)
    done = run(home, tmp_path, "--config", "mine.toml", "doctor", "--format", "json")
    missing = {f["language"]: f for f in json.loads(done.stdout)["provers"] if f["state"] == "missing"}
    assert done.returncode == 1
    assert missing.keys() >= {"rocq", "agda"}
    assert all(finding["reason"] and finding["next_step"] for finding in missing.values())
    done = run(home, tmp_path, "--config", "mine.toml", "fill", "A.v", "--format", "json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["summary"]["skipped"] == 1
    assert b"Traceback" not in done.stderr


def test_doctor_where_there_is_no_prover(tmp_path: Path) -> None:
    """An empty PATH, an empty home, a Python without provers beside it: each prover says how it is installed."""
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.symlink_to(Path(sys.executable).resolve())
    environment = {
        "PATH": str(tmp_path / "nothing"),
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = [python, "-m", "unsorry", "doctor"]
    for format_ in ("text", "json"):
        done = subprocess.run(
            [*command, "--format", format_], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 1, done.stderr
        if format_ == "text":
            assert b"No prover is ready." in done.stdout
            assert all(room.title.encode() in done.stdout for room in ROOMS)
        else:
            findings = json.loads(done.stdout)["provers"]
            assert all(finding["state"] in ("missing", "holes only") for finding in findings)
            assert all("nstall" in finding["next_step"] for finding in findings if finding["state"] == "missing")
