"""Rocq: sentences, units, holes and escapes from text alone."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language
from unsorry.provers.rocq.sentences import sentences

ROCQ = Language("rocq")


@pytest.mark.parametrize(
    "source",
    [
        "Lemma a : True.\n⟦proof:Proof. Admitted.⟧",
        "Lemma a : True.\n⟦proof:Proof using. (* x *)\n Admitted.⟧",
        "Lemma a : True.\n⟦proof:Proof with auto. Admitted.⟧",
        "Lemma a : True. (* c *) ⟦proof:Admitted.⟧",
        "Lemma a : True. Proof. intros. ⟦tactic:Admitted.⟧",
        "Lemma a : True. Proof. Show. ⟦tactic:Admitted.⟧",
        "Lemma a : True. Proof. intros; admit. ⟦tactic:Admitted.⟧",
        "Lemma a : True. Proof. ⟦tactic:admit.⟧ Admitted.",
        "Lemma a : True. Proof. ⟦tactic:admit.⟧ Qed.",
        "Lemma a : True. Proof. split. { ⟦tactic:admit .⟧ } - + * ⟦tactic:give_up.⟧ Defined.",
        "Lemma a : True. Proof. ⟦tactic:admit (* . *) .⟧ Admitted.",
        "Lemma a : True. Proof. ⟦tactic:admit.⟧",
        "Lemma a : True. Proof. ⟦tactic:admit.⟧ Lemma b : True. ⟦proof:Proof. Admitted.⟧",
        "Lemma a : True. Proof. admit. Abort.",
        "Lemma a : True. Proof. Fail admit. Fail Qed. ⟦tactic:admit.⟧ Admitted.",
        "Lemma a : True. Proof. 2: admit. try admit. ⟦tactic:Admitted.⟧",
        "Lemma a : True. Proof I. Lemma b : True. ⟦proof:Admitted.⟧",
        "Definition a : nat. ⟦proof:Admitted.⟧",
        "Definition a : nat := 3. Check a.",
        "Instance i : C. ⟦proof:Proof. Admitted.⟧",
        "Program Fixpoint f (n : nat) : nat := _. Next Obligation. ⟦proof:Admitted.⟧",
        "Program Definition f : nat := _. Next Obligation. Proof. ⟦tactic:admit.⟧ Defined.",
        "Goal True. ⟦proof:Proof. Admitted.⟧",
        "#[local] Lemma a : True. ⟦proof:Proof. Admitted.⟧",
        "#[local, program] Lemma a : True. ⟦proof:Proof. Admitted.⟧",
        "Local Lemma a : True. ⟦proof:Proof. Admitted.⟧",
        "Lemma a : True. Proof. Crush. Set Printing All. ⟦tactic:admit.⟧ Admitted.",
        "Lemma a : True. Proof... Admitted..",
        "Lemma a : True. Proof. exact I.admit. Qed.",
        'Definition s := "Proof. Admitted. admit.". (* Admitted. "*)" admit. *)',
        "(* (* (* (* deep *) *) *) admit. *) Lemma a : True. Proof. (* (* (* 3 *) *) *) ⟦tactic:admit.⟧ Admitted.",
        "Lemma a : True. Proof. ⟦tactic:admit.⟧ Admitted",
        "Lemma a : True. Proof. admit",
        "Ltac admitted := admit.",
    ],
)
def test_holes(source: str) -> None:
    """Marked in the source, with their kinds."""
    check(ROCQ, source)


def test_each_declaration_is_a_unit() -> None:
    """With its proof; other commands stand alone; a statement is its first sentence."""
    source = (
        "From Coq Require Import Lia.\nSection S.\nVariable n : nat.\nLemma a : n = n. Proof. lia. Qed.\n"
        "Theorem b : True with c : True. Proof. exact I. Qed.\nModule Type T. End T. Record > r := { x : nat }.\n"
        "Add Parametric Morphism : f with signature eq ==> eq as f_mor. Proof. trivial. Qed.\nEnd S."
    )
    outline = outline_of(ROCQ, source)
    assert names(outline) == ["", "S", "n", "a", "b", "T", "", "r", "f_mor", ""]
    assert heads(source, outline)[3:5] == ["Lemma a : n = n.", "Theorem b : True with c : True."]


def test_a_proof_that_closes_early_shows_more_units() -> None:
    """Text that ends its declaration and adds others cannot hide."""
    before = "Lemma a : True.\nProof.\n  admit.\nAdmitted.\nLemma b : True. Proof. exact I. Qed."
    after = before.replace("admit.", "exact I. Qed. Axiom c : False. Lemma d : True. Proof. exact I.", 1)
    assert names(outline_of(ROCQ, before)) == ["a", "b"]
    assert names(outline_of(ROCQ, after)) == ["a", "c", "d", "b"]
    assert escapes(outline_of(ROCQ, after)) == ["Axiom", "Admitted"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Axioms a b : nat.", ["Axiom"]),
        ("Hypotheses (a : nat).", ["Hypothesis"]),
        ("Context {A : Type}.", ["Context"]),
        ("Local Parameter p : nat.", ["Parameter"]),
        ("Unset Guard   Checking.", ["Unset Guard Checking"]),
        ("Unset Printing All.", []),
        ("#[bypass_check(guard)] Fixpoint f (n : nat) : nat := f n.", ["bypass_check"]),
        ("Lemma a : T. Proof. Unset Universe Checking. trivial. Qed.", ["Unset Universe Checking"]),
        ("Lemma a : T. Proof. vm_cast_no_check I. Qed.", ["vm_cast_no_check"]),
        ("Lemma a : T. Proof. exact_no_check I. give_up. Admitted.", ["exact_no_check", "give_up", "Admitted"]),
        ("Lemma a : T. Proof. Opaque f. trivial. Qed.", ["Opaque f"]),
        ('Declare ML Module "x". Redirect "f" Check 1. Load x.', ["Declare ML Module", "Redirect", "Load"]),
        ("Admit Obligations. Recursive Extraction f. Drop.", ["Admit Obligations", "Extraction", "Drop"]),
        ("Lemma admit' : x_admit = give_up_. (* admit Axiom *) Proof. trivial. Qed.", []),
        ('Definition s := "Axiom. admit. Unset Guard Checking. ".', []),
    ],
)  # fmt: skip
def test_escapes(source: str, words: list[str]) -> None:
    """In code only, by their normal forms."""
    assert escapes(outline_of(ROCQ, source)) == words


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a. b.c. d", ["a.", "b.c.", "d"]),
        ("a .. b. c... d....", ["a .. b.", "c...", "d...."]),
        ('s := "x. ""y"". (*". t.', ['s := "x. ""y"". (*".', "t."]),
        ('(* "*)" . *) a (* . *). b.', ["a (* . *).", "b."]),
        ("- a. -- b. + c. ** d.", ["-", "a.", "--", "b.", "+", "c.", "**", "d."]),
        ("{ a. } 2:{ b. } [x] : { c. }", ["{", "a.", "}", "2:{", "b.", "}", "[x] : {", "c.", "}"]),
        ("2: a. Fail { b. } Time c. {| x := 1 |}. ", ["2: a.", "Fail {", "b.", "}", "Time c.", "{| x := 1 |}."]),
        ("a.(b). c.\u00a0d. e.\td.", ["a.(b).", "c.\u00a0d.", "e.", "d."]),
        ("(*)*) a. (**) b.", ["a.", "b."]),
        ("a. (* open", ["a."]),
        ("a. (* (* *) b.", ["a."]),
        ('a. "open b.', ["a.", '"open b.']),
        ("", []),
    ],
)
def test_sentences(source: str, expected: list[str]) -> None:
    """As Rocq's own lexer splits them."""
    found = list(sentences(source))
    assert [source[sentence.span.start : sentence.span.end] for sentence in found] == expected
    assert all(sentence.finished for sentence in found[:-1])


def test_only_a_last_sentence_can_be_unfinished() -> None:
    """It reaches to the end of the text, whatever it contains."""
    (_, last) = sentences("a. b (* c. *")
    assert not last.finished
    assert last.span.end == 12


def test_sentences_of_a_stretch() -> None:
    """Those that start in it, the last one whole."""
    source = "a. b. c. d."
    found = sentences(source, 3, 7)
    assert [source[sentence.span.start : sentence.span.end] for sentence in found] == ["b.", "c."]
