"""Idris's list of holes against the text's: what is counted, what has no place, what is declared and not defined."""

from __future__ import annotations

from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.loader import Loaded
from unsorry.provers.idris2.replies import Metavariable
from unsorry.provers.idris2.report import count_holes
from unsorry.text import SourceText

TEXT = """module M

open : Nat

f : Nat
f = ?a + ?b

namespace N
  g : Nat
  g = ?a
"""


def counted(*names: str) -> tuple[dict[str, int], list[str], set[str]]:
    holes = tuple(Metavariable(name, (), "Nat") for name in names)
    outline = SYNTAX.outline(TEXT)
    loaded = Loaded(TEXT, "M.idr", finished=True, holes=holes, source=SourceText(TEXT))
    counts, unplaced, undefined = count_holes(loaded, TEXT, "M.idr", outline)
    named = {outline.units[number].name: count for number, count in counts.items()}
    return named, [problem.message for problem in unplaced], set(undefined)


def test_each_hole_at_its_place() -> None:
    """By name; the same name in two namespaces where Idris sees both."""
    assert counted("M.b", "M.a", "M.N.a") == ({"f": 2, "g": 1}, [], set())


def test_holes_of_other_modules_are_not_of_this_text() -> None:
    """Idris lists what it has loaded."""
    assert counted("Other.a", "M.b") == ({"f": 1}, [], set())


def test_a_name_that_cannot_be_told_apart() -> None:
    """It is a problem, not a guess."""
    counts, unplaced, _ = counted("M.a")
    assert counts == {}
    assert unplaced == ["Idris sees 1 holes called ?a, the text has 2"]


def test_what_is_declared_and_not_defined() -> None:
    """Idris accepts it without a word, also in a ``where``: whoever uses such a name has proved nothing."""
    assert counted("M.open") == ({}, [], {"open"})
    assert counted("M.2521:813:help") == ({}, ["help is declared and not defined"], {"help"})
    assert counted("M.(<+>)")[2] == {"<+>"}
