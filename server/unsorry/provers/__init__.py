"""One room a prover, and the seams that all of them fit."""
