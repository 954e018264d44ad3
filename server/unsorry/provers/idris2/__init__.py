"""The room of Idris 2."""
