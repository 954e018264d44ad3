"""The page of the goal panel: what it says, what can be done there, and that nothing from outside is markup."""

from __future__ import annotations

import re

from attrs import evolve

from unit.lsp.test_convert import GOALS, HOLE, proof
from unsorry.lsp.goal_page import goal_page, nothing
from unsorry.model import Goal, Goals, HoleState, HoleStatus, Language

OPEN = HoleState(HOLE, goals=GOALS)


def page(state: HoleState, *, trusted: bool = True) -> str:
    return goal_page(state, Language("rocq"), None, trusted=trusted)


def test_nothing_that_comes_from_outside_is_markup() -> None:
    """Names, goals, proofs and messages are shown as they are."""
    goals = Goals((Goal((), "<script>alert(1)</script> & Q"),))
    hole = evolve(HOLE, declaration="swap<b>")
    html = page(HoleState(hole, goals=goals, message="<i>"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Q" in html
    assert set(re.findall(r"<(\w+)", html)) <= {"h1", "code", "span", "p", "section", "h2", "pre", "button", "ul", "li"}
    assert nothing("<i>") == '<p class="quiet">&lt;i&gt;</p>'


def test_each_proof_can_be_inserted() -> None:
    """A screen reader can tell the buttons apart; a hole with a proof is not offered to be proved."""
    html = page(evolve(OPEN, status=HoleStatus.PROVED, proofs=(proof(), proof())))
    assert 'data-proof="0" aria-label="Insert this proof"' in html
    assert 'data-proof="1" aria-label="Insert alternative 1"' in html
    assert 'data-action="prove"' not in html


def test_what_can_be_done() -> None:
    """An open hole can be proved, one that is searched can be stopped; neither where no prover may run."""
    assert 'data-action="prove"' in page(OPEN)
    assert 'data-action="cancel"' in page(evolve(OPEN, status=HoleStatus.PROVING))
    html = page(OPEN, trusted=False)
    assert "not trusted" in html
    assert "data-action" not in html
