"""A real Dafny 2.3: holes that it sees, goals, trials, searches, reports; what happens when it is killed."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from family import family
from unsorry.errors import ProverTimeout
from unsorry.model import Budget, Candidate, Goals, NoGoal, TrialResult

pytestmark = pytest.mark.dafny

DOUBLE = "function Double(n: nat): nat\n{\n  if n == 0 then 0 else 2 + Double(n - 1)\n}\n\n"
TWICE = DOUBLE + "lemma {:induction false} Twice(n: nat)\n  ensures Double(n) == 2 * n\n"
PROOF = "if n > 0 { Twice(n - 1); }"
SLOW = """lemma Cubes(a: int, b: int, c: int)
  requires a > 2 && b > 2 && c > 2
  ensures a * a * a + b * b * b != c * c * c
"""
COUNT = """method B(n: nat) returns (i: nat)
  ensures i == n
{
  i := 0;
  while i < n
  {
    i := i + 1;
  }
}
"""
UP = """function C(i: nat, n: nat): nat
  requires i <= n
{
  if i == n then 0 else C(i + 1, n)
}
"""
SQUARE = "predicate P(r: nat)\n{\n  r * r == 49\n}\n\nlemma W()\n  ensures exists r: nat :: P(r)\n{\n}\n"
LISTS = """datatype List<T> = Nil | Cons(head: T, tail: List<T>)

function Append<T>(xs: List<T>, ys: List<T>): List<T>
{
  match xs
  case Nil => ys
  case Cons(x, rest) => Cons(x, Append(rest, ys))
}

function Reverse<T>(xs: List<T>): List<T>
{
  match xs
  case Nil => Nil
  case Cons(x, rest) => Append(Reverse(rest), Cons(x, Nil))
}

"""
SUMS = """function Sum(n: nat): nat
{
  if n == 0 then 0 else n + Sum(n - 1)
}

function SumOn(n: nat, acc: nat): nat
{
  if n == 0 then acc else SumOn(n - 1, acc + n)
}

"""


async def test_goals_say_what_is_promised(opened) -> None:
    """Parameters and conditions above, promises below."""
    text = "lemma L(s: seq<int>, i: nat)\n  requires i < |s|\n  ensures s[i] == s[i]\n  ensures i >= 0\n"
    async with opened(text) as room:
        goals = await room.goals()
        assert isinstance(goals, Goals)
        assert goals.main.conclusion == "s[i] == s[i] && i >= 0"
        said = [(each.names, each.type) for each in goals.main.hypotheses]
        assert said == [(("s",), "seq<int>"), (("i",), "nat"), (("requires",), "i < |s|")]


async def test_trials_in_one_text(opened) -> None:
    """What holds, what does not, what does not resolve or parse, what is no candidate, and what takes too long."""
    async with opened(TWICE) as room:
        trials = await room.trials("{}", "Nothing(n);", "assert n == ;", "} lemma X() {", PROOF, "Twice(n);")
        closed, rejected = TrialResult.CLOSED, TrialResult.REJECTED
        assert [t.result for t in trials] == [rejected] * 4 + [closed, rejected]
        assert "termination" in trials[-1].message
    async with opened(SLOW) as room:
        assert [t.result for t in await room.trials("{}", each=1)] == [TrialResult.TIMED_OUT]


async def test_holes_that_only_dafny_sees(opened) -> None:
    """One in each declaration that fails and has no hole of its own, where something may be added."""
    text = (
        "lemma A(n: nat)\n  ensures n > n\n{\n}\n\n"
        f"{COUNT}\n{UP}\n"
        "lemma D(n: nat)\n{\n  assert n >= 0;\n  assert n > 7;\n}\n\n"
        "lemma E(n: nat)\n{\n  assume n > 7;\n  assert n > 8;\n}\n\nlemma F()\n{\n}\n"
    )
    async with opened(text) as room:
        assert await room.find() == ["{", "while i < n", "requires i <= n", ""]
        assert [hole.declaration for hole in room.holes] == ["A", "B", "C", "D", "E"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (TWICE, "Twice(n - 1);"),
        (UP, "decreases n - i"),
        (COUNT, "invariant i <= n"),
        (SQUARE, "assert P(7);"),
        (
            TWICE + "{\n  if n > 0 { Twice(n - 1); }\n}\n\nlemma {:induction false} H(k: nat)\n"
            "  ensures Double(k) / 2 == k\n{\n  assume Double(k) == 2 * k;\n}\n",
            "Twice(k);",
        ),
        (
            LISTS + "lemma Assoc<T>(xs: List<T>, ys: List<T>, zs: List<T>)\n"
            "  ensures Append(Append(xs, ys), zs) == Append(xs, Append(ys, zs))\n{\n}\n\n"
            "lemma {:induction false} Four<T>(a: List<T>, b: List<T>, c: List<T>, d: List<T>)\n"
            "  ensures Append(Append(Append(a, b), c), d) == Append(a, Append(b, Append(c, d)))\n",
            "== { Assoc(a, b, Append(c, d)); }",
        ),
        (
            LISTS + "lemma Back<T>(xs: List<T>)\n  ensures Reverse(Reverse(xs)) == xs\n",
            "assert forall any: List<T> {:induction any} :: Reverse(",
        ),
        (
            SUMS + "lemma {:induction false} Same(n: nat)\n  ensures SumOn(n, 0) == Sum(n)\n",
            "forall any: nat :: SumOn(n, any) == Sum(n) + any;",
        ),
    ],
    ids=["induction", "decreases", "invariant", "witness", "lemma", "calculation", "generalised", "accumulator"],
)  # fmt: skip
async def test_what_is_found_holds(opened, text: str, wanted: str) -> None:
    """The search's first find, in the whole text, passes the strict check."""
    async with opened(text) as room:
        await room.find()
        found = await room.found()
        assert wanted in found[0]
        report, _ = await room.check(room.filled(found[0]))
        assert report.complete, report.problems
        assert not report.problems


async def test_a_report_tells_of_each_declaration(opened) -> None:
    """Errors and holes by unit; what rests on what is unproved, through others, also in what is included."""
    text = (
        'include "other.dfy"\n\n'
        "lemma Open(n: nat)\n  ensures n < n + 1\n\n"
        "lemma Fails(n: nat)\n  ensures n > n\n{\n}\n\n"
        "lemma Uses(n: nat)\n{\n  Open(n);\n}\n\n"
        "lemma UsesMore(n: nat)\n{\n  Uses(n);\n  Fails(n);\n  Taken(n);\n}\n\n"
        "lemma Assumes(n: nat)\n{\n  assume n > 3;\n}\n\nlemma Alone()\n{\n}\n"
    )
    async with opened("") as room:
        folder = room.document.path.parent
        (folder / "other.dfy").write_text("lemma {:axiom} Taken(n: nat)\n  ensures n == 2\n")
        report, names = await room.check(text)
        assert report.complete, report.problems
        assert [names[problem.unit] for problem in report.problems] == ["Fails"]
        assert {names[unit]: count for unit, count in report.open_holes.items()} == {"Open": 1, "Assumes": 1}
        rests = {names[unit]: set(axioms) for unit, axioms in report.axioms.items() if names[unit]}
        assert rests["Uses"] == {"Open"}
        assert rests["UsesMore"] == {"Open", "Fails", "Taken"}
        assert rests["Assumes"] == {"Assumes"}
        assert rests["Alone"] == set()
        assert sorted(path.name for path in folder.iterdir()) == ["other.dfy"]


async def test_places_in_odd_texts(opened) -> None:
    """Carriage returns, tabs, characters beyond the basic plane and a missing last line end move no error."""
    text = 'lemma A()\r\n{\r\n\tvar s := "𝔸😀";\tassert 1 == 2;\r\n}\r\n\r\nlemma B() { assert 3 == 4; }'
    async with opened("") as room:
        report, names = await room.check(text)
        assert [names[problem.unit] for problem in report.problems] == ["A", "B"]
        assert [text[p.span.start : p.span.end + 2] for p in report.problems] == ["==", "=="]
    async with opened(text) as room:  # the same places from the warm server
        await room.find()
        assert [text[h.span.start : h.span.end + 6] for h in room.holes] == ["assert", "assert"]


async def test_members_of_classes_and_modules(opened) -> None:
    """A lemma inside is tried where it stands."""
    text = "module M {\n  class C {\n    var f: int\n    lemma L'(n: nat)\n      ensures n >= 0\n  }\n}\n"
    async with opened(text) as room:
        assert [t.result for t in await room.trials("assert n >= 0;")] == [TrialResult.CLOSED]
        report, _ = await room.check(room.filled("assert n >= 0;"))
        assert report.complete, report.problems


@pytest.mark.parametrize("broken", ["lemma X() { nonsense }\n", "lemma X() { Missing(); }\n", 'include "gone.dfy"\n'])
async def test_a_text_that_is_broken_elsewhere(opened, broken: str) -> None:
    """There is no goal, and the reason says why; a report is not complete."""
    async with opened(TWICE + "\n" + broken) as room:
        goals = await room.goals()
        assert isinstance(goals, NoGoal)
        assert goals.reason
        report, _ = await room.check(TWICE + "{\n}\n" + broken)
        assert not report.complete


async def test_killed_and_cancelled(opened) -> None:
    """Killed while idle or cancelled at work, the server is started again; nothing is left in the end."""
    async with opened(SLOW + "\n" + TWICE) as room:
        assert [t.result for t in await room.trials(PROOF, number=1)] == [TrialResult.CLOSED]
        for process in family():
            if "z3" in process.name() or "mono" in process.name() or "cli" in process.name():
                process.kill()
        assert [t.result for t in await room.trials("{}", number=1)] == [TrialResult.REJECTED]

        async def work() -> None:
            candidates = [Candidate(f"assert {number} == {number};") for number in range(8)]
            async for _ in room.session.trials(room.holes[0], candidates, Budget(60, 30)):
                pass

        task = asyncio.create_task(work())
        await asyncio.sleep(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert [t.result for t in await room.trials("Twice(n);", number=1)] == [TrialResult.REJECTED]
        started = family()
    _, alive = await asyncio.to_thread(psutil.wait_procs, started, 5)
    assert not alive
    assert not room.session._scratch.exists()


async def test_a_solver_killed_at_work_verifies_nothing(opened) -> None:
    """Dafny waits for its solver for ever, or says something odd: neither is a success."""
    async with opened(SLOW) as room:

        async def kill() -> None:
            for _ in range(100):
                await asyncio.sleep(0.1)
                solvers = [process for process in family() if process.name() == "z3"]
                for process in solvers:
                    process.kill()
                if solvers:
                    return

        killer = asyncio.create_task(kill())
        report = None
        with contextlib.suppress(ProverTimeout):
            report, _ = await room.check(room.filled("{}"), seconds=15)
        await killer
        assert report is None or not report.complete or report.problems


@pytest.mark.parametrize("z3", [None, "z3"], ids=["fitting", "debian"])
async def test_either_z3_will_do(opened, z3: str | None) -> None:
    """The older one that suits Dafny 2.3, and a newer one, of which Dafny complains with every answer."""
    program = shutil.which(z3) if z3 else str(Path(sys.executable).with_name("z3"))
    if not program or not Path(program).is_file():
        pytest.skip("this z3 is not installed")
    async with opened(TWICE, args=(f"/z3exe:{program}",)) as room:
        assert [t.result for t in await room.trials("{}", PROOF)] == [TrialResult.REJECTED, TrialResult.CLOSED]
        report, _ = await room.check(room.filled(PROOF))
        assert report.complete, report.problems
        report, _ = await room.check(room.filled("{}"))
        assert report.problems


TWO_PLACES = (
    TWICE
    + "{\n  if n > 0 { Twice(n - 1); }\n}\n\n"
    + COUNT.replace("  i := 0;", "  assert Double(n) == n + n;\n  i := 0;")
)


@pytest.mark.parametrize("text", [COUNT, TWO_PLACES], ids=["one", "two places in one method"])
def test_fill_writes_what_dafny_accepts(tmp_path: Path, text: str) -> None:
    """As a user would: ``unsorry fill --write`` on a file whose holes only Dafny sees, then Dafny by itself. Of two
    in one declaration, the second is proved once the first is filled."""
    file = tmp_path / "loop.dfy"
    file.write_text(text)
    command = [sys.executable, "-m", "unsorry", "fill", str(file), "--write", "--budget", "60"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    assert "    invariant i <= n\n" in file.read_text()
    command = ["dafny", "/nologo", "/compile:0", "/noCheating:1", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
