"""Proofs of Metamath found by the real Proof Assistant and accepted by the real verifier; cheats are not."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil
import pytest

from provers.metamath.conftest import Fill
from unsorry.model import Goals, HoleStatus, NoGoal

pytestmark = pytest.mark.metamath

EXAMPLE = (Path(__file__).parents[3] / "examples/metamath/implication.mm").read_text(encoding="utf-8")
LOGIC = EXAMPLE.partition("$( What holds")[0]


def says(path: Path, text: str) -> str:
    """What the program itself says of all proofs of a text."""
    path.write_text(text, encoding="utf-8", newline="")
    command = ["metamath", f'read "{path}"', "verify proof *", "exit"]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout


async def test_the_example(fill: Fill, tmp_path: Path) -> None:
    """A lemma with a hypothesis, a theorem that needs a cut, and a step of syntax; an independent run accepts all."""
    assert "not proved:  a1i, id, wid" in says(tmp_path / "before.mm", EXAMPLE)
    states, after = await fill(EXAMPLE)
    assert [state.status for state in states] == [HoleStatus.PROVED] * 3
    said = says(tmp_path / "after.mm", after)
    assert "All proofs in the database were verified" in said or "not proved" not in said
    assert "?Error" not in said


async def test_goals_are_what_metamath_shows(fill: Fill) -> None:
    """With the hypotheses of the statement; for one step, what that step has to say."""
    states, _ = await fill(EXAMPLE)
    goals = [state.goals for state in states]
    assert all(isinstance(goal, Goals) for goal in goals)
    assert [goal.main.conclusion for goal in goals if isinstance(goal, Goals)] == [
        "|- ( q -> p )",
        "|- ( p -> p )",
        "wff ( p -> p )",
    ]
    assert isinstance(goals[0], Goals)
    assert [(h.names, h.type) for h in goals[0].main.hypotheses] == [(("a1i.1",), "|- p")]


async def test_line_ends_and_characters_stay(fill: Fill, tmp_path: Path) -> None:
    """CRLF, no final newline, a long proof over several lines: only the hole changes."""
    text = EXAMPLE.replace("\n", "\r\n").rstrip()
    states, after = await fill(text)
    assert all(state.status is HoleStatus.PROVED for state in states)
    assert after.replace("\r\n", "").count("\n") == 0
    assert max(map(len, after.split("\r\n"))) < 120
    assert "?Error" not in says(tmp_path / "after.mm", after)


@pytest.mark.parametrize(
    "candidate",
    [
        "wp wp ax-1",  # proves something else
        "target",  # itself
        "later",  # what comes after it
        "open",  # what is not proved itself
        "?",
        "wp ? wi",
        "ax-1 $. cheat $a |- p $. more $p |- p $= ?",
        "$( nothing $) ?",
        "ax-1 $[ elsewhere.mm $]",
        "( ax-1 ) A?",
        "nowhere",
        "",
    ],
)
async def test_a_cheat_leaves_the_hole_open(fill: Fill, candidate: str) -> None:
    """No wrong proof is offered, whatever the candidate does."""
    text = (
        LOGIC + "open $p |- ( p -> p ) $= ? $.\ntarget $p |- ( p -> p ) $= ? $.\nlater $p |- ( p -> p ) $= wp open $.\n"
    )
    states, after = await fill(text, {"target": [candidate]})
    assert states[1].status is not HoleStatus.PROVED
    assert after == text


async def test_errors_elsewhere_do_not_stand_in_the_way(fill: Fill) -> None:
    """A wrong proof in the same file stays wrong, and the hole is filled without it."""
    text = LOGIC + "bad $p |- ( p -> q ) $= wp wq ax-1 $.\nid $p |- ( p -> p ) $= ? $.\n"
    states, after = await fill(text)
    assert states[0].status is HoleStatus.PROVED, states[0].message
    assert after.startswith(text.partition("?")[0])
    assert "bad" not in after.partition("id $p")[2]


async def test_a_file_that_cannot_be_read_says_why(fill: Fill) -> None:
    """An include that is not there, or a token that is no statement: the hole stays open with Metamath's own words."""
    states, _ = await fill("$[ nowhere.mm $]\n" + EXAMPLE)
    assert "nowhere.mm" in (states[0].message or "")
    assert isinstance(states[0].goals, NoGoal)
    states, _ = await fill(EXAMPLE + "stray")
    assert "no tokens after the last statement" in (states[0].message or "")


async def test_included_files_are_found(fill: Fill, tmp_path: Path) -> None:
    """Relative to the file's folder, where its user runs the program."""
    (tmp_path / "logic.mm").write_text(LOGIC, encoding="utf-8")
    states, _ = await fill("$[ logic.mm $]\nwid $p wff ( p -> p ) $= wp ? wi $.\n")
    assert states[0].status is HoleStatus.PROVED


async def test_nothing_is_left_running(fill: Fill) -> None:
    """The Proof Assistant ends with the search."""
    await fill(EXAMPLE)
    assert [child.name() for child in psutil.Process().children(recursive=True) if "metamath" in child.name()] == []
