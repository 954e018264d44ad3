"""What a run leaves for the next one: nothing is searched twice, and receipts are checked again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.rocq]

EASY = "Lemma easy (n m : nat) : n + m = m + n.\nProof. Admitted.\n"
WRONG = "Lemma wrong (n : nat) : n = 0.\nProof. Admitted.\n"
Unsorry = Callable[..., tuple[int, Any]]


@pytest.fixture
def unsorry(tmp_path: Path) -> Unsorry:
    """The command line in a folder, with a ledger of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path / "none"),
        "UNSORRY_LEDGER": str(tmp_path / "ledger.sqlite3"),
    }

    def run(*arguments: str) -> tuple[int, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "unsorry", *arguments, "--format", "json"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            timeout=170,
            check=False,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None

    return run


def strategies(tmp_path: Path) -> list[set[str]]:
    """What was tried, run by run."""
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        runs = [run for (run,) in connection.execute("SELECT run FROM events WHERE kind = 'run_started' ORDER BY id")]
        query = "SELECT strategy FROM events WHERE run = ? AND kind = 'attempt_started'"
        return [{strategy for (strategy,) in connection.execute(query, (run,))} for run in runs]


def test_a_second_fill_searches_nothing(unsorry: Unsorry, tmp_path: Path) -> None:
    """Unchanged files: what was proved is verified again, what was searched in vain is left. ``--fresh`` forgets, and
    so does a longer budget for what was in vain."""
    (tmp_path / "project" / "A.v").write_text(EASY + WRONG)
    fill = ("fill", ".", "--budget", "2")
    reports = [unsorry(*fill), unsorry(*fill), unsorry(*fill, "--fresh"), unsorry("fill", ".", "--budget", "3")]
    for code, report in reports:
        assert code == 1
        assert [result["status"] for result in report["results"]] == ["proved", "open"]
    assert reports[1][1]["results"][0]["strategy"] == "memory"
    assert "searched before" in reports[1][1]["results"][1]["message"]
    first, second, fresh, longer = strategies(tmp_path)
    assert "micro" in first
    assert second == {"memory"}
    assert "memory" not in fresh
    assert {"memory", "micro"} <= longer


def test_a_file_that_was_filled_before_is_checked_as_a_whole(unsorry: Unsorry, tmp_path: Path) -> None:
    """Its proofs, one of which needs another, are put in place together: no goal is read, and the file comes out the
    same."""
    base = (
        "Lemma base : forall n : nat, n = n + 0.\nProof. Admitted.\nLemma a (n : nat) : n = n + 0.\nProof. Admitted.\n"
    )
    given = '{"base": ["intro n; induction n; simpl; congruence."], "a": ["exact (base n)."]}'
    (tmp_path / "project" / "given.json").write_text(given)
    filled = []
    for more in (("--strategy", "replay", "--replay", "given.json"), ()):
        (tmp_path / "project" / "A.v").write_text(base)
        code, report = unsorry("fill", "--write", "A.v", *more)
        assert code == 0, report
        filled.append((tmp_path / "project" / "A.v").read_text())
    assert filled[0] == filled[1]
    assert "exact (base n)" in filled[1]
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as connection:
        (last,) = connection.execute("SELECT run FROM events WHERE kind = 'run_started' ORDER BY id DESC").fetchone()
        kinds = [kind for (kind,) in connection.execute("SELECT kind FROM events WHERE run = ?", (last,))]
    assert kinds.count("proof_found") == 2
    assert "goal_read" not in kinds


def test_a_proof_is_found_again_under_other_names(unsorry: Unsorry, tmp_path: Path) -> None:
    """The same lemma in another file, with other names, takes no search; a like one begins with that proof."""
    (tmp_path / "project" / "A.v").write_text(EASY)
    assert unsorry("fill", "A.v")[0] == 0
    (tmp_path / "project" / "A.v").unlink()
    other = EASY.replace("easy", "other").replace("n m", "k l").replace("n + m = m + n", "k + l = l + k")
    (tmp_path / "project" / "B.v").write_text(other)
    code, report = unsorry("fill", "B.v")
    assert code == 0
    assert report["results"][0]["strategy"] == "memory"
    (tmp_path / "project" / "B.v").write_text(other.replace("k + l = l + k", "k + l + 0 = l + k"))
    code, report = unsorry("fill", "B.v")
    assert code == 0
    assert "similar" in strategies(tmp_path)[2]


def test_receipts_are_checked_again(unsorry: Unsorry, tmp_path: Path) -> None:
    """They hold in the file as it was filled; they fail when what they rest on has changed, and are gone when the
    proof is; the exit code says so. Without receipts there is nothing to say."""
    path = tmp_path / "project" / "A.v"
    base = "Definition two := 2.\nLemma a : two = 2.\nProof. Admitted.\n"
    path.write_text(base)
    assert unsorry("replay", "A.v")[0] == 2
    assert unsorry("fill", "--write", "--receipts", "A.v")[0] == 0
    receipts = json.loads(path.with_name("A.v.receipts.json").read_text())["receipts"]
    assert [(r["declaration"], r["axioms"], bool(r["toolchain"])) for r in receipts] == [("a", [], True)]
    assert str(tmp_path) not in path.with_name("A.v.receipts.json").read_text()
    code, report = unsorry("replay", ".")
    assert (code, report["summary"]) == (0, {"receipts": 1, "holds": 1, "fails": 0, "gone": 0})

    filled = path.read_text()
    path.write_text(filled.replace("two := 2", "two := 3"))
    code, report = unsorry("replay", "A.v")
    assert (code, report["summary"]["fails"], bool(report["results"][0]["message"])) == (1, 1, True)
    path.write_text("Axiom cheat : forall P : Prop, P.\n" + filled.replace(receipts[0]["text"], "apply cheat."))
    code, report = unsorry("replay", "A.v")
    assert (code, report["summary"]["gone"]) == (1, 1)
    path.write_text(base)
    assert unsorry("replay", "A.v")[0] == 0, "an open hole takes its proof"
    path.with_name("A.v.receipts.json").write_text("[]")
    assert unsorry("replay", "A.v")[0] == 2


def test_a_proof_that_came_to_rest_on_an_axiom_fails(unsorry: Unsorry, tmp_path: Path) -> None:
    """The text is the same and the kernel takes it; the lemma that it uses is admitted now."""
    path = tmp_path / "project" / "A.v"
    lemma = "Lemma base : forall n : nat, n = n + 0.\nProof. {}\n"
    path.write_text(lemma.format("intro n. induction n; simpl; congruence. Qed.") + "Lemma a (n : nat) : n = n + 0.\n")
    path.write_text(path.read_text() + "Proof. Admitted.\n")
    (tmp_path / "project" / "given.json").write_text('{"a": ["apply base."]}')
    only = ("--strategy", "replay", "--replay", "given.json")
    assert unsorry("fill", "--write", "--receipts", *only, "A.v")[0] == 0
    assert unsorry("replay", "A.v")[0] == 0
    path.write_text(path.read_text().replace("intro n. induction n; simpl; congruence. Qed.", "Admitted."))
    code, report = unsorry("replay", "A.v")
    assert code == 1
    assert "rests on base" in report["results"][0]["message"]
