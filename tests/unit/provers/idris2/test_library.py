"""Imported names as the search uses them, and looks at what is computed on the way."""

from __future__ import annotations

import pytest

from unsorry.model import Candidate, Document, Fill, Hole, Language
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.library import Libraries, Library, read_names
from unsorry.provers.idris2.moves import closers, scrutinees, steps
from unsorry.provers.idris2.render import render
from unsorry.provers.idris2.replies import Metavariable, Premise
from unsorry.provers.idris2.states import State
from unsorry.provers.idris2.types import infixed
from unsorry.text import SourceText, apply_edits

LISTED = """\
LTE : Nat -> Nat -> Type
LTEZero : LTE 0 right
(+++) : Nat -> Nat -> Nat
believe_me : a -> b
multDistributesOverPlusRight : (left : Nat) -> (centre : Nat) ->
                               (right : Nat) ->
                               left * (centre + right) = (left * centre) + (left * right)
plusCommutative : (left : Nat) -> (right : Nat) -> left + right = right + left
reflexive : LTE n n"""


def hole(goal: str, *context: Premise) -> Metavariable:
    return Metavariable("T.h", context, goal)


def test_a_listing_becomes_names() -> None:
    """Types may go on over lines; what is unsafe is left out."""
    names = {known.name: known.type for known in read_names(LISTED)}
    assert list(names)[:3] == ["LTE", "LTEZero", "(+++)"]
    assert names["multDistributesOverPlusRight"].endswith("left * (centre + right) = (left * centre) + (left * right)")
    assert "believe_me" not in names


@pytest.mark.parametrize(
    ("goal", "first"),
    [
        ("plus n m = plus m n", "plusCommutative n m"),
        ("n + m = m + n", "plusCommutative n m"),
        ("S (plus k m) = plus m (S k)", "plusCommutative k m"),
        ("mult n (plus m k) = plus (mult n m) (mult n k)", "multDistributesOverPlusRight n m k"),
    ],
)
def test_lemmas_that_speak_of_the_goal(goal: str, first: str) -> None:
    """Goals have sums as functions, signatures as operators; the lemma with both sides in the goal comes first."""
    library = Library(tuple(read_names(LISTED)))
    assert library.facts(hole(goal))[0].term == first
    assert first in list(closers(hole(goal), [], [], library.facts(hole(goal))))


def test_names_whose_result_is_like_the_goal() -> None:
    """By the head of their result's type; none for an equation."""
    library = Library(tuple(read_names(LISTED)))
    assert [known.name for known in library.heads(hole("LTE n n"))] == ["LTEZero", "reflexive"]
    assert library.heads(hole("plus n m = plus m n")) == []


async def test_a_module_is_asked_about_once() -> None:
    """Until its sources change; not at all when the time for it is over."""
    asked: list[str] = []

    async def ask(module: str) -> str:
        asked.append(module)
        return LISTED

    libraries = Libraries()
    first = await libraries.of(["Data.Nat"], 1, ask, 60)
    assert await libraries.of(["Data.Nat"], 1, ask, 60) == first
    await libraries.of(["Data.Nat"], 2, ask, 60)
    assert asked == ["Data.Nat", "Data.Nat"]
    assert await libraries.of(["Data.Nat", "Data.List"], 1, ask, -1) == first


@pytest.mark.parametrize(
    ("type_", "wanted"),
    [
        ("plus (plus a b) c = plus a (plus b c)", "(a + b) + c = a + (b + c)"),
        ("(left * centre) + (left * right)", "left * centre + left * right"),
        ("f plus = x", "f plus = x"),
        ("LTE (mult n m) k", "LTE (n * m) k"),
    ],
)
def test_sums_as_operators(type_: str, wanted: str) -> None:
    """Brackets stay where they mean something."""
    assert infixed(type_) == wanted


def test_what_to_look_at() -> None:
    """Calls in the goal, by ``with``; sums and pairs in the context and calls of the function itself, by ``case``."""
    assert scrutinees(hole("small (f n) = 1")) == ["small (f n)", "f n"]
    state = State("a\nalways f n = ?h\nb")
    block = "always f n with (f n)\n  always f n | with_pat = ?h_w"
    assert state.with_block("h", "f n") == f"a\n{block}\nb"
    assert State(block).with_block("h_w", "g n") == ""
    assert State("f n = S ?h").with_block("h", "g n") == ""
    assert State(block).function_head("h_w") == "always f n"
    both = Premise("e", "Either a b", "")
    found = [step.text for step in steps(hole("Dec (S k = S j)", both), [], ["eq k j"], [])]
    assert "case e of { Left l' => ?h_0; Right r' => ?h_1 }" in found
    assert "case eq k j of { Yes l' => ?h_0; No r' => ?h_1 }" in found


def test_the_clauses_of_a_with_stand_further_in() -> None:
    """Where a clause is replaced, later lines keep their margins; a term's are counted from its own least."""
    text = "module T\n\nf : Nat -> Nat\nf n = ?h\n"
    (unit, found) = next(iter(SYNTAX.outline(text).holes))
    hole = Hole("h", found.kind, unit.name, found.span)
    document = Document("file:///T.idr", Language("idris2"), 1, SourceText(text))
    block = "f n with (g n)\n  f n | True = 1\n  f n | False = 2"
    before = found.span.start - text.index("f n =")
    assert block in apply_edits(text, render(document, [Fill(hole, Candidate(block, before=before))]))
