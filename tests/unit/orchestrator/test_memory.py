"""The same goal is not searched twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from attrs import evolve

from fakes.scripted_prover import Script, ScriptedProver, document
from unsorry import registry
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.location import Location
from unsorry.model import Candidate, Fill, Goal, Goals, Hypothesis, Language, Proof
from unsorry.orchestrator.identity import identify
from unsorry.orchestrator.memory import GoalMemory
from unsorry.orchestrator.scenes import Scene, digest_before, make_scene

ROCQ = Language("rocq")
GOALS = Goals((Goal((), "1 + 1 = 2"),))
TEXT = "Lemma a : 1 + 1 = 2.\nProof. Admitted.\n"


def scene(goals: Goals = GOALS, text: str = TEXT, toolchain: str = "8.16", uri: str = "file:///a.v") -> Scene:
    """The last hole of a text, with such goals."""
    doc = document(text, uri=uri)
    outline = registry.syntax_of(ROCQ).outline(text, "a.v")
    hole = identify(doc.uri, outline)[-1]
    return make_scene(ScriptedProver(Script()), toolchain, doc, outline, hole, goals)


def proof(where: Scene, text: str) -> Proof:
    return Proof(Fill(where.hole, Candidate(text)), (), "micro", "scripted", 0.1, 0, ("ax",))


def about(conclusion: str, *names: str) -> Goals:
    return Goals((Goal(tuple(Hypothesis((name,), "nat") for name in names), conclusion),))


async def known(memory: GoalMemory, where: Scene) -> list[str]:
    return [candidate.text for candidate in await memory.known(where)]


async def test_what_proved_a_goal_is_known_latest_first() -> None:
    """The same goal elsewhere is offered its known proofs; another goal is not."""
    memory = GoalMemory()
    for text in ("lia", "auto", "lia"):
        memory.proved(scene(), proof(scene(), text))
    assert await known(memory, scene(uri="file:///b.v")) == ["lia", "auto"]
    assert await known(memory, scene(about("1 + 1 = 3"))) == []


async def test_names_do_not_make_another_goal() -> None:
    """A goal with other names for its hypotheses is the same one, and its proof gets the names of today."""
    memory = GoalMemory()
    first = scene(about("n + m = m + n", "n", "m"))
    memory.proved(first, proof(first, "induction n; lia."))
    assert await known(memory, scene(about("b + a = a + b", "a", "b"))) == ["induction b; lia.", "induction n; lia."]
    assert await known(memory, scene(about("b + a = b + a", "a", "b"))) == []


async def test_after_an_edit_the_holes_own_proof_comes_first() -> None:
    """Then those of goals that are like the new one; none of goals that are not."""
    memory = GoalMemory()
    own = scene(about("n + 0 = n", "n"))
    memory.proved(own, proof(own, "own"))
    for uri, conclusion, text in (("b", "n + 1 + 1 = S (S n)", "alike"), ("c", "In x nil -> False", "unlike")):
        other = scene(about(conclusion, "n"), uri=f"file:///{uri}.v")
        memory.proved(other, proof(other, text))
    changed = scene(about("n + 1 = S n", "n"))
    assert [c.text for c in await memory.similar(changed, ())] == ["own", "alike"]
    assert [c.text for c in await memory.similar(changed, [Candidate("own")])] == ["alike"]


async def test_a_vain_search_counts_only_under_the_same_conditions() -> None:
    """Another text before the goal, toolchain, goal or strategy is worth another search."""
    memory = GoalMemory()
    await memory.in_vain(scene(), ("micro",), 5.0)
    assert await memory.searched(scene(), ("micro",)) == 5.0
    assert await memory.searched(scene(), ("micro", "hammer")) == 0.0
    assert await memory.searched(scene(text="Definition x := 1.\n" + TEXT), ("micro",)) == 0.0
    assert await memory.searched(scene(toolchain="9.0"), ("micro",)) == 0.0
    assert await memory.searched(scene(about("1 + 1 = 2", "n")), ("micro",)) == 0.0


async def test_the_ledger_remembers_for_the_next_run(tmp_path: Path) -> None:
    """Another process knows the proofs and the vain searches; unless it is asked to forget, or trusts other axioms."""
    location = Location(tmp_path / "ledger.sqlite3", "")
    ledger = Ledger(location)
    memory, other = GoalMemory(ledger), scene(about("False"))
    memory.proved(scene(), proof(scene(), "lia"))
    await memory.in_vain(other, ("micro",), 5.0)
    await ledger.aclose()
    ledger = Ledger(location)
    again, fresh, lax = GoalMemory(ledger), GoalMemory(ledger, recall=False), GoalMemory(ledger, "classic")
    assert await known(again, scene()) == ["lia"]
    assert await again.searched(other, ("micro",)) == 5.0
    assert (await known(fresh, scene()), await fresh.searched(other, ("micro",))) == ([], 0.0)
    assert await lax.searched(other, ("micro",)) == 0.0
    (receipt,) = await ledger.receipts(uri="file:///a.v")
    assert (receipt.declaration, receipt.number, receipt.axioms, receipt.toolchain) == ("a", 0, ("ax",), "8.16")
    await ledger.aclose()


async def test_what_an_imported_file_holds_is_a_condition(tmp_path: Path) -> None:
    """A vain search is worth another one after a change of a file that is imported, directly or not."""
    text = "Require Import Base.\n" + TEXT
    (tmp_path / "Base.v").write_text("Require Import Deep.\n")
    (tmp_path / "Deep.v").write_text("Definition x := 1.\n")
    (tmp_path / "Other.v").write_text("Definition y := 1.\n")
    where = evolve(scene(text=text), document=evolve(document(text), path=tmp_path / "A.v"))
    location = Location(tmp_path / "ledger.sqlite3", "")
    ledger = Ledger(location)
    await GoalMemory(ledger).in_vain(where, ("micro",), 5.0)
    ledger.flush()
    (tmp_path / "Other.v").write_text("Definition y := 2.\n")
    assert await GoalMemory(ledger).searched(where, ("micro",)) == 5.0
    (tmp_path / "Deep.v").write_text("Definition x := 2.\n")
    assert await GoalMemory(ledger).searched(where, ("micro",)) == 0.0
    await ledger.aclose()


def before(text: str) -> bytes:
    outline = registry.syntax_of(ROCQ).outline(text, "a.v")
    return digest_before(text, outline, text.rindex("Admitted"))


def test_what_counts_as_the_same_text_before() -> None:
    """An import or a finished lemma more is another text; work on another open proof, or below, is not."""
    text = "Lemma a : True.\nProof. Admitted.\nLemma b : True.\nProof. Admitted.\n"
    assert before("Require Import Lia.\n" + text) != before(text)
    assert before("Lemma c : True.\nProof. exact I. Qed.\n" + text) != before(text)
    assert before(text.replace("Proof. Admitted.", "Proof. idtac. Admitted.", 1)) == before(text)
    assert before(text.replace("Lemma a : True", "Lemma a : False")) != before(text)
    assert before(text + "(* below *)\n") == before(text)


def test_where_order_does_not_matter_what_stands_below_counts() -> None:
    """A Dafny proof may use a lemma that comes later: when that one is finished, the search is worth another try."""
    text = "lemma a()\n  ensures P()\n\nlemma b()\n  ensures Q()\n"
    finished = text + "{ }\n"

    def around(text: str) -> bytes:
        outline = registry.syntax_of(Language("dafny")).outline(text, "a.dfy")
        return digest_before(text, outline, text.index("lemma a"), ordered=False)

    assert around(finished) != around(text)
    assert around(text.replace("Q", "R")) != around(text)


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
