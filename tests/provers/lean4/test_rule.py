"""The rule of verification with a real Lean: candidates that cheat, each through the engine as a model's answer would
go."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from minilean import program
from unsorry import registry
from unsorry.configuration import Settings
from unsorry.engine import Engine
from unsorry.model import Document, HoleState, HoleStatus
from unsorry.provers.lean4 import ROOM
from unsorry.provers.lean4.prover import make_prover
from unsorry.settings import SearchSettings, VerificationSettings
from unsorry.text import SourceText, apply_edits

pytestmark = pytest.mark.lean4

TEXT = """\
axiom outside : ∀ n : Nat, Nat.zero + n = n

theorem unproved (n : Nat) : Nat.zero + n = n := sorry

theorem by_unproved (n : Nat) : Nat.zero + n = n := unproved n

theorem broken (n : Nat) : Nat.zero + n = n := nonsense

theorem target (n : Nat) : Nat.zero + n = n := by
  sorry

theorem later (n : Nat) : Nat.zero + (Nat.zero + n) = n := by
  exact (congrArg (fun m => Nat.zero + m) (target n)).trans (target n)
"""

CHEATS = [
    "",
    " ",
    "-- nothing",
    "/- nothing -/",
    "sorry",
    "admit",
    "all_goals sorry",
    "stop",
    "skip",
    "exact sorry",
    "exact sorryAx _ false",
    "exact (by sorry)",
    "exact _",
    "exact ?_",
    "refine ?_",
    "exact ?hole",
    "rfl",
    "decide",
    "native_decide",
    "exact lcProof",
    "exact outside n",
    "exact outside _ -- fine",
    "apply outside",
    "exact unproved n",
    "exact by_unproved n",
    "exact broken n",
    "exact?",
    "apply?",
    "exact target n",
    "exact target n\ntermination_by n",
    "exact target n\ntermination_by n\ndecreasing_by sorry",
    "exact target n\ntermination_by n\ndecreasing_by all_goals exact outside _",
    "exact helper n\nwhere helper (n : Nat) : Nat.zero + n = n := outside n",
    "exact helper n\nwhere helper (n : Nat) : Nat.zero + n = n := helper n",
    "exact unsorrySeal _",
    "set_option debug.skipKernelTC true in\nexact outside n",
    "run_tac Lean.Elab.Tactic.closeMainGoal",
    "exact (unsafe unsafeCast rfl)",
    "exact cheat\naxiom cheat : ∀ n : Nat, Nat.zero + n = n",
    "trivial\nend\naxiom target : False",
    "exact outside n /-",
    'exact outside n; trace "',
    "exact outside n\n#exit",
    "trace \"'target' does not depend on any axioms\"\nexact outside n",
    "first | exact outside n | rfl",
    "induction n with\n| zero => rfl\n| succ n ih => exact outside _",
    "cases n with\n| zero => rfl\n| succ n => exact congrArg Nat.succ (unproved n)",
]


BY_KERNEL = """\
unsafe def anything (p : Prop) : p := anything p

theorem target : 1 = 2 := by
  sorry
"""


async def outcome(
    text: str, candidate: str, name: str = "target", allowed: tuple[str, ...] = (), **prover: object
) -> tuple[list[HoleState], str]:
    """The states of a declaration's holes after trying one candidate at each, and the text that a fill would leave."""
    settings = evolve(ROOM.settings, **{"path": program(), **prover})
    engine = Engine(
        Settings(
            search=SearchSettings(strategies=("replay",), budget=30),
            verification=VerificationSettings(allowed_axioms=allowed),
        ),
        strategies=registry.make_strategies({name: [candidate]}),
        make_prover=lambda _: make_prover(settings),
    )
    uri = "file:///nowhere/Target.lean"
    try:
        engine.put(Document(uri, ROOM.language, 1, SourceText(text)))
        wanted = {state.hole.id for state in engine.states(uri) if state.hole.declaration == name}
        await engine.prove(uri, wanted).wait()
        states = [state for state in engine.states(uri) if state.hole.id in wanted]
        return states, apply_edits(text, (await engine.fill(uri)).edits)
    finally:
        await engine.aclose()


@pytest.mark.parametrize("candidate", CHEATS)
async def test_a_cheat_leaves_the_hole_open_and_the_text_alone(candidate: str) -> None:
    """No wrong proof is ever offered, whatever the candidate does."""
    (state,), text = await outcome(TEXT, candidate)
    assert state.status is HoleStatus.OPEN, state.message
    assert state.proofs == ()
    assert text == TEXT


@pytest.mark.parametrize(
    "candidate",
    [
        "induction n with\n| zero => rfl\n| succ n ih => exact congrArg Nat.succ ih",
        "by\n  induction n with\n  | zero => rfl -- sorry\n  | succ n ih => exact congrArg Nat.succ ih",
        "cases n with\n| zero => rfl\n| succ n => exact congrArg Nat.succ (target n)",
        "exact f n\nwhere f : ∀ n : Nat, Nat.zero + n = n\n  | .zero => rfl\n  | .succ n => congrArg Nat.succ (f n)",
    ],
)
async def test_an_honest_proof_is_offered(candidate: str) -> None:
    """Beside the cheats, the real thing passes, in the forms in which people write it; nothing else of the file has to
    be right."""
    (state,), text = await outcome(TEXT, candidate)
    assert state.status is HoleStatus.PROVED, state.message
    assert "congrArg Nat.succ" in text
    assert text.count("sorry") <= TEXT.count("sorry")


@pytest.mark.parametrize(
    ("candidate", "proved"),
    [
        ("exact h", [True, False]),
        ("exact k h", [False, True]),
        ("assumption", [True, False]),
        ("apply?", [False, False]),
        ("exact (outside _)", [False, False]),
        ("exact unsorrySeal _", [False, False]),
        ("all_goals assumption", [True, False]),
        ("assumption\nexact k h\nexact h", [False, False]),
    ],
)
async def test_one_hole_of_several(candidate: str, proved: list[bool]) -> None:
    """What fills one hole is judged by itself, although the others keep Lean's warning alive."""
    text = (
        "axiom outside : ∀ p : Prop, p\n\n"
        "theorem target (p q : Prop) (h : p) (k : p → q) : p ∧ q := by\n  constructor\n  · sorry\n  · sorry\n"
    )
    states, _ = await outcome(text, candidate)
    assert [state.status is HoleStatus.PROVED for state in states] == proved, [state.message for state in states]


SIDE_DOORS = {
    "an instance": ("instance : Inhabited (1 = 2) := ⟨outside⟩", "exact Inhabited.default"),
    "another name": ("theorem fine : 1 = 2 := outside", "exact fine"),
    "a definition": ("abbrev Fine : Prop := 1 = 2\n\ndef fine : Fine := outside", "exact fine"),
    "a private theorem": ("private theorem fine : 1 = 2 := outside", "exact fine"),
    "a namespace": ("namespace N\ntheorem propext : 1 = 2 := outside\nend N\nopen N", "exact N.propext"),
    "a structure": ("structure S where\n  p : 1 = 2\n\ndef s : S := ⟨outside⟩", "exact s.p"),
    "an axiom by the name of our own": ("axiom unsorrySeal : 1 = 2", "exact unsorrySeal"),
    "the same in a declaration of ours": ("axiom unsorrySeal.{u} : (α : Sort u) → α", "exact unsorrySeal _"),
    "an opaque": ("instance : Inhabited (1 = 2) := ⟨outside⟩\n\nopaque fine : 1 = 2", "exact fine"),
}


@pytest.mark.parametrize("door", SIDE_DOORS)
async def test_no_side_door_to_an_axiom(door: str) -> None:
    """What rests on an axiom is refused, however it came into scope; Lean itself accepts it."""
    before, candidate = SIDE_DOORS[door]
    text = f"axiom outside : 1 = 2\n\n{before}\n\ntheorem target : 1 = 2 := by\n  sorry\n"
    (state,), after = await outcome(text, candidate)
    assert state.status is HoleStatus.OPEN
    assert after == text
    assert state.attempts[0].refused == 1, state.message


async def test_without_the_kernel_nothing_is_proved() -> None:
    """A text that switches the kernel off, by whatever spelling, is not checked at all."""
    text = "theorem target : 1 = 1 := by\n  sorry\n"
    (state,), after = await outcome(text, "set_option debug.«skipKernelTC» true in\nexact rfl")
    assert state.status is HoleStatus.OPEN
    assert after == text


@pytest.mark.parametrize("said", [True, False])
async def test_where_the_kernel_is_off_nothing_counts(said: bool, tmp_path: Path) -> None:
    """An argument takes the kernel away, openly or behind the back of Unsorry: what then is said to be proved is wrong
    or right by luck, and is offered only where settings allow it."""
    off = "-Ddebug.skipKernelTC=true"
    hidden = tmp_path / "lean"
    hidden.write_text(f'#!/bin/sh\nexec "{program()}" "$@" {off}\n')
    hidden.chmod(0o755)
    settings = {"args": (off,)} if said else {"path": str(hidden)}
    (state,), after = await outcome(BY_KERNEL, "exact anything _", **settings)
    assert state.status is HoleStatus.OPEN
    assert after == BY_KERNEL
    assert "rests on debug.skipKernelTC" in (state.message or "")
    (state,), _ = await outcome(BY_KERNEL, "exact anything _")
    assert state.status is HoleStatus.OPEN
    (state,), _ = await outcome(BY_KERNEL, "exact anything _", allowed=("debug.skipKernelTC",), **settings)
    assert state.status is HoleStatus.PROVED


async def test_an_axiom_by_the_name_of_leans_own() -> None:
    """In its namespace Lean prints it as ``propext``; it does not pass for that."""
    text = "namespace N\naxiom propext : 1 = 2\n\ntheorem target : 1 = 2 := by\n  sorry\n\nend N\n"
    (state,), after = await outcome(text, "exact propext")
    assert state.status is HoleStatus.OPEN
    assert after == text


async def test_a_proof_that_breaks_what_comes_later_is_refused() -> None:
    """A helper takes a name that the file gives to something else further down."""
    text = "theorem target : 1 = 1 := by\n  sorry\n\ndef target.f : Nat := 1\n"
    (state,), _ = await outcome(text, "exact f\nwhere f : 1 = 1 := rfl")
    assert state.status is HoleStatus.OPEN
    (state,), after = await outcome(text, "exact rfl")
    assert state.status is HoleStatus.PROVED, state.message
    assert after == text.replace("sorry", "exact rfl")


async def test_a_definition_is_filled() -> None:
    """Its hole is sealed like a theorem's, although an axiom computes nothing."""
    (state,), after = await outcome("def target : Prod Nat Nat := (sorry, 2)\n", "1")
    assert state.status is HoleStatus.PROVED, state.message
    assert after.endswith(":= (1, 2)\n")
