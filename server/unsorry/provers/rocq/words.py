"""Rocq's commands, sorted by what they mean to the scanner. Data only."""

from __future__ import annotations

from unsorry.provers.scanning import words

ENDING = words("Qed Defined Admitted Abort Save")
"""Commands that end a proof."""

PROVING = words("Lemma Theorem Fact Remark Corollary Proposition Property Goal Next Obligation Final")
"""Commands that always open a proof. Others (``Definition``) are known to have when a tactic follows."""

_ASSUMPTIONS = {
    "Axiom": "Axiom",
    "Axioms": "Axiom",
    "Parameter": "Parameter",
    "Parameters": "Parameter",
    "Conjecture": "Conjecture",
    "Conjectures": "Conjecture",
    "Hypothesis": "Hypothesis",
    "Hypotheses": "Hypothesis",
    "Variable": "Variable",
    "Variables": "Variable",
    "Context": "Context",
    "Symbol": "Symbol",
    "Symbols": "Symbol",
}

ASSUMING = {
    **_ASSUMPTIONS,
    "Admitted": "Admitted",
    "Admit": "Admit Obligations",
    "Primitive": "Primitive",
    "Load": "Load",
    "Cd": "Cd",
    "Drop": "Drop",
    "Quit": "Quit",
    "Extraction": "Extraction",
    "Extract": "Extraction",
}
"""Commands that assume something, or reach out of the prover; with their normal forms."""

ASSUMING_PHRASES = {
    "Declare ML Module": "Declare ML Module",
    "Add ML": "Add ML Path",
    "Add LoadPath": "Add LoadPath",
    "Add Rec": "Add LoadPath",
    "Recursive Extraction": "Extraction",
    "Separate Extraction": "Extraction",
    "Rewrite Rule": "Rewrite Rule",
    "Rewrite Rules": "Rewrite Rule",
    "Typing Flags": "Typing Flags",
    "Unset Guard Checking": "Unset Guard Checking",
    "Unset Positivity Checking": "Unset Positivity Checking",
    "Unset Universe Checking": "Unset Universe Checking",
    "Set Definitional UIP": "Set Definitional UIP",
}
"""The same for commands of several words, by the words that they start with."""

PHRASE_STARTS = frozenset(phrase.split()[0] for phrase in ASSUMING_PHRASES)

TACTIC_ESCAPES = "admit give_up exact_no_check vm_cast_no_check native_cast_no_check bypass_check"
"""Words inside sentences by which a proof is left out, or its check put off."""

LASTING = words("Set Unset Open Close Opaque Transparent Strategy Typeclasses Undelimit Reset Back BackTo")
"""Commands that may stand inside a proof and change what follows it."""

NAMED = words(
    "Lemma Theorem Fact Remark Corollary Proposition Property Definition Example Let Fixpoint CoFixpoint "
    "Instance Function Equations Inductive CoInductive Variant Record Structure Class SubClass Ltac Ltac2 "
    "Module Section Coercion Scheme Primitive"
) | (_ASSUMPTIONS.keys() - {"Context"})
"""Commands whose next word is the name of what they declare."""

STARTING = (
    words(
        "Goal Next Obligation Final Context Notation Infix Tactic Reserved Hint Arguments Canonical Existing "
        "Combined Create Declare Delimit Bind Import Export Require From End Include Register Number Numeral "
        "String Extract Extraction Recursive Separate Implicit Generalizable Functional Identity Prenex "
        "Universe Universes Constraint Add Derive Collection Admit Rewrite Comments Elpi"
    )
    | NAMED
)
"""Commands that start a unit of their own even where the proof before them was left open."""

PLAIN = words(
    "Lemma Theorem Fact Remark Corollary Proposition Property Definition Example Let Fixpoint CoFixpoint Instance "
    "Function Inductive CoInductive Variant Class Ltac Section Scheme Require From Import Export Notation Infix Hint "
    "Arguments Canonical Existing Combined Create Delimit Bind End Include Open Close Reserved Check Print Compute Goal"
)
"""Commands that can be told from their first word and are no escapes."""
