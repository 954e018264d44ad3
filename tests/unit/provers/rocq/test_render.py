"""Edits that fill Rocq's holes: what the text looks like afterwards."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unsorry.errors import EditError
from unsorry.model import Candidate, Document, Fill, Language
from unsorry.orchestrator.identity import identify
from unsorry.provers.rocq.holes import SYNTAX
from unsorry.provers.rocq.render import render
from unsorry.text import SourceText, apply_edits


def filled(text: str, *candidates: str | None) -> str:
    """The text with candidates in its holes, in order; ``None`` leaves a hole as it is."""
    document = Document("file:///a.v", Language("rocq"), 1, SourceText(text))
    outline = SYNTAX.outline(text)
    holes = identify(document.uri, outline)
    fills = [Fill(hole, Candidate(c)) for hole, c in zip(holes, candidates, strict=True) if c is not None]
    return apply_edits(text, render(document, outline, fills))


def check(before: str, after: str, *candidates: str | None) -> None:
    assert filled(textwrap.dedent(before), *candidates) == textwrap.dedent(after)


def test_a_whole_proof_on_one_line() -> None:
    """``Proof. Admitted.`` opens up into lines of its own, and ends in ``Qed.``"""
    check("Lemma a : True.\nProof. Admitted.\n", "Lemma a : True.\nProof.\n  trivial.\nQed.\n", "trivial")


def test_a_whole_proof_keeps_its_indentation() -> None:
    """Inside a section or module, the script is indented from where ``Proof`` stands."""
    check(
        "Section S.\n  Lemma a : True.\n  Proof.\n  Admitted.\nEnd S.\n",
        "Section S.\n  Lemma a : True.\n  Proof.\n    trivial.\n  Qed.\nEnd S.\n",
        "trivial.",
    )


def test_an_admitted_without_proof() -> None:
    """Where there is no ``Proof.``, none is invented, and the script stands before ``Qed.``"""
    check("Lemma a : True.\nAdmitted.\n", "Lemma a : True.\n  trivial.\nQed.\n", "trivial")


def test_a_comment_in_a_whole_proof_stays() -> None:
    """What the author wrote between ``Proof.`` and ``Admitted.`` is not lost."""
    after = filled("Lemma a : True.\nProof. (* soon *) Admitted.\n", "trivial")
    assert after == "Lemma a : True.\nProof.\n  (* soon *)\n  trivial.\nQed.\n"


def test_a_step_and_its_end() -> None:
    """The last ``admit.`` filled turns ``Admitted`` into ``Qed``."""
    check(
        "Lemma a : True /\\ True.\nProof.\n  split.\n  - admit.\n  - trivial.\nAdmitted.\n",
        "Lemma a : True /\\ True.\nProof.\n  split.\n  - exact I.\n  - trivial.\nQed.\n",
        "exact I",
    )


def test_a_step_among_others() -> None:
    """While another hole of the proof remains, ``Admitted`` does too."""
    text = "Lemma a : True /\\ True.\nProof.\n  split.\n  - admit.\n  - admit.\nAdmitted.\n"
    assert filled(text, "exact I", None) == text.replace("admit", "exact I", 1)
    assert filled(text, "exact I", "trivial").endswith("  - exact I.\n  - trivial.\nQed.\n")


def test_the_end_of_a_partial_script() -> None:
    """An ``Admitted.`` after tactics becomes the rest of the script and ``Qed.``"""
    check(
        "Lemma a : True -> True.\nProof.\n  intro t.\nAdmitted.\n",
        "Lemma a : True -> True.\nProof.\n  intro t.\n  exact t.\nQed.\n",
        "exact t",
    )


def test_the_end_of_a_script_on_one_line() -> None:
    """A proof that was on one line stays on it when the fill is short."""
    text = "Lemma a : True -> True. intro t. Admitted.\n"
    check(text, text.replace("Admitted.", "exact t. Qed."), "exact t.")


def test_a_step_that_comes_with_a_comment() -> None:
    """A comment inside the hole's own sentence is kept."""
    check(
        "Lemma a : True.\nProof.\n  admit (* why *).\nAdmitted.\n",
        "Lemma a : True.\nProof.\n  trivial. (* why *)\nQed.\n",
        "trivial",
    )


def test_a_script_with_bullets_under_a_bullet() -> None:
    """A candidate with bullets is fenced by braces, since the same bullets may be in use around it."""
    after = filled(
        "Lemma a : True /\\ True.\nProof.\n  split.\n  - admit.\n  - trivial.\nAdmitted.\n",
        "split.\n- exact I.\n- exact I.",
    )
    assert "  - { split.\n      - exact I.\n      - exact I. }\n  - trivial.\nQed.\n" in after


def test_line_ends_are_kept() -> None:
    """A file with CRLF gets CRLF, in every line that is new."""
    after = filled("Lemma a : True.\r\nProof. Admitted.\r\n", "idtac.\ntrivial.")
    assert after == "Lemma a : True.\r\nProof.\r\n  idtac.\r\n  trivial.\r\nQed.\r\n"


def test_tabs_are_kept() -> None:
    """Indentation by tabs is continued as it is."""
    after = filled("Module M.\n\tLemma a : True.\n\tProof. Admitted.\nEnd M.\n", "trivial")
    assert after == "Module M.\n\tLemma a : True.\n\tProof.\n\t  trivial.\n\tQed.\nEnd M.\n"


def test_a_fill_of_no_hole_is_refused() -> None:
    """A hole that the text does not have is an error, not an edit in some other place."""
    text = "Lemma a : True.\nProof. Admitted.\n"
    other = "Lemma longer_name : True.\nProof. Admitted.\n"
    hole = identify("file:///a.v", SYNTAX.outline(other))[0]
    document = Document("file:///a.v", Language("rocq"), 1, SourceText(text))
    with pytest.raises(EditError):
        render(document, SYNTAX.outline(text), [Fill(hole, Candidate("trivial"))])


@given(
    st.lists(st.sampled_from(["proof", "bare", "step", "steps", "partial"]), min_size=1, max_size=6),
    st.sampled_from(["trivial", "exact I.", "idtac.\ntrivial.", "auto"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_filling_everything_leaves_no_hole(kinds: list[str], candidate: str, newline: str) -> None:
    """Whatever the mixture of holes, after filling all of them the scanner finds none, and as many declarations."""
    bodies = {
        "proof": "Proof. Admitted.",
        "bare": "Admitted.",
        "step": "Proof.\n  admit.\nAdmitted.",
        "steps": "Proof.\n  split.\n  - admit.\n  - admit.\nAdmitted.",
        "partial": "Proof.\n  idtac.\nAdmitted.",
    }
    text = "".join(f"Lemma l{i} : True.\n{bodies[kind]}\n\n" for i, kind in enumerate(kinds)).replace("\n", newline)
    count = len(list(SYNTAX.outline(text).holes))
    after = SYNTAX.outline(filled(text, *[candidate] * count))
    assert not list(after.holes)
    assert [unit.name for unit in after.units] == [f"l{i}" for i in range(len(kinds))]
