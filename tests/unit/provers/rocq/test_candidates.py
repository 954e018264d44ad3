"""What may stand in a proof and what may not, decided before it reaches a prover."""

from __future__ import annotations

import pytest

from unsorry.provers.rocq.candidates import NotTactics, read_candidate, with_end


@pytest.mark.parametrize(
    "text",
    ["lia", "lia.", "now rewrite H; auto", "(idtac; auto)", "[> auto | lia ]", "exact (f a.b)", "auto (* so *)"],
)
def test_single_tactics(text: str) -> None:
    """One tactic, with or without period, can be tried in a query."""
    assert read_candidate(text).single == with_end(text)[:-1]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("intro n. auto.", 2),
        ("split.\n- auto.\n- lia.", 5),
        ("{ auto. }", 3),
        ("all: lia.", 1),
        ("2: lia.", 1),
        ("2: { lia. }", 3),
        ("simpl. (* Axiom a : b. *) lia.", 2),
    ],
)
def test_scripts(text: str, count: int) -> None:
    """Several sentences, bullets and goal selectors are a script, to be run a sentence at a time."""
    read = read_candidate(text)
    assert read.single is None
    assert len(read.sentences) == count


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        ".",
        "(* nothing *)",
        "- ",
        "admit",
        "try admit; auto.",
        "give_up.",
        "exact_no_check I.",
        "Admitted.",
        "auto. Qed. Lemma x : False.",
        "Axiom cheat : False.",
        "Load evil.",
        'Redirect "file" Print nat.',
        'Cd "/".',
        "#[local] Axiom cheat : False.",
        "auto. (* open",
        'idtac "open',
        "auto. Unset Guard Checking.",
    ],
)
def test_what_is_no_proof(text: str) -> None:
    """Nothing, commands, admitting tactics and open ends never reach the prover."""
    with pytest.raises(NotTactics):
        read_candidate(text)


def test_words_in_comments_and_strings_do_no_harm() -> None:
    """Only code counts: a comment or a string may say ``admit``."""
    assert read_candidate('idtac "admit"; auto (* admit *)').single is not None
    assert read_candidate("apply admitted_before").single is not None
