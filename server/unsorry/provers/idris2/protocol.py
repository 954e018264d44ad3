"""Idris 2's IDE protocol as bytes and values: S-expressions behind six hexadecimal digits of length. No process.

Idris reads what has a length byte by byte, so a request beyond ASCII goes without, on a line of its own, which it takes
as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.provers.patterns import compiled

_HEADER = 6
_MOST_BYTES = 64 << 20
_TOKEN = compiled(r'\s*+(?:(?P<open>\()|(?P<close>\))|"(?P<string>(?:[^"\\]++|\\(?s:.))*+)"|(?P<atom>[^\s()"]++))')
_ESCAPED = compiled(r"\\(?s:(.))")


@frozen
class Symbol:
    """``:ok`` and the like, without the colon."""

    name: str


SExpression: TypeAlias = "str | int | Symbol | tuple[SExpression, ...]"


def quote(text: str) -> str:
    """A string: only backslashes and quotes are escaped, line ends stand as they are."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def request(command: str, number: int) -> bytes:
    message = f"({command} {number})\n"
    if message.isascii():
        return f"{len(message):06x}{message}".encode()
    return message.replace("\r", " ").replace("\n", " ").strip().encode("utf-8", "replace") + b"\n"


def load(file: str) -> str:
    return f"(:load-file {quote(file)})"


def interpret(line: str) -> str:
    return f"(:interpret {quote(line)})"


def case_split(line: int, column: int, variable: str) -> str:
    """``line`` and ``column`` are 1-based."""
    return f"(:case-split {line} {column} {quote(variable)})"


def proof_search(line: int, hole: str, hints: tuple[str, ...] = ()) -> str:
    return f"(:proof-search {line} {quote(hole)} ({' '.join(map(quote, hints))}))"


def generate_definition(line: int, name: str) -> str:
    return f"(:generate-def {line} {quote(name)})"


def intro(line: int, hole: str) -> str:
    return f"(:intro {line} {quote(hole)})"


def refine(line: int, hole: str, expression: str) -> str:
    return f"(:refine {line} {quote(hole)} {quote(expression)})"


def browse(module: str) -> str:
    """What a module has for those that import it, with types."""
    return f"(:browse-namespace {quote(module)})"


QUIET = "(:enable-syntax :False)"
HOLES = "(:metavariables 10000)"
VERSION = ":version"
NEXT_PROOF = ":proof-search-next"
NEXT_DEFINITION = ":generate-def-next"


def parse(message: str) -> SExpression:
    """
    Raises:
        ProverError: the text is no S-expression.
    """
    open_: list[list[SExpression]] = [[]]
    at = 0
    while match := _TOKEN.match(message, at):
        at = match.end()
        if match["open"]:
            open_.append([])
        elif match["close"]:
            if len(open_) < 2:
                raise _unreadable(message)
            done = tuple(open_.pop())
            open_[-1].append(done)
        elif match["string"] is not None:
            open_[-1].append(_ESCAPED.sub(lambda found: found[1], match["string"]))
        else:
            open_[-1].append(_atom(match["atom"]))
    if len(open_) != 1 or len(open_[0]) != 1 or message[at:].strip():
        raise _unreadable(message)
    return open_[0][0]


def _unreadable(message: str) -> ProverError:
    return ProverError(f"idris2 answered what it must not: {message[:200]!r}")


def _atom(word: str) -> SExpression:
    if word.lstrip("-").isascii() and word.lstrip("-").isdigit():
        return int(word)
    return Symbol(word.removeprefix(":"))


class Framer:
    """Cuts Idris's output into messages. Feed it bytes; ``messages`` gives those that are whole."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._size = 0

    def feed(self, data: bytes) -> None:
        """
        Raises:
            ProverError: one answer has become longer than any honest one.
        """
        self._size += len(data)
        if self._size > _MOST_BYTES:
            raise ProverError("idris2 sent an endless answer")
        self._buffer += data

    def answered(self) -> None:
        """From here on a new answer is counted."""
        self._size = len(self._buffer)

    @property
    def rest(self) -> str:
        """What has come and is no message yet."""
        return self._buffer.decode("utf-8", "replace")

    def messages(self) -> Iterator[str]:
        """
        Raises:
            ProverError: what came is no message, but perhaps last words.
        """
        while len(self._buffer) >= _HEADER:
            header = bytes(self._buffer[:_HEADER])
            try:
                length = int(header, 16)
            except ValueError as error:
                raise ProverError(f"idris2 answered what it must not: {self.rest[:300].strip()!r}") from error
            end = self._end(length)
            if end is None:
                return
            message = self._buffer[_HEADER:end].decode("utf-8", "replace")
            del self._buffer[:end]
            yield message

    def _end(self, length: int) -> int | None:
        """Where a message that claims a length ends, in bytes; ``None`` while it is not whole.

        What the length counts depends on what Idris was built with: code points, or units of UTF-16. It is never more
        than the bytes; from there on, the end is where a line and the expression end.
        """
        end = self._buffer.find(b"\n", _HEADER + max(0, length - 1))
        while end >= 0:
            body = bytes(self._buffer[_HEADER : end + 1])
            if (len(body) == length and body.isascii()) or _whole(body.decode("utf-8", "replace")):
                return end + 1
            end = self._buffer.find(b"\n", end + 1)
        return None


def _whole(message: str) -> bool:
    try:
        parse(message)
    except ProverError:
        return False
    return True
