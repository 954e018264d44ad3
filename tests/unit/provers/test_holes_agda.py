"""Agda: units by layout, holes and escapes from text alone; literate files of every flavour."""

from __future__ import annotations

import pytest

from unit.provers.marked import check, escapes, heads, names, outline_of
from unsorry.model import Language

AGDA = Language("agda")


@pytest.mark.parametrize(
    "source",
    [
        "f = ⟦term:?⟧",
        "f = (⟦term:?⟧) + {⟦term:?⟧};⟦term:?⟧",
        "f = ⟦term:{! !}⟧ + ⟦term:{!!}⟧",
        "f = ⟦term:{! x {! y !} -- z !}⟧",
        "f = ⟦term:{! {! {! {! deep !} !} !} !}⟧",
        "f = ⟦term:{!\n  over\n  lines !}⟧",
        "f = {- ? {- ? -} {! !} -} ⟦term:?⟧ -- ?",
        "f = {- {- {- {- ? -} -} -} -} ⟦term:?⟧",
        "f = 1 +{- x -}⟦term:?⟧",
        "f = x? + ?x + x?y + a?b?c + _?_",
        "f = --? no\n  ⟦term:?⟧",
        "f = a--b ⟦term:?⟧ a -- ?",
        'f = "? {! !}" ⟦term:?⟧',
        'f = "\\" ?" ⟦term:?⟧',
        'f = "gap \\\n  \\ ?" ⟦term:?⟧',
        "f = '?' '\"' ⟦term:?⟧ '\\'' '\\x41' ⟦term:?⟧",
        "f x' = x' ⟦term:?⟧",
        "f = {! not closed ?",
        "{-# OPTIONS ? #-} f = ⟦term:?⟧",
        "\ufefff = ⟦term:?⟧",
        "f =\r\n  ⟦term:?⟧\r\n",
        "𝔸 = ⟦term:?⟧",
    ],
)
def test_holes(source: str) -> None:
    """Marked in the source; question marks in names, comments and literals are none."""
    check(AGDA, source)


def test_the_inside_of_a_hole_is_a_hint() -> None:
    """What the user wrote there already."""
    outline = outline_of(AGDA, "f = {!  cong suc ?  !} {!!} ?")
    assert [hole.hint for _, hole in outline.holes] == ["cong suc ?", "", ""]


UNITS = """\
{-# OPTIONS --safe #-}
module Foo.Bar (A : Set)
  (B : Set) where -- header
open import Agda.Builtin.Nat using (Nat) -- ?
infix 4 _≟_
private variable n m : Nat
data Even : Nat → Set where
  z : Even 0
record R : Set₁ where
  field foo : Set
f : Nat → -- f
    Nat
f zero = ?
-- comment
f (suc n) with n
... | zero = ?
... | suc x = ?
  where
  g : Nat
  g = ?
_≟_ : Nat → Nat → Nat
n ≟ m = ?
_≟_ 1 3 = ?
if_then_else_ : Nat
if true then x else y = ?
a b : Nat
a = ?
b = ?
pair : A × B
fst (pair) = ?
module M where
  private
    h : Nat
    h = ?
  k : Nat
  k = ?
mutual
  ev : Nat → Set
  od : Nat → Set
  ev x = ?
  od y = ?
abstract q : Nat
         q = ?
f' : Nat
f' = ?
"""


def test_holes_have_the_declaration_around_them() -> None:
    """A signature's clauses belong to it, operators' and copatterns' too, and what hangs below them."""
    found = [unit.name for unit, _ in outline_of(AGDA, UNITS).holes]
    functions = "f f f f _≟_ _≟_ if_then_else_ a a pair h k ev od q f'"
    assert found == functions.split()


def test_each_declaration_is_a_unit() -> None:
    """What modules and blocks hold is units of its own; forward-declared functions have two."""
    outline = outline_of(AGDA, UNITS)
    declared = "n Even R f _≟_ if_then_else_ a pair M h k ev od ev od q f'"
    assert [name for name in names(outline) if name] == ["Foo.Bar", *declared.split()]
    assert names(outline)[:5] == ["", "Foo.Bar", "", "", ""]


def test_a_statement_is_its_signature() -> None:
    """Over several lines, without what follows; data types and records state themselves as far as ``where``."""
    stated = heads(UNITS, outline_of(AGDA, UNITS))
    assert "f : Nat → -- f\n    Nat" in stated
    assert "module Foo.Bar (A : Set)\n  (B : Set) where" in stated
    assert "data Even : Nat → Set where" in stated
    assert "a b : Nat" in stated


def test_added_lines_show() -> None:
    """A candidate that brings its own declarations brings units and escapes."""
    before = "f : Nat\nf = ?\n"
    after = before.replace("?", "x\npostulate x : Nat\ng : Nat\ng = x")
    assert names(outline_of(AGDA, after)) == ["f", "x", "g"]
    assert escapes(outline_of(AGDA, after)) == ["postulate"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{-# TERMINATING #-}\nf : A", ["TERMINATING"]),
        ("{-# OPTIONS   --type-in-type\n  #-}", ["OPTIONS --type-in-type"]),
        ("f = x where\n  {-# NON_TERMINATING #-}\n  g : A", ["NON_TERMINATING"]),
        ("{-# INLINE f #-}\n{-# DISPLAY f = g #-}", []),
        ("{-# REWRITE f #-} {-# COMPILE GHC f = g #-}", ["REWRITE f", "COMPILE GHC f = g"]),
        ("{-# FOREIGN GHC postulate #-}", ["FOREIGN GHC postulate"]),
        ("f = x where postulate x : A", ["postulate"]),
        ("primitive primFoo : A", ["primitive"]),
        ("f = primTrustMe trustMe' trustMe", ["primTrustMe", "trustMe"]),
        ("open import Agda.Builtin.TrustMe", ["TrustMe"]),
        ("unquoteDecl f = g\nh = unquote i", ["unquoteDecl", "unquote"]),
        ('my-postulate = postulated -- postulate\ns = "postulate" {- primitive -}', []),
        ("f = ? {! !}", ["?", "?"]),
    ],
)
def test_escapes(source: str, words: list[str]) -> None:
    """Any pragma but harmless ones, and words of code."""
    assert escapes(outline_of(AGDA, source)) == words


MARKDOWN = """\
? prose `{! !}`
  ```agda
module L where
a = ⟦term:?⟧
  ```
```
b = ⟦term:?⟧
```
text ```
c = ⟦term:?⟧
```
```haskell
?
```
```text foo
? no fence that Agda knows

```
d = ⟦term:?⟧
```
"""
TEX = """\
\\documentclass ? {! !}
% \\begin{code}
text \\% \\begin{code}
module L where
a = ⟦term:?⟧
\\end{code} ? trailing
? \\begin{code}[hide]
b = ⟦term:?⟧
  \\end{code}
?
"""
RST = """\
Title?
======

A code block::

  module L where

  a = ⟦term:?⟧

Not code ? {! !}

.. comment ::

  not code ?

::

  b = ⟦term:?⟧
 dedented ? ::

  c = ⟦term:?⟧
   where d = ⟦term:?⟧
"""
ORG = """\
? prose
#+BEGIN_SRC agda2
module L where
a = ⟦term:?⟧
#+end_src
?
#+begin_src agda2-foo
?
#+end_src
"""


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("L.lagda.md", MARKDOWN),
        ("L.lagda.typ", MARKDOWN),
        ("L.lagda.tex", TEX),
        ("L.lagda", TEX),
        ("L.lagda.rst", RST),
        ("L.lagda.org", ORG),
        ("L.lagda.md", MARKDOWN.replace("\n", "\r\n")),
    ],
)
def test_literate_files(name: str, source: str) -> None:
    """Code alone is looked at, at its own place in the file."""
    check(AGDA, source, name)
