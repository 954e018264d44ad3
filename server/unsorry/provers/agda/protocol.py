"""Agda's interaction protocol as bytes: commands encoded, answers framed. No process, no file.

A command is one Haskell value on one line; the answer is JSON, one object a line, and ends with the prompt
``JSON> `` that no line end follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from unsorry.errors import ProverError

PROMPT = b"JSON> "
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


class Framer:
    """Cuts Agda's output into answers. Feed it bytes; ``take`` gives the lines once the prompt has come."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._size = 0
        self._lines: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """
        Raises:
            ProverError: one answer has become longer than any honest one.
        """
        self._size += len(data)
        if self._size > _MOST_BYTES:
            raise ProverError("agda sent an endless answer")
        self._buffer += data
        start = 0
        while (end := self._buffer.find(b"\n", max(start, self._scanned))) >= 0:
            line = bytes(self._buffer[start:end]).rstrip(b"\r")
            self._lines.append(line.removeprefix(PROMPT))
            start = end + 1
        del self._buffer[:start]
        self._scanned = len(self._buffer)

    @property
    def complete(self) -> bool:
        return self._buffer == PROMPT

    def take(self) -> list[bytes]:
        """The answer's lines; forgets them, the prompt, and whatever incomplete line there is."""
        lines, self._lines = self._lines, []
        self._buffer.clear()
        self._scanned = self._size = 0
        return lines
