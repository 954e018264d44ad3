"""Lean's commands and escapes. Data only."""

from __future__ import annotations

DECLARING = (
    "theorem lemma def abbrev instance axiom opaque inductive coinductive structure class example namespace "
    "section end mutual irreducible_def proof_wanted"
)
"""Reserved words that start a command wherever they stand."""

OTHER = (
    "open export import variable variables universe universes attribute set_option include omit alias macro "
    "macro_rules syntax elab elab_rules notation notation3 infix infixl infixr prefix postfix initialize "
    "builtin_initialize simproc dsimproc declare_syntax_cat declare_simp_like_tactic register_simp_attr "
    "register_option register_builtin_option run_cmd run_elab run_meta library_note add_decl_doc "
    "assert_not_exists assert_exists suppress_compilation seal unseal recall init_quot prelude module "
    "grind_pattern binder_predicate unif_hint"
)
"""Words that start a command at the beginning of a line, and may mean something else elsewhere."""

MODIFIERS = "private protected public noncomputable unsafe partial nonrec meta local scoped"

ESCAPES = "axiom admit unsafe opaque implemented_by extern native native_decide bv_decide run_tac by_elab"
"""Words by which a text gets round the kernel, or may do so."""

QUALIFIED_ESCAPES = (
    "sorryAx skipKernelTC ofReduceBool ofReduceNat reduceBool reduceNat trustCompiler lcProof lcUnreachable "
    "unsafeCast unsafeIO unsafeBaseIO addDecl addDeclCore addAndCompile"
)
"""The same for names, which may be qualified."""

KERNEL_OFF = "skipKernelTC"
"""The option, below ``debug``, by which Lean's kernel looks at nothing; however the name is written."""

TERM_BEFORE = "exact exacts refine refine' apply from fun λ return using absurd"
"""Words after which a term stands even on the next line."""

TACTICS = (
    "ac_nf ac_rfl aesop aesop? all_goals any_goals apply apply? apply_assumption apply_ext_theorem apply_fun "
    "apply_rules assumption assumption_mod_cast bound bv_omega by_cases by_contra by_contra! calc_step case cases "
    "cases' cbv change choose classical clear congr constructor continuity contradiction contrapose contrapose! "
    "conv cutsat decide delta dsimp dsimp? eq_refl erw exact exact? exacts exfalso exists ext fail fapply field "
    "field_simp first fin_cases focus fun_cases fun_induction fun_prop funext gcongr generalize grind grind? grobner "
    "group hint induction induction' infer_instance injection injections interval_cases intro intros iterate left "
    "lia linarith linear_combination measurability module native_decide next nlinarith noncomm_ring norm_cast "
    "norm_num obtain omega pick_goal positivity push_cast push_neg rcases refine refine' rename rename_i repeat "
    "replace revert rewrite right ring ring_nf rintro rsuffices rw rw? rwa set show_term simp simp? simp_all "
    "simp_all? simp_arith simp_rw simpa simpa? skip sleep slim_check solve_by_elim specialize split split_ifs "
    "subst subst_eqs subst_vars symm tauto trace transitivity trivial try try? unfold unhygienic use with_reducible "
    "abel apply_mod_cast convert exact_mod_cast filter_upwards finiteness lift nth_rewrite nth_rw omega_nat "
    "peel plausible positivity? rel rotate_left rotate_right substs swap tfae_finish wlog zify qify compute_degree "
    "done ·"
)
"""Words by which a tactic starts and no term does: where a term is missing, such a text needs ``by``."""
