"""Reports of a real Agda on whole texts: what is wrong, what is open, what things rest on."""

from __future__ import annotations

import textwrap
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from unsorry.configuration import default_provers
from unsorry.model import Document, Language, Report
from unsorry.provers.agda.prover import make_prover
from unsorry.provers.agda.session import AgdaSession
from unsorry.text import SourceText

pytestmark = pytest.mark.agda

PRELUDE = "open import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n"


class Checked:
    """A report by the names of declarations."""

    def __init__(self, report: Report, names: list[str], text: str) -> None:
        self.report = report
        self.complete = report.complete
        self.open = {names[unit]: count for unit, count in report.open_holes.items()}
        self.axioms = {names[unit]: set(rests) for unit, rests in report.axioms.items() if names[unit]}
        self.problems = [
            (
                problem.message.partition("\n")[0],
                text[problem.span.start : problem.span.end] if problem.span else None,
                names[problem.unit] if problem.unit is not None else None,
            )
            for problem in report.problems
        ]


Check = Callable[..., Coroutine[Any, Any, Checked]]


@pytest.fixture
async def check(tmp_path: Path) -> AsyncIterator[Check]:
    sessions: list[AgdaSession] = []

    async def check_text(text: str, name: str = "T.agda", *, prelude: str = PRELUDE, saved: bool = False) -> Checked:
        text = prelude + textwrap.dedent(text)
        path = tmp_path / name
        prover = make_prover(default_provers()[Language("agda")])
        document = Document(path.as_uri(), Language("agda"), 1, SourceText(text), path if saved else None)
        outline = prover.syntax.outline(text, name)
        sessions.append(await prover.open(document, outline))
        report = await sessions[-1].check(document, outline, range(len(outline.units)), 60)
        return Checked(report, [unit.name for unit in outline.units], text)

    yield check_text
    for session in sessions:
        await session.close()


async def test_a_finished_text(check: Check) -> None:
    """Complete, without problems, holes or axioms."""
    checked = await check("f : 1 ≡ 1\nf = refl\n")
    assert (checked.complete, checked.problems, checked.open) == (True, [], {})
    assert checked.axioms["f"] == set()


async def test_holes_are_counted_by_declaration(check: Check) -> None:
    """By Agda's own count: in ``where``, nested, in literate text; not in comments."""
    checked = await check(
        "f : Nat\nf = ? + g {! {! ? !} !} where g : Nat → Nat ; g x = ?\n-- ?\nh : 1 ≡ 1\nh = refl\nk : Nat\nk = ?\n"
    )
    assert checked.complete
    assert checked.open == {"f": 3, "k": 1}
    assert checked.problems == []


async def test_a_hard_error_makes_the_text_incomplete(check: Check) -> None:
    """Agda stops at it: nothing is known of the rest."""
    checked = await check("f : Nat\nf = nope\ng : Nat\ng = ?\n")
    assert not checked.complete
    assert checked.problems == [("Not in scope:", "nope", "f")]
    assert checked.open == {}


@pytest.mark.parametrize(
    ("text", "message", "unit"),
    [
        ("f : Nat → 1 ≡ 2\nf n = f n\n", "Termination checking failed", "f"),
        ("f : Nat → Nat\nf zero = 1\n", "Incomplete pattern matching", "f"),
        ("f : {n : Nat} → n ≡ n\nf {n} = _\n\ng : Nat\ng = _\n", "unsolved", "g"),
        ("g : Nat\ng = f _\n  where\n  f : Nat → Nat\n  f n = n\n", "unsolved", "g"),
        ("data D : Set where\n  c : (D → Nat) → D\n", "D is not strictly positive", "D"),
        ("f : Nat\n", "The following names are declared but not accompanied", None),
    ],
)
async def test_what_agda_reports_beside_goals_is_a_problem(check: Check, text: str, message: str, unit: str) -> None:
    """Each of them means that the text is not proved, although it loads."""
    checked = await check(text)
    assert any(said.startswith(message) and where == (unit or where) for said, _, where in checked.problems)


async def test_a_postulate_is_what_things_rest_on(check: Check) -> None:
    """Also through other declarations; a declaration that stands on its own rests on nothing."""
    checked = await check(
        """
        postulate bad : 1 ≡ 2
        f : 1 ≡ 2
        f = bad
        g : 1 ≡ 2
        g = f
        h : 1 ≡ 1
        h = refl
        open import Agda.Builtin.List
        k : List Nat
        k = ?
        """
    )
    assert checked.axioms["f"] == checked.axioms["g"] == {"bad"}
    assert checked.axioms["h"] == checked.axioms["k"] == set()
    assert checked.open == {"k": 1}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{-# TERMINATING #-}\nf : Nat → 1 ≡ 2\nf n = f n\n", "TERMINATING f"),
        ("{-# NON_TERMINATING #-}\nf : Nat → 1 ≡ 2\nf n = f n\n", "NON_TERMINATING f"),
        ("{-# NON_COVERING #-}\nf : Nat → Nat\nf zero = 1\n", "NON_COVERING f"),
        ("{-# NO_POSITIVITY_CHECK #-}\ndata f : Set where\n  c : (f → Nat) → f\n", "NO_POSITIVITY_CHECK f"),
        ("{-# NO_UNIVERSE_CHECK #-}\ndata f : Set where\n  c : Set → f\n", "NO_UNIVERSE_CHECK f"),
    ],
)
async def test_excuses_from_checks_are_axioms(check: Check, text: str, what: str) -> None:
    """A pragma that switches a check off for one declaration."""
    checked = await check(text)
    assert checked.complete
    assert checked.axioms["f"] == {what}


async def test_unsafe_options_are_axioms_of_everything(check: Check) -> None:
    """``--type-in-type`` and its like."""
    checked = await check("f : Set\nf = Set\n", prelude="{-# OPTIONS --type-in-type #-}\n")
    assert checked.complete
    assert any("type-in-type" in what for what in checked.axioms["f"])


async def test_an_unfinished_lemma_is_an_axiom_of_its_users(check: Check) -> None:
    """In a text that is otherwise safe; its own holes are not its axioms."""
    checked = await check("lemma : 1 ≡ 2\nlemma = ?\nf : 1 ≡ 2\nf = lemma\ng : 1 ≡ 1\ng = refl\n")
    assert checked.axioms["f"] == {"lemma"}
    assert checked.axioms["lemma"] == checked.axioms["g"] == set()


async def test_imports_from_unsafe_modules(check: Check, tmp_path: Path) -> None:
    """What an imported module postulates is what its users rest on; what it proves is not."""
    (tmp_path / "Other.agda").write_text(
        "module Other where\nopen import Agda.Builtin.Equality\nopen import Agda.Builtin.Nat\n"
        "postulate bad : 1 ≡ 2\nproved : 1 ≡ 1\nproved = refl\n"
    )
    text = "module T where\nopen import Agda.Builtin.Equality\nopen import Agda.Builtin.Nat\nopen import Other\n"
    checked = await check(text + "f : 1 ≡ 2\nf = bad\ng : 1 ≡ 1\ng = proved\n", prelude="", saved=True)
    assert checked.complete
    assert checked.axioms["f"] == {"bad"}
    assert checked.axioms["g"] == set()


async def test_a_wrong_module_name_is_agdas_to_refuse(check: Check, tmp_path: Path) -> None:
    """As ``agda T.agda`` would; a scratch copy must not hide it."""
    (tmp_path / "T.agda").write_text("")
    checked = await check("module Other where\nf = 1\n", prelude="", saved=True)
    assert not checked.complete


async def test_problems_speak_of_the_users_file(check: Check) -> None:
    """No message mentions the scratch copy, wherever in it Agda names the file."""
    checked = await check("f : Nat → Nat\nf n = g n\n  where\n  g : Nat → Nat\n  g m = f m\nx : Nope\n")
    looped = await check("f : Nat → Nat\nf n = g n\n  where\n  g : Nat → Nat\n  g m = f m\n")
    for one in (checked, looped):
        assert one.report.problems
        assert not any("Scratch" in problem.message for problem in one.report.problems)


async def test_checking_another_text_leaves_the_session_its_own(check: Check, tmp_path: Path) -> None:
    """Reports are about the text they were asked for, in any order."""
    first = await check("f : 1 ≡ 1\nf = refl\n")
    second = await check("f : 1 ≡ 2\nf = refl\n")
    again = await check("f : 1 ≡ 1\nf = refl\n")
    assert (first.complete, second.complete, again.complete) == (True, False, True)
