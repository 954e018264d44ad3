"""How every face tells of attempts and times."""

from __future__ import annotations

import pytest

from unsorry.listing import attempt_line, duration
from unsorry.model import Attempt, Verdict


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "1 ms"), (0.0004, "1 ms"), (0.038, "38 ms"), (0.9994, "999 ms"), (0.9996, "1.0 s"), (61.26, "61.3 s")],
)
def test_durations(seconds: float, shown: str) -> None:
    """Milliseconds below a second, never zero."""
    assert duration(seconds) == shown


@pytest.mark.parametrize("verdict", Verdict)
def test_an_attempt_is_one_line(verdict: Verdict) -> None:
    """Every outcome has words, and a prover's message of several lines stays on the line."""
    line = attempt_line(Attempt("micro", "rocq", 1, 0.2, verdict, "first\n  second"))
    assert line.startswith("micro ")
    assert line.endswith(" (1 candidate, 200 ms): first second")
