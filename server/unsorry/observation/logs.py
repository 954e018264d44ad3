"""The log in the form and at the place that settings ask for; every line says which hole and attempt it is about."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

from unsorry.errors import ConfigError
from unsorry.events import AttemptFinished, Event, GaveUp, HoleFound, HoleGone, ProofFound, ProverStateChanged
from unsorry.observation.context import current
from unsorry.settings import LogSettings

_log = logging.getLogger("unsorry.events")
_OWN = "unsorry log"


def is_wanted(settings: LogSettings) -> bool:
    """Whether the settings ask for more than the plain lines on standard error."""
    return settings.format != "text" or bool(settings.file)


def set_up(settings: LogSettings) -> None:
    """Sends the log where the settings say. A file is for everything from INFO on, beside standard error, which goes
    on as it was; without one JSON takes the place of the plain lines there. May be called again.

    Raises:
        ConfigError: the file cannot be written.
    """
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.get_name() == _OWN]:
        root.removeHandler(handler)
        handler.close()
    if not is_wanted(settings):
        return
    handler = _file_handler(Path(settings.file).expanduser()) if settings.file else logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings))
    if settings.file:
        for other in root.handlers:
            other.setLevel(max(other.level, root.level))
        root.setLevel(min(root.level, logging.INFO))
    else:
        root.handlers.clear()
    handler.set_name(_OWN)
    root.addHandler(handler)


def log_event(event: Event) -> None:
    """Tells of an event in the log."""
    if isinstance(event, HoleFound | HoleGone):
        return
    level = logging.DEBUG
    more: dict[str, Any] = {}
    match event:
        case AttemptFinished(attempt=attempt):
            level = logging.INFO
            more = {"strategy": attempt.strategy, "prover": attempt.prover, "verdict": attempt.verdict.value}
            more |= {"seconds": round(attempt.seconds, 4), "candidates": attempt.candidates}
        case ProofFound(proof=proof):
            level, more = logging.INFO, {"strategy": proof.strategy, "prover": proof.prover}
            more["seconds"] = round(proof.seconds, 4)
        case GaveUp(reason=reason, status=status):
            level, more = logging.INFO, {"status": status.value, "reason": reason}
        case ProverStateChanged(prover=prover, state=state, reason=reason):
            level, more = logging.INFO, {"prover": prover, "state": state.value, "reason": reason}
    if not isinstance(event, ProverStateChanged):
        more |= {"uri": event.uri, "hole": event.hole.id, "declaration": event.hole.declaration}
    _log.log(level, type(event).__name__, extra=more)


def _file_handler(path: Path) -> logging.Handler:
    import logging.handlers

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return logging.handlers.WatchedFileHandler(path, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"log.file: {path} cannot be written: {error.strerror or error}.", next_step="Choose another file."
        ) from error


def _formatter(settings: LogSettings) -> logging.Formatter:
    import structlog

    json = settings.format == "json"
    renderer: Any = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            _add_context,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([structlog.processors.format_exc_info] if json else []),
            renderer,
        ],
    )


def _add_context(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in current().items():
        event.setdefault(name, value)
    return event
