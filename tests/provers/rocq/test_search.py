"""The search over steps with a real prover: goals that need a generalisation or a lemma."""

from __future__ import annotations

import pytest

from unsorry.model import Budget

pytestmark = pytest.mark.rocq

LISTS = """
Fixpoint join {A : Type} (xs ys : list A) : list A :=
  match xs with nil => ys | cons x rest => cons x (join rest ys) end.
Fixpoint back {A : Type} (xs : list A) : list A :=
  match xs with nil => nil | cons x rest => join (back rest) (cons x nil) end.
"""
SUM = """Require Import Arith Lia.
Fixpoint tri (n acc : nat) : nat := match n with 0 => acc | S m => tri m (n + acc) end.
"""


NUM = """
Inductive num : Set := zero : num | succ : num -> num.
Fixpoint plus (a b : num) : num := match a with zero => b | succ a => succ (plus a b) end.
Fixpoint times (a b : num) : num := match a with zero => zero | succ a => plus b (times a b) end.
Fixpoint total (xs : list num) : num := match xs with nil => zero | cons x xs => plus x (total xs) end.
"""


async def found(room, number: int = 0, seconds: float = 60) -> list[str]:
    return [c.text async for c in room.session.search("native", room.holes[number], Budget(seconds, 1))]


async def closed(room, *texts: str) -> bool:
    """Whether the text with these in its holes has no hole and no error left."""
    report = await room.check(room.filled(*texts))
    return report.complete and not report.problems and not report.open_holes


@pytest.mark.parametrize(
    "text",
    [
        LISTS + "Lemma a (A : Type) (xs : list A) : back (back xs) = xs.\nProof. Admitted.\n",
        LISTS + NUM + "Lemma a (xs : list num) : total (back xs) = total xs.\nProof. Admitted.\n",
        NUM + "Lemma a (n m : num) : times n m = times m n.\nProof. Admitted.\n",
        SUM + "Lemma a (n : nat) : 2 * tri n 0 = n * (n + 1).\nProof. Admitted.\n",
        SUM + "Lemma a (n : nat) : 2 * tri n 0 = n * (n + 1) /\\ True.\nProof.\n  split.\n  - admit.\n"
        "  - exact I.\nAdmitted.\n",
    ],
)
async def test_goals_that_need_a_lemma(opened, text: str) -> None:
    """What the search finds is tried like any candidate, and the text with it in place is accepted."""
    async with opened(text) as room:
        (script,) = await found(room)
        assert "\n" in script
        assert await room.results(script) == ["closed"]
        assert await closed(room, script)


async def test_lemmas_of_the_library(opened) -> None:
    """A lemma that the file has loaded and that says it already is found, the shortest use of it first."""
    text = (
        "Require Import List.\nLemma a (A : Type) (x : A) (xs : list A) :\n  In x xs -> exists l r, xs = l ++ x :: r.\n"
    )
    async with opened(text + "Proof. Admitted.\n") as room:
        first = await anext(room.session.search("native", room.holes[0], Budget(60, 1)))
        assert "in_split" in first.text
        assert await closed(room, first.text)


async def test_unproved_lemmas_are_not_looked_up(opened) -> None:
    """A lemma with a hole, or an axiom, is nothing to prove another with."""
    text = (
        "Axiom given : forall f : nat -> nat, f 0 = 1.\nLemma same (f : nat -> nat) : f 0 = 1.\nProof. Admitted.\n"
        "Lemma a (f : nat -> nat) : f 0 = 1.\nProof. Admitted.\n"
    )
    async with opened(text) as room:
        assert await found(room, number=1, seconds=3) == []


async def test_every_goal_of_the_end_of_a_script(opened) -> None:
    """Where a hole leaves several goals, each gets a script of its own."""
    text = SUM + (
        "Lemma a (n : nat) : 2 * tri n 0 = n * (n + 1) /\\ (n = 0 \\/ n <> 0).\nProof.\n  split.\nAdmitted.\n"
    )
    async with opened(text) as room:
        (script,) = await found(room)
        assert script.count("{ ") >= 2
        assert await closed(room, script)


async def test_nothing_is_found_for_what_is_false(opened) -> None:
    """A false goal ends in nothing within its time, and the session works on."""
    async with opened("Lemma a (n : nat) : n + n = n.\nProof. Admitted.\nLemma b : True.\nProof. Admitted.\n") as room:
        assert await found(room, seconds=2) == []
        assert await room.results("exact I", number=1) == ["closed"]
        assert (await room.check()).open_holes == {0: 1, 1: 1}


async def test_other_searches_are_empty(opened) -> None:
    """A kind of search that there is not finds nothing."""
    async with opened("Lemma a : True.\nProof. Admitted.\n") as room:
        assert [c async for c in room.session.search("nonesuch", room.holes[0], Budget(5, 1))] == []
