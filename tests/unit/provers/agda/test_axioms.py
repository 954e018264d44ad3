"""What declarations rest on, from text alone: what Agda's ``--safe`` does not settle."""

from __future__ import annotations

import textwrap
from pathlib import Path

from unsorry.provers.agda.axioms import unproved
from unsorry.provers.agda.holes import SYNTAX
from unsorry.provers.agda.imports import Imports


def rests(text: str, *, safe: bool = False, imports: Imports | None = None) -> dict[str, set[str]]:
    """By name, for each declaration that rests on anything."""
    text = textwrap.dedent(text)
    outline = SYNTAX.outline(text, "T.agda")
    imported = imports.names(text, "T.agda") if imports else {}
    found = unproved(text, "T.agda", outline, range(len(outline.units)), safe=safe, imported=imported)
    return {outline.units[n].name: set(what) for n, what in found.items() if what and outline.units[n].name}


def test_postulates_are_followed_name_by_name() -> None:
    """Through other declarations; a neighbour in the same block is another matter."""
    text = """
        postulate
          bad worse : 1 ≡ 2
          _⊕_ : Nat → Nat
        a : 1 ≡ 2
        a = bad
        b = f a
        c = 1 ⊕ 2
        d : Nat
        d = 1
    """
    found = rests(text)
    assert (found["a"], found["b"], found["c"]) == ({"bad"}, {"bad"}, {"_⊕_"})
    assert "d" not in found


def test_comments_and_strings_use_nothing() -> None:
    """A name in prose is no use of it."""
    text = """
        postulate bad : ⊥
        a : String
        a = "bad" -- bad {- bad
        {- bad -}
    """
    assert "a" not in rests(text)


def test_holes_are_followed_but_not_a_declarations_own() -> None:
    """Even where everything else is safe: an unfinished lemma proves nothing."""
    text = """
        lemma : Nat
        lemma = ?
        user = lemma
        even : Nat → Nat
        even n = ?
        odd : Nat → Nat
        odd n = even n
    """
    assert rests(text, safe=True) == {"user": {"lemma"}, "odd": {"even"}}


def test_pragmas_concern_the_next_declaration_or_block() -> None:
    """And whoever uses that."""
    text = """
        {-# TERMINATING #-}
        loop : Nat → Nat
        loop n = loop n
        free : Nat
        free = 0
        {-# NON_COVERING #-}
        mutual
          a : Nat
          a = 1
          b : Nat
          b = 2
        user = loop 1
    """
    found = rests(text)
    assert found["loop"] == found["user"] == {"TERMINATING loop"}
    assert found["a"] == {"NON_COVERING a"}
    assert found["b"] == {"NON_COVERING b"}
    assert "free" not in found


def test_unsafe_options_concern_everything() -> None:
    """Type-in-type proves anything anywhere."""
    found = rests("{-# OPTIONS --type-in-type #-}\na : Set\na = Set\n")
    assert any("type-in-type" in what for what in found["a"])


def test_renamings_modules_and_syntax_carry_it_on() -> None:
    """A postulate under another name is the same postulate."""
    text = """
        module M where
          postulate bad : ⊥
        open M renaming (bad to good)
        a = good
        b = M.bad
        syntax bad x = ⟪ x ⟫
        c = ⟪ 1 ⟫
    """
    found = rests(text)
    assert found["a"] == found["b"] == found["c"] == {"bad"}


def test_instances_and_rewrite_rules_work_unnamed() -> None:
    """Nobody has to write their names to use them."""
    text = """
        before : Nat
        before = 1
        postulate instance bad : Eq Nat
        after : Nat
        after = 2
    """
    found = rests(text)
    assert found["after"] == {"bad"}
    assert "before" not in found
    rule = "postulate eq : 1 ≡ 2\n{-# REWRITE eq #-}\nafter : Nat\nafter = 2\n"
    assert rests(rule)["after"] >= {"eq"}


def test_imported_names_are_followed_into_their_sources(tmp_path: Path) -> None:
    """Through modules that import others; what says ``--safe`` is left to Agda."""
    (tmp_path / "Deep").mkdir()
    (tmp_path / "Deep" / "Bad.agda").write_text("module Deep.Bad where\npostulate bad : ⊥\n")
    (tmp_path / "Mid.agda").write_text(
        "module Mid where\nopen import Deep.Bad public\nuses = bad\nclean : Nat\nclean = 1\n"
    )
    (tmp_path / "Safe.agda").write_text("{-# OPTIONS --safe #-}\nmodule Safe where\nbad' : Nat\nbad' = 1\n")
    imports = Imports([tmp_path])
    text = "open import Mid\nopen import Safe\na = uses\nb = clean\nc = bad\nd = bad'\n"
    assert rests(text, imports=imports) == {"a": {"bad"}, "c": {"bad"}}
    (tmp_path / "Deep" / "Bad.agda").write_text("module Deep.Bad where\nbad : Nat\nbad = 1 -- proved by now\n")
    assert rests(text, imports=Imports([tmp_path])) == {}


def test_what_a_record_opened_publicly_brings_along_is_followed(tmp_path: Path) -> None:
    """Its fields are nobody's declarations: whoever imports the module may rest on what the record rests on."""
    (tmp_path / "Types.agda").write_text("module Types where\nrecord R : Set where\n  field absurd : ⊥\n")
    (tmp_path / "Given.agda").write_text(
        "module Given where\nopen import Types\npostulate r : R\nopen R r public\nclean : Nat\nclean = 1\n"
    )
    text = "open import Given\na = absurd\n"
    assert rests(text, imports=Imports([tmp_path]))["a"] == {"r"}
    proved = (tmp_path / "Given.agda").read_text().replace("postulate r : R", "r : R\nr = given")
    (tmp_path / "Given.agda").write_text(proved)
    assert rests(text, imports=Imports([tmp_path])) == {}


def test_modules_that_import_each_other_end() -> None:
    """Agda refuses them; reading them must end all the same."""
    assert rests("import T\na = 1\n", imports=Imports([Path("/nonexistent")])) == {}
