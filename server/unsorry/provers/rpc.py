"""JSON-RPC as language servers speak it: messages into bytes, and bytes, however they are cut, into messages. Pure."""

from __future__ import annotations

import json
from typing import Any

from unsorry.errors import ProverError
from unsorry.provers.patterns import compiled

_LENGTH = compiled(r"(?i)content-length:\s*(\d+)\s*")
_END = b"\r\n\r\n"
_LONGEST_HEADER = 4096
LONGEST = 64 << 20

Message = dict[str, Any]


def encode(message: Message) -> bytes:
    """Lone surrogates, which no file can hold, go out as replacement characters: as many UTF-16 units."""
    body = json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False).encode("utf-8", "replace")
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


class Framer:
    """Collects bytes and gives whole messages."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._length: int | None = None

    def feed(self, data: bytes) -> list[Message]:
        """The messages that are complete with ``data``.

        Raises:
            ProverError: what comes is not the protocol, or a message is longer than ``LONGEST`` bytes.
        """
        self._rest += data
        messages: list[Message] = []
        while True:
            if self._length is None and not self._header():
                return messages
            assert self._length is not None
            if len(self._rest) < self._length:
                return messages
            body = bytes(self._rest[: self._length])
            del self._rest[: self._length]
            self._length = None
            messages.append(_decode(body))

    def _header(self) -> bool:
        """Reads the length of the next message, if its header is there."""
        end = self._rest.find(_END, 0, _LONGEST_HEADER)
        if end < 0:
            if len(self._rest) >= _LONGEST_HEADER:
                raise ProverError(f"it writes what is not its protocol: {bytes(self._rest[:80])!r}")
            return False
        lengths = [_LENGTH.fullmatch(line) for line in self._rest[:end].decode("ascii", "replace").split("\r\n")]
        found = next((match for match in lengths if match), None)
        if found is None:
            raise ProverError(f"it writes what is not its protocol: {bytes(self._rest[:80])!r}")
        self._length = int(found[1])
        if self._length > LONGEST:
            raise ProverError(f"it floods its output: one message of {self._length} bytes")
        del self._rest[: end + len(_END)]
        return True


def _decode(body: bytes) -> Message:
    try:
        message = json.loads(body)
    except ValueError as error:
        raise ProverError(f"it writes what is no JSON: {body[:80]!r}") from error
    if not isinstance(message, dict):
        raise ProverError(f"it writes what is no message: {body[:80]!r}")
    return message
