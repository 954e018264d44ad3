"""Walks over steps of a proof with a real prover: what is granted, tried and taken back, and what that costs."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from unsorry.provers.rocq.batches import Choice, make_choice, read_choice
from unsorry.provers.rocq.script import Script, split
from unsorry.provers.rocq.walk import Lost, Walk

pytestmark = pytest.mark.rocq

TEXT = "Lemma a : forall n : nat, n = n /\\ 1 = 1.\nProof.\nAdmitted.\n"
FOREVER = "do 1000000000 idtac."


@pytest.fixture
def walking(opened: Callable) -> Callable[[], contextlib.AbstractAsyncContextManager[Walk]]:
    """At the beginning of a proof."""

    @contextlib.asynccontextmanager
    async def walk() -> AsyncIterator[Walk]:
        async with opened(TEXT) as room:
            script = Script(room.session._spec)
            try:
                script.update(split(TEXT, room.outline))
                yield await script.walk(2, 30)
            finally:
                await script.close()

    return walk


async def conclusions(walk: Walk) -> list[str]:
    goals = await walk.goals()
    assert goals is not None
    return [goal.conclusion for goal in goals.foreground]


async def test_what_is_granted_is_run_with_the_next_question(walking) -> None:
    """Granted steps are steps like any other: what is asked next is asked behind them, and they can be gone back
    before, whether they have been run or not."""
    async with walking() as walk:
        start = walk.tip
        walk.grant("intros n.")
        place = walk.tip
        walk.grant("split.")
        walk.grant("- reflexivity.")
        walk.back(place)
        assert await conclusions(walk) == ["n = n /\\ 1 = 1"]
        walk.grant("split.")
        assert await conclusions(walk) == ["n = n", "1 = 1"]
        walk.back(place)
        assert (await walk.run("constructor.")).good
        walk.back(start)
        assert await conclusions(walk) == ["forall n : nat, n = n /\\ 1 = 1"]


@pytest.mark.parametrize("wrong", ["split )(.", "discriminate."])
async def test_what_is_granted_wrongly_never_seems_right(walking, wrong: str) -> None:
    """Whether it is not understood or fails, nothing that follows succeeds."""
    async with walking() as walk:
        walk.grant("intros n.")
        walk.grant(wrong)
        walk.grant("split.")
        with contextlib.suppress(Lost):
            assert await walk.goals() is None
        with contextlib.suppress(Lost):
            assert not (await walk.run("idtac.")).good


async def test_steps_tried_together(walking) -> None:
    """Each starts from the same place and leaves its own goals; one that fails or is not understood fails alone, and
    the walk stays where it was."""
    async with walking() as walk:
        walk.grant("intros n.")
        left = await walk.try_all(["split.", "discriminate.", ")(.", "destruct n; split."], 10)
        assert [None if each is None else [goal.conclusion for goal in each.foreground] for each in left] == [
            ["n = n", "1 = 1"],
            None,
            None,
            ["0 = 0", "1 = 1", "S n = S n", "1 = 1"],
        ]
        assert await conclusions(walk) == ["n = n /\\ 1 = 1"]


async def test_a_step_without_end_leaves_those_after_it_untried(walking) -> None:
    """It fails; what came before it holds, and the others can be tried again."""
    async with walking() as walk:
        left = await walk.try_all(["intros n.", FOREVER, "intros m."], 0.5)
        assert [each is None for each in left] == [False, True]
        (after,) = await walk.try_all(["intros m."], 10)
        assert after is not None
        assert after.foreground[0].hypotheses == ("m : nat",)


async def test_the_first_of_many_that_closes_the_goal(walking) -> None:
    """One answer tells which tactic closes the goal, or that none does; when one of them is not understood, that
    nothing is known."""

    async def chosen(walk: Walk, *tactics: str) -> Choice | None:
        answer = await walk.query(make_choice(tactics, 1, kernel=True))
        assert len(answer.notices) <= 2
        return read_choice(answer)

    async with walking() as walk:
        assert await chosen(walk, "discriminate", "split", FOREVER.rstrip("."), "easy", "now auto") == Choice(3)
        assert await chosen(walk, "discriminate", "admit", "idtac") == Choice()
        assert await chosen(walk, "no_such_tactic", "easy") is None
        assert await chosen(walk, ")(", "easy") is None


async def test_questions_behind_different_steps(walking) -> None:
    """Each is answered where its own sentences lead, and the walk stays where it was."""
    async with walking() as walk:
        walk.grant("intros n.")
        answers = await walk.ask_all(
            [
                (["split."], "Fail exact I."),
                (["split.", "-"], "reflexivity."),
                ([], "Fail split."),
                (["split."], "Check n."),
            ]
        )
        assert [answer.good for answer in answers] == [True, True, False, True]
        assert answers[3].said == ("n\n     : nat",)
        assert await conclusions(walk) == ["n = n /\\ 1 = 1"]
