"""Edits to a document in a live session: the right goals afterwards, and no more work than the edit needs."""

from __future__ import annotations

import random

import pytest

from unsorry.model import Goals
from unsorry.provers.rocq.protocol import add

pytestmark = pytest.mark.rocq

TEXT = "".join(f"Lemma l{i} : {i} + 0 = {i}.\nProof.\n  admit.\nAdmitted.\n\n" for i in range(8))


async def conclusions(room) -> list[str]:
    found = [await room.goals(number) for number in range(len(room.holes))]
    return [goals.main.conclusion if isinstance(goals, Goals) else goals.reason for goals in found]


async def test_an_edit_changes_what_it_changes(opened) -> None:
    """Changed, added and removed declarations show at once; the others stay as they were."""
    async with opened(TEXT) as room:
        before = await conclusions(room)
        assert before[3] == "3 + 0 = 3"
        await room.update(TEXT.replace("Lemma l3 : 3 + 0 = 3", "Lemma l3 : 33 = 33"))
        assert await conclusions(room) == [*before[:3], "33 = 33", *before[4:]]
        await room.update("(* first *)\n\n" + TEXT.replace("Lemma l3", "Lemma new : True. Proof. Admitted.\nLemma l3"))
        assert await conclusions(room) == [*before[:3], "True", *before[3:]]
        await room.update(TEXT[TEXT.index("Lemma l5") :])
        assert await conclusions(room) == before[5:]


async def test_an_edit_runs_only_what_follows_it(opened, monkeypatch) -> None:
    """Sentences before the first changed one are not run again; comments and blanks are no change at all."""
    from unsorry.provers.rocq import protocol

    added: list[str] = []
    monkeypatch.setattr(protocol, "add", lambda text, tip: added.append(text) or add(text, tip))
    async with opened(TEXT) as room:
        await conclusions(room)
        assert len(added) == 8 * 4 - 1  # nothing is run beyond the last hole
        added.clear()
        await room.update(TEXT.replace("Lemma l0", "(* 𝔸 *)\n\nLemma l0"))
        await conclusions(room)
        assert added == []
        await room.update(TEXT.replace("Lemma l6 : 6 + 0 = 6", "Lemma l6 : True"))
        await conclusions(room)
        assert len(added) == 2 * 4 - 1


async def test_errors_come_and_go(opened) -> None:
    """While a text is being typed it is broken; once it is whole again, so are the goals."""
    async with opened(TEXT) as room:
        whole = await conclusions(room)
        place = TEXT.index("Lemma l4") + 10
        for cut in (1, 5, 12, 30):
            await room.update(TEXT[:place] + TEXT[place + cut :])
            await conclusions(room)
        await room.update(TEXT)
        assert await conclusions(room) == whole


async def test_any_sequence_of_edits_ends_like_a_fresh_start(opened) -> None:
    """After random edits the session says of the last text what a new session says."""
    choose = random.Random(7)
    async with opened(TEXT) as room:
        text = TEXT
        for _ in range(12):
            start = choose.randrange(len(text))
            length = choose.randrange(25)
            text = text[:start] + choose.choice(["", "idtac. ", "(* x *)", "Lemma n : True. "]) + text[start + length :]
            await room.update(text)
            if room.holes and choose.random() < 0.7:
                await room.goals(choose.randrange(len(room.holes)))
        edited = await conclusions(room)
        async with opened(text) as fresh:
            assert edited == await conclusions(fresh)
            assert (await room.check()) == (await fresh.check())
