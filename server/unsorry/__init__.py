"""Unsorry: fills the holes of proof files with proofs that the prover itself has verified."""

__version__ = "0.1.0"
