"""Proofs that Metamath's own Proof Assistant finds: ``improve`` for a step, and for a whole proof ``assign`` as well.

A state of the search is a list of commands, done from the start each time: Metamath takes a millisecond for that.
States with few commands and few unknown steps come first.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from unsorry.errors import ProverTimeout
from unsorry.provers.base import Outline
from unsorry.provers.metamath.answers import Unknown, new_proof, unknown_steps

Ask = Callable[[Sequence[str], float], Coroutine[Any, Any, Sequence[str]]]
"""``ask(commands, seconds)``: what the Proof Assistant says to each command."""

_IMPROVE = "improve all"
_CUTS = "improve all /3"
_LOOK = ("show new_proof /unknown", "show new_proof /normal")
_DEEPEST = 8
_RUN_SECONDS = 3.0


@frozen
class Lemma:
    """An earlier assertion, or a hypothesis of the statement itself. ``typecode`` is the first symbol that it says."""

    label: str
    typecode: str


@frozen(order=True)
class _State:
    cost: int
    age: int
    commands: tuple[str, ...] = field(order=False)
    unknown: tuple[Unknown, ...] = field(order=False)


def without(text: str, outline: Outline, labels: Collection[str]) -> str:
    """The text with some statements blanked, so that the Proof Assistant does not use them; nothing else moves."""
    for unit in outline.units:
        if unit.name in labels:
            blank = "".join(c if c in "\r\n" else " " for c in text[unit.span.start : unit.span.end])
            text = text[: unit.span.start] + blank + text[unit.span.end :]
    return text


def lemmas(text: str, outline: Outline, number: int) -> list[Lemma]:
    """What a proof of a unit may use, nearest first. Whether it is in scope, Metamath says."""
    found = []
    for unit in outline.units[:number]:
        if not unit.name or unit.holes or not text[unit.span.start : unit.span.end].strip():
            continue
        keyword, _, said = text[unit.span.start : unit.span.end].partition(unit.name)[2].strip().partition(" ")
        if keyword in ("$a", "$p", "$e"):
            found.append(Lemma(unit.name, said.split(maxsplit=1)[0] if said.split() else ""))
    return found[::-1]


def variables(text: str, outline: Outline, number: int) -> dict[str, str]:
    """For each typecode a variable, best one that the statement itself has."""
    found: dict[str, str] = {}
    own = set(text[outline.units[number].head.start : outline.units[number].head.end].split())
    for unit in outline.units[:number]:
        words = text[unit.span.start : unit.span.end].split()
        if words[1:2] == ["$f"] and len(words) > 3 and (words[2] not in found or found[words[2]] not in own):
            found[words[2]] = words[3]
    return found


async def whole_proofs(ask: Ask, known: Sequence[Lemma], free: Mapping[str, str], seconds: float) -> AsyncIterator[str]:
    """Proofs of a statement of which nothing is proved yet. What may be anything of its kind becomes the variable that
    ``free`` has for its typecode."""
    deadline = time.monotonic() + seconds
    ages = itertools.count()
    queue = [_State(0, next(ages), (), ())]
    seen: set[tuple[str, ...]] = set()
    while queue and time.monotonic() < deadline:
        state = heapq.heappop(queue)
        for last in (_IMPROVE, _CUTS) if len(state.commands) <= 1 else (_IMPROVE,):
            left = min(_RUN_SECONDS, max(0.1, deadline - time.monotonic()))
            try:
                *_, unknown, proof = await ask(("delete all", *state.commands, last, *_LOOK), left)
            except ProverTimeout:
                continue
            steps, missing = new_proof(proof), unknown_steps(unknown)
            if steps and not missing:
                complete = steps if "?" not in steps else await _decided(ask, free, left)
                if complete:
                    yield " ".join(complete)
        if steps in seen or not missing or len(state.commands) >= _DEEPEST:
            continue
        seen.add(steps)
        for lemma in known:
            if lemma.typecode == missing[-1].goal.partition(" ")[0]:
                commands = (*state.commands, f"assign last {lemma.label}")
                heapq.heappush(queue, _State(len(commands) + len(missing), next(ages), commands, missing))


async def one_step(ask: Ask, before: Sequence[str], index: int, seconds: float) -> AsyncIterator[str]:
    """What could stand for the ``?`` with number ``index`` among the steps ``before``."""
    place = [number for number, step in enumerate(before) if step == "?"][index]
    missing = unknown_steps((await ask((_LOOK[0] + " /all",), min(_RUN_SECONDS, seconds)))[-1])
    if index >= len(missing):
        return
    improve = f"improve {missing[index].number}"
    for command in (improve, f"{improve} /depth 1", f"{improve} /3"):
        *_, proof = await ask((command, _LOOK[1]), min(_RUN_SECONDS, seconds))
        steps = new_proof(proof)
        after = len(before) - place - 1
        same = steps[:place] == tuple(before[:place]) and steps[len(steps) - after :] == tuple(before[place + 1 :])
        found = steps[place : len(steps) - after]
        if same and found and "?" not in found:
            yield " ".join(found)
            return


async def _decided(ask: Ask, free: Mapping[str, str], seconds: float) -> Sequence[str]:
    """The steps of a proof in which only the syntax of what may be anything was missing; empty where that fails."""
    (said,) = await ask((f"{_LOOK[0]} /all",), seconds)
    commands = {
        f'let variable {symbol} = "{free[typecode]}"': None
        for typecode, _, rest in (step.goal.partition(" ") for step in unknown_steps(said))
        for symbol in rest.split()
        if symbol.startswith("$") and typecode in free
    }
    *_, proof = await ask((*commands, _IMPROVE, _LOOK[1]), seconds)
    steps = new_proof(proof)
    return () if "?" in steps else steps
