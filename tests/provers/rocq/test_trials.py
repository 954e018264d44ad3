"""Trying candidates at a real goal: in batches, as scripts, in order, within their time."""

from __future__ import annotations

import asyncio

import pytest

from unsorry.model import Budget, Candidate, TrialResult

pytestmark = pytest.mark.rocq

ADD = "Require Import Lia.\nLemma a (n : nat) : n + 0 = n.\nProof.\n  admit.\nAdmitted.\n"


async def test_each_candidate_gets_its_own_answer(opened) -> None:
    """One outcome each, in order; winners are all found, not the first alone."""
    async with opened(ADD) as room:
        trials = await room.trials("reflexivity", "lia.", "no_such_tactic", "auto", "apply (((", "easy", "tauto")
        assert [t.result.value for t in trials] == [
            "rejected", "closed", "rejected", "closed", "rejected", "closed", "rejected",
        ]  # fmt: skip
        assert "no_such_tactic" in trials[2].message
        assert all(t.seconds >= 0 for t in trials)


async def test_a_batch_larger_than_one_call(opened) -> None:
    """Any number of candidates is tried, whatever fits in a call."""
    async with opened(ADD) as room:
        found = await room.results(*["reflexivity"] * 60, "lia", *["discriminate"] * 5)
        assert found == ["rejected"] * 60 + ["closed"] + ["rejected"] * 5


async def test_what_leaves_something_open_is_no_success(opened) -> None:
    """Admitting, shelving, or leaving goals or unknowns behind closes nothing."""
    async with opened(ADD) as room:
        found = await room.results(
            "admit", "give_up", "shelve", "idtac", "simpl", "eapply eq_trans; shelve", "eapply eq_trans",
            "exact_no_check (eq_refl n)", "cut False", "all: shelve.", "assert (x : False) by shelve; auto",
        )  # fmt: skip
        assert set(found) == {"rejected"}


async def test_the_kernel_is_asked(opened) -> None:
    """What tactics let pass and the kernel does not (a proof that is its own premise) is rejected at once."""
    async with opened(ADD) as room:
        assert await room.results("fix f 1; exact (f n)", "vm_cast_no_check (eq_refl n)") == ["rejected"] * 2


async def test_scripts(opened) -> None:
    """Several sentences with bullets are tried one after the other; each error is told."""
    script = "induction n.\n- reflexivity.\n- simpl. rewrite IHn. reflexivity."
    async with opened(ADD) as room:
        trials = await room.trials(script, "induction n.\n- reflexivity.", "induction n. apply nonsense.", "{ lia. }")
        assert [t.result.value for t in trials] == ["closed", "rejected", "rejected", "closed"]
        assert "nonsense" in trials[2].message
        assert await room.results("lia") == ["closed"]


async def test_a_script_only_closes_its_own_goal(opened) -> None:
    """A script at one of several goals may not touch, or need, the others."""
    text = "Lemma a : 0 = 0 /\\ True.\nProof.\n  split.\n  admit.\n  exact I.\nAdmitted.\n"
    async with opened(text) as room:
        assert await room.results("reflexivity", "idtac. reflexivity.", "reflexivity. exact I.", "all: trivial.") == [
            "closed", "closed", "rejected", "closed",
        ]  # fmt: skip


async def test_all_goals_at_the_end_of_a_script(opened) -> None:
    """At an ``Admitted.`` with several goals, only what closes all of them counts."""
    async with opened("Lemma a : 0 = 0 /\\ True.\nProof.\n  split.\nAdmitted.\n") as room:
        found = await room.results("reflexivity", "all: auto.", "- reflexivity.\n- exact I.", "- auto.")
        assert found == ["rejected", "closed", "closed", "rejected"]


async def test_the_bullet_that_is_due(opened) -> None:
    """After a finished bullet, a candidate has to begin with the next one."""
    async with opened("Lemma a : 0 = 0 /\\ True.\nProof.\n  split.\n  - reflexivity.\nAdmitted.\n") as room:
        assert await room.results("exact I.", "- exact I.") == ["rejected", "closed"]


async def test_commands_are_not_run(opened, tmp_path) -> None:
    """A candidate that is no tactic is refused before it reaches the prover."""
    target = tmp_path / "out"
    async with opened(ADD) as room:
        found = await room.results(
            f'Redirect "{target}" Print nat.', "auto. Axiom x : False.", "", "(* lia *)",
            f'idtac]). Redirect "{target}" Print nat. idtac (solve [idtac',
        )  # fmt: skip
        assert set(found) == {"rejected"}
    assert not list(tmp_path.iterdir())


async def test_goals_with_unknowns(opened) -> None:
    """Where the goal holds an existential variable, trials still work."""
    text = "Lemma a : exists n : nat, n = 3.\nProof.\n  eexists.\n  admit.\nAdmitted.\n"
    async with opened(text) as room:
        assert await room.results("reflexivity", "discriminate") == ["closed", "rejected"]


async def test_a_candidate_that_loops_takes_its_time_and_no_more(opened) -> None:
    """A looping candidate times out alone; those around it are tried."""
    async with opened(ADD) as room:
        found = await room.results("reflexivity", "repeat (pose 0)", "lia")
        assert found == ["rejected", "timed_out", "closed"]


async def test_the_budget_ends_the_whole(opened) -> None:
    """When the budget is spent, the rest is not tried, and the session goes on."""
    loop = "repeat (pose 0)"
    async with opened(ADD) as room:
        trials = await room.trials("reflexivity", loop, loop, loop, loop, seconds=1.5)
        assert [t.result for t in trials][:2] == [TrialResult.REJECTED, TrialResult.TIMED_OUT]
        assert len(trials) < 5
        assert await room.results("lia") == ["closed"]


async def test_cancelling_leaves_a_session_that_works(opened) -> None:
    """A cancelled trial stops the prover's work; the very next one gets its own answer."""
    async with opened(ADD) as room:

        async def forever() -> None:
            candidates = [Candidate("do 1000000000 idtac")] * 10
            async for _ in room.session.trials(room.holes[0], candidates, Budget(60, 30)):
                pass

        for _ in range(3):
            task = asyncio.create_task(forever())
            await asyncio.sleep(0.5)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await room.results("reflexivity", "lia") == ["rejected", "closed"]


async def test_a_session_that_is_never_read(opened) -> None:
    """A text without the hole that is asked about is an error, not a guess."""
    from unsorry.errors import ProverError
    from unsorry.provers.rocq.holes import SYNTAX

    async with opened(ADD) as room:
        await room.session.update(room.document, SYNTAX.outline(""))
        with pytest.raises(ProverError):
            await room.trials("lia")
