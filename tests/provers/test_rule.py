"""The rule of verification with real provers: candidates that cheat, against Rocq and Agda as they are.

Each candidate goes through the engine by the ``replay`` strategy, as a model's answer or a given proof would.
"""

from __future__ import annotations

import textwrap

import pytest
from attrs import frozen

from unsorry import registry
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.model import Document, HoleState, HoleStatus, Language
from unsorry.settings import SearchSettings
from unsorry.text import SourceText, apply_edits

ROCQ = """
Axiom outside : forall P : Prop, P.

Lemma unproved : False.
Proof. Admitted.

Lemma target (n : nat) : n + 0 = n.
Proof. Admitted.

Lemma later (n : nat) : n + 0 + 0 = n.
Proof. rewrite target. apply target. Qed.
"""

ROCQ_CHEATS = [
    "",
    " ",
    "(* nothing *)",
    "(* induction n; simpl; auto. *)",
    "admit.",
    "admit;idtac.",
    "idtac; admit.",
    "give_up.",
    "shelve.",
    "all: give_up.",
    "Admitted.",
    "idtac. Admitted.",
    "idtac",
    "simpl.",
    "exact (outside _).",
    "destruct unproved.",
    "apply outside.",
    "Qed. Axiom cheat : False. Lemma more : True. Proof. exact I.",
    "Abort. Axiom target : forall n, n + 0 = n. Lemma more : True. Proof. exact I.",
    "induction n; simpl; auto. Qed. Lemma more : True. Proof. exact I.",
    "induction n; simpl; auto. (* ",
    'induction n; simpl; auto; idtac "',
    "Unset Guard Checking. fix f 1. exact (f n).",
    "fix target 1. exact (target n).",
    "exact_no_check (eq_refl n).",
    "vm_cast_no_check (eq_refl n).",
    "assert (forall m, m + 0 = m) by admit. auto.",
    "Local Axiom cheat : forall n, n + 0 = n. exact (cheat n).",
    'Redirect "out" Print nat. induction n; simpl; auto.',
    "eexists.",
    "refine _.",
    "Unshelve. Grab Existential Variables.",
]

AGDA = """
module Target where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

data Empty : Set where

postulate outside : (n : Nat) → n + 0 ≡ n

unproved : (n : Nat) → n + 0 ≡ n
unproved n = ?

target : (n : Nat) → n + 0 ≡ n
target n = ?

later : (n : Nat) → n + 0 + 0 ≡ n
later n rewrite target n = target n
"""

AGDA_CHEATS = [
    "",
    " ",
    "{- nothing -}",
    "-- nothing",
    "_",
    "?",
    "{! !}",
    "outside n",
    "unproved n",
    "target n",
    "refl",
    "cheat n\n\npostulate cheat : (n : Nat) → n + 0 ≡ n",
    "cheat n\n  where postulate cheat : (n : Nat) → n + 0 ≡ n",
    "cheat n\n\n{-# TERMINATING #-}\ncheat : (n : Nat) → n + 0 ≡ n\ncheat n = cheat n",
    "loop n\n  where\n  {-# TERMINATING #-}\n  loop : (n : Nat) → n + 0 ≡ n\n  loop n = loop n",
    "{-# OPTIONS --type-in-type #-} refl",
    "let open import Agda.Builtin.TrustMe in primTrustMe",
    "primTrustMe",
    "outside n {- ",
]


DAFNY = """
function Double(n: nat): nat
{
  if n == 0 then 0 else 2 + Double(n - 1)
}

lemma Outside(n: nat)
  ensures Double(n) == 2 * n

lemma {:axiom} Given(n: nat)
  ensures Double(n) == 2 * n

lemma Wrong(n: nat)
  ensures n == n + 1
{
}

lemma {:induction false} target(n: nat)
  ensures Double(n) == 2 * n

method Later(n: nat) returns (r: nat)
  ensures Double(r) == 2 * n
{
  target(n);
  r := n;
}
"""

DAFNY_CHEATS = [
    "",
    " ",
    "// nothing",
    "/* if n > 0 { target(n - 1); } */",
    "{ }",
    "assume false;",
    "assume {:axiom} false;",
    "if n > 0 { assume Double(n - 1) == 2 * (n - 1); }",
    "expect false;",
    "Outside(n);",
    "Given(n);",
    "Wrong(n);",
    "target(n);",
    "target(n - 1);",
    "if n > 0 { target(n + 1); }",
    "} lemma {:axiom} Cheat() ensures false {",
    "Cheat(); } lemma {:axiom} Cheat() ensures false",
    "Cheat(); } lemma {:verify false} Cheat() ensures false {",
    "Cheat(); }\nlemma Cheat()\n  ensures false\n{ assume false;",
    "if n > 0 { target(n - 1); } } lemma More() {",
    "if n > 0 { target(n - 1); } /*",
    'if n > 0 { target(n - 1); } var s := "',
    "while true decreases * { }",
    "while true invariant true\nassert false;",
    "assert Double(n) == 2 * n by { while 0 < 1 invariant true\n }",
    "while 0 < 1decreases * { }",
    "// a comment \r assume false;",
    "ensures true { }",
    "requires false { }",
    "decreases *",
    "requires false\n{ }",
    "{:verify false} { }",
    "{:axiom}",
    "{:extern}",
    "assert {:only} true;",
    "var x: int :| false;",
    "var f: int -> int; assert f.requires(0) ==> false;",
    "calc { Double(n); { assume false; } 2 * n; }",
    "forall k: nat ensures Double(k) == 2 * k { assume false; }",
    "forall k: nat ensures false { }",
    "return;",
]


FILES = {Language("rocq"): "target.v", Language("agda"): "Target.agda", Language("dafny"): "target.dfy"}


async def outcome(language: Language, text: str, candidate: str) -> tuple[HoleState, str]:
    """The state of the hole in ``target`` after trying one candidate, and the text that a fill would leave."""
    text = text.lstrip("\n")
    uri = "file:///nowhere/" + FILES[language]
    engine = Engine(
        Settings(search=SearchSettings(strategies=("replay",), budget=20)),
        strategies=registry.make_strategies({"target": [candidate]}),
    )
    try:
        engine.put(Document(uri, language, 1, SourceText(text)))
        state = next(s for s in engine.states(uri) if s.hole.declaration == "target")
        await engine.prove(uri, {state.hole.id}).wait()
        state = next(s for s in engine.states(uri) if s.hole.declaration == "target")
        return state, apply_edits(text, (await engine.fill(uri)).edits)
    finally:
        await engine.aclose()


AGDA_SIDE_DOORS = {
    "an instance": ("postulate instance outside : 1 ≡ 2\nit : {A : Set} {{_ : A}} → A\nit {{x}} = x", "it"),
    "an open module": (
        "postulate outside : 1 ≡ 2\nmodule P (x : 1 ≡ 2) where\n  y : 1 ≡ 2\n  y = x\nopen P outside",
        "y",
    ),
    "a named module": (
        "postulate outside : 1 ≡ 2\nmodule P (x : 1 ≡ 2) where\n  y : 1 ≡ 2\n  y = x\nopen module Q = P outside",
        "y",
    ),
    "a record": ("record R : Set where\n  field f : 1 ≡ 2\npostulate r : R\nopen R r", "f"),
    "trust under another name": ("open import Agda.Builtin.TrustMe renaming (primTrustMe to fine)", "fine"),
    "itself, excused from termination": ("{-# TERMINATING #-}", "target"),
}


DAFNY_SIDE_DOORS = {
    "an attribute with a blank": ("lemma { :verify false} Bad() ensures false { }", "Bad();"),
    "an attribute with a comment": ("lemma {/**/:axiom} Bad() ensures false { }", "Bad();"),
    "an attribute with parentheses": ("lemma {:verify (false)} Bad() ensures false { }", "Bad();"),
    "what the verifier inlines": ("lemma {:inline 1} Bad() ensures false { }", "Bad();"),
    "what it assumes": ("lemma {:selective_checking} Bad() ensures false { }", "Bad();"),
    "a loop without a body": ("lemma Bad() ensures false { while true invariant true\n}", "Bad();"),
    "a function": ("function {:verify (false)} Bad(): int ensures false { 0 }", "var x := Bad();"),
    "a carriage return": ("// \rlemma {:verify false} Bad() ensures false { }", "Bad();"),
    "a name that is there twice": (
        (
            "module A { lemma L() ensures 1 == 1 }\nmodule B { lemma L() ensures false }\n"
            "import A\nimport B\nlemma other() ensures 1 == 1 { A.L(); }"
        ),
        "B.L();",
    ),
}


@frozen
class Case:
    language: Language
    text: str
    candidate: str


def cases(language: Language, text: str, candidates: list[str]) -> list[object]:
    mark = getattr(pytest.mark, language)
    return [
        pytest.param(Case(language, text, c), marks=mark, id=f"{language}-{textwrap.shorten(c, 40) or 'empty'}")
        for c in candidates
    ]


@pytest.mark.parametrize(
    "case",
    cases(Language("rocq"), ROCQ, ROCQ_CHEATS)
    + cases(Language("agda"), AGDA, AGDA_CHEATS)
    + cases(Language("dafny"), DAFNY, DAFNY_CHEATS),
)
async def test_a_cheat_leaves_the_hole_open_and_the_text_alone(case: Case) -> None:
    """No wrong proof is ever offered, whatever the candidate does; the prover survives it."""
    state, text = await outcome(case.language, case.text, case.candidate)
    assert state.status is HoleStatus.OPEN, state.message
    assert state.proofs == ()
    assert text == case.text.lstrip("\n")


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        pytest.param(
            Case(Language("rocq"), ROCQ, candidate),
            wanted,
            marks=pytest.mark.rocq,
            id=f"rocq-{textwrap.shorten(candidate, 40)}",
        )
        for candidate, wanted in [
            ("induction n; simpl; auto.", "Qed."),
            ("induction n; simpl; auto", "Qed."),
            ("induction n.\n- reflexivity.\n- simpl. rewrite IHn. reflexivity.", "rewrite IHn"),
            ("(* admit. *) induction n; simpl; auto.", "(* admit. *)"),
            ("induction n; simpl; auto. (* done *)", "(* done *)"),
            ("induction n; simpl; auto (* done *)", "(* done *)."),
        ]
    ]
    + [
        pytest.param(
            Case(
                Language("agda"),
                AGDA.replace("target n = ?\n", "target zero = refl\ntarget (suc n) = ?\n").replace(
                    "unproved :", "cong-suc : {a b : Nat} → a ≡ b → suc a ≡ suc b\ncong-suc refl = refl\n\nunproved :"
                ),
                candidate,
            ),
            candidate.split()[0],
            marks=pytest.mark.agda,
            id=f"agda-{candidate}",
        )
        for candidate in ["cong-suc (target n)", "let ih = target n in cong-suc ih", "cong-suc {- ? -} (target n)"]
    ]
    + [
        pytest.param(
            Case(Language("dafny"), DAFNY, candidate),
            wanted,
            marks=pytest.mark.dafny,
            id=f"dafny-{textwrap.shorten(candidate, 40)}",
        )
        for candidate, wanted in [
            ("if n > 0 { target(n - 1); }", "target(n - 1);"),
            ("if n > 0 { target(n - 1); } //", "//"),
            ("{\n  if n > 0 {\n    target(n - 1);\n  }\n}", "    target(n - 1);\n"),
            ("if n > 0 { target(n - 1); /* assume */ } // assume false;\n", "target(n - 1);"),
            ("calc { Double(n); { if n > 0 { target(n - 1); } } 2 * n; }", "calc {"),
            ("forall k: nat | k < n ensures Double(k) == 2 * k { target(k); }", "forall k"),
        ]
    ],
)
async def test_an_honest_proof_is_offered(case: Case, wanted: str) -> None:
    """Beside the cheats, the real thing passes, in the forms in which people write it."""
    state, text = await outcome(case.language, case.text, case.candidate)
    assert state.status is HoleStatus.PROVED, state.message
    assert wanted in text


@pytest.mark.agda
@pytest.mark.parametrize("door", AGDA_SIDE_DOORS)
async def test_no_side_door_to_what_is_unproved(door: str) -> None:
    """A name that rests on something unproved is refused, however it came into scope."""
    before, candidate = AGDA_SIDE_DOORS[door]
    text = (
        "module Target where\nopen import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n"
        f"{before}\ntarget : 1 ≡ 2\ntarget = ?\n"
    )
    state, after = await outcome(Language("agda"), text, candidate)
    assert state.status is HoleStatus.OPEN, state.proofs
    assert after == text
    assert state.attempts[0].refused == 1, "Agda itself accepts it; it is the rule that must refuse"


@pytest.mark.dafny
@pytest.mark.parametrize("door", DAFNY_SIDE_DOORS)
async def test_no_side_door_to_what_dafny_did_not_verify(door: str) -> None:
    """Dafny passes over it in silence, or takes it without proof; what rests on it is refused."""
    before, candidate = DAFNY_SIDE_DOORS[door]
    # The lemma rests on ``A.L`` already, which is no excuse for ``B.L``.
    body = "{\n  A.L();\n  assume false;\n}\n" if "A.L" in before else ""
    text = f"module M {{\n{before}\nlemma target(n: nat)\n  ensures n == n + 1\n{body}}}\n"
    state, after = await outcome(Language("dafny"), text, candidate)
    assert state.status is HoleStatus.OPEN, state.proofs
    assert after == text


@pytest.mark.dafny
@pytest.mark.parametrize("candidate", ["assert r == n; // \r r := 0;", "forall x: int { } return;"])
async def test_what_a_method_does_stays(candidate: str) -> None:
    """In a method that is run a candidate may only prove, whatever it looks like."""
    text = "method target(n: nat) returns (r: nat)\n  ensures r >= 0\n{\n  r := n;\n  assume r >= 0;\n  r := 1;\n}\n"
    state, after = await outcome(Language("dafny"), text, candidate)
    assert state.status is HoleStatus.OPEN, state.proofs
    assert after == text


@pytest.mark.agda
async def test_a_statement_with_a_hole_is_not_proved() -> None:
    """The argument's type is open: taking it for the conclusion would prove nothing."""
    text = "module Target where\nopen import Agda.Builtin.Equality\n\ntarget : ? → Set ≡ Set\ntarget x = ?\n"
    engine = Engine(
        Settings(search=SearchSettings(strategies=("replay",))), strategies=registry.make_strategies({"target": ["x"]})
    )
    try:
        engine.put(Document("file:///nowhere/Target.agda", Language("agda"), 1, SourceText(text)))
        await engine.prove("file:///nowhere/Target.agda").wait()
        assert {state.status for state in engine.states("file:///nowhere/Target.agda")} == {HoleStatus.OPEN}
    finally:
        await engine.aclose()


@pytest.mark.rocq
async def test_a_proof_that_breaks_a_later_declaration_is_refused() -> None:
    """An admitted lemma takes every section variable as an argument, a proved one only those that it uses: what
    comes after the section may stop to fit, although the proof itself is right."""
    text = textwrap.dedent("""
        Section Some.
        Variable n : nat.
        Lemma target : n = n.
        Proof. Admitted.
        Lemma unused : True.
        Proof. Admitted.
        End Some.

        Lemma later : True.
        Proof. exact (unused 0). Qed.
        """)
    state, _ = await outcome(Language("rocq"), text, "reflexivity.")
    assert state.status is HoleStatus.PROVED, state.message
    renamed = text.replace("target", "other").replace("unused", "target")
    state, after = await outcome(Language("rocq"), renamed, "exact I.")
    assert state.status is HoleStatus.OPEN
    assert state.message is not None
    assert "target" in state.message
    assert after == renamed.lstrip("\n")


@pytest.mark.rocq
async def test_a_step_that_only_the_kernel_refuses_does_not_pass_while_holes_are_left() -> None:
    """With another hole in the proof there is no ``Qed.`` yet; a step that proves its goal by itself is refused all
    the same, and an honest one passes."""
    text = textwrap.dedent("""
        Lemma target : (nat -> 0 = 0) /\\ True.
        Proof.
          split.
          - admit.
          - admit.
        Admitted.
        """)
    state, after = await outcome(Language("rocq"), text, "fix f 1. exact f.")
    assert state.status is HoleStatus.OPEN, state.proofs
    assert after == text.lstrip("\n")
    state, after = await outcome(Language("rocq"), text, "intros n. reflexivity.")
    assert state.status is HoleStatus.PROVED, state.message
    assert "Admitted." in after


@pytest.mark.agda
async def test_an_agda_term_that_breaks_a_later_declaration_is_refused() -> None:
    """``zero`` fills the hole; the proof below needs ``suc zero``."""
    text = textwrap.dedent("""
        module Target where
        open import Agda.Builtin.Nat
        open import Agda.Builtin.Equality

        target : Nat
        target = ?

        later : target ≡ 1
        later = refl
        """)
    state, _ = await outcome(Language("agda"), text, "zero")
    assert state.status is HoleStatus.OPEN
    state, after = await outcome(Language("agda"), text, "suc zero")
    assert "target = suc zero" in after


PARTIAL = """
Axiom outside : forall P : Prop, P.

Lemma unproved : False.
Proof. Admitted.

Lemma target : 1 = 2 /\\ True.
Proof.
  split.
  - admit.
  - admit.
Admitted.
"""


@pytest.mark.rocq
@pytest.mark.parametrize(
    ("candidate", "proved"),
    [
        ("exact (outside _).", 0),
        ("destruct unproved.", 0),
        ("assert (nat -> 1 = 2) as H by (fix f 1; exact f). exact (H 0).", 0),
        ("assert (nat -> False) as H. fix f 1. exact f. destruct (H 0).", 0),
        ("change_no_check True. exact I.", 1),
        ("exact I.", 1),
    ],
)
async def test_the_kernel_checks_a_proof_that_keeps_holes(candidate: str, proved: int) -> None:
    """A proof that still ends in ``Admitted`` is checked as far as it goes: only the second hole can be filled."""
    outcomes = [state.status for state in await states(PARTIAL, candidate)]
    assert outcomes == [HoleStatus.OPEN, HoleStatus.PROVED if proved else HoleStatus.OPEN]


@pytest.mark.rocq
async def test_what_is_put_aside_is_not_proved() -> None:
    """Where the goal has an existential variable, a shelved goal would come back only at the proof's end."""
    text = "Lemma target : exists n, n = 0 /\\ n = 0.\nProof.\n  eexists. split.\n  - admit.\n  - admit.\nAdmitted.\n"
    assert {state.status for state in await states(text, "shelve.")} == {HoleStatus.OPEN}
    assert {state.status for state in await states(text, "reflexivity.")} == {HoleStatus.PROVED}


async def states(text: str, candidate: str) -> list[HoleState]:
    """The states of the holes in a Rocq text's ``target`` after trying one candidate at each."""
    uri = "file:///nowhere/target.v"
    engine = Engine(
        Settings(search=SearchSettings(strategies=("replay",), budget=20)),
        strategies=registry.make_strategies({"target": [candidate]}),
    )
    try:
        engine.put(Document(uri, Language("rocq"), 1, SourceText(text.lstrip("\n"))))
        wanted = {state.hole.id for state in engine.states(uri) if state.hole.declaration == "target"}
        await engine.prove(uri, wanted).wait()
        return [state for state in engine.states(uri) if state.hole.id in wanted]
    finally:
        await engine.aclose()
