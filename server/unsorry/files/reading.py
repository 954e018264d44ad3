"""Reading a proof file as it is: exact text, byte order mark remembered, and a digest to know it again by."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from attrs import frozen

from unsorry.errors import FileError

BOM = b"\xef\xbb\xbf"
SIZE_LIMIT = 64 << 20


@frozen
class ProofFile:
    """A file's text (line ends untouched, byte order mark taken off), as it was when it was read.

    ``digest`` is that of the bytes on disk; ``path`` is as the user gave it.
    """

    path: Path
    text: str
    bom: bool
    digest: bytes

    def encode(self, text: str) -> bytes:
        """The bytes of another text, in the manner of this file."""
        return (BOM if self.bom else b"") + text.encode()


def read(path: Path, *, limit: int = SIZE_LIMIT) -> ProofFile:
    """Reads a proof file.

    Raises:
        FileError: it is missing, no regular file, not readable, larger than ``limit`` bytes, or not UTF-8 text.
    """
    return decode(path, read_bytes(path, limit=limit))


def read_bytes(path: Path, *, limit: int = SIZE_LIMIT) -> bytes:
    """A regular file's bytes.

    Raises:
        FileError: as for ``read``.
    """
    try:
        # Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        try:
            _check(path, os.fstat(descriptor), limit)
            with os.fdopen(os.dup(descriptor), "rb") as file:
                return file.read()
        finally:
            os.close(descriptor)
    except OSError as error:
        raise _unreadable(path, error) from error


def _check(path: Path, status: os.stat_result, limit: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        what = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise FileError(f"{path}: {what}.", next_step="Name a file or a directory of files.")
    if status.st_size > limit:
        raise FileError(
            f"{path}: {status.st_size >> 20} MiB is more than the {limit >> 20} MiB that Unsorry reads.",
            next_step="Split the file.",
        )


def decode(path: Path, data: bytes) -> ProofFile:
    """A proof file from its bytes; ``path`` is for messages, and remembered.

    Raises:
        FileError: the bytes are not UTF-8 text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileError(
            f"{path}: UTF-16 text, and provers read UTF-8.",
            next_step="Convert it: iconv -f UTF-16 -t UTF-8.",
        )
    try:
        text = data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{path}: not UTF-8 text (line {line}, byte 0x{error.object[error.start]:02x}).",
            next_step="Convert it to UTF-8, or leave it out.",
        ) from error
    if "\0" in text:
        raise FileError(
            f"{path}: not text (it has a zero byte in line {text.count(chr(10), 0, text.index(chr(0))) + 1}).",
            next_step="Leave it out.",
        )
    return ProofFile(path, text, data.startswith(BOM), digest(data))


def digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _unreadable(path: Path, error: OSError) -> FileError:
    if isinstance(error, FileNotFoundError):
        return FileError(f"{path}: there is no such file.", next_step="Check the path.")
    if isinstance(error, PermissionError):
        return FileError(f"{path}: permission denied.", next_step="Make the file readable.")
    return FileError(f"{path}: {error.strerror or error}.", next_step="Check the file.")
