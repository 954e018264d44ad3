"""What the hammer finds, turned into tactics that need no plug-in."""

from __future__ import annotations

from unsorry.provers.rocq.candidates import read_candidate
from unsorry.provers.rocq.hammer import translations


def test_its_own_tactic_comes_first() -> None:
    """The find itself is the first candidate, for files that have the plug-in's tactics."""
    assert next(translations("hauto use: in_rev, in_app_or")) == "hauto use: in_rev, in_app_or"


def test_lemmas_are_used_by_plain_tactics() -> None:
    """The lemmas that it names are tried with the prover's own tactics, in every order."""
    found = list(translations("scongruence use: Nat.add_comm, app_length unfold: size inv: list"))
    assert "unfold size in *; eauto using Nat.add_comm, app_length" in found
    assert "unfold size in *; intros; rewrite app_length, Nat.add_comm; auto" in found
    assert not any("inv" in text or "list" in text for text in found[1:])


def test_lemmas_of_a_proof_that_it_could_not_follow() -> None:
    """Where only the names of the lemmas are known, there is no tactic of its own to try."""
    found = list(translations("using use: rev_length, app_length"))
    assert not any(text.startswith("using") for text in found)
    assert "eauto using rev_length, app_length" in found


def test_everything_tried_is_a_tactic() -> None:
    """Each of them passes the check for foreign candidates."""
    for text in translations("hauto use: a, b, c unfold: f"):
        read_candidate(text)
