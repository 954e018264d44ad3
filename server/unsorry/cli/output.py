"""What the command line prints: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from unsorry.cli.options import Options
from unsorry.errors import FileError, ProverError, UnsorryError

_CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


class OutputError(FileError):
    """Standard output does not take what is written: a full disk, say. Nothing more can be printed there."""


class Output:
    """Owner of the two streams. Colours appear on a terminal only, and never when the user says so."""

    def __init__(self, options: Options) -> None:
        self.options = options
        for stream in (sys.stdout, sys.stderr):
            # File names may be any bytes; goals and proofs are UTF-8 whatever the locale.
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        self.stdout_color = options.color and _colorful(sys.stdout)
        self.stderr_color = options.color and _colorful(sys.stderr)

    @property
    def quiet(self) -> bool:
        return self.options.verbosity < 0

    def line(self, text: str = "") -> None:
        """A line of the result."""
        self.raw(f"{text}\n")

    def raw(self, text: str) -> None:
        """A piece of the result, as it is."""
        with _told():
            sys.stdout.write(text)

    def json(self, value: Any) -> None:
        """The one object that is the result."""
        text = json.dumps(value, ensure_ascii=False, indent=1)
        with contextlib.suppress(UnicodeEncodeError):
            text.encode()
            self.line(text)
            return
        self.line(json.dumps(value, indent=1))

    def note(self, text: str) -> None:
        """Something for a person who watches; not shown when quiet."""
        if not self.quiet:
            self.flush()  # where both streams meet, what was said first stands first
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def error(self, error: UnsorryError) -> None:
        """What went wrong, and what to do about it."""
        lines = [f"{self.paint_error('unsorry: error:', 'red', 'bold')} {error.message}"]
        if isinstance(error, ProverError) and error.stderr:
            lines.extend(f"  | {line}" for line in error.stderr.splitlines()[-10:])
        if error.next_step:
            lines.append(f"  {error.next_step}")
        self.flush()
        sys.stderr.write("\n".join(lines) + "\n")

    def bug(self, error: Exception) -> None:
        """A failure that nobody foresaw; the traceback only when asked for."""
        if self.options.verbosity > 0:
            import traceback

            traceback.print_exception(error)
        sys.stderr.write(
            f"unsorry: internal error: {type(error).__name__}: {error}\n"
            "  This is a bug in Unsorry. Run again with -v for the traceback, and please report it.\n"
        )

    def paint(self, text: str, *styles: str) -> str:
        """Text for standard output, in colour if it has any."""
        return _paint(text, styles) if self.stdout_color else text

    def paint_error(self, text: str, *styles: str) -> str:
        """Text for standard error, in colour if it has any."""
        return _paint(text, styles) if self.stderr_color else text

    def start_logging(self) -> None:
        """Sends the log to standard error, as loud as ``-v`` and ``-q`` say; tracebacks only with ``-v``."""
        import logging

        class Brief(logging.Formatter):
            def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
                return f"  {ei[0].__name__}: {ei[1]} (-v shows where)"

        levels = {-1: logging.ERROR, 0: logging.WARNING, 1: logging.INFO}
        level = levels.get(max(-1, self.options.verbosity), logging.DEBUG)
        handler = logging.StreamHandler(sys.stderr)
        kind = logging.Formatter if self.options.verbosity > 0 else Brief
        handler.setFormatter(kind("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        logging.basicConfig(level=level, handlers=[handler], force=True)

    def flush(self) -> None:
        with _told():
            sys.stdout.flush()

    def abandon(self) -> None:
        """Gives up standard output, whose reader has gone, so that nothing complains at exit."""
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turns failures of standard output into ``OutputError``, but for a reader that has gone."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"standard output cannot be written: {error.strerror or error}.", next_step="Send it elsewhere."
        ) from error


def _colorful(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(text: str, styles: tuple[str, ...]) -> str:
    return f"\033[{';'.join(_CODES[style] for style in styles)}m{text}\033[0m"
