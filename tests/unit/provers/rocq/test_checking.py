"""What the prover says of a text, made into a report: axioms and holes."""

from __future__ import annotations

import pytest

from unsorry.provers.rocq.checking import open_holes, read_assumptions
from unsorry.provers.rocq.script import Placed, Step
from unsorry.text import Span


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Closed under the global context", set()),
        ("Axioms:\nff : False", {"ff"}),
        ("Axioms:\nM.f : forall x : nat,\n      x = x\ng : False", {"M.f", "g"}),
        ("Axioms:\nlong_name\n: forall x : nat, x = x", {"long_name"}),
        ("Axioms:\nff : False\nused in x to prove\n 1 = 2\ngg : True", {"ff", "gg"}),
        ("Axioms:\nloop is assumed to be guarded.\nff : False", {"loop is assumed to be guarded.", "ff"}),
        ("Section Variables:\nA : Type\ne\n: forall x y : A, x = y", set()),
        ("Section Variables:\nA : Type\nAxioms:\nff : False", {"ff"}),
        ("Axioms:\nff : False\nTheory:\n  Set is impredicative", {"ff", "Set is impredicative"}),
        ("Axioms:\nx : Set\nOpaque constants:\ny : nat", {"x"}),
    ],
)
def test_assumptions(said: str, expected: set[str]) -> None:
    """Names are found in every layout that the prover uses; what belongs to a section is no axiom."""
    assert read_assumptions(said) == expected


@pytest.mark.parametrize("said", ["", "something else", "ff : False"])
def test_an_answer_that_is_not_understood_is_not_empty(said: str) -> None:
    """Silence or a strange answer never reads as «no axioms»."""
    assert read_assumptions(said) is None


def step(unit: int, open_proofs: int, *, assumed: bool = False, ran: bool = True) -> Step:
    return Step(Placed("x.", False, False, Span(0, 2), unit), 1, 2, "p", open_proofs, ran, assumed)


def test_holes_are_counted_as_the_prover_meets_them() -> None:
    """Each admitted step is a hole; an admitted proof without any is one; axioms outside proofs are none."""
    steps = [
        step(0, 0, assumed=True),  # Axiom
        step(1, 1), step(1, 1, assumed=True), step(1, 1, assumed=True), step(1, 0, assumed=True),
        step(2, 1), step(2, 0, assumed=True),
        step(3, 1), step(3, 0),
        step(4, 1), step(4, 1, assumed=True, ran=False), step(4, 0),
    ]  # fmt: skip
    assert open_holes(steps) == {1: 2, 2: 1}
