"""What declarations rest on: names followed through the text and through imported modules."""

from __future__ import annotations

from pathlib import Path

import pytest

from unsorry.model import Document, Language
from unsorry.provers.idris2.holes import SYNTAX
from unsorry.provers.idris2.project import find_project
from unsorry.provers.idris2.resting import Imports, unproved
from unsorry.text import SourceText


def rests(text: str, name: str, *, certain: bool = False, broken: str = "") -> set[str]:
    outline = SYNTAX.outline(text)
    numbers = {unit.name: number for number, unit in enumerate(outline.units) if unit.name}
    bad = frozenset({numbers[broken]} if broken else ())
    found = unproved(text, "T.idr", outline, [numbers[name]], {}, bad, certain=certain)
    return set(found[numbers[name]])


@pytest.mark.parametrize(
    ("before", "body", "what"),
    [
        ("", "believe_me ()", {"believe_me f"}),
        ("g : Nat\ng = believe_me ()\n", "g", {"believe_me g"}),
        ("g : Nat\ng = believe_me ()\n\nh : Nat\nh = g\n", "h", {"believe_me g"}),
        ("g : Nat\ng = ?hole\n", "g", {"g"}),
        ('%foreign "C:g"\ng : Nat\n', "g", {"%foreign g"}),
        ('%foreign "C:g"\nexport\ng : Nat\n', "g", {"%foreign g"}),
        ("(<+>) : Nat -> Nat -> Nat\na <+> b = ?hole\n", "1 <+> 2", {"(<+>)"}),
        ("namespace A\n  g : Nat\n  g = ?hole\n", "A.g", {"g"}),
        ("implementation Show X where\n  show = believe_me ()\n", "Z", {"believe_me Show"}),
        ("%hint\ng : Nat\ng = ?hole\n", "Z", {"g"}),
        ("g : Nat\ng = ?hole\n", "1 -- g\n  {- g -}", set()),
        ("g : Nat\n", "g", {"g"}),
        ("g : Nat\n\nh : Nat\nh = g\n\ng = h\n", "g", set()),
        ("(<+>) : Nat -> Nat -> Nat\na <+> b = 1\n", "1 <+> 2", set()),
        ("g : Void -> Nat\ng x impossible\n", "1", set()),
        ("data X : Type where\n  A : X\n\nrecord R where\n  a : Nat\n\ninterface I a where\n  i : a\n", "A", set()),
        ("g : Nat\ng = 1\n", "g", set()),
        ("g : Nat\ng = assert_total g\n", '"g"', set()),
    ],
)
def test_what_a_declaration_rests_on(before: str, body: str, what: set[str]) -> None:
    """Holes, unsafe words, pragmas on the line before, implementations and hints that nobody names."""
    assert rests(f"{before}\nf : Nat\nf = {body}\n", "f") == what


def test_its_own_hole_is_no_part_of_it() -> None:
    """The rule counts those by themselves."""
    assert rests("f : Nat\nf = ?hole\n", "f") == set()


def test_a_declaration_with_an_error_is_unproved() -> None:
    """Idris goes on as if it were there."""
    assert rests("g : Nat\ng = nosuch\n\nf : Nat\nf = g\n", "f", broken="g") == {"g"}


def test_what_is_certain() -> None:
    """A bound name need not be the lemma of that name: it is no excuse for a proof that rests on that."""
    text = "h : Nat\nh = ?hole\n\nf : Nat -> Nat\nf h = h\n\ng : Nat -> Nat\ng x = h\n"
    assert rests(text, "f") == {"h"}
    assert rests(text, "f", certain=True) == set()
    assert rests(text, "g", certain=True) == {"h"}


def test_imported_modules(tmp_path: Path) -> None:
    """Those of the same project, through others; a change is seen."""
    (tmp_path / "p.ipkg").write_text('package p\nsourcedir = "src"\n')
    (tmp_path / "src" / "A").mkdir(parents=True)
    (tmp_path / "src" / "A" / "One.idr").write_text("module A.One\nexport\none : Nat\none = believe_me ()\n")
    two = tmp_path / "src" / "A" / "Two.idr"
    two.write_text("module A.Two\nimport public A.One\nexport\ntwo : Nat\ntwo = one\n\nfree : Nat\nfree = 1\n")
    text = "module M\nimport A.Two\n"
    path = tmp_path / "src" / "M.idr"
    document = Document(path.as_uri(), Language("idris2"), 1, SourceText(text), path)
    imports = Imports(find_project(document))
    assert imports.names(text, "M.idr") == {"one": {"believe_me one"}, "two": {"believe_me one"}}
    two.write_text("module A.Two\n")
    assert imports.names(text, "M.idr") == {}
