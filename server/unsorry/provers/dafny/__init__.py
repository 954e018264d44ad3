"""The room of Dafny."""
