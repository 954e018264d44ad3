"""One module a strategy: a source of candidates for a goal."""
