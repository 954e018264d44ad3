"""The room of Lean 4."""
