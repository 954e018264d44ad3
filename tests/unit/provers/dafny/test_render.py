"""Where candidates go in Dafny's holes, and which texts are no candidates at all."""

from __future__ import annotations

import pytest

from unsorry.errors import EditError
from unsorry.model import Candidate, Document, Fill, HoleKind, Language
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import FoundHole
from unsorry.provers.dafny.holes import SYNTAX
from unsorry.provers.dafny.render import render
from unsorry.text import SourceText, Span, apply_edits

LEMMA = "lemma L(n: nat)\n  requires n > 0\n  ensures n >= 1"
LOOP = "method M(n: nat) returns (i: nat)\n  ensures i == n\n{\n  i := 0;\n  while i < n⟦⟧ {\n    i := i + 1;\n  }\n}\n"
FUNCTION = "function F(i: nat, n: nat): nat\n  requires i <= n⟦⟧\n{\n  if i == n then 0 else F(i + 1, n)\n}\n"
AMONG = "lemma L(n: nat)\n  ensures n >= 0\n{\n  if n > 0 {\n    assert n >= 1;⟦⟧\n  }\n}\n"
METHOD = (
    "lemma Help(n: nat)\n{\n}\n\nmethod M(n: nat) returns (r: nat)\n{\n  r := n;\n  assume r == n;\n  r := r + 1;\n}\n"
)


def filled(text: str, candidate: str) -> str:
    """The text with the candidate at its hole: the marked place, else the one that the text shows."""
    place = text.find("⟦⟧")
    text = text.replace("⟦⟧", "")
    outline = SYNTAX.outline(text)
    if place >= 0:
        outline = outline.with_found([FoundHole(HoleKind.ASSERTION, Span(place, place), shown=False)])
    document = Document("file:///a.dfy", Language("dafny"), 1, SourceText(text))
    hole = next(iter(identify(document.uri, outline)))
    return apply_edits(text, render(document, outline, [Fill(hole, Candidate(candidate))]))


@pytest.mark.parametrize(
    ("text", "candidate", "wanted"),
    [
        (LEMMA + "\n", "", LEMMA + "\n{\n}\n"),
        (LEMMA + "\n", "{ }", LEMMA + "\n{\n}\n"),
        (LEMMA, "assert n >= 1;", LEMMA + "\n{\n  assert n >= 1;\n}"),
        (LEMMA + "\n", "if n > 1 {\n  L(n - 1);\n}", LEMMA + "\n{\n  if n > 1 {\n    L(n - 1);\n  }\n}\n"),
        (LEMMA + "\n{⟦⟧\n}\n", "assert n > 0;", LEMMA + "\n{\n  assert n > 0;\n}\n"),
        (LEMMA + "\n{⟦⟧}\n", "assert n > 0;", LEMMA + "\n{\n  assert n > 0;\n}\n"),
        (LEMMA + "\n{⟦⟧ }\n", "assert n > 0;", LEMMA + "\n{\n  assert n > 0;\n}\n"),
        (LEMMA + "\n{⟦⟧ // why\n}\n", "assert n > 0;", LEMMA + "\n{\n  assert n > 0; // why\n}\n"),
        (LEMMA.replace("\n", "\r\n") + "\r\n", "", LEMMA.replace("\n", "\r\n") + "\r\n{\r\n}\r\n"),
        (LOOP, "invariant i <= n", LOOP.replace("⟦⟧ {", "\n    invariant i <= n\n  {")),
        (
            LOOP,
            "invariant i <= n\ninvariant 0 <= i",
            LOOP.replace("⟦⟧ {", "\n    invariant i <= n\n    invariant 0 <= i\n  {"),
        ),
        (FUNCTION, "decreases n - i", FUNCTION.replace("⟦⟧", "\n  decreases n - i")),
        (AMONG, "assert n > 0;", AMONG.replace("⟦⟧", "\n    assert n > 0;")),
        (METHOD, "Help(n);\nassert r == n;", METHOD.replace("assume r == n;", "Help(n);\n  assert r == n;")),
        (METHOD, "assert r == n by { Help(r); }", METHOD.replace("assume r == n;", "assert r == n by { Help(r); }")),
    ],
)
def test_a_candidate_stands_as_a_user_would_write_it(text: str, candidate: str, wanted: str) -> None:
    """Bodies, statements and clauses are on lines of their own, indented, with the file's line ends."""
    assert filled(text, candidate) == wanted


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        (LEMMA, "} lemma Cheat() ensures false {"),
        (LEMMA, "L(n); /*"),
        (LEMMA, "L(n"),
        (LEMMA, 'var s := "'),
        (LEMMA, "assert {:only} n > 0;"),
        (LEMMA, "{:verify false} { }"),
        (LEMMA, "ensures true { }"),
        (LEMMA, "requires false"),
        (LEMMA, "assume false;"),
        (LEMMA, "assume {:axiom} false;"),
        (LEMMA, "expect false;"),
        (LEMMA, "@Axiom L(n);"),
        (LEMMA, "while true decreases * { }"),
        (METHOD, "r := n;"),
        (METHOD, "return;"),
        (METHOD, "Other(n);"),
        (METHOD, "var x := Help(n);"),
        (METHOD, "assert true; r := 0;"),
        (METHOD, "if n > 0 { r := 3; }"),
        (METHOD, "assert r == n by { r := 1; }"),
        (METHOD, "assert r == n; //"),
        (METHOD, ""),
        (LOOP, "invariant true {} while false"),
        (LOOP, "invariant true modifies {}"),
        (LOOP, "decreases *"),
        (LOOP, "i <= n"),
        (LOOP, "invariant i <= n; i := n"),
        (FUNCTION, "ensures false"),
        (FUNCTION, "decreases n - i requires false"),
        (FUNCTION, "decreases n { 0 } function G(): int"),
        (FUNCTION, "invariant true"),
        ("function F(n: int): int\n{\n  assume n > 0; n\n}\n", "assert n > 0;"),
    ],
)
def test_what_is_no_proof_is_refused_before_dafny_sees_it(text: str, candidate: str) -> None:
    """Nothing that ends the body, states something, computes, or lets something go unproved."""
    text = text.replace("assume r == n;\n", "assume r == n; r := r;\n") if candidate.endswith("//") else text
    with pytest.raises(EditError):
        filled(text, candidate)
