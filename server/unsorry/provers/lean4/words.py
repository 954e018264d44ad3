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

TERM_BEFORE = "exact exacts refine refine' apply from fun λ return using absurd"
"""Words after which a term stands even on the next line."""
