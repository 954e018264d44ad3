"""CoqHammer: what it finds is given in the user's own terms, and its provers do not outlive the call."""

from __future__ import annotations

import pytest

from family import family
from unsorry.model import Budget

pytestmark = [pytest.mark.rocq, pytest.mark.coqhammer, pytest.mark.slow]

TEXT = """Require Import List.

Lemma swapped (A : Type) (x : A) (xs ys : list A) : In x (rev (xs ++ ys)) -> In x ys \\/ In x xs.
Proof. Admitted.
"""
_PROVERS = ("eprover", "cvc4", "z3", "vampire", "htimeout")


def running() -> list[str]:
    names = [process.name() for process in family()]
    return [name for name in names if name.startswith(_PROVERS)]


async def test_a_find_in_the_files_own_terms(opened) -> None:
    """The user's file does not load the plug-in: what is found there does without, and holds when checked."""
    async with opened(TEXT) as room:
        found = [c async for c in room.session.search("hammer", room.holes[0], Budget(90, 2))]
        assert found
        assert not any(word in found[0].text for word in ("hauto", "sauto", "hammer"))
        report = await room.check(room.filled(found[0].text), "swapped")
        assert (report.problems, report.open_holes, report.axioms) == ((), {}, {1: set()})
        assert not running()


async def test_its_own_tactics_where_they_are_loaded(opened) -> None:
    """A file that loads the plug-in's tactics is offered them, never ``hammer`` itself."""
    text = "From Hammer Require Import Tactics.\n" + TEXT
    async with opened(text) as room:
        found = [c.text async for c in room.session.search("hammer", room.holes[0], Budget(90, 2))]
        assert any("use:" in each for each in found)
        assert not any(each.startswith("hammer") for each in found)


async def test_too_little_time(opened) -> None:
    """A search that runs out of time finds nothing, leaves no external prover, and the session works on."""
    async with opened(TEXT) as room:
        assert [c async for c in room.session.search("hammer", room.holes[0], Budget(2, 1))] == []
        assert await room.results("tauto") == ["rejected"]
        await room.session.close()
        assert not running()
