"""The same goal is not searched twice."""

from __future__ import annotations

import asyncio

from unsorry import registry
from unsorry.model import Candidate, Goal, Goals, Language
from unsorry.orchestrator.memory import GoalMemory, digest_before

GOALS = Goals((Goal((), "1 + 1 = 2"),))
LIA, AUTO = Candidate("lia"), Candidate("auto")


def test_what_proved_a_goal_is_known_latest_first() -> None:
    """The same goal elsewhere is offered its known proofs; another language's or another goal is not."""
    memory = GoalMemory()
    memory.proved(Language("rocq"), GOALS, LIA)
    memory.proved(Language("rocq"), GOALS, AUTO)
    memory.proved(Language("rocq"), GOALS, LIA)
    assert memory.known(Language("rocq"), GOALS) == (LIA, AUTO)
    assert memory.known(Language("agda"), GOALS) == ()
    assert memory.known(Language("rocq"), Goals((Goal((), "1 + 1 = 3"),))) == ()


def test_a_vain_search_counts_only_under_the_same_conditions() -> None:
    """Another text before the goal, or other strategies, are worth another search."""
    memory = GoalMemory()
    memory.in_vain(Language("rocq"), GOALS, b"text", ("micro",), 5.0)
    assert memory.searched(Language("rocq"), GOALS, b"text", ("micro",)) == 5.0
    assert memory.searched(Language("rocq"), GOALS, b"text", ("micro", "hammer")) == 0.0
    assert memory.searched(Language("rocq"), GOALS, b"other", ("micro",)) == 0.0


def before(text: str) -> bytes:
    outline = registry.syntax_of(Language("rocq")).outline(text, "a.v")
    return digest_before(text, outline, text.rindex("Admitted"))


def test_what_counts_as_the_same_text_before() -> None:
    """An import or a finished lemma more is another text; work on another open proof, or below, is not."""
    text = "Lemma a : True.\nProof. Admitted.\nLemma b : True.\nProof. Admitted.\n"
    assert before("Require Import Lia.\n" + text) != before(text)
    assert before("Lemma c : True.\nProof. exact I. Qed.\n" + text) != before(text)
    assert before(text.replace("Proof. Admitted.", "Proof. idtac. Admitted.", 1)) == before(text)
    assert before(text.replace("Lemma a : True", "Lemma a : False")) != before(text)
    assert before(text + "(* below *)\n") == before(text)


async def test_two_searches_of_one_goal_follow_each_other() -> None:
    """The second waits for the first, so that it can use what the first learned."""
    memory = GoalMemory()
    order: list[str] = []

    async def search(name: str) -> None:
        async with memory.alone(Language("rocq"), GOALS):
            order.append(f"{name} begins")
            await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(search("a"), search("b"))
    assert order == ["a begins", "a ends", "b begins", "b ends"]
