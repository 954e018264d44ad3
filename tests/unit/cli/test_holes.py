"""``unsorry holes``: what it lists, in which shape, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.cli.conftest import Run, write

LEMMA = "Lemma a : 1 = 1.\nProof. Admitted.\n"


def test_a_hole_is_one_line_with_its_place(run: Run, project: Path) -> None:
    """Line and column are counted from 1, as compilers do, so that editors jump there."""
    write(project, {"A.v": LEMMA})
    ran = run("holes", "A.v")
    assert ran.out == "A.v:2:1: proof hole in a\n"
    assert ran.code == 1


def test_the_object_has_the_shape_of_the_contract(run: Run, project: Path) -> None:
    """Names, order and nesting of the JSON object; positions are UTF-16 units from 0."""
    write(project, {"sub/A.v": "Lemma a : (* 𝒜 *) True.\nProof. (* 𝒜 *) admit. Admitted.\n"})
    ran = run("--format", "json", "holes", "sub")
    (result,) = ran.json["results"]
    assert list(result) == ["id", "file", "language", "kind", "declaration", "range"]
    assert isinstance(result.pop("id"), str)
    assert result == {
        "file": "sub/A.v",
        "language": "rocq",
        "kind": "tactic",
        "declaration": "a",
        "range": {"start": {"line": 1, "character": 16}, "end": {"line": 1, "character": 22}},
    }
    assert {key: ran.json[key] for key in ("version", "summary")} == {
        "version": 1,
        "summary": {"holes": 1, "proved": 0, "open": 1, "refuted": 0, "skipped": 0, "failed": 0},
    }


def test_without_holes_all_is_well(run: Run, project: Path) -> None:
    """Exit code 0, and an object with no results."""
    write(project, {"A.v": "Lemma a : 1 = 1.\nProof. reflexivity. Qed.\n"})
    ran = run("holes", "--format", "json", "A.v")
    assert (ran.code, ran.json["results"]) == (0, [])


def test_standard_input_needs_a_language(run: Run) -> None:
    """``-`` reads one text; its name in the report is ``-``."""
    ran = run("holes", "-", "--language", "rocq", "--format", "json", stdin=LEMMA.encode())
    assert [result["file"] for result in ran.json["results"]] == ["-"]
    ran = run("holes", "-", stdin=LEMMA.encode())
    assert ran.code == 2
    assert "--language" in ran.err


def test_one_bad_file_does_not_hide_the_others(run: Run, project: Path) -> None:
    """Everything that can be read is listed; each that cannot is named, and the exit code says so."""
    write(project, {"A.v": LEMMA, "notes.txt": "notes"})
    (project / "B.v").write_bytes(b"\xff\xfe\xff")
    ran = run("holes", "--format", "json", "A.v", "B.v", "C.v", "notes.txt", "nowhere")
    assert ran.code == 2
    assert len(ran.json["results"]) == 1
    assert "B.v: UTF-16" in ran.err
    assert "C.v: there is no such file" in ran.err
    assert "notes.txt: not the name of a proof file" in ran.err
    assert "nowhere: there is no such file" in ran.err


def test_a_file_that_is_named_twice_is_listed_once(run: Run, project: Path) -> None:
    """By itself, through its directory and through a link it is still one file."""
    write(project, {"A.v": LEMMA})
    (project / "link.v").symlink_to(project / "A.v")
    assert run("holes", "A.v", ".", "link.v").out.count("\n") == 1


def test_a_language_may_be_told(run: Run, project: Path) -> None:
    """A named file whose suffix says nothing is read in the language that is given."""
    write(project, {"A.v.orig": LEMMA})
    assert run("holes", "A.v.orig", "--language", "rocq").code == 1


def test_ids_are_the_same_in_every_run(run: Run, project: Path) -> None:
    """A tool may remember a hole by its id."""
    write(project, {"A.v": LEMMA})
    first, second = (run("holes", "A.v", "--format", "json").json for _ in range(2))
    assert first == second


def test_quiet_prints_only_results(run: Run, project: Path) -> None:
    """``-q`` leaves standard error empty."""
    write(project, {"A.v": LEMMA})
    assert run("holes", "A.v").err == "1 hole in 1 file of 1\n"
    assert run("-q", "holes", "A.v").err == ""


@pytest.mark.parametrize("where", ["before", "after"])
def test_options_may_stand_on_either_side(run: Run, project: Path, where: str) -> None:
    """``unsorry --format json holes A.v`` is ``unsorry holes A.v --format json``."""
    write(project, {"A.v": LEMMA})
    option = ("--format", "json")
    ran = run(*option, "holes", "A.v") if where == "before" else run("holes", "A.v", *option)
    assert ran.json["version"] == 1


def test_settings_that_are_wrong_are_said_to_be(run: Run, project: Path) -> None:
    """A mistake in unsorry.toml is never passed over."""
    write(project, {"A.v": LEMMA, "unsorry.toml": "[search]\nbugdet = 3\n"})
    ran = run("holes", "A.v")
    assert ran.code == 2
    assert "search.budget" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("arguments", [(), ("holes",), ("hole", "A.v"), ("holes", "A.v", "--frmat", "json")])
def test_bad_usage_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    """Usage goes to standard error, and nothing to standard output."""
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "usage: unsorry" in ran.err
