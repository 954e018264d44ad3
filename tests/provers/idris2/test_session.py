"""A real Idris 2: goals, trials, search, checks, and files that are never touched."""

from __future__ import annotations

import textwrap
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest

from unsorry.model import Budget, Candidate, Document, Fill, Goals, Hole, Language, NoGoal, TrialResult, Verdict
from unsorry.provers.base import Outline
from unsorry.provers.idris2 import ROOM
from unsorry.provers.idris2.prover import IdrisProver, make_prover
from unsorry.provers.idris2.session import IdrisSession
from unsorry.text import SourceText, apply_edits
from unsorry.verification import Verifier

pytestmark = [pytest.mark.idris2, pytest.mark.timeout(600)]

PLENTY = 120.0  # this is about what Idris says, not about how fast it runs where it is tested


class Work:
    """One text in a live session."""

    def __init__(self, prover: IdrisProver, session: IdrisSession, document: Document, outline: Outline) -> None:
        self.prover, self.session, self.document, self.outline = prover, session, document, outline
        self.holes = [
            Hole(f"h{number}", found.kind, unit.name, found.span, found.hint)
            for number, (unit, found) in enumerate(outline.holes)
        ]

    async def goals(self, number: int = 0) -> Goals:
        goals = await self.session.goals(self.holes[number])
        assert isinstance(goals, Goals), goals
        return goals

    async def tried(self, *texts: str, number: int = 0) -> list[TrialResult]:
        candidates = [Candidate(text) for text in texts]
        budget = Budget(PLENTY, per_candidate=PLENTY)
        return [trial.result async for trial in self.session.trials(self.holes[number], candidates, budget)]

    async def found(self, number: int = 0) -> str:
        """The text after the first candidate of the native search."""
        async for candidate in self.session.search("native", self.holes[number], Budget(PLENTY)):
            fills = [Fill(self.holes[number], candidate)]
            return apply_edits(self.document.text, self.prover.render(self.document, self.outline, fills))
        return ""

    async def judged(self, *proofs: str, number: int = 0) -> list[tuple[Verdict, str]]:
        """What the rule makes of each candidate, as for a user."""
        verifier = Verifier(self.prover, self.document, self.outline, allowed_axioms=())
        found = []
        for proof in proofs:
            verified = await verifier.verify(self.session, [Fill(self.holes[number], Candidate(proof))], PLENTY)
            found.append((verified.judgement.verdict, verified.judgement.reason))
        return found


Open = Callable[..., Coroutine[Any, Any, Work]]


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Open]:
    sessions: list[IdrisSession] = []

    async def open_text(text: str, name: str = "T.idr", *, saved: bool = False) -> Work:
        text = textwrap.dedent(text).lstrip("\n")
        path = tmp_path / name
        if saved:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        prover = make_prover(ROOM.settings)
        document = Document(path.as_uri(), Language("idris2"), 1, SourceText(text), path if saved else None)
        outline = prover.syntax.outline(text, name)
        sessions.append(await prover.open(document, outline))
        return Work(prover, sessions[-1], document, outline)

    yield open_text
    for session in sessions:
        await session.close()


PLUS = """
module T

%default total

plusZero : (n : Nat) -> plus n Z = n
plusZero Z = Refl
plusZero (S k) = ?step
"""


async def test_a_goal_with_its_context(open_: Open) -> None:
    """Hypotheses that can be written, the conclusion, what it looks like, and earlier lemmas; erased ones too."""
    work = await open_(
        """
        module T

        early : Nat
        early = 1

        f : {a : Type} -> (0 n : Nat) -> (1 x : a) -> (xs : List a) -> n = n -> (a, List a)
        f n x xs eq = ?rhs
        """
    )
    goals = await work.goals()
    assert goals.main.conclusion == "(a, List a)"
    named = {name: h.type for h in goals.main.hypotheses for name in h.names}
    assert named["n"] == "Nat"
    assert named["xs"] == "List a"
    assert named["eq"] == "n = n"
    assert {"pair", "list", "hypothesis:equality"} <= goals.features
    assert goals.names == ("early",)


async def test_trials_are_judged_one_by_one(open_: Open) -> None:
    """Many at a time: one with a syntax error, one that does not type, one that leaves a hole, one that calls itself
    without end, and one that closes the goal."""
    work = await open_(PLUS)
    results = await work.tried("cong S (", "Refl", "?more", "plusZero (S k)", "cong S (plusZero k)", "nosuch")
    assert results == [
        TrialResult.REJECTED,
        TrialResult.REJECTED,
        TrialResult.REJECTED,
        TrialResult.REJECTED,
        TrialResult.CLOSED,
        TrialResult.REJECTED,
    ]


CHEATS: Sequence[str] = (
    "believe_me ()",
    "really_believe_me ()",
    "believe_me k",
    "assert_total (plusZero (S k))",
    'idris_crash "no"',
    "plusZero (S k)",
    "?more",
    "_",
    "let h : (m : Nat) -> S (plus m 0) = S m; h m = h m in h k",
    "help k where\n  help : (m : Nat) -> S (plus m 0) = S m\n  help m = help m",
    "help k where\n  partial\n  help : (m : Nat) -> S (plus m 0) = S m\n  help m = help m",
    "help k where\n  help : (m : Nat) -> S (plus m 0) = S m\n  help Z = Refl",
    "case plusZero (S k) of eq => eq",
    "unproved k",
    "help k where\n  help : (m : Nat) -> S (plus m 0) = S m",
    "let help : (m : Nat) -> S (plus m 0) = S m in help k",
    "(\\x => x) (plusZero (S k))",
    "cong S (plusZero k)\n\nmore : Void\nmore = ?hole",
    "cong S (plusZero k) {- ",
)


async def test_what_only_looks_like_a_proof(open_: Open) -> None:
    """Unsafe functions, proofs by themselves (also in a ``where``), missing cases, holes elsewhere: all are refused;
    an honest proof is not."""
    work = await open_(PLUS.replace("plusZero :", "unproved : (m : Nat) -> S (plus m 0) = S m\n\nplusZero :", 1))
    verdicts = await work.judged(*CHEATS)
    assert [cheat for cheat, (verdict, _) in zip(CHEATS, verdicts, strict=True) if verdict is Verdict.VERIFIED] == []
    assert (await work.judged("cong S (plusZero k)"))[0] == (Verdict.VERIFIED, "")


async def test_totality_is_asked_for_where_the_text_does_not(open_: Open) -> None:
    """Without ``%default total`` Idris itself accepts a proof by itself; Unsorry does not."""
    work = await open_(PLUS.replace("%default total\n", ""))
    verdicts = await work.judged("plusZero (S k)", "cong S (plusZero k)")
    assert verdicts[0][0] is Verdict.REJECTED
    assert "not total" in verdicts[0][1]
    assert verdicts[1] == (Verdict.VERIFIED, "")


async def test_a_declaration_that_is_excused(open_: Open) -> None:
    """Nothing in what the text calls partial can be verified."""
    work = await open_(PLUS.replace("plusZero :", "partial\nplusZero :", 1))
    verdict, reason = (await work.judged("cong S (plusZero k)"))[0]
    assert verdict is Verdict.REJECTED
    assert "excuses" in reason


async def test_search_by_recursion(open_: Open) -> None:
    """A step of an induction."""
    text = await (await open_(PLUS)).found()
    assert "?" not in text
    assert "plusZero k" in text


async def test_search_with_a_split(open_: Open) -> None:
    """The clause around the hole is split, and each part solved."""
    work = await open_(
        """
        module T

        %default total

        glue : List a -> List a -> List a
        glue [] ys = ys
        glue (x :: xs) ys = x :: glue xs ys

        glueNil : (xs : List a) -> glue xs [] = xs
        glueNil xs = ?rhs
        """
    )
    text = await work.found()
    assert "?" not in text
    assert text.count("glueNil") > 3


async def test_search_with_an_imported_lemma(open_: Open) -> None:
    """What a module that is imported has to say of the goal is tried first."""
    work = await open_(
        """
        module T

        import Data.Nat

        %default total

        swapped : (n, m : Nat) -> n + m = m + n
        swapped n m = ?rhs
        """
    )
    assert "swapped n m = plusCommutative n m" in await work.found()


async def test_a_with_block_is_judged_as_any_other(open_: Open) -> None:
    """It counts where all its clauses are there and right."""
    work = await open_(
        """
        module T

        %default total

        small : Bool -> Nat
        small True = 1
        small False = 1

        always : (f : Nat -> Bool) -> (n : Nat) -> small (f n) = 1
        always f n = ?rhs
        """
    )
    block = "always f n with (f n)\n  always f n | True = Refl"
    whole = f"{block}\n  always f n | False = Refl"
    candidates = [Candidate(text, before=len("always f n = ")) for text in (whole, block)]
    verifier = Verifier(work.prover, work.document, work.outline, allowed_axioms=())
    verdicts = [await verifier.verify(work.session, [Fill(work.holes[0], one)], PLENTY) for one in candidates]
    assert [verdict.judgement.verdict for verdict in verdicts] == [Verdict.VERIFIED, Verdict.REJECTED]


async def test_a_module_of_a_package(open_: Open, tmp_path: Path) -> None:
    """Modules below the package's source directory are found, and what they leave unproved counts; nothing is built
    or changed there."""
    (tmp_path / "p.ipkg").write_text('package p\nsourcedir = "src"\ndepends = base\n')
    (tmp_path / "src" / "Lib").mkdir(parents=True)
    (tmp_path / "src" / "Lib" / "A.idr").write_text(
        "module Lib.A\n\nexport\nbad : (n : Nat) -> plus n 0 = n\nbad n = believe_me ()\n\n"
        "export\ngood : (n : Nat) -> n = n\ngood n = Refl\n"
    )
    work = await open_(
        """
        module Lib.B

        import Lib.A

        f : (n : Nat) -> n = n
        f n = ?one

        g : (n : Nat) -> plus n 0 = n
        g n = ?two
        """,
        "src/Lib/B.idr",
        saved=True,
    )
    before = sorted(tmp_path.rglob("*"))
    assert (await work.judged("good n"))[0] == (Verdict.VERIFIED, "")
    verdict, reason = (await work.judged("bad n", number=1))[0]
    assert verdict is Verdict.REJECTED
    assert "believe_me" in reason
    assert sorted(tmp_path.rglob("*")) == before


async def test_an_import_that_does_not_resolve(open_: Open) -> None:
    """The hole stays open, with Idris's own reason."""
    work = await open_("module T\n\nimport No.Such\n\nf : Nat\nf = ?rhs\n")
    answer = await work.session.goals(work.holes[0])
    assert isinstance(answer, NoGoal)
    assert "No.Such" in answer.reason


async def test_a_file_with_another_error(open_: Open) -> None:
    """An error elsewhere does not keep a hole from being filled; one in its own declaration does."""
    work = await open_(PLUS + "\nbroken : Nat\nbroken = nosuch\n")
    assert (await work.judged("cong S (plusZero k)"))[0] == (Verdict.VERIFIED, "")


async def test_holes_in_blocks_and_characters_beyond_ascii(open_: Open) -> None:
    """A namespace, where no copies can be made, and names and comments beyond the basic plane."""
    work = await open_(
        """
        module T

        %default total

        -- 𝔸 → ∀
        namespace Inner
          same∀' : (n : Nat) -> n = n
          same∀' n = ?rhs
        """
    )
    goals = await work.goals()
    assert goals.main.conclusion == "n = n"
    assert await work.tried("nosuch", "Refl") == [TrialResult.REJECTED, TrialResult.CLOSED]
    assert (await work.judged("Refl"))[0] == (Verdict.VERIFIED, "")
