"""Holes keep their ids while edits elsewhere move them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from unsorry import registry
from unsorry.model import Hole, Language
from unsorry.orchestrator.identity import identify
from unsorry.text import Edit, Span, apply_edits, difference

URI = "file:///a.v"
TEXT = (
    "Lemma a : True.\nProof. Admitted.\n\n"
    "Lemma b : True /\\ True.\nProof.\n  split.\n  - admit.\n  - admit.\nAdmitted.\n\n"
    "Lemma c : True.\nProof. Admitted.\n"
)


def holes(text: str, previous: tuple[Hole, ...] = (), edit: Edit | None = None) -> tuple[Hole, ...]:
    return identify(URI, registry.syntax_of(Language("rocq")).outline(text, "a.v"), previous, edit)


def ids(found: tuple[Hole, ...]) -> list[str]:
    return [hole.id for hole in found]


def test_ids_are_unique_and_the_same_in_every_run() -> None:
    """Two scans of one text name the same holes by the same ids."""
    first, second = holes(TEXT), holes(TEXT)
    assert len(first) == 4
    assert len(set(ids(first))) == 4
    assert first == second


def test_a_new_declaration_above_moves_no_id() -> None:
    """A lemma typed at the top leaves the ids of those below alone, though its own name repeats theirs."""
    before = holes(TEXT)
    added = "Lemma b : True.\nProof. Admitted.\n\n"
    after = holes(added + TEXT, before, Edit(Span(0, 0), added))
    assert ids(after)[1:] == ids(before)
    assert ids(after)[0] not in ids(before)


def test_filling_one_hole_keeps_the_others() -> None:
    """After one of two holes of a proof is filled the other is still itself."""
    before = holes(TEXT)
    hole = before[1]
    edit = Edit(hole.span, "exact I.")
    after = holes(apply_edits(TEXT, [edit]), before, edit)
    assert ids(after) == [before[0].id, before[2].id, before[3].id]


def test_a_renamed_lemma_does_not_take_a_neighbours_id() -> None:
    """Renaming a declaration may renew the ids of its own holes, never those of others."""
    before = holes(TEXT)
    edit = difference(TEXT, TEXT.replace("Lemma a ", "Lemma again "))
    after = holes(TEXT.replace("Lemma a ", "Lemma again "), before, edit)
    assert ids(after)[1:] == ids(before)[1:]


@given(
    st.integers(0, len(TEXT)), st.integers(0, 12), st.sampled_from(["", " ", "(* x *)", "\n", "admit.", "Qed.", "a"])
)
def test_any_edit_leaves_ids_unique_and_untouched_declarations_alone(start: int, length: int, new: str) -> None:
    """Whatever one edit does, ids stay unique, and a hole of a declaration that it did not touch keeps its id if
    the scan still finds it there."""
    before = holes(TEXT)
    edit = Edit(Span(start, min(len(TEXT), start + length)), new)
    text = apply_edits(TEXT, [edit])
    after = holes(text, before, edit)
    assert len(set(ids(after))) == len(after)
    by_place = {(hole.declaration, hole.span.start): hole.id for hole in after}
    for hole in before:
        if hole.span.start > edit.span.end:
            moved = by_place.get((hole.declaration, hole.span.start + edit.growth))
            assert moved in (None, hole.id)
