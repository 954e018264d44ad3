"""The registry: each language's room says all that others need, cheaply and without quarrel."""

from __future__ import annotations

import subprocess
import sys

import pytest

from unsorry.configuration import default_provers
from unsorry.model import Language
from unsorry.provers.room import Room
from unsorry.registry import ROOMS, STRATEGIES, make_prover, make_strategies, syntax_of, title_of
from unsorry.settings import ProverSettings

DEFAULTS = {
    "dafny": (1, 30.0, 4, {"linear_types", "refinement_types", "smt_backend"}),
    "lean4": (1, 45.0, 4, {"dependent_types", "tactics", "metaprogramming"}),
    "stellogen": (2, 20.0, 2, {"proof_nets", "linear_logic", "game_semantics"}),
    "rocq": (2, 60.0, 2, {"dependent_types", "tactics", "extraction"}),
    "agda": (3, 45.0, 2, {"dependent_types", "cubical", "sized_types"}),
    "idris2": (3, 30.0, 2, {"dependent_types", "linear_types", "quantitative_types"}),
}


def test_the_names_of_rooms_do_not_quarrel() -> None:
    """A suffix, an editor's name or a title means one language."""
    for said in (
        [room.title for room in ROOMS],
        [suffix for room in ROOMS for suffix in room.suffixes],
        [name for room in ROOMS for name in (*room.editor_ids, *room.foreign_ids)],
    ):
        assert len(said) == len(set(said))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.language)
def test_a_room_keeps_its_word(room: Room) -> None:
    """Its scanner and its prover are there and say the same as the room; who lacks the program is told what to do."""
    assert syntax_of(room.language).language == room.language
    assert syntax_of(room.language).suffixes == room.suffixes
    assert room.install
    changed = ProverSettings(priority=7, timeout=3.0, parallel=5, capabilities=("tactics",))
    prover = make_prover(room.language, changed)
    assert (prover is not None) == room.live
    if prover is not None:
        info = prover.info
        assert (info.name, info.language, info.title) == (room.language, room.language, room.title)
        assert (info.priority, info.timeout, info.parallel) == (7, 3.0, 5)
        assert info.capabilities == {"tactics"}


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_defaults_are_those_that_users_were_promised(name: str) -> None:
    """Priority, timeout, parallel sessions and capabilities, as the settings page has them."""
    settings = default_provers()[Language(name)]
    assert (settings.priority, settings.timeout, settings.parallel, set(settings.capabilities)) == DEFAULTS[name]


def test_knowing_the_rooms_loads_none_of_them() -> None:
    """Start-up time is a promise: what a room is can be read without its code."""
    program = "import sys, unsorry.registry; print(*(m for m in sys.modules if m.startswith('unsorry.provers.')))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    rooms = {f"unsorry.provers.{room.language}" for room in ROOMS}
    assert set(said.stdout.split()) == rooms | {"unsorry.provers.base", "unsorry.provers.room"}


def test_provers_are_named_as_people_name_them() -> None:
    """By title where there is one; a prover that is in no room keeps its name."""
    assert title_of("lean4") == "Lean 4"
    assert title_of("scripted") == "scripted"


def test_the_names_of_strategies_are_those_that_are_made() -> None:
    """Settings are checked against the names, without making any."""
    assert tuple(make_strategies()) == tuple(STRATEGIES)
