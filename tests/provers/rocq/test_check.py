"""Checking whole texts with a real prover: the report tells the truth, whatever the text tries."""

from __future__ import annotations

import pytest

from unsorry.errors import ProverTimeout

pytestmark = pytest.mark.rocq

TEXT = """Require Import Arith.
Axiom outside : False.

Lemma first (n : nat) : n + 0 = n.
Proof. Admitted.

Lemma second : 0 = 0 /\\ True.
Proof.
  split.
  - admit.
  - admit.
Admitted.

Lemma third (n : nat) : n + 0 + 0 = n.
Proof. rewrite first. apply first. Qed.
"""


async def test_a_text_with_holes(opened) -> None:
    """Holes are counted where they are, and unproved things listed, through lemmas too."""
    async with opened(TEXT) as room:
        report = await room.check(None, "first", "second", "third")
        assert report.complete
        assert report.problems == ()
        assert report.open_holes == {2: 1, 3: 2}
        assert report.axioms == {2: {"first"}, 3: {"second"}, 4: {"first"}}


async def test_a_text_that_is_filled(opened) -> None:
    """With every hole filled, nothing is open and nothing assumed."""
    async with opened(TEXT) as room:
        text = room.filled("induction n; simpl; auto", "reflexivity", "exact I")
        report = await room.check(text, "first", "second", "third")
        assert (report.complete, report.problems, report.open_holes) == (True, (), {})
        assert report.axioms == {2: set(), 3: set(), 4: set()}


async def test_some_holes_filled(opened) -> None:
    """A proof with one hole left still counts one, and rests on itself."""
    async with opened(TEXT) as room:
        report = await room.check(TEXT.replace("admit.", "reflexivity.", 1), "second")
        assert report.open_holes == {2: 1, 3: 1}
        assert report.axioms == {3: {"second"}}


async def test_axioms_are_seen_through(opened) -> None:
    """A proof that uses an axiom says so, by whatever road."""
    async with opened(TEXT) as room:
        text = TEXT.replace("Proof. Admitted.", "Proof. destruct outside. Qed.")
        assert (await room.check(text, "first", "third")).axioms == {2: {"outside"}, 4: {"outside"}}


UNGUARDED = """Unset Guard Checking.
Fixpoint loop (n : nat) : False := loop n.
Set Guard Checking.
Lemma a : False.
Proof. exact (loop 0). Qed.
"""


async def test_checks_that_were_switched_off(opened) -> None:
    """A definition that was taken as terminating is listed among the assumptions."""
    async with opened(UNGUARDED) as room:
        assert (await room.check(None, "a")).axioms == {3: {"loop is assumed to be guarded."}}


@pytest.mark.parametrize(
    ("proof", "message"),
    [
        ("apply nonsense.", "nonsense"),
        ("idtac.", "incomplete proof"),
        ("admit.", "given up"),
        ("revert n. fix f 1. exact f.", "ill-formed"),
        ("exact_no_check (eq_refl 1).", ""),
        ("lia.", ""),
        ("induction n; auto. lia.", ""),
        ("exact ((.", "Syntax error"),
        ("- auto. - auto.", ""),
    ],
)
async def test_bad_proofs_are_problems_of_their_declaration(opened, proof: str, message: str) -> None:
    """Each error is told at the declaration where it is, and what follows is checked all the same."""
    async with opened(TEXT) as room:
        text = TEXT.replace("Proof. Admitted.", f"Proof. {proof} Qed.", 1)
        report = await room.check(text, "first")
        assert report.complete
        assert {problem.unit for problem in report.problems} == {2}
        assert message in report.problems[0].message
        assert report.axioms[2] == {"first"}


async def test_problems_are_where_they_are(opened) -> None:
    """An error's range is in code points of the text, whatever stands before it on its line."""
    text = '(* 😀 "𝔸 *)" é *) Definition s := 1. (* é *) Definition z := s + foo.\n'
    async with opened("") as room:
        (problem,) = (await room.check(text)).problems
        assert text[problem.span.start : problem.span.end] == "foo"
        assert problem.unit == 1


async def test_a_change_that_breaks_what_follows(opened) -> None:
    """An error that a change causes in a later declaration is told there."""
    async with opened(TEXT) as room:
        text = TEXT.replace("Lemma first (n : nat) : n + 0 = n.", "Lemma first (n : nat) : n = n + 0.")
        report = await room.check(text)
        assert {problem.unit for problem in report.problems} == {4}


@pytest.mark.parametrize(
    ("end", "message"),
    [
        ("Lemma open_end : True.\nProof.\n  idtac.\n", "not finished"),
        ("Lemma open_end : True.\nProof.\n  exact I", "Syntax error"),
        ("(* never closed", "omment"),
        ('Definition x := "never closed', ""),
        ("Section Open.\n", None),
    ],
)
async def test_texts_that_do_not_end(opened, end: str, message: str | None) -> None:
    """A proof, sentence, comment or string that is left open is a problem; the rest is checked."""
    async with opened(TEXT) as room:
        report = await room.check(TEXT + end)
        assert report.complete
        if message is None:
            assert not report.problems or "Open" in report.problems[0].message
        else:
            assert report.problems
            assert message in report.problems[-1].message


async def test_a_proof_that_is_left_open_in_the_middle(opened) -> None:
    """An unfinished proof is a problem of its own declaration, and the next one is checked."""
    async with opened("") as room:
        report = await room.check(
            "Lemma a : True.\nProof.\n  idtac.\n\nLemma b : True.\nProof. exact I. Qed.\n", "a", "b"
        )
        assert [problem.unit for problem in report.problems] == [0]
        assert report.axioms == {1: set()}


async def test_aborted_proofs_count_nothing(opened) -> None:
    """An aborted proof has no hole, and declares nothing to rest on."""
    async with opened("") as room:
        report = await room.check("Lemma a : False.\nProof.\n  admit.\nAbort.\nLemma b : True. exact I. Qed.\n", "b")
        assert report.problems == ()
        assert report.open_holes.get(1, 0) == 0
        assert report.axioms == {1: set()}


async def test_sections(opened) -> None:
    """A section's own variables are no axioms; a real one used in a section is."""
    text = (
        "Axiom outside : False.\nSection S.\nVariable A : Type.\nHypothesis same : forall x y : A, x = y.\n"
        "Lemma a (x y : A) : x = y.\nProof. apply same. Qed.\n"
        "Lemma b (x y : A) : x = y.\nProof. destruct outside. Qed.\nEnd S.\n"
    )
    async with opened(text) as room:
        assert (await room.check(None, "a", "b")).axioms == {4: set(), 5: {"outside"}}


async def test_checks_follow_one_another(opened) -> None:
    """Many texts in turn, longer, shorter and back, each get their own report."""
    async with opened(TEXT) as room:
        full = room.filled("induction n; simpl; auto", "reflexivity", "exact I")
        for _ in range(3):
            assert (await room.check(TEXT)).open_holes == {2: 1, 3: 2}
            assert (await room.check(full)).open_holes == {}
            assert (await room.check(TEXT[: TEXT.index("Lemma second")])).open_holes == {2: 1}
            assert (await room.check("")).complete


async def test_the_time_bounds_the_whole(opened) -> None:
    """A text that takes too long is an error of its own kind, never a report; then checking goes on."""
    async with opened(TEXT) as room:
        slow = TEXT + "Lemma slow : True.\nProof. do 1000000000 idtac. exact I. Qed.\n"
        with pytest.raises(ProverTimeout):
            await room.check(slow, seconds=2)
        assert (await room.check(TEXT)).open_holes == {2: 1, 3: 2}


async def test_a_definition_by_tactics(opened) -> None:
    """``Defined`` proofs, instances and obligations are checked like lemmas."""
    text = (
        "Definition d : nat.\nProof. exact 3. Defined.\nLemma a : d = 3.\nProof. reflexivity. Qed.\n"
        "Definition e : nat.\nProof. admit. Defined.\n"
    )
    async with opened(text) as room:
        report = await room.check(None, "d", "a")
        assert report.axioms == {0: set(), 1: set()}
        assert [problem.unit for problem in report.problems] == [2]
