"""Objects of Stellogen filled with a real ``sgen``: what passes is offered, what only looks so is not."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest

from provers.stellogen.conftest import Fill
from unsorry.model import HoleStatus

pytestmark = pytest.mark.stellogen

ROOT = Path(__file__).parents[3]
NAT = """\
(macro (:: Tested Test)
  §(forall Test T
    (== @(exec @#Tested #T) ok)))
§(spec nat {
  [(-nat 0) ok]
  [(-nat (s N)) (+nat N)]})
"""


def passes(path: Path, text: str) -> bool:
    """Whether the program itself accepts both phases of a text."""
    path.write_text(text, encoding="utf-8", newline="")
    runs = [
        subprocess.run(["sgen", phase, path], capture_output=True, timeout=20, check=False)
        for phase in ("check", "run")
    ]
    return all(run.returncode == 0 for run in runs)


@pytest.mark.parametrize("name", ["S1_three.sg", "S2_negation.sg", "S3_addition.sg", "S4_two_steps.sg"])
async def test_the_bank(fill: Fill, tmp_path: Path, name: str) -> None:
    """All of the bank is filled, also what lacks a star without saying so; an independent run accepts the result."""
    text = (ROOT / "bench/bank/stellogen" / name).read_text(encoding="utf-8")
    states, after = await fill(text)
    assert [state.status for state in states.values()] == [HoleStatus.PROVED]
    assert not passes(tmp_path / "before.sg", text)
    assert passes(tmp_path / "after.sg", after)


@pytest.mark.parametrize(
    ("name", "stars", "tests"),
    [
        ("S2_negation.sg", "[(+not 0 1)]", 2),
        ("S3_addition.sg", "[(+add 0 Y Y)]", 2),
    ],
)
async def test_a_missing_star(fill: Fill, tmp_path: Path, name: str, stars: str, tests: int) -> None:
    """Where an empty group says that a star is missing, one is found that makes every test pass."""
    text = (ROOT / "bench/bank/stellogen" / name).read_text(encoding="utf-8")
    marked = text.replace(stars, f"{stars}\n  {{}}")
    assert marked.count("§(==") == tests
    (state,), after = (await fill(marked))[0].values(), (await fill(marked))[1]
    assert state.status is HoleStatus.PROVED
    assert passes(tmp_path / "after.sg", after)


async def test_a_star_on_a_line_of_its_own(fill: Fill) -> None:
    """A star is added as the others stand, with the file's own line ends; a test that no object is about adds none."""
    text = "(object not {\r\n  [(+not 0 1)]\r\n})\r\n§(== (exec #not @[(-not 1 R) R]) [0])\r\n§(== a b)\r\n"
    states, after = await fill(text)
    assert [state.status for state in states.values()] == [HoleStatus.PROVED]
    assert after == text.replace("[(+not 0 1)]\r\n", "[(+not 0 1)]\r\n  [(+not 1 0)]\r\n")


async def test_a_missing_run(fill: Fill) -> None:
    """An object that is to be the result of an execution; assertions of the run phase count too."""
    text = "(object zero (+nat 0))\n(def add1 [(-nat X) (+nat (s X))])\n(object one {})\n"
    states, after = await fill(
        text + "(== (exec #one @[(-nat X) (got X)]) (got (s 0)))\n(== #one (exec @#add1 #zero))\n"
    )
    assert states["one"].status is HoleStatus.PROVED
    assert "(object one (exec @#add1 #zero))" in after


async def test_imports_are_found_and_the_folder_stays_as_it_is(
    fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``use`` is relative to the file, above it as well; nothing is left in the user's folder or elsewhere."""
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "nat.sg").write_text(NAT.replace("§(spec", '(use "more/extra.sg")\n§(spec'), encoding="utf-8")
    (tmp_path / "lib" / "more").mkdir()
    (tmp_path / "lib" / "more" / "extra.sg").write_text("(object extra (+extra))", encoding="utf-8")
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    text = '(use "../../lib/nat.sg")\n(object three {})\n(:: three nat)\n'
    states, _ = await fill(text, name="a/b/t.sg")
    assert states["three"].status is HoleStatus.PROVED
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["t.sg"]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(
    "candidate",
    [
        "(+nat foo)",
        "(exec (def nat {[ok]}) ok)",
        "(exec (spec nat {[ok]}) ok)",
        "ok)\n(spec nat {[ok]}",
        "ok) ;",
        "{",
        "{}",
        "{ {} }",
        "(+nat X)",
        "#three",
        "#nowhere",
        '(use "elsewhere.sg")',
        "(macro (:: A B) ok)",
        "(== a a)",
    ],
)
async def test_a_cheat_leaves_the_hole_open(fill: Fill, candidate: str) -> None:
    """What redefines the test, ends the object early, never ends, or does not pass is not offered."""
    text = NAT + "(object three {})\n(:: three nat)\n"
    states, after = await fill(text, {"three": [candidate]})
    assert states["three"].status is not HoleStatus.PROVED
    assert after == text


async def test_what_no_assertion_tests_is_not_filled(fill: Fill) -> None:
    """Silence of the program proves nothing; the reader is told why the hole stays open."""
    states, after = await fill("(object lonely {})\n(show #lonely)\n")
    assert states["lonely"].message == "no assertion of this file tests `lonely`"
    assert after == "(object lonely {})\n(show #lonely)\n"


async def test_other_errors_stay_and_do_not_stand_in_the_way(fill: Fill) -> None:
    """A file with failing assertions, an unknown name and characters of every width: the hole is filled, no more."""
    text = '(== "é𝔸" b)\r\n§(== #nowhere a) §(== "𝔸" b)\r\n(== c d)\r\n' + NAT + "(object 𝔸 {}) (:: 𝔸 nat)\r\n"
    states, after = await fill(text)
    assert states["𝔸"].status is HoleStatus.PROVED
    assert after == text.replace("{}", states["𝔸"].proofs[0].fill.candidate.text)


async def test_an_import_that_does_not_resolve_is_told(fill: Fill) -> None:
    """The hole stays open with the program's own reason."""
    states, _ = await fill('(use "nowhere.sg")\n(object three {})\n§(== #three a)\n')
    assert states["three"].status is HoleStatus.OPEN
    assert "ImportError" in (states["three"].message or "")


async def test_a_program_that_diverges_is_killed(fill: Fill) -> None:
    """An assertion that never ends hides the others: the hole stays open, and says so."""
    text = "(object go {[(-f X) (+f (s X))]})\n§(== (exec #go @[(+f 0)]) a)\n(object b {})\n§(== #b c)\n"
    states, after = await fill(text)
    assert states["b"].status is HoleStatus.OPEN
    assert "did not end within" in (states["b"].message or "")
    assert after == text
