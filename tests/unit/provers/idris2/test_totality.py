"""The text that is held total: every directive and no line lost, and which declarations are excused."""

from __future__ import annotations

import pytest

from unsorry.model import Problem
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.totality import excused, hold, mend
from unsorry.text import Span


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("module M\n\n%default total\n\nf : Nat\n", "module M\n\n%default total\n\nf : Nat\n"),
        ("module M\n\n%default partial\n\nf : Nat\n", "module M\n\n%default total  \n\nf : Nat\n"),
        ("f : Nat\nf = 1\n", "%default total\n\nf : Nat\nf = 1\n"),
        (
            "module M\nimport A -- %default total\n||| doc\nf : Nat\n",
            "module M\nimport A -- %default total\n\n%default total\n\n||| doc\nf : Nat\n",
        ),
        ("module M\n\nf : Nat\n\n%default total\n", "module M\n\n%default total\n\n\nf : Nat\n\n%default total\n"),
        (
            "module M\n\nf : Nat\n\n%default covering\ng : Nat\n",
            "module M\n\n%default total\n\n\nf : Nat\n\n%default total   \ng : Nat\n",
        ),
        ("> module M\n\n> f : Nat\n", "> module M\n\n> %default total\n\n\n> f : Nat\n"),
    ],
)
def test_hold(text: str, held: str) -> None:
    """The directive is where every declaration comes after it; comments are no directives; places map back."""
    file = "M.lidr" if text.startswith(">") else "M.idr"
    found = hold(text, file, SYNTAX.outline(text, file))
    assert found.text == held
    if "f :" in held:
        at = held.index("f :")
        assert found.original(Span(at, at + 3)) == Span(text.index("f :"), text.index("f :") + 3)


def test_excused() -> None:
    """By a modifier before the name, on a line of its own, or inside; not by the file's default, nor a neighbour's."""
    text = (
        "%default covering\n\na : Nat\na = 1\n\npartial\nb : Nat\nb = b\n\nexport covering\nc : Nat\nc = c\n\n"
        "d : Nat\nd = e where\n  partial\n  e : Nat\n  e = e\n\n%inline\nf : Nat\nf = 1\n"
    )
    outline = SYNTAX.outline(text)
    problems = excused(text, outline, range(len(outline.units)))
    assert [outline.units[p.unit].name for p in problems if p.unit is not None and outline.units[p.unit].name] == (
        ["b", "c", "d"]
    )


def test_mending() -> None:
    """What is not total is called so, what has another error loses its body or all of it, and places map back."""
    text = "a : Nat\na = a\n\nb : Nat\nb = x\n\nc : X\nc = 1\n\nd : Nat\nd = 1\n"
    outline = SYNTAX.outline(text)
    numbers = {unit.name: number for number, unit in enumerate(outline.units)}
    problems = [
        Problem("a is not total, possibly not terminating", outline.units[numbers["a"]].head, numbers["a"]),
        Problem("Undefined name x.", Span(text.index("x"), text.index("x") + 1), numbers["b"]),
        Problem("Undefined name X.", outline.units[numbers["c"]].head, numbers["c"]),
    ]
    found = mend(text, outline, hold(text, "M.idr", outline), problems)
    assert " ".join(found.text.split()) == "%default total partial a : Nat a = a b : Nat d : Nat d = 1"
    at = found.text.index("d :")
    assert found.original(Span(at, at + 1)).start == text.index("d :")
