"""The log in the form and at the place that settings ask for."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from unsorry.errors import ConfigError
from unsorry.events import AttemptFinished
from unsorry.model import Attempt, Hole, HoleKind, Verdict
from unsorry.observation.context import about, current
from unsorry.observation.logs import log_event, set_up
from unsorry.settings import LogSettings
from unsorry.text import Span

EVENT = AttemptFinished(
    "file:///a.v",
    Hole("h1", HoleKind.PROOF, "a", Span(0, 1)),
    Attempt("micro", "rocq", 3, 0.5, Verdict.VERIFIED),
)


@pytest.fixture(autouse=True)
def root() -> Iterator[logging.Logger]:
    """The root logger, left as it was found."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield logger
    set_up(LogSettings())
    logger.handlers[:] = handlers
    logger.setLevel(level)


def test_json_lines_in_a_file(tmp_path: Path) -> None:
    """Each line is an object with time, level, logger, and the hole and attempt it is about; texts stay whole."""
    path = tmp_path / "new" / "log.jsonl"
    set_up(LogSettings(format="json", file=str(path)))
    with about(hole="h1", attempt="h1-7"):
        log_event(EVENT)
        logging.getLogger("unsorry.x").warning("two\nlines of %s", "λ")
    logging.getLogger("unsorry.x").error("afterwards")
    first, second, third = map(json.loads, path.read_text().splitlines())
    assert (first["event"], first["strategy"], first["verdict"]) == ("AttemptFinished", "micro", "verified")
    assert (first["hole"], first["attempt"], first["level"]) == ("h1", "h1-7", "info")
    assert (second["event"], second["attempt"], second["logger"]) == ("two\nlines of λ", "h1-7", "unsorry.x")
    assert third["timestamp"].endswith("Z")
    assert "attempt" not in third


def test_an_error_keeps_its_traceback(tmp_path: Path) -> None:
    """In JSON it is one more text."""
    set_up(LogSettings(format="json", file=str(tmp_path / "log")))
    try:
        raise ValueError("odd")
    except ValueError:
        logging.getLogger("unsorry.x").exception("failed")
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert "ValueError: odd" in json.loads(line)["exception"]


def test_text_in_a_file_beside_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file has all from INFO on; what stands on standard error stays as terse as it was."""
    logging.basicConfig(level=logging.WARNING, format="plain %(message)s", force=True)
    set_up(LogSettings(file=str(tmp_path / "log")))
    log_event(EVENT)
    logging.getLogger("unsorry.x").warning("careful")
    text = (tmp_path / "log").read_text()
    assert "AttemptFinished" in text
    assert "verdict=verified" in text
    assert capsys.readouterr().err == "plain careful\n"


def test_json_takes_the_place_of_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard error is JSON from end to end, so that a program can read it."""
    logging.basicConfig(level=logging.WARNING, force=True)
    set_up(LogSettings(format="json"))
    set_up(LogSettings(format="json"))
    logging.getLogger("unsorry.x").warning("careful")
    assert json.loads(capsys.readouterr().err)["event"] == "careful"


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    """The setting is named."""
    with pytest.raises(ConfigError, match=r"log\.file"):
        set_up(LogSettings(file=str(tmp_path)))


def test_what_the_work_is_about_nests() -> None:
    """Ids add up, and end with their block."""
    with about(hole="h"), about(attempt="1"):
        assert current() == {"hole": "h", "attempt": "1"}
    assert current() == {}
