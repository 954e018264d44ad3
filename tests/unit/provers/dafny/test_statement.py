"""What of a Dafny text is statement or meaning, so that the rule refuses to see it changed."""

from __future__ import annotations

import pytest

from unsorry.provers.base import Unit
from unsorry.provers.dafny.holes import SYNTAX

FUNCTION = "function F(n: nat): nat\n  requires n > 0{}\n{{\n  {}\n}}\n"


def unit(text: str) -> Unit:
    return SYNTAX.outline(text).units[0]


def stated(text: str) -> tuple[str, str | None]:
    found = unit(text)
    meaning = text[found.meaning.start : found.meaning.end] if found.meaning else None
    return text[found.head.start : found.head.end], meaning


def test_a_measure_may_be_added() -> None:
    """Neither the statement nor the meaning of a function has its ``decreases`` clauses at the end."""
    assert stated(FUNCTION.format("", "n")) == stated(FUNCTION.format("\n  decreases n, 2", "n"))


@pytest.mark.parametrize(
    ("clauses", "body"),
    [
        ("", "n + 1"),
        ("\n  decreases n\n  ensures false", "n"),
        ("\n  ensures false\n  decreases n", "n"),
        ("\n  requires false", "n"),
    ],
)
def test_nothing_else_may_change(clauses: str, body: str) -> None:
    """A clause that hides behind a measure is part of the statement; a function's body is what it means."""
    assert stated(FUNCTION.format("", "n")) != stated(FUNCTION.format(clauses, body))


def test_to_go_on_for_ever_is_an_escape() -> None:
    """With blanks or comments between, but not in a comment."""
    assert [e.word for e in unit("method M()\n  decreases /* ever */ *\n{\n}\n").escapes] == ["decreases *"]
    assert unit("method M() // decreases *\n  decreases 1 * 2\n{\n}\n").escapes == ()


def test_only_functions_mean_what_their_bodies_say() -> None:
    """The body of a lemma or method is where proofs stand."""
    assert unit("lemma L() { assert true; }\n").meaning is None
    assert unit("function method F(): int { 3 }\n").meaning is not None
    assert unit("function F(): int\n").meaning is None
