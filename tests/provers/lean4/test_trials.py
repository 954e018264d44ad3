"""Candidates at a real Lean: many with one elaboration, and each for itself where it must be."""

from __future__ import annotations

import pytest

from unsorry.model import Budget, Candidate, Goals, TrialResult
from unsorry.provers.lean4 import heartbeats

pytestmark = pytest.mark.lean4

SLOW = (
    "def tree : Nat → Nat → Nat\n  | .zero, x => x\n"
    "  | .succ n, x => Nat.add (tree n (Nat.add x x)) (tree n (Nat.succ (Nat.add x x)))\n\n"
    "def loop (m : Nat) : Nat → Nat\n  | .zero => m\n  | .succ n => loop (Nat.succ m) n\n\n"
)
FOREVER = "exact (fun (e : tree 60 0 = 7) => h) (Eq.refl 7)"
DEEP = "exact (fun (e : loop 0 1000000 = 7) => h) (Eq.refl 7)"
SAME = "theorem same (p : Prop) (h : p) : p := by\n  sorry\n"


async def test_trials_are_in_order_and_complete(opened) -> None:
    """Winners in the middle of a batch do not end it, and what follows is tried too."""
    async with opened(SAME) as room:
        tried = ["constructor", "exact h", "exact p", "assumption", "intro x", "exact h"]
        results = await room.results(*tried)
        assert results == ["rejected", "closed", "rejected", "closed", "rejected", "closed"]


async def test_what_does_not_parse_takes_nobody_along(opened) -> None:
    """One unknown tactic breaks the text of its batch; the others are judged all the same."""
    async with opened(SAME) as room:
        results = await room.results("nonsense_tactic now", "exact h", "exact )", "exact h -- why", "skip")
        assert results == ["rejected", "closed", "rejected", "closed", "rejected"]


async def test_a_goal_must_be_closed(opened) -> None:
    """A tactic that leaves something, or logs an error and goes on, closes nothing."""
    text = "theorem pair (p q : Prop) (h : p) (k : q) : p ∧ q := by\n  sorry\n"
    async with opened(text) as room:
        results = await room.results("constructor", "exact ⟨h, _⟩", "exact ⟨h, nofun⟩", "constructor <;> assumption")
        assert results == ["rejected", "rejected", "rejected", "closed"]
        assert await room.results("nofun") == ["rejected"]


async def test_endless_deep_and_honest(opened) -> None:
    """One that never ends and one that breaks a limit of Lean's fail alone, also within a batch; Lean goes on."""
    async with opened(SLOW + SAME) as room:
        trials = await room.trials("exact p", FOREVER, DEEP, "exact h", each=3.0, seconds=60)
        assert [trial.result for trial in trials] == [
            TrialResult.REJECTED,
            TrialResult.TIMED_OUT,
            TrialResult.TIMED_OUT,
            TrialResult.CLOSED,
        ]


HEAVY = "exact (fun (e : tree 12 0 = 8386560) => h) (Eq.refl 8386560)"  # some three thousand heartbeats


@pytest.fixture
def few_heartbeats(monkeypatch) -> None:
    """A candidate that may take 20 seconds gets two thousand heartbeats, and the declaration around it one."""
    monkeypatch.setattr(heartbeats, "BASE", 1000)
    monkeypatch.setattr(heartbeats, "RATE", 50)


@pytest.mark.usefixtures("few_heartbeats")
async def test_heartbeats_bound_a_candidate(opened) -> None:
    """Lean itself leaves what takes too many, alone and in a batch: a timeout of that candidate. The check of the file
    goes by the file's own limit."""
    async with opened(SLOW + SAME) as room:
        assert isinstance(await room.goals(), Goals)
        trials = await room.trials("exact p", HEAVY, "exact h")
        assert [trial.result.value for trial in trials] == ["rejected", "timed_out", "closed"]
        assert "maximum number of heartbeats (2000)" in trials[1].message
        report = await room.check(room.filled(HEAVY), "same")
        assert report.complete
        assert not report.problems


@pytest.mark.usefixtures("few_heartbeats")
@pytest.mark.parametrize(
    "text",
    [
        SAME.replace("theorem", "set_option maxHeartbeats 100000 in\ntheorem"),
        f"set_option maxHeartbeats 100000\n\n{SAME}",
        f"set_option maxHeartbeats 100000 in\n/-- Told. -/\n@[reducible] {SAME.replace('theorem', 'def')}",
    ],
)
async def test_the_files_own_limit_holds(opened, text: str) -> None:
    """Where the text says what its declarations may take, candidates may take as much."""
    async with opened(SLOW + text) as room:
        assert isinstance(await room.goals(), Goals)
        assert await room.results(HEAVY, "exact h") == ["closed", "closed"]


@pytest.mark.usefixtures("few_heartbeats")
@pytest.mark.parametrize("asked", [True, False])
async def test_what_stands_before_the_hole_is_not_the_candidates_fault(opened, asked: bool) -> None:
    """A declaration that takes more than our limit by itself still shows its goal and takes its proof."""
    dear = "theorem same (p : Prop) (h : p) : p :=\n  have e : tree 12 0 = 8386560 := Eq.refl 8386560\n  by sorry\n"
    async with opened(SLOW + dear) as room:
        await (room.goals() if asked else room.check())
        assert await room.results("exact p", "exact h") == ["rejected", "closed"]
        assert isinstance(await room.goals(), Goals)


@pytest.mark.usefixtures("few_heartbeats")
@pytest.mark.parametrize(
    "text",
    [
        "/-- Told. -/\n@[reducible]\ndef a (p : Prop) (h : p) : p := by\n  sorry\n",
        "mutual\ntheorem b (p : Prop) (h : p) : p := h\ntheorem a (p : Prop) (h : p) : p := by\n  sorry\nend\n",
        f"namespace N theorem a (p : Prop) (h : p) : p := by skip\n{' ' * 51}sorry\n",
        "open Nat in\ntheorem a (p : Prop) (h : p) : p := by\n  sorry\n",
    ],
)
async def test_a_limit_changes_nothing_else(opened, text: str) -> None:
    """Whatever a declaration begins with, its goal is read and its candidates are told apart under a limit."""
    async with opened(SLOW + text) as room:
        goals = await room.goals()
        assert isinstance(goals, Goals), goals
        assert goals.main.conclusion == "p"
        trials = await room.trials("exact p", HEAVY, "exact h")
        assert [trial.result.value for trial in trials] == ["rejected", "timed_out", "closed"]


async def test_the_budget_ends_the_trials(opened) -> None:
    """Candidates for which no time is left are not tried."""
    async with opened(SLOW + SAME) as room:
        trials = await room.trials(FOREVER, FOREVER, "exact h", each=0.5, seconds=0.6)
        assert [trial.result for trial in trials] in ([TrialResult.TIMED_OUT], [TrialResult.TIMED_OUT] * 2)


@pytest.mark.parametrize(
    "cheat",
    [
        "exact h\n\naxiom more : False",
        "exact h\n#eval 1",
        "sorry",
        "exact sorry",
        "exact sorryAx _ true",
        "admit",
        "exact h\n  #eval 1",
        "exact h open Nat",
        "exact h; run_cmd pure ()",
        'exact h\nmacro "x" : tactic => `(tactic| skip)',
        "run_tac pure ()",
        "native_decide",
    ],
)
async def test_lean_never_sees_an_escape(opened, cheat: str) -> None:
    """Elaborating is running code: what is more than a proof, or less, is refused from its text alone."""
    async with opened(SAME) as room:
        trial = (await room.trials(cheat))[0]
        assert trial.result is TrialResult.REJECTED
        assert "the candidate" in trial.message, trial


@pytest.mark.parametrize(
    ("text", "candidate"),
    [
        ("theorem a (p : Prop) : p → p := sorry", "intro h\nexact h"),
        ("theorem a (p : Prop) : p → p := sorry", "by\n  intro h\n  exact h"),
        ("theorem a (p : Prop) : p → p := sorry", "fun h =>\n  h"),
        ("theorem a (p : Prop) : p → p := by sorry", "intro h\nexact h"),
        ("theorem a (p : Prop) : p → p := by sorry", "by exact fun h => h"),
        ("theorem a (p q : Prop) (h : p) (k : q) : p ∧ q := ⟨sorry, k⟩", "skip\nexact h"),
        ("theorem a (p q : Prop) (h : p) (k : q) : p ∧ q := And.intro sorry k", "skip; exact h"),
        ("theorem a (p q : Prop) (h : p) (k : p → q) : q := k sorry", "(fun x => x) h"),
        ("theorem a (p : Prop) (h : p) : p ∧ p := by constructor <;> sorry", "skip\nexact h"),
        ("theorem a (p : Prop) (h : p) : p ∧ p := by\n  constructor\n  · sorry\n  exact h", "skip\nexact h"),
        ("theorem a (p : Prop) (h : p) : p ∧ p := by\n  constructor\n  · exact h\n  · exact sorry", "by\n  exact h"),
        ("theorem a (n : Nat) : n = n := by\n  cases n with\n  | zero => rfl\n  | succ m => sorry", "skip\nrfl"),
        ("theorem a (p : Prop) (h : p) : p := by\n  exact (have k : p := sorry; k)", "by\n  skip\n  exact h"),
        ("theorem a (p : Prop) (h : p) : p :=\n  have k : p := by sorry\n  k", "skip\nexact h"),
        ("example (p : Prop) (h : p) : p :=\n  id\n    sorry", "skip\nexact h"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_a_candidate_is_rendered_so_that_lean_takes_it(opened, text: str, candidate: str, end: str) -> None:
    """Wherever a hole stands and however many lines a candidate has: the trial, the edit and the check agree."""
    async with opened(f"{text}\n".replace("\n", end)) as room:
        assert await room.results(candidate) == ["closed"]
        filled = room.filled(candidate)
        assert "sorry" not in filled
        assert ("\r\n" in filled) == (end == "\r\n")
        report = await room.check(filled, "a")
        assert report.complete, report
        assert not report.problems
        assert not report.open_holes


async def test_many_at_once(opened) -> None:
    """A batch's winners are the same as one by one."""
    texts = [f"exact {'h' if n % 7 == 3 else 'p'}" for n in range(60)]
    async with opened(SAME) as room:
        together = await room.results(*texts)
        alone = [(await room.results(text))[0] for text in texts]
        assert together == alone


async def test_suggestions_become_candidates(opened) -> None:
    """``exact?`` runs at the hole, and what it suggests closes it: as a tactic, and as a term without ``exact``."""
    text = "theorem known (p q : Prop) (h : p) (k : q) : p ∧ q := ⟨h, k⟩\n\n"
    for hole, start in (("by\n  sorry", "exact "), ("sorry", "")):
        async with opened(f"{text}theorem a (p q : Prop) (h : p) (k : q) : p ∧ q := {hole}\n") as room:
            found = [c async for c in room.session.search("native", room.holes[0], Budget(30, 5))]
            assert found
            assert found[0].text.startswith(start)
            assert "exact" not in found[0].text.removeprefix(start)
            assert (await room.results(*(c.text for c in found)))[0] == "closed"
            assert Candidate("exact?") not in found


async def test_where_warnings_are_errors(opened) -> None:
    """In a project that makes them so, a hole is still a hole and no error, and one of two can be filled."""
    text = "theorem pair (p q : Prop) (h : p) (k : q) : p ∧ q := by\n  constructor\n  · sorry\n  · sorry\n"
    async with opened(text, args=("-DwarningAsError=true",)) as room:
        assert await room.results("exact h", "exact k") == ["closed", "rejected"]
        report = await room.check(room.filled("exact h"))
        assert (report.complete, report.problems, report.open_holes) == (True, (), {0: 1})
