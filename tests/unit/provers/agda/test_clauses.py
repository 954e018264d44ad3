"""The clause around a hole, from text."""

from __future__ import annotations

import pytest

from unsorry.provers.agda.clauses import Clause, arguments, find_clause
from unsorry.provers.agda.code import mask
from unsorry.text import Span


def clause(text: str, declaration: str = "f") -> Clause | None:
    code = mask(text)
    start = text.index("{!") if "{!" in text else text.index("?")
    end = text.index("!}") + 2 if "{!" in text else start + 1
    return find_clause(code, Span(start, end), declaration)


@pytest.mark.parametrize(
    ("text", "replaced", "column", "arguments_"),
    [
        ("f : A\nf n = ?\n", "f n = ?", 0, ["n"]),
        ("f : A\nf (suc n) m = {! n !}\n\ng = 1", "f (suc n) m = {! n !}", 0, ["(suc n)", "m"]),
        ("f : A\nf {A} (x ∷ xs)\n  ys =\n    ?\nf y z = 1", "f {A} (x ∷ xs)\n  ys =\n    ?", 0, ["(x ∷ xs)", "ys"]),
        ("module M where\n  f : A\n  f n = ? -- why\n  g = 1", "f n = ?", 2, ["n"]),
        ("g x = f x\n  where\n  f : A\n  f n = ?\n", "f n = ?", 2, ["n"]),
        ("g x = f x where f n = ?\n", "f n = ?", 16, ["n"]),
        ("g x = f x\n  where f : A\n        f n = ?\nh = 1", "f n = ?", 8, ["n"]),
        ("f : A\nf n rewrite g n | h = ?", "f n rewrite g n | h = ?", 0, ["n"]),
        ("f : A\nf n m with g n\n... | yes p = ?\n... | no q = 1", "... | yes p = ?", 0, ["n", "m"]),
    ],
)
def test_a_whole_right_hand_side_has_its_clause(text: str, replaced: str, column: int, arguments_: list[str]) -> None:
    """From the clause's first word to the end of the hole, at any depth."""
    found = clause(text)
    assert found is not None
    assert text[found.span.start : found.span.end] == replaced
    assert found.column == column
    assert found.arguments == arguments_


def test_mixfix_definitions() -> None:
    """Operands of several words are one argument each."""
    found = clause("_≟_ : A\nsuc n ≟ suc (g m) = ?", "_≟_")
    assert found is not None
    assert found.function == "_≟_"
    assert found.arguments == ["(suc n)", "(suc (g m))"]
    assert arguments("if true then x else y", "if_then_else_") == ["true", "x", "y"]


@pytest.mark.parametrize(
    "text",
    [
        "f n = g ?",
        "f n = ? + 1",
        "f n = ?\n  where x = 1",
        "f n = λ x → ?",
        "f n = let x = ? in x",
        "f ? = ?",
        "f n with ?\n... | x = 1",
        "x : ?",
    ],
)
def test_other_holes_have_none(text: str) -> None:
    """What is not all of a clause's right-hand side, or leaves more behind it, is not replaced by clauses."""
    assert clause(text) is None


def test_an_implicit_argument_by_name_is_no_definition() -> None:
    """The ``=`` inside brackets is not the clause's own."""
    found = clause("f : A\nf {n = m} x = ?")
    assert found is not None
    assert found.arguments == ["x"]
