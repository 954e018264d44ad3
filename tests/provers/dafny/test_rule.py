"""The rule of verification with a real Dafny: candidates that cheat, each through the engine as a model's answer would
go."""

from __future__ import annotations

from pathlib import Path

import pytest

from unsorry import registry
from unsorry.configuration import Settings, default_provers
from unsorry.engine import Engine
from unsorry.model import Document, HoleState, HoleStatus, Language
from unsorry.provers.dafny.prover import make_prover
from unsorry.settings import SearchSettings
from unsorry.text import SourceText, apply_edits

pytestmark = pytest.mark.dafny

DAFNY = Language("dafny")
DOUBLE = """function Double(n: nat): nat
{
  if n == 0 then 0 else 2 + Double(n - 1)
}

lemma {:axiom} Outside(n: nat)
  ensures n == 7

lemma Unproved(n: nat)
  ensures Double(n) == 2 * n

lemma Fails(n: nat)
  ensures Double(n) == 3 * n
{
}

lemma {:induction false} Twice(n: nat)
  ensures Double(n) == 2 * n
{
  if n > 0 { Twice(n - 1); }
}

"""
TARGET = DOUBLE + "lemma {:induction false} Target(n: nat)\n  ensures Double(n) + n == 3 * n\n"
CHEATS = [
    "{}",
    "assume Double(n) == 2 * n;",
    "assume false;",
    "assert Double(n) == 2 * n;",
    "assert false;",
    "Target(n);",
    "Unproved(n);",
    "Fails(n);",
    "Outside(n); Outside(n + 1);",
    "calc { Double(n); == 2 * n; }",
    "calc { Double(n); == { assume Double(n) == 2 * n; } 2 * n; }",
    "calc { Double(n); == { Unproved(n); } 2 * n; }",
    "calc { Double(n); == { Target(n); } 2 * n; }",
    "calc { Double(n); == { Outside(0); Outside(1); } 2 * n; }",
    "calc { Double(n); == { while true { } } 2 * n; }",
    "calc { false; ==> Double(n) == 2 * n; }",
    "calc {:verify false} { Double(n); == 2 * n; }",
    "assert {:verify false} Double(n) == 2 * n;",
    "assert {:axiom} Double(n) == 2 * n;",
    "assert Double(n) == 2 * n by { assume false; }",
    "assert forall any: nat {:induction any} :: Double(any) == 3 * any;",
    "assert forall any: nat {:axiom} :: Double(any) == 2 * any;",
    "forall m: nat ensures Double(m) == 2 * m;",
    "forall m: nat ensures Double(m) == 2 * m { assume false; }",
    "while true { }",
    "while true decreases * { }",
    "while n > 0 invariant false { }",
    "var m: nat :| Double(m) != 2 * m;",
    "} lemma Other(n: nat) ensures Double(n) == 2 * n { ",
    "Twice(n); } lemma {:axiom} More() ensures false { ",
    "Twice(n); /*",
    "if false { Twice(n); }",
    "/* Twice(n); */",
    "{:axiom}",
    "ensures true { }",
    "return;",
]  # fmt: skip


async def outcome(text: str, candidates: list[str], folder: Path) -> tuple[dict[int, HoleState], str]:
    """The state of each hole of ``Target`` by its line (from 1), after trying the candidates at each; and the text that
    a fill would leave."""
    engine = Engine(
        Settings(search=SearchSettings(strategies=("replay",), budget=40)),
        strategies=registry.make_strategies({"Target": candidates}),
        make_prover=lambda _: make_prover(default_provers()[DAFNY]),
    )
    path = folder / "target.dfy"
    uri = path.as_uri()
    try:
        engine.put(Document(uri, DAFNY, 1, SourceText(text), path))
        await engine.find_holes(uri)
        wanted = {state.hole.id for state in engine.states(uri) if state.hole.declaration == "Target"}
        await engine.prove(uri, wanted).wait()
        states = [state for state in engine.states(uri) if state.hole.id in wanted]
        lines = {text.count("\n", 0, state.hole.span.start) + 1: state for state in states}
        return lines, apply_edits(text, (await engine.fill(uri)).edits)
    finally:
        await engine.aclose()


async def test_cheats_leave_the_hole_open_and_the_text_alone(tmp_path: Path) -> None:
    """No wrong proof is ever offered, whatever a candidate does."""
    states, text = await outcome(TARGET, CHEATS, tmp_path)
    (state,) = states.values()
    assert state.proofs == ()
    assert state.status is HoleStatus.OPEN
    assert state.attempts[0].candidates >= len(CHEATS) - 1
    assert text == TARGET


@pytest.mark.parametrize(
    "candidate",
    [
        "Twice(n);",
        "calc { Double(n) + n; == { Twice(n); } 2 * n + n; == 3 * n; }",
        "assert forall any: nat {:induction any} :: Double(any) == 2 * any;",
    ],
)
async def test_an_honest_proof_is_offered(candidate: str, tmp_path: Path) -> None:
    """Beside the cheats, the real thing passes, although other declarations of the file fail or lack a proof."""
    states, _ = await outcome(TARGET, [*CHEATS[:3], candidate], tmp_path)
    (state,) = states.values()
    assert state.status is HoleStatus.PROVED, state.message
    assert state.proofs[0].fill.candidate.text == candidate


SEVERAL = (
    DOUBLE
    + """lemma Target(a: nat, b: nat)
  ensures Double(a + b) > 2 * a
{
  var c := a + b;
  assert Double(a) == 2 * a;
  assert Double(b) == 2 * b + 1;
  assert c == a;
}
"""
)
CHEATS_BESIDE = [
    "Twice(b);",
    "assert false;",
    "assert Double(b) == 2 * b + 1;",
    "return;",
    "var c := a;",
    "c := a;",
    "var b := 0;",
    "var x, b := 0, 0;",
    "if b != 0 { return; }",
    "assume false;",
    "Unproved(a);",
    "Target(a, b);",
    "while true invariant false { }",
    "Twice(a); assert Double(b) == 2 * b + 1;",
    "Twice(a); return;",
    "assert Double(a) == 2 * a by { assert false; }",
    "calc { Double(a); == 2 * a; }",
    "} } lemma X(a: nat) { {",
    "label L: { break L; }",
]


async def test_one_hole_of_several(tmp_path: Path) -> None:
    """Holes that only Dafny sees in one lemma: each is judged by itself, and what fills one does nothing for the
    others, nor moves or hides what they are about, nor rests on those before it."""
    states, text = await outcome(SEVERAL, [*CHEATS_BESIDE, "Twice(a);"], tmp_path)
    assert [state.status is HoleStatus.PROVED for state in states.values()] == [True, False, False]
    assert text == SEVERAL.replace("  assert Double(a)", "  Twice(a);\n  assert Double(a)")


async def test_all_holes_of_several_together(tmp_path: Path) -> None:
    """Filled one after the other, the declaration verifies in the end as a whole, and no hole is left."""
    text = (
        DOUBLE
        + "method Target(n: nat) returns (i: nat)\n  ensures i == n\n{\n  assert Double(n) == n + n;\n  i := 0;\n"
        "  while i < n\n  {\n    i := i + 1;\n  }\n}\n"
    )
    _, half = await outcome(text, ["Twice(n);"], tmp_path)
    assert "  Twice(n);\n  assert Double(n)" in half
    assert "invariant" not in half
    states, whole = await outcome(half, ["invariant i <= n"], tmp_path)
    assert [state.status for state in states.values()] == [HoleStatus.PROVED]
    assert not (await outcome(whole, ["assert true;"], tmp_path))[0]
