"""Reads what ``sgen`` says on standard error: failed assertions and other errors, with their places."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen

_COLOR = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"^error: (?P<message>.+)\n\s*--> (?P<file>.+):(?P<line>\d+):(?P<column>\d+)$", re.MULTILINE)
_DETAIL = re.compile(r"^\s*(Expected|Got|Term 1|Term 2|hint): (.*)$", re.MULTILINE)
_LONGEST = 300


@frozen
class Failure:
    """One error. ``line`` and ``column`` count from 1, in characters, of the file called ``file``."""

    message: str
    file: str
    line: int
    column: int

    def offset(self, text: str) -> int:
        """Where it is in the text of its file; the text's end where it has no such place."""
        lines = text.split("\n")
        if self.line > len(lines):
            return len(text)
        return sum(len(line) + 1 for line in lines[: self.line - 1]) + min(self.column - 1, len(lines[self.line - 1]))


def failures(stderr: str) -> Iterator[Failure]:
    """The errors of one run, in order."""
    said = _COLOR.sub("", stderr)
    errors = list(_ERROR.finditer(said))
    ends = (*(error.start() for error in errors[1:]), len(said))
    for error, end in zip(errors, ends, strict=False):
        details = _DETAIL.findall(said[error.end() : end])
        message = "; ".join([error["message"], *(f"{label.lower()} {shown.strip()}" for label, shown in details)])
        yield Failure(message[:_LONGEST], error["file"], int(error["line"]), int(error["column"]))


def plain(stderr: str) -> str:
    """What it says, without colours, for people."""
    return _COLOR.sub("", stderr).strip()[:_LONGEST]
