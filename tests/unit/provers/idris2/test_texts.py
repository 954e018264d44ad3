"""Idris's text: masked code, clauses, places of terms, projects, copies of declarations, printed types."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import EditError
from unsorry.model import Candidate, Document, Fill, Goal, Goals, Hole, HoleKind, Hypothesis, Language
from unsorry.provers.idris2 import tactics
from unsorry.provers.idris2.batches import Bench, unmarked
from unsorry.provers.idris2.code import mask
from unsorry.provers.idris2.facts import Known, calls, instances
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.layout import find_clause
from unsorry.provers.idris2.project import find_project, module_name, parse_package, place_in
from unsorry.provers.idris2.render import render
from unsorry.provers.idris2.types import atomic, bracketed, equation, items, parse_type
from unsorry.text import SourceText, apply_edits


def document(text: str, path: Path | None = None, name: str = "T.idr") -> Document:
    return Document(path.as_uri() if path else f"file:///{name}", Language("idris2"), 1, SourceText(text), path)


def only_hole(text: str, name: str = "T.idr") -> Hole:
    ((unit, found),) = SYNTAX.outline(text, name).holes
    return Hole("h", HoleKind.TERM, unit.name, found.span)


def filled(text: str, candidate: str | Candidate, name: str = "T.idr") -> str:
    made = candidate if isinstance(candidate, Candidate) else Candidate(candidate)
    return apply_edits(text, render(document(text, name=name), [Fill(only_hole(text, name), made)]))


@given(st.text(alphabet="ab?\"'\\-{}|#(\n ", max_size=60))
def test_masking_moves_nothing(text: str) -> None:
    """Whatever the text, every place stays where it was."""
    code = mask(text)
    assert len(code) == len(text)
    assert [i for i, c in enumerate(code) if c == "\n"] == [i for i, c in enumerate(text) if c == "\n"]


def test_masking() -> None:
    """Comments and strings go, nested ones too; a string that holds code stays."""
    assert mask('a -- b\n{- c {- d -} -} e "f" \'g\' "\\{h}" a --> b') == (
        "a     " + "\n" + " " * 15 + " e " + "   " + " " + "   " + ' "\\{h}" a --> b'
    )


@pytest.mark.parametrize(
    ("text", "term", "after"),
    [
        ("f : T\nf x = ?h\n", "g x", "f x = g x"),
        ("f : T\nf x = S ?h\n", "g x", "f x = S (g x)"),
        ("f : T\nf x = S ?h\n", "x", "f x = S x"),
        ("f : T\nf x = S ?h\n", "(g x)", "f x = S (g x)"),
        ("f : T\nf x = S ?h\n", "(a) (b)", "f x = S ((a) (b))"),
        ("f : T\nf x = (?h, 1)\n", "g x", "f x = (g x, 1)"),
        ("f : T\nf x = ?h y\n", "g x", "f x = (g x) y"),
        ("f : T\nf x = ?h\n  y\n", "g x", "f x = (g x)\n  y"),
        ("f : T\nf x = rewrite p in ?h\n", "g x", "in g x"),
        ("f : T\nf x = \\y => ?h\n", "g x", "=> g x"),
        ("f : T\nf x = case x of\n  Z => ?h\n  _ => 1\n", "g x", "Z => g x\n  _"),
        ("f : T\nf x = ?h where\n  y : Nat\n", "g x", "f x = g x where"),
        ("f : T\nf x =\n  ?h\n", "case x of\n  Z => 1\n  S k => 2", "  case x of\n  Z => 1\n  S k => 2"),
        ("f : T\r\nf x =\r\n    ?h\r\n", "case x of\n  Z => 1", "\r\n    case x of\r\n    Z => 1\r\n"),
    ],
)
def test_rendering(text: str, term: str, after: str) -> None:
    """Brackets only where they are needed; later lines below the first; the document's own line ends."""
    assert after in filled(text, term)


def test_rendering_a_literate_clause() -> None:
    """Each line of code keeps its mark."""
    text = "Prose\n\n> f : T\n> f x = ?h\n\nMore\n"
    hole = only_hole(text, "T.lidr")
    candidate = Candidate("f Z = 1\nf (S k) = 2", before=hole.span.start - text.index("f x"))
    assert "> f Z = 1\n> f (S k) = 2\n\nMore" in filled(text, candidate, "T.lidr")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("f : T\nf x = ?h\n", "f x"),
        ("f : T\nf (S k) (x :: xs) =\n  ?h\n", "f (S k) (x :: xs)"),
        ("f : T\nf x = S ?h\n", None),
        ("f : T\nf x = ?h y\n", None),
        ("f : T\nf x = let y = ?h in y\n", None),
        ("f : T\nf x = case x of\n  Z => ?h\n", None),
        ("f : T\nf x = g where\n  g : T\n  g = ?h\n", "g"),
    ],
)
def test_the_clause_around_a_hole(text: str, head: str | None) -> None:
    """Only where the hole is the whole right-hand side."""
    clause = find_clause(document(text), SYNTAX.outline(text), only_hole(text), "T.idr")
    assert (clause.head if clause else None) == head


def test_a_package_file() -> None:
    """Fields over several lines, strings with dashes, comments."""
    text = (
        'package p -- one\nversion = 0.1\ndepends = base >= 0.6,\n          contrib {- and -}\nopts = "--total -p x"\n'
    )
    fields = parse_package(text)
    assert fields["depends"] == "base >= 0.6, contrib"
    assert fields["opts"] == '"--total -p x"'


def test_where_a_module_lies(tmp_path: Path) -> None:
    """Below the source directory of its package; else below the directory that its name implies; else by its name."""
    inner = tmp_path / "src" / "A"
    inner.mkdir(parents=True)
    path = inner / "B.idr"
    text = "-- c\nmodule A.B\n"
    assert module_name(text, "B.idr") == "A.B"
    found = find_project(document(text, path))
    assert (found.root, place_in(found, document(text, path))) == (tmp_path / "src", Path("A/B.idr"))
    (tmp_path / "x.ipkg").write_text('package x\nsourcedir = "src"\n')
    found = find_project(document(text, path))
    assert (found.root, place_in(found, document(text, path))) == (tmp_path / "src", Path("A/B.idr"))
    assert place_in(find_project(document(text)), document(text)) == Path("A/B.idr")


def test_copies_of_a_declaration() -> None:
    """What stands before it, without what belongs to it alone; each copy and each hole under a name of its own."""
    text = "module M\n\ng : Nat\ng = 1\n\n||| doc\npublic export\ntotal\nf : Nat -> Nat\nf x = f' ?h\n"
    outline = SYNTAX.outline(text)
    number = next(n for n, unit in enumerate(outline.units) if unit.name == "f")
    bench = Bench.at(text, "M.idr", outline, number)
    assert bench is not None
    made, lines = bench.text([bench.declaration, "f : Nat -> Nat\nf = ?a"])
    rows = made.split("\n")
    assert "doc" not in made
    assert "export" not in made
    assert "%default total" in rows
    assert [rows[line - 1] for line in lines] == ["f__u0 : Nat -> Nat", "f__u1 : Nat -> Nat"]
    assert "f__u0 x = f' ?h__u0" in rows
    assert unmarked("f__u1 (S k) = ?a__u1_1") == "f (S k) = ?a_1"


@pytest.mark.parametrize("text", ["namespace A\n  f : T\n  f = ?h\n", "Show X where\n  show = ?h\n", "f = ?h\n"])
def test_what_cannot_be_copied(text: str) -> None:
    """Declarations in blocks, implementations, clauses without a signature."""
    outline = SYNTAX.outline(text)
    number = outline.unit_at(text.index("?"))
    assert number is not None
    assert Bench.at(text, "T.idr", outline, number) is None


def test_printed_types() -> None:
    """Arrows, parameters, equations, brackets."""
    parameters, result = parse_type("(n, m : Nat) -> {0 a : Type} -> (a -> b) -> plus n m = plus m n")
    assert [(p.name, p.type, p.explicit) for p in parameters] == [
        ("n", "Nat", True),
        ("m", "Nat", True),
        ("a", "Type", False),
        ("", "(a -> b)", True),
    ]
    assert equation(result) == ("plus n m", "plus m n")
    assert equation("(a = b) -> c") is None
    assert items("f (a, b) [x] ++ y") == ["f", "(a, b)", "[x]", "++", "y"]
    assert [atomic(term) for term in ("x", "(f x)", "f x", "[1, 2]", "(a) (b)", "+")] == [
        True,
        True,
        False,
        True,
        False,
        False,
    ]
    assert bracketed("f x") == "(f x)"


def test_lemmas_are_applied_to_what_the_goal_holds() -> None:
    """So that one side of their equation stands in it."""
    lemma = Known("assoc", "(xs, ys, zs : List a) -> glue (glue xs ys) zs = glue xs (glue ys zs)")
    goal = "glue (backwards xs) (x :: acc) = glue (glue (backwards xs) [x]) acc"
    assert "assoc (backwards xs) [x] acc" in [fact.term for fact in instances(lemma, goal)]


def test_recursive_calls() -> None:
    """On parts of patterns; a function without a split argument does not call itself."""
    assert calls("f", ["(S k)", "m"], ["k", "m"]) == ["f k m"]
    assert calls("f", ["n", "m"], ["n", "m"]) == []


def test_the_portfolio_goes_by_the_goal() -> None:
    """Congruence by what both sides begin with; nothing twice; a part alone."""
    goal = Goal((Hypothesis(("k",), "Nat"),), "S (plus k 0) = S k", "plusZero")
    goals = Goals((goal,), frozenset({"equality", "nat"}), ())
    hole = Hole("h", HoleKind.TERM, "plusZero", SYNTAX.outline("f = ?h\n").units[0].span)
    texts = [candidate.text for batch in tactics.portfolio(goals, hole) for candidate in batch]
    assert "cong S (plusZero k)" in texts
    assert len(texts) == len(set(texts))
    assert tactics.heads("x :: a = x :: b") == ["(x ::)"]
    part = [candidate.text for batch in tactics.portfolio(goals, hole, "hypotheses") for candidate in batch]
    assert part[0] == "Refl"
    assert "cong S (plusZero k)" not in part


@pytest.mark.parametrize("term", ['"\\{believe_me ()}"', '#"\\#{believe_me ()}"#', 'f """\n  \\{?x}\n"""'])
def test_code_inside_a_string_is_no_candidate(term: str) -> None:
    """An escape or a hole in it would not be seen."""
    with pytest.raises(EditError):
        filled("f : String\nf = ?hole\n", term)
    assert filled("f : String\nf = ?hole\n", '"{believe_me}"') == 'f : String\nf = "{believe_me}"\n'
