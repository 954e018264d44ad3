"""The room of Rocq (Coq)."""
