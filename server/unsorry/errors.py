"""The one exception root, and the few failures that every room may meet.

An error says what happened, and in ``next_step`` what the reader can do about it.
"""

from __future__ import annotations


class UnsorryError(Exception):
    """Root of every error that Unsorry raises on purpose.

    ``next_step`` is one imperative sentence for the user, or empty when there is nothing to do.
    """

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step

    def __str__(self) -> str:
        if not self.next_step:
            return self.message
        end = "" if self.message.endswith((".", "!", "?")) else "."
        return f"{self.message}{end} {self.next_step}"


class ConfigError(UnsorryError):
    """A setting is unknown, of the wrong type, out of range, or not allowed where it stands."""


class FileError(UnsorryError):
    """A file cannot be read, decoded, or safely written."""


class EditError(UnsorryError):
    """Edits overlap, or lie outside the text they are to change."""


class LedgerError(UnsorryError):
    """The ledger cannot be opened, read or written. ``lasting``: trying again will not help."""

    def __init__(self, message: str, *, next_step: str = "", lasting: bool = True) -> None:
        super().__init__(message, next_step=next_step)
        self.lasting = lasting


class ProverError(UnsorryError):
    """A prover process failed: it did not start, died, or answered what it must not.

    ``stderr`` is the last lines that the process wrote to standard error.
    """

    def __init__(self, message: str, *, next_step: str = "", stderr: str = "") -> None:
        super().__init__(message, next_step=next_step)
        self.stderr = stderr


class ProverMissing(ProverError):
    """The prover is not installed, or is too old; ``next_step`` says how to install it."""


class ProverTimeout(ProverError):
    """The prover did not answer within its deadline and was interrupted or ended."""
