"""Replacing files in one step: a reader sees the old bytes or the new ones, whatever happens in between."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from unsorry.errors import FileError
from unsorry.files.reading import ProofFile, decode, digest, read_bytes


def replace(file: ProofFile, text: str) -> ProofFile:
    """Gives a proof file a new text, provided it is still as it was read; returns the file as it is now.

    Line ends are those of ``text``; the byte order mark, mode and owner stay, and symbolic links are followed.

    Raises:
        FileError: the file has changed or vanished since, is read-only, or cannot be replaced. It is as it was.
    """
    target = _resolve(file.path)

    def unchanged() -> None:
        if digest(read_bytes(target)) != file.digest:
            raise FileError(
                f"{file.path}: changed on disk meanwhile; left alone.",
                next_step="Run the command again.",
            )

    unchanged()
    data = file.encode(text)
    _replace(target, data, before=unchanged)
    return decode(file.path, data)


def write_atomically(path: Path, data: bytes) -> None:
    """Makes a file, or replaces it in one step with its mode and owner kept; symbolic links are followed.

    Raises:
        FileError: the file is read-only, or cannot be written.
    """
    _replace(_resolve(path) if path.exists() else path, data)


def _resolve(path: Path) -> Path:
    try:
        return path.resolve(strict=True)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}; nothing was written.") from error


def _replace(target: Path, data: bytes, before: Callable[[], None] | None = None) -> None:
    """Writes beside the target, calls ``before``, and then lets the new file take the target's name."""
    import tempfile

    temporary: Path | None = None
    try:
        old = target.stat() if target.exists() else None
        if old is not None and not old.st_mode & 0o222:
            raise FileError(f"{target}: read-only; left alone.", next_step="Make the file writable.")
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".tmp", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            _take_over(descriptor, old)
            os.fsync(descriptor)
        if before is not None:
            before()
        temporary.replace(target)
        temporary = None
        _sync_directory(target.parent)
    except OSError as error:
        raise FileError(
            f"{target}: cannot be written: {error.strerror or error}.",
            next_step="Check the permissions and free space of its directory.",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _take_over(descriptor: int, old: os.stat_result | None) -> None:
    """Mode and owner of the file that is to be replaced, or those of any new file."""
    if old is None:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(descriptor, 0o666 & ~mask)
        return
    with contextlib.suppress(OSError):  # only root may give files away; anyone else keeps the new owner
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _sync_directory(directory: Path) -> None:
    """Makes the new name durable; some file systems cannot, and the rename stands all the same."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
