"""Short tactics for goals by what these look like, cheapest first. Data only.

A line of a table is a template, then after ``|`` the features that a goal must have for it. Placeholders:
``{var}`` a variable to do induction on, the likeliest first, ``{ih}`` its induction hypotheses; ``{case}`` a
variable of an enumerated type, or a term to split on; ``{hyp}`` a premise, ``{new}`` the likeliest to rewrite with;
``{lemma}`` an earlier lemma of the file, ``{lemmas}`` several; ``{name}`` a constant of the goal; ``{witness}`` a
value for what must exist; ``{intro}`` brings premises into scope.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

PROBES: Mapping[str, str] = {
    "has:lia": "first [idtac | lia].",
    "has:nia": "first [idtac | nia].",
    "has:ring": "first [idtac | ring].",
    "has:field": "first [idtac | field].",
    "has:lra": "first [idtac | lra].",
    "has:hammer": "first [idtac | sauto].",
    "has:lists": "Check app_assoc.",
    "has:arith": "Check PeanoNat.Nat.add_comm.",
    "has:Nat": "Check Nat.add_comm.",
    "has:bool": "Check andb_true_iff.",
    "has:permutation": "Check Permutation_refl.",
    "has:tests": "Check (_ =? _).",
}
"""Sentences that succeed where a feature is there: tactics and libraries that the file has loaded."""

CLOSERS = """
reflexivity
assumption
lia | has:lia
easy
auto
congruence
tauto | propositional
discriminate | equality
eauto
ring | has:ring arithmetic
lra | has:lra real
intuition
auto with arith | arithmetic has:arith
auto with bool | boolean has:bool
auto with datatypes | list has:lists
now simpl
simpl; auto
simpl in *; congruence
simpl in *; lia | has:lia
intros; simpl; auto
intros; simpl in *; congruence
intros; simpl in *; lia | has:lia quantified
intros; subst; auto
intros; f_equal; auto | equality
intros; f_equal; lia | equality has:lia
intuition congruence
intuition lia | has:lia
intuition eauto
nia | has:nia arithmetic
intros; nia | has:nia arithmetic quantified
intros; ring | has:ring arithmetic quantified
field | has:field real
constructor
now constructor
now repeat constructor
econstructor; eauto
now left
now right
left; eauto
right; eauto
now split
split; auto
split; intros; auto
split; intros; congruence
split; intros; lia | has:lia
intros; split; eauto
now exists 0 | existential arithmetic
eexists; eauto | existential
eexists; reflexivity | existential
now repeat eexists | existential
firstorder
firstorder congruence
firstorder lia | has:lia
exfalso; lia | has:lia
exfalso; auto
now apply functional_extensionality
decide equality
"""

CASES = """
destruct {case}; reflexivity
destruct {case}; auto
destruct {case}; simpl; auto
destruct {case}; simpl; congruence
destruct {case}; simpl; lia | has:lia
destruct {case}; intuition
destruct {case}; intros; discriminate
destruct {case} eqn:?; auto
destruct {case} eqn:?; simpl; congruence
destruct {case} eqn:?; simpl; intuition congruence
destruct {case} eqn:?; simpl; lia | has:lia
intros; destruct {case}; simpl in *; auto
intros; destruct {case}; simpl in *; congruence
intros; destruct {case}; simpl in *; intuition congruence
destruct {case}, {case2}; reflexivity
destruct {case}, {case2}; auto
destruct {case}, {case2}; simpl; intuition congruence
destruct {case}, {case2}, {case3}; reflexivity
destruct {case}, {case2}, {case3}; simpl; intuition congruence
"""

PREMISES = """
apply {hyp}
now rewrite {hyp}
now rewrite <- {hyp}
{intro}now apply {hyp}
{intro}eapply {hyp}; eauto
{intro}rewrite {hyp}; auto
{intro}rewrite <- {hyp}; auto
{intro}rewrite {hyp}; lia | has:lia
{intro}rewrite <- {hyp}; lia | has:lia
{intro}rewrite {hyp}; ring | has:ring
{intro}rewrite {hyp} in *; auto
{intro}now destruct {hyp}
{intro}destruct {hyp}; auto
{intro}destruct {hyp}; subst; auto
{intro}destruct {hyp}; simpl in *; subst; eauto
{intro}destruct {hyp}; lia | has:lia
{intro}now inversion {hyp}
{intro}inversion {hyp}; subst; auto
{intro}inversion {hyp}; subst; eauto
{intro}inversion {hyp}; subst; simpl in *; congruence
{intro}inversion {hyp}; subst; lia | has:lia
{intro}inversion {hyp}; subst; econstructor; eauto
{intro}injection {hyp}; auto
{intro}specialize ({hyp} _ eq_refl); auto
{intro}unfold not in {hyp}; firstorder
{intro}exists 0; auto | existential arithmetic
"""

REWRITES = """
now rewrite {lemma}
now rewrite <- {lemma}
apply {lemma}
intros; now apply {lemma}
intros; eapply {lemma}; eauto
intros; rewrite {lemma}; auto
intros; rewrite <- {lemma}; auto
intros; rewrite {lemma}; lia | has:lia
intros; rewrite <- {lemma}; lia | has:lia
intros; rewrite {lemma}; ring | has:ring
intros; rewrite {lemma}; apply {lemma2}
intros; now rewrite {lemma}, {lemma2}
intros; now rewrite <- {lemma}, {lemma2}
intros; now rewrite {lemma}, <- {lemma2}
intros; rewrite {lemma}, {lemma2}; auto
intros; repeat rewrite {lemma}; auto
eauto using {lemmas}
intros; simpl; eauto using {lemmas}
firstorder eauto using {lemmas}
"""

LIBRARY = """
apply app_assoc | has:lists list
apply app_nil_r | has:lists list
apply app_length | has:lists list
intros; now rewrite app_nil_r | has:lists list
intros; now rewrite app_assoc | has:lists list
intros; now rewrite <- app_assoc | has:lists list
intros; now rewrite app_length | has:lists list
intros; rewrite app_length; lia | has:lists list has:lia
intros; now rewrite map_app | has:lists list
intros; now rewrite map_length | has:lists list
intros; now rewrite rev_app_distr | has:lists list
intros; now rewrite rev_involutive | has:lists list
intros; rewrite rev_length; auto | has:lists list
intros; rewrite map_map; auto | has:lists list
intros; rewrite in_app_iff; intuition | has:lists list
intros; apply in_or_app; auto | has:lists list
intros; rewrite Nat.eqb_refl; auto | has:Nat boolean
intros; now apply Nat.eqb_neq | has:Nat boolean
intros; now rewrite (proj2 (Nat.eqb_neq _ _)) | has:Nat
intros; destruct (Nat.eqb_spec {nat} {nat2}); subst; intuition congruence | has:Nat
intros; apply Nat.add_comm | has:Nat
intros; apply Nat.add_assoc | has:Nat
intros; apply Nat.mul_comm | has:Nat
"""

SPLITS = """
intros; destruct ({test}) eqn:?; auto | has:tests
intros; destruct ({test}) eqn:?; simpl; congruence | has:tests
intros; destruct ({test}) eqn:?; lia | has:lia has:tests
repeat destruct ({test}); auto | has:tests
"""

UNFOLDS = """
unfold {name}; auto
unfold {name}; simpl; auto
unfold {name}; intuition
unfold {name}; lia | has:lia
unfold {name} in *; intros; congruence
unfold {name} in *; firstorder
"""

INDUCTIONS = """
induction {var}; simpl; auto
induction {var}; simpl; congruence
induction {var}; simpl; lia | has:lia
induction {var}; simpl; intuition
induction {var}; simpl; intros; auto
induction {var}; simpl; try constructor; auto
induction {var}; simpl; eauto
induction {var}; simpl; auto; now rewrite {ih}
induction {var}; auto; rewrite {hyp}; auto
induction {var}; simpl; auto; rewrite {ih}; auto
induction {var}; simpl; auto; rewrite <- {ih}; auto
induction {var}; simpl; try rewrite {ih}; auto
induction {var}; simpl; try rewrite {ih}; lia | has:lia
induction {var}; simpl; try rewrite {ih}; ring | has:ring
induction {var}; simpl; try rewrite {ih}; nia | has:nia
induction {var}; intros; cbn [{name}]; try rewrite {ih}; lia | has:lia
induction {var}; simpl; intuition congruence
induction {var}; simpl; intuition lia | has:lia
induction {var}; simpl; firstorder congruence
induction {var}; intros; simpl in *; try discriminate; auto
induction {var}; intros; simpl in *; try congruence; try lia | has:lia
induction {var}; intros; simpl in *; intuition congruence
induction {var}; intros; simpl in *; f_equal; auto
induction {var}; simpl; auto; rewrite {ih}, app_assoc; auto | has:lists list
induction {var}; simpl; intros; auto; rewrite {ih}, <- app_assoc; auto | has:lists list
induction {var}; simpl; auto; rewrite rev_app_distr, {ih}; auto | has:lists list
induction {var}; simpl; auto; rewrite ?app_length, ?{ih}; simpl; lia | has:lists list has:lia
induction {var}; simpl; auto; rewrite {ih}; auto with bool | boolean has:bool
induction {var}; simpl; auto; rewrite {ih}; now destruct {case_in} | boolean
induction {var}; simpl; auto; rewrite {ih}; apply andb_assoc | boolean has:bool
induction {var}; simpl; auto; rewrite {ih}; apply orb_assoc | boolean has:bool
"""

SPLIT_INDUCTIONS = """
induction {var}; simpl; try destruct ({test}); simpl; auto | has:tests
induction {var}; simpl; try destruct ({test}); simpl; congruence | has:tests
induction {var}; simpl; try destruct ({test}); simpl; lia | has:lia has:tests
induction {var}; simpl; try destruct ({test}) eqn:?; simpl; intuition congruence | has:tests
induction {var}; simpl; try destruct {call}; simpl; auto
induction {var}; simpl; try destruct {call}; simpl; congruence
induction {var}; simpl; try destruct {call}; simpl; lia | has:lia
induction {var}; simpl; intros; {split}; simpl; auto
induction {var}; simpl; intros; {split}; simpl; congruence
induction {var}; simpl; intros; {split}; simpl in *; lia | has:lia
induction {var}; simpl; intros; {split}; simpl in *; intuition congruence
induction {var}; simpl; intros; {split}; simpl in *; eauto; lia | has:lia
"""

LEMMA_INDUCTIONS = """
induction {var}; simpl; auto; now rewrite {lemma}, {ih}
induction {var}; simpl; auto; now rewrite {ih}, {lemma}
induction {var}; simpl; rewrite ?{lemma}; congruence
induction {var}; simpl; intros; rewrite ?{lemma}, ?{lemma2}; congruence
induction {var}; simpl; intros; try rewrite {ih}; rewrite ?{lemma}, ?{lemma2}; auto
induction {var}; simpl; intros; rewrite ?{lemma}; lia | has:lia
induction {var}; simpl; eauto using {lemmas}
induction {var}; intros; simpl in *; eauto using {lemmas}
"""

RULE_INDUCTIONS = """
{intro}induction {hyp}; auto
{intro}induction {hyp}; simpl; auto
{intro}induction {hyp}; simpl in *; congruence
{intro}induction {hyp}; simpl in *; lia | has:lia
{intro}induction {hyp}; try constructor; auto
{intro}induction {hyp}; simpl; try econstructor; eauto
{intro}induction {hyp}; simpl in *; intuition
{intro}induction {hyp}; simpl in *; intuition congruence
{intro}induction {hyp}; simpl in *; auto; inversion {hyp2}; subst; auto
{intro}induction {hyp}; simpl; eauto using {lemmas}
induction 1; intros; simpl; auto | quantified
induction 1; intros; try econstructor; eauto | quantified
induction 1; intros; simpl in *; intuition | quantified
induction 1; intros; simpl in *; lia | quantified has:lia
induction 2; intros; try econstructor; eauto | quantified
"""

GENERAL_INDUCTIONS = """
{revert}induction {var}; simpl; intros; auto
{revert}induction {var}; simpl; intros; congruence
{revert}induction {var}; simpl; intros; lia | has:lia
{revert}induction {var}; simpl; intros; try rewrite {ih}; auto
{revert}induction {var}; simpl; intros; try rewrite {ih}; lia | has:lia
{revert}induction {var}; simpl; intros; auto; rewrite {ih}, <- app_assoc; auto | has:lists list
{revert}induction {var}; destruct {var2}; simpl; intros; auto
{revert}induction {var}; destruct {var2}; simpl; intros; try congruence; auto
{revert}induction {var}; destruct {var2}; simpl; intros; try lia | has:lia
{revert}induction {var}; destruct {var2}; simpl; intros; try discriminate; auto with arith | has:arith
{revert}induction {var}; destruct {var2}; simpl; intros; try discriminate; f_equal; auto
{revert}induction {var}; destruct {var2}; simpl; intuition congruence
{revert}induction {var}; intros; simpl in *; intuition eauto
{revert}induction {var}; intros; {split}; simpl in *; eauto; congruence
{revert}induction {var}; intros; {split}; simpl in *; eauto; lia | has:lia
"""

WITNESSES = """
exists {witness}; auto
exists {witness}; lia | has:lia
exists {witness}; eauto
intros; exists ({nat} - {nat2}); lia | existential has:lia
"""

HAMMER_TACTICS = """
sfirstorder | has:hammer
hauto | has:hammer
sauto | has:hammer
qauto | has:hammer
hauto use: {lemmas} | has:hammer
"""

PARTS: Mapping[str, str] = {
    "closers": CLOSERS,
    "witnesses": WITNESSES,
    "cases": CASES,
    "premises": PREMISES,
    "rewrites": REWRITES,
    "inductions": INDUCTIONS,
    "library": LIBRARY,
    "splits": SPLITS,
    "split_inductions": SPLIT_INDUCTIONS,
    "lemma_inductions": LEMMA_INDUCTIONS,
    "rule_inductions": RULE_INDUCTIONS,
    "general_inductions": GENERAL_INDUCTIONS,
    "unfolds": UNFOLDS,
    "hammer_tactics": HAMMER_TACTICS,
}
"""The portfolio's parts by name, in the order that costs least when nothing is known of a goal."""

SPLIT = "repeat match goal with |- context [match ?x with _ => _ end] => destruct x eqn:? end"
"""Splits on whatever a goal's conclusion depends on, until nothing is left to split on."""

TESTS = ("_ =? _", "_ <=? _", "_ <? _")
"""Conditions to split on that show only once functions have been unfolded."""

WITH_LEMMA = """
apply {lemma}
intros; now apply {lemma}
intros; apply {lemma}; auto
intros; eapply {lemma}; eauto
intros; apply {lemma}; lia
symmetry; apply {lemma}
intros; symmetry; now apply {lemma}
now rewrite {lemma}
intros; now rewrite {lemma}
intros; rewrite {lemma}; auto
intros; rewrite {lemma}; lia
intros; now rewrite <- {lemma}
intros; rewrite <- {lemma}; auto
intros; rewrite {lemma} in *; auto
intros; rewrite <- {lemma} in *; auto
intros; apply -> {lemma}; auto
intros; apply <- {lemma}; auto
"""
"""How one lemma that says nearly what the goal says may close it."""

QUICK = """
reflexivity
assumption
easy
auto
congruence
lia | has:lia
intros; lia | has:lia quantified
intros; congruence | quantified
intros; simpl; auto
intros; constructor; auto
intros; econstructor; eauto
constructor; lia | has:lia
repeat constructor; auto; lia | has:lia
intros; ring | has:ring
intros; rewrite ?{eqs}; simpl; auto
intros; rewrite ?{eqs}; congruence
intros; rewrite ?{eqs}; lia | has:lia
intros; rewrite ?{eqs}; ring | has:ring
intros; now rewrite {new}
intros; rewrite <- {new}; auto; constructor
intros; rewrite {new}; lia | has:lia
intros; rewrite {new}; apply app_nil_r | has:lists
intros; rewrite ?{eqs}, <- ?app_assoc; simpl; auto | has:lists list
intros; rewrite ?app_assoc, ?app_nil_r; auto | has:lists list
intros; rewrite {lemma}; auto
intros; rewrite {lemma}; lia | has:lia
intros; {split}; repeat constructor; auto; lia | has:lia conditional
intros; {split}; repeat constructor; auto | conditional
intros; {split}; simpl; auto | conditional
intuition congruence
"""
"""What may close a goal in the middle of a search."""

FRESH = """
destruct {case}; reflexivity
destruct {case}; simpl; congruence
induction {var}; simpl; auto
induction {var}; simpl; congruence
induction {var}; simpl; lia | has:lia
induction {var}; simpl; intros; auto; rewrite {ih}, <- app_assoc; auto | has:lists list
induction {var}; intros; cbn [{name}]; try rewrite {ih}; lia | has:lia
induction {var}; simpl; intros; {split}; simpl; auto
induction {var}; simpl; intros; {split}; simpl in *; intuition congruence
"""
"""What may also close a goal that a search has just made more general."""

STEPS = """
intros
simpl
simpl in *
split
f_equal
constructor
econstructor
rewrite {lemma}
rewrite <- {lemma}
apply {lemma}
rewrite Nat.add_comm | has:Nat arithmetic
rewrite app_assoc | has:lists list
rewrite <- app_assoc | has:lists list
unfold {name}
"""
"""What a search may do at a goal when nothing better is known."""

ALIGNMENTS: Sequence[tuple[str, str]] = (
    (r"\bS (?:\w+|\(.+?\)) \+ ", "Nat.add_succ_comm"),
    (r" \+ S ", "Nat.add_succ_r"),
    (r" \* S ", "Nat.mul_succ_r"),
)
"""Signs in a goal that a lemma would bring it nearer to what is assumed."""

SPECIFICATIONS: Mapping[str, str] = {"=?": "Nat.eqb_spec", "<=?": "Nat.leb_spec", "<?": "Nat.ltb_spec"}
"""What a comparison of numbers means: lemmas for case splits that leave inequations behind."""

UNITS: Mapping[str, Sequence[str]] = {
    "[]": ("{result} ++ {acc}", "{acc} ++ {result}"),
    "nil": ("{result} ++ {acc}", "{acc} ++ {result}"),
    "0": ("{result} + {acc}",),
    "true": ("{result} && {acc}",),
    "false": ("{result} || {acc}",),
}
"""Where accumulators start, and how a result goes on from another start."""

SUPPOSED: Sequence[Sequence[str]] = (
    (
        "forall a b, {f} (a ++ b) = {f} a ++ {f} b",
        "forall a b, {f} (a ++ b) = {f} b ++ {f} a",
        "forall a b, {f} (a ++ b) = {f} a + {f} b",
    ),
    (
        "forall a b s, {f} (a ++ b) s = {f} b ({f} a s)",
        "forall a b s, {f} (a ++ b) s = {f} a ({f} b s)",
    ),
)
"""What functions often do to an append, by how many arguments follow it."""
