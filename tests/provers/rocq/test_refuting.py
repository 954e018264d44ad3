"""Goals that small values show to be false, with a real prover: all that are refuted are false."""

from __future__ import annotations

import pytest

from unsorry.provers.rocq.batches import Choice, make_choice, read_choice
from unsorry.provers.rocq.goals import read_goal
from unsorry.provers.rocq.refuting import DEFINITION, REFUTE, computes
from unsorry.provers.rocq.shape import read_shape

pytestmark = pytest.mark.rocq

TEXT = """
Inductive tree (A : Type) : Type := leaf : tree A | node : tree A -> A -> tree A -> tree A.
Arguments leaf {A}. Arguments node {A} _ _ _.
Fixpoint mirror {A} (t : tree A) : tree A := match t with leaf => leaf | node l x r => node (mirror r) x (mirror l) end.
Fixpoint size {A} (t : tree A) : nat := match t with leaf => 0 | node l _ r => S (size l + size r) end.
Fixpoint join {A} (xs ys : list A) : list A := match xs with nil => ys | cons x xs => cons x (join xs ys) end.
"""


async def judged(opened, statement: str) -> Choice | None:
    """What the prover says of a statement after its quantifiers and premises have been introduced."""
    async with opened(f"{TEXT}Lemma a : {statement}.\nProof. Admitted.\n") as room:
        place = await room.session._place(room.holes[0], 30)
        checker = await room.session._loaded_checker(place)
        walk = await checker.walk(place.number, 30)
        assert (await walk.run(DEFINITION)).good
        raws = await walk.step("intros.")
        assert raws is not None
        assert computes(read_shape(read_goal(raws.foreground[0])))
        return read_choice(await walk.query(make_choice(["discriminate"], 1, kernel=True, refute=REFUTE)))


@pytest.mark.parametrize(
    "statement",
    [
        "forall n m : nat, n = m",
        "forall n m : nat, n - m = m - n",
        "forall n m : nat, n - m = 0 -> n = m",
        "forall b c : bool, orb b c = andb b c",
        "forall (A : Type) (xs ys : list A), join xs ys = join ys xs",
        "forall (A : Type) (t : tree A), mirror t = t",
        "forall (A : Type) (f : A -> A) (x : A), Some (f x) = None",
        "forall o : option nat, o = None",
    ],
)
async def test_false_goals_are_refuted(opened, statement: str) -> None:
    assert await judged(opened, statement) == Choice(refuted=True)


@pytest.mark.parametrize(
    "statement",
    [
        "forall n m : nat, n + m = m + n",
        "forall n m : nat, n = m -> n + m = m + m",
        "forall (A : Type) (xs ys zs : list A), join xs (join ys zs) = join (join xs ys) zs",
        "forall (A : Type) (t : tree A), mirror (mirror t) = t",
        "forall (A : Type) (t u : tree A), size (mirror t) + size u = size u + size t",
        "forall (A : Type) (f : A -> A) (x : A), f x = x -> f (f x) = x",
        "forall n : nat, n = S n -> n = 7",
    ],
)
async def test_true_goals_never_are(opened, statement: str) -> None:
    assert await judged(opened, statement) == Choice()


async def test_premises_that_do_not_compute() -> None:
    """Nothing is asked about goals with a quantified premise: that it holds is not found by computing."""
    from unsorry.provers.rocq.protocol import RawGoal

    assert not computes(read_shape(read_goal(RawGoal("1", ("n : nat", "IHn : forall m : nat, n = m"), "n = 0"))))
    assert computes(read_shape(read_goal(RawGoal("1", ("n : nat", "H : n = 1"), "n = 0"))))
