"""Agda's interaction protocol as bytes: commands encoded, answers framed. No process, no file.

A command is one Haskell value on one line; the answer is JSON, one object a line, and ends with the prompt
``JSON> `` that no line end follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from unsorry.errors import ProverError

PROMPT = b"JSON> "
_END = b"\n" + PROMPT
_MOST_BYTES = 256 << 20


def quote(text: str) -> str:
    """A Haskell string literal."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r\n", "\n").replace("\r", "\n")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'


def request(file: Path, command: str) -> bytes:
    """One line for Agda's standard input. Highlighting is off: a large file sends megabytes of it otherwise."""
    return f"IOTCM {quote(str(file))} None Direct {_bracketed(command)}\n".encode()


def _bracketed(command: str) -> str:
    return f"({command})" if " " in command else command


def load(file: Path, options: Sequence[str]) -> str:
    return f"Cmd_load {quote(str(file))} [{','.join(map(quote, options))}]"


def give(point: int, term: str) -> str:
    return f"Cmd_give WithoutForce {point} noRange {quote(term)}"


def goal_and_context(point: int) -> str:
    return f'Cmd_goal_type_context Simplified {point} noRange ""'


def normal_goal(point: int) -> str:
    return f'Cmd_goal_type Normalised {point} noRange ""'


def auto(point: int, options: str) -> str:
    return f"Cmd_autoOne AsIs {point} noRange {quote(options)}"


def make_case(point: int, variables: str) -> str:
    return f"Cmd_make_case {point} noRange {quote(variables)}"


def refine(point: int, term: str) -> str:
    return f"Cmd_refine_or_intro False {point} noRange {quote(term)}"


def infer(point: int, term: str) -> str:
    return f"Cmd_infer Simplified {point} noRange {quote(term)}"


def search_about(names: str, form: str) -> str:
    return f"Cmd_search_about_toplevel {form} {quote(names)}"


ABORT = "Cmd_abort"
ABORTED = b'{"kind":"DoneAborting"}'
"""What an abort is answered with, if there was something to abort; commands in the queue get no answer then."""


class Framer:
    """Cuts Agda's output into answers: no message holds a line end, so that a prompt behind one is a prompt."""

    def __init__(self) -> None:
        self._said = bytearray(b"\n")
        self._scanned = 0

    def feed(self, data: bytes) -> Iterator[list[bytes]]:
        """The lines of each answer that this completes.

        Raises:
            ProverError: one answer has become longer than any honest one.
        """
        self._said += data
        while (end := self._said.find(_END, self._scanned)) >= 0:
            lines = bytes(self._said[1:end]).split(b"\n") if end else []
            del self._said[: end + len(PROMPT)]
            self._said[:1] = b"\n"
            self._scanned = 0
            yield lines
        self._scanned = max(0, len(self._said) - len(PROMPT))
        if len(self._said) > _MOST_BYTES:
            raise ProverError("agda sent an endless answer")
