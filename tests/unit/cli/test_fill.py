"""``unsorry fill`` over a prover whose answers are given: what is printed, written and returned."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.scripted_prover import Script, ScriptedProver
from unit.cli.conftest import Run, write
from unsorry.errors import ProverError, ProverMissing
from unsorry.model import Language
from unsorry.settings import ProverSettings

TWO = "Lemma a : 1 = 1.\nProof. Admitted.\n\nLemma b : 2 = 2.\nProof. Admitted.\n"
FILLED = TWO.replace("Proof. Admitted.", "Proof. auto. Qed.")
SUMMARY = {"holes": 0, "proved": 0, "open": 0, "refuted": 0, "skipped": 0, "failed": 0}


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    """Rocq is scripted: ``auto`` proves ``a`` and ``b``."""
    script = Script(closes={"a": ["auto"], "b": ["auto"]})

    def make(language: Language, _settings: ProverSettings) -> ScriptedProver | None:
        return ScriptedProver(script) if language == Language("rocq") else None

    monkeypatch.setattr("unsorry.registry.make_prover", make)
    return script


def test_proofs_are_shown_as_a_diff_and_nothing_is_written(run: Run, project: Path, script: Script) -> None:
    """Standard output holds the diff alone, ready for ``patch``; a line for each hole is on standard error."""
    write(project, {"A.v": TWO})
    ran = run("fill", "A.v")
    assert ran.code == 0
    assert ran.out == (
        "--- a/A.v\n+++ b/A.v\n@@ -1,5 +1,5 @@\n Lemma a : 1 = 1.\n-Proof. Admitted.\n+Proof. auto. Qed.\n \n"
        " Lemma b : 2 = 2.\n-Proof. Admitted.\n+Proof. auto. Qed.\n"
    )
    lines = ran.err.splitlines()
    assert lines[0].startswith("proved  A.v:2:1: a: auto (scripted, micro, ")
    assert lines[1].startswith("proved  A.v:5:1: b: auto (scripted, micro, ")
    assert lines[2].startswith("2 holes: 2 proved (")
    assert (project / "A.v").read_text() == TWO
    assert script.open_sessions == 0


def test_write_replaces_the_file(run: Run, project: Path, script: Script) -> None:
    """With ``--write`` the verified text stands in the file, and standard output is empty."""
    write(project, {"A.v": TWO.replace("\n", "\r\n")})
    ran = run("fill", "--write", "A.v")
    assert (ran.code, ran.out) == (0, "")
    assert "wrote   A.v" in ran.err
    assert (project / "A.v").read_bytes() == FILLED.replace("\n", "\r\n").encode()


def test_the_object_has_the_shape_of_the_contract(run: Run, project: Path, script: Script) -> None:
    """Every member, in order, for a hole that is proved and for one that is not."""
    script.closes = {"a": ["auto", "lia"]}
    write(project, {"A.v": TWO})
    ran = run("fill", "A.v", "--format", "json")
    assert ran.code == 1
    proved, left = ran.json["results"]
    assert list(proved) == [
        *("id", "file", "language", "kind", "declaration", "range"),
        *("goal", "status", "proof", "alternatives", "prover", "strategy", "attempts", "seconds", "message"),
    ]
    assert proved["goal"] == {"hypotheses": [], "conclusion": "a"}
    assert (proved["status"], proved["proof"], proved["alternatives"]) == ("proved", "lia", ["auto"])
    assert (proved["prover"], proved["strategy"], proved["attempts"]) == ("scripted", "micro", 3)
    assert proved["message"] is None
    assert (left["status"], left["proof"], left["alternatives"]) == ("open", None, [])
    assert (left["prover"], left["strategy"]) == (None, None)
    assert "not proved" in left["message"]
    assert ran.json["summary"] == {**SUMMARY, "holes": 2, "proved": 1, "open": 1}


def test_results_stand_in_the_order_of_the_paths(run: Run, project: Path, script: Script) -> None:
    """However many searches run at once, the report is the same."""
    write(project, dict.fromkeys(("C.v", "A.v", "sub/B.v"), TWO))
    ran = run("fill", "C.v", ".", "--jobs", "3", "--format", "json")
    assert [result["file"] for result in ran.json["results"]] == ["C.v"] * 2 + ["A.v"] * 2 + ["sub/B.v"] * 2


def test_only_names_the_declarations_to_fill(run: Run, project: Path, script: Script) -> None:
    """Other holes are neither searched nor reported; a name that is not there is bad usage, with a suggestion."""
    write(project, {"A.v": TWO.replace("b ", "beta ")})
    ran = run("fill", "A.v", "--only", "a", "--format", "json")
    assert [result["declaration"] for result in ran.json["results"]] == ["a"]
    assert {name for name, _ in script.tried} == {"a"}
    ran = run("fill", "A.v", "--only", "bets")
    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean beta?" in ran.err


@pytest.mark.parametrize("form", ["json", "toml"])
def test_given_proofs_are_tried_first(run: Run, project: Path, script: Script, form: str) -> None:
    """``--replay`` reads texts by declaration; what it offers is verified like anything else."""
    script.closes = {"a": ["given"], "b": ["everywhere"]}
    given = json.dumps({"a": "given", "*": ["everywhere"]}) if form == "json" else 'a = "given"\n"*" = ["everywhere"]'
    write(project, {"A.v": TWO, f"proofs.{form}": given})
    ran = run("fill", "A.v", "--replay", f"proofs.{form}", "--strategy", "micro", "--format", "json")
    assert [(r["proof"], r["strategy"]) for r in ran.json["results"]] == [("given", "replay"), ("everywhere", "replay")]


@pytest.mark.parametrize("text", ["{", "[a]\nb = 1", "a = 3", "a = [1]"])
def test_a_replay_file_that_makes_no_sense_is_refused(run: Run, project: Path, script: Script, text: str) -> None:
    """It is named, with what is wrong, before any prover starts."""
    write(project, {"A.v": TWO, "proofs": text})
    ran = run("fill", "A.v", "--replay", "proofs")
    assert ran.code == 2
    assert "proofs:" in ran.err
    assert script.opened == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--budget", "0"), "search.budget"),
        (("--budget", "nan"), "search.budget"),
        (("--jobs", "0"), "search.jobs"),
        (("--strategy", "magic"), "The strategies are: replay, micro"),
        (("--write", "-", "--language", "rocq"), "--write needs files"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    run: Run, project: Path, script: Script, arguments: tuple[str, ...], message: str
) -> None:
    """Exit code 2, a message, and nothing started."""
    write(project, {"A.v": TWO})
    ran = run("fill", "A.v", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert script.opened == 0


def test_a_file_that_changed_meanwhile_is_left_alone(
    run: Run, project: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the user saved during the search stays; the proofs are reported, as failed to arrive."""
    write(project, {"A.v": TWO})

    class Meddling(ScriptedProver):
        async def open(self, *arguments: object) -> object:  # type: ignore[override]
            (project / "A.v").write_text("theirs")
            return await super().open(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("unsorry.registry.make_prover", lambda *_: Meddling(script))
    ran = run("fill", "--write", "A.v", "--format", "json")
    assert ran.code == 2
    assert {result["status"] for result in ran.json["results"]} == {"failed"}
    assert "changed on disk" in ran.err
    assert (project / "A.v").read_text() == "theirs"


def test_proofs_that_fail_together_are_not_all_offered(run: Run, project: Path, script: Script) -> None:
    """A proof that holds alone but not beside another is left out, and its hole stays open."""
    text = TWO + "\nLemma c : 3 = 3.\nProof. Admitted.\n"
    script.closes = {"a": ["auto"], "b": ["bad"]}
    script.portfolio = [["auto", "bad"]]
    script.breaks = ["bad"]
    write(project, {"A.v": text})
    ran = run("fill", "A.v", "--format", "json")
    assert [result["status"] for result in ran.json["results"]] == ["proved", "open", "open"]


def test_a_missing_prover_is_exit_code_3(run: Run, project: Path, script: Script) -> None:
    """The holes are reported as skipped, with how to install what is missing."""
    script.fail_open = ProverMissing("Rocq is not installed", next_step="Install it.")
    write(project, {"A.v": TWO})
    ran = run("fill", "A.v", "--format", "json")
    assert ran.code == 3
    assert ran.json["summary"] == {**SUMMARY, "holes": 2, "skipped": 2}
    assert ran.json["results"][0]["message"] == "Rocq is not installed. Install it."


def test_a_language_that_cannot_be_filled_yet_is_skipped(run: Run, project: Path, script: Script) -> None:
    """Other files are filled all the same; one that has no hole needs no prover."""
    write(project, {"A.v": TWO, "B.lean": "theorem b : 1 = 1 := by\n  sorry\n", "C.lean": "def c := 1\n"})
    ran = run("fill", ".", "--format", "json")
    assert ran.code == 3
    assert ran.json["summary"] == {**SUMMARY, "holes": 3, "proved": 2, "skipped": 1}
    assert run("fill", "C.lean").code == 0


def test_a_prover_that_is_switched_off_is_not_missing(run: Run, project: Path, script: Script) -> None:
    """The user's own choice leaves holes open; it is no fault of the machine."""
    write(project, {"A.v": TWO, "unsorry.toml": "provers.rocq.enable = false\n"})
    ran = run("fill", "A.v")
    assert ran.code == 1
    assert "provers.rocq.enable" in ran.err


def test_a_prover_that_fails_is_told_without_a_traceback(run: Run, project: Path, script: Script) -> None:
    """The hole has failed, and the message says how."""
    script.fail_goals = ProverError("coqidetop died.", stderr="Fatal error: out of memory")
    write(project, {"A.v": TWO})
    ran = run("fill", "A.v")
    assert ran.code == 1
    assert "failed  A.v:2:1: a: coqidetop died." in ran.err
    assert "Traceback" not in ran.err


def test_a_message_of_several_lines_stays_on_the_line_of_its_hole(run: Run, project: Path, script: Script) -> None:
    """Each line of the report begins with a status and a place, so that it can be searched; the object keeps all."""
    script.fail_goals = ProverError("Parse error\n  n + <ERROR>\n  ...")
    write(project, {"A.v": TWO})
    ran = run("fill", "A.v", "--format", "json")
    assert "failed  A.v:2:1: a: Parse error n + <ERROR> ...\n" in ran.err
    assert ran.json["results"][0]["message"] == "Parse error\n  n + <ERROR>\n  ..."


def test_verbose_tells_what_was_tried(run: Run, project: Path, script: Script) -> None:
    """Below each hole stand its goal, and each strategy with how it fared; without ``-v`` they do not."""
    script.closes = {"a": ["auto"]}
    write(project, {"A.v": TWO})
    lines = run("fill", "A.v", "-v").err.splitlines()
    assert lines[0].startswith("proved  A.v:2:1: a: auto ")
    assert lines[1] == "        goal: a"
    assert lines[2].startswith("        micro proved it (3 candidates, ")
    assert lines[3].startswith("open    A.v:5:1: b: not proved")
    assert lines[4] == "        goal: b"
    assert lines[5].startswith("        micro found nothing (3 candidates, ")
    assert "goal:" not in run("fill", "A.v").err


def test_standard_input_gives_a_diff(run: Run, script: Script) -> None:
    """An editor without files can pipe a buffer through."""
    ran = run("fill", "-", "--language", "rocq", stdin=TWO.encode())
    assert ran.code == 0
    assert ran.out.startswith("--- a/-\n+++ b/-\n@@ ")


def test_no_holes_nothing_to_do(run: Run, project: Path, script: Script) -> None:
    """No prover starts for a file without holes."""
    write(project, {"A.v": FILLED})
    ran = run("fill", "A.v")
    assert (ran.code, ran.out) == (0, "")
    assert "nothing to do" in ran.err
    assert script.opened == 0
