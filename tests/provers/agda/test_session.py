"""A real Agda: goals, trials, searches, and a file that is never touched."""

from __future__ import annotations

import asyncio
import os
import textwrap
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import psutil
import pytest

from unsorry.configuration import default_provers
from unsorry.errors import ProverError
from unsorry.model import Budget, Candidate, Document, Fill, Goals, Hole, Language, NoGoal, TrialResult
from unsorry.provers.agda.prover import AgdaProver, make_prover
from unsorry.provers.agda.session import AgdaSession
from unsorry.provers.base import Outline
from unsorry.text import SourceText, apply_edits

pytestmark = pytest.mark.agda

NATURALS = """
open import Agda.Builtin.Nat
open import Agda.Builtin.Equality
"""


class Work:
    """One text in a live session."""

    def __init__(self, prover: AgdaProver, session: AgdaSession, document: Document, outline: Outline) -> None:
        self.prover, self.session, self.document, self.outline = prover, session, document, outline
        self.holes = [
            Hole(f"h{number}", found.kind, unit.name, found.span, found.hint)
            for number, (unit, found) in enumerate(outline.holes)
        ]

    async def goals(self, number: int = 0) -> Goals:
        goals = await self.session.goals(self.holes[number])
        assert isinstance(goals, Goals), goals
        return goals

    async def tried(self, *texts: str | Candidate, number: int = 0) -> list[TrialResult]:
        candidates = [text if isinstance(text, Candidate) else Candidate(text) for text in texts]
        budget = Budget(30, per_candidate=5)
        return [trial.result async for trial in self.session.trials(self.holes[number], candidates, budget)]

    async def found(self, number: int = 0, seconds: float = 30) -> str | None:
        """The text after the first candidate of the native search, or ``None``."""
        async for candidate in self.session.search("native", self.holes[number], Budget(seconds)):
            return self.filled(candidate, number)
        return None

    def filled(self, candidate: Candidate, number: int = 0) -> str:
        fills = [Fill(self.holes[number], candidate)]
        return apply_edits(self.document.text, self.prover.render(self.document, self.outline, fills))

    async def accepts(self, text: str) -> bool:
        """Whether Agda accepts a whole text, with nothing open."""
        document = Document(self.document.uri, Language("agda"), 2, SourceText(text), self.document.path)
        outline = self.prover.syntax.outline(text, self.document.uri.rsplit("/", 1)[-1])
        report = await self.session.check(document, outline, range(len(outline.units)), 60)
        return report.complete and not report.problems and not report.open_holes


Open = Callable[..., Coroutine[Any, Any, Work]]


@pytest.fixture
async def open_(tmp_path: Path) -> AsyncIterator[Open]:
    sessions: list[AgdaSession] = []

    async def open_text(text: str, name: str = "T.agda", *, saved: bool = False, dedent: bool = True) -> Work:
        text = textwrap.dedent(text) if dedent else text
        path = tmp_path / name
        if saved:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        prover = make_prover(default_provers()[Language("agda")])
        document = Document(path.as_uri(), Language("agda"), 1, SourceText(text), path if saved else None)
        outline = prover.syntax.outline(text, name)
        sessions.append(await prover.open(document, outline))
        return Work(prover, sessions[-1], document, outline)

    yield open_text
    for session in sessions:
        await session.close()


async def test_a_goal_with_what_can_be_used(open_: Open) -> None:
    """Hypotheses in scope with their types, unicode names, the conclusion, features, and earlier lemmas."""
    work = await open_(
        NATURALS
        + """
early : Nat
early = 1
unfinished : Nat
unfinished = ?
f : {A : Set} (n₁ m′ : Nat) (→-ok : n₁ ≡ m′) → n₁ + 0 ≡ m′
f n₁ m′ →-ok = ?
"""
    )
    goals = await work.goals(1)
    assert goals.main.conclusion == "n₁ + 0 ≡ m′"
    assert [(h.names, h.type) for h in goals.main.hypotheses] == [
        (("n₁",), "Nat"),
        (("m′",), "Nat"),
        (("→-ok",), "n₁ ≡ m′"),
    ]
    assert {"equality", "nat"} <= goals.features
    assert goals.names == ("early",)


async def test_holes_are_told_apart_wherever_they_are(open_: Open) -> None:
    """Agda numbers holes in its own order (those in ``where`` first), and counts code points."""
    work = await open_(
        NATURALS
        + """
𝔸 : Nat → Nat
𝔸 x = ? + g {! x
  + y !} where
  g : Nat → Nat
  g y = {- ? -} ?
h : 1 ≡ 1
h = {!!}
"""
    )
    conclusions = [(await work.goals(number)).main.conclusion for number in range(4)]
    assert conclusions == ["Nat", "Nat", "Nat", "1 ≡ 1"]
    assert [h.names for h in (await work.goals(2)).main.hypotheses] == [("x",), ("y",)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
async def test_line_ends_and_marks_change_nothing(open_: Open, newline: str, start: str) -> None:
    """A CRLF file with a byte order mark and astral characters has the same holes and proofs."""
    text = start + (NATURALS.strip() + "\nf : (n : Nat) {- 𝔸𝔸 -} → n ≡ n\nf n = {- 𝔸 -} ?\n").replace("\n", newline)
    work = await open_(text, dedent=False)
    assert (await work.goals()).main.conclusion == "n ≡ n"
    assert await work.tried("n", "refl") == [TrialResult.REJECTED, TrialResult.CLOSED]
    assert await work.accepts(work.filled(Candidate("refl")))


async def test_why_there_is_no_goal(open_: Open) -> None:
    """A scope error hides every hole; the reason is Agda's, and points at the error."""
    work = await open_("f : Nope\nf = ?\n")
    reason = await work.session.goals(work.holes[0])
    assert isinstance(reason, NoGoal)
    assert "Nope" in reason.reason
    assert "Scratch" not in reason.reason
    assert reason.at == work.document.text.index("Nope")


async def test_reasons_are_short_and_the_users_own(open_: Open) -> None:
    """Neither the rest of the file after a parse error, nor the places where a scratch copy is looked for."""
    broken = await open_("f : : Nat\nf = ?\n-- the rest\n")
    reason = await broken.session.goals(broken.holes[0])
    assert isinstance(reason, NoGoal)
    assert "at `:`" in reason.reason
    assert "rest" not in reason.reason
    lost = await open_("open import Nowhere\nf : Nat\nf = ?\n")
    reason = await lost.session.goals(lost.holes[0])
    assert isinstance(reason, NoGoal)
    assert "Nowhere.agda" in reason.reason
    assert "unsorry-agda" not in reason.reason


async def test_trials_believe_nothing_but_a_clean_give(open_: Open) -> None:
    """What Agda takes but cannot solve, what leaves holes, what does not end, what is no term."""
    work = await open_(
        NATURALS
        + """
trans : {A : Set} {x y z : A} → x ≡ y → y ≡ z → x ≡ z
trans refl q = q
f : (n : Nat) → n + 0 ≡ n
f zero = refl
f (suc n) = ?
other : Nat
other = ?
"""
    )
    texts = [
        "_",
        "?",
        "{!!}",
        "f (suc n)",
        "trans _ _",
        "",
        " ",
        "-- refl",
        "{- refl -}",
        "nope",
        "refl) (refl",
        "x = 1",
    ]
    assert set(await work.tried(*texts)) == {TrialResult.REJECTED}
    winner = "let cong : Nat; cong = 1 in h (f n)\n  where h : ∀ {a b} → a ≡ b → suc a ≡ suc b ; h refl = refl"
    assert await work.tried(winner) == [TrialResult.REJECTED]
    assert await work.tried("1", number=1) == [TrialResult.CLOSED]
    assert await work.tried("?", "suc 1", "_", number=1) == [
        TrialResult.REJECTED,
        TrialResult.CLOSED,
        TrialResult.REJECTED,
    ]


async def test_clauses_are_tried_in_the_text(open_: Open) -> None:
    """A candidate that replaces its clause is loaded in its place: good ones close, others do not."""
    work = await open_(NATURALS + "f : (n : Nat) → n + 0 ≡ n\nf n = ?\n")
    before = len("f n = ")
    good = "f zero = refl\nf (suc n) rewrite f n = refl"
    bad = ["f zero = refl", "f n = f n", "f zero = refl\nf (suc n) = ?", "f zero = refl\nf (suc n) = nope"]
    results = await work.tried(*(Candidate(text, before) for text in (*bad, good)))
    assert results == [TrialResult.REJECTED] * 4 + [TrialResult.CLOSED]


async def test_a_candidate_that_computes_too_long_times_out(open_: Open) -> None:
    """The trial ends, and the next one works; those before it, which were given along with it, count as they went."""
    work = await open_(
        NATURALS
        + """
data N : Set where
  z : N
  s : N → N
add : N → N → N
add z m = m
add (s n) m = s (add n m)
mul : N → N → N
mul z m = z
mul (s n) m = add m (mul n m)
ten = s (s (s (s (s (s (s (s (s (s z)))))))))
pow : N → N → N
pow n z = s z
pow n (s m) = mul n (pow n m)
f : pow ten (s ten) ≡ pow ten ten → 1 ≡ 1
f p = ?
"""
    )
    slow = Candidate("g refl where g : pow ten ten ≡ pow ten (add ten z) → 1 ≡ 1 ; g p = refl")
    trials = [
        trial.result
        async for trial in work.session.trials(
            work.holes[0],
            [
                Candidate("nope"),
                Candidate("nope nope"),
                Candidate("(λ (q : pow ten ten ≡ mul ten (pow ten ten)) → refl) refl"),
                slow,
                Candidate("refl"),
            ],
            Budget(20, per_candidate=0.7),
        )
    ]
    rejected = TrialResult.REJECTED
    assert trials == [rejected, rejected, TrialResult.TIMED_OUT, rejected, TrialResult.CLOSED]


CLAUSES = {
    "induction": (
        NATURALS + "f : (n : Nat) → n + 0 ≡ n\nf n = ?\n",
        "f zero = refl\nf (suc n) rewrite f n = refl\n",
    ),
    "where, indented, with words behind": (
        NATURALS
        + "g : Nat → Nat\ng x = x\n  where\n  f : (n : Nat) → n + 0 ≡ n\n  f n = {! !} -- by induction\n\nh = 1\n",
        "  f zero = refl\n  f (suc n) rewrite f n = refl -- by induction\n\nh = 1\n",
    ),
    "a module's content": (
        (
            "module M where\n  data B : Set where\n    t u : B\n  open import Agda.Builtin.Equality\n"
            "  not : B → B\n  not t = u\n  not u = t\n  f : (b : B) → not (not b) ≡ b\n  f b = {! b !}\n"
        ),
        "  f t = refl\n  f u = refl\n",
    ),
    "absurd": ("data ⊥ : Set where\nf : {A : Set} → ⊥ → A\nf x = ?\n", "f ()\n"),
    "arguments are introduced": (
        NATURALS + "f : (n : Nat) → n + 0 ≡ n\nf = ?\n",
        "f zero = refl\nf (suc n) rewrite f n = refl\n",
    ),
    "with": (
        (
            "open import Agda.Builtin.Bool\nopen import Agda.Builtin.Equality\n"
            "if : Bool → Bool → Bool\nif x y with x\n... | true = y\n... | false = y\n"
            "f : (g : Bool → Bool) (x y : Bool) → if (g x) y ≡ y\nf g x y = ?\n"
        ),
        "f g x y with g x\n",
    ),
    "literate": (
        "# Prose ? with {! braces !}\n\n```agda\n" + NATURALS.strip() + "\n"
        "f : (n : Nat) → n + 0 ≡ n\nf n = ?\n```\n\nMore prose.\n",
        "f zero = refl\nf (suc n) rewrite f n = refl\n```\n",
    ),
}


@pytest.mark.parametrize("case", CLAUSES)
async def test_search_splits_cases_where_a_term_is_not_enough(open_: Open, case: str) -> None:
    """What the search offers stands in the right place, well indented, and Agda accepts the whole text."""
    text, expected = CLAUSES[case]
    work = await open_(text, "T.lagda.md" if case == "literate" else "T.agda", dedent=False)
    found = await work.found()
    assert found is not None
    assert expected in found or sorted(expected.split()) == sorted(found[-len(expected) :].split())
    assert await work.accepts(found)


async def test_clauses_in_a_crlf_file(open_: Open) -> None:
    """What is put in has the line ends of the file."""
    text = (NATURALS + "f : (n : Nat) → n + 0 ≡ n\nf n = ?\n").replace("\n", "\r\n")
    work = await open_(text, dedent=False)
    found = await work.found()
    assert found is not None
    assert found.count("\n") == found.count("\r\n") > text.count("\n")
    assert await work.accepts(found)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("T.lagda.tex", "Is ? a hole?\n\\begin{code}\n", "\\end{code}\nNo.\n"),
        ("T.lagda.rst", "Is ? a hole?\n\n::\n\n", "\nNo.\n"),
        ("T.lagda.md", "Is ? a hole?\n\n```agda\n", "```\nNo.\n"),
    ],
)
async def test_literate_files(open_: Open, name: str, before: str, after: str) -> None:
    """Each flavour keeps its prose, and its holes are where they are in the file."""
    code = NATURALS.strip() + "\nf : (n : Nat) → n ≡ n\nf n = ?\n"
    if name.endswith("rst"):
        code = textwrap.indent(code, "  ")
    work = await open_(before + code + after, name, dedent=False)
    assert len(work.holes) == 1
    assert (await work.goals()).main.conclusion == "n ≡ n"
    assert await work.accepts(work.filled(Candidate("refl")))


@pytest.mark.parametrize("name", ["T.agda", "T.lagda.md"])
async def test_what_follows_is_left_out_only_where_it_can_be(open_: Open, name: str) -> None:
    """A long rest of the file is not loaded again and again, unless the hole needs it."""
    code = NATURALS + "g : Nat → Nat\nf : (n : Nat) → g n + 0 ≡ g n\nf n = ?\ng n = n\n"
    code += "".join(f"x{number} : Nat\nx{number} = {number} -- {'filler ' * 10}\n" for number in range(60))
    work = await open_(f"```agda\n{code}```\n" if name.endswith("md") else code, name, dedent=False)
    found = await work.found()
    assert found is not None
    assert await work.accepts(found)


async def test_mimer_finds_terms(open_: Open) -> None:
    """Programs and small proofs, by Agda's own search."""
    work = await open_("f : {A B C : Set} → (A → B) → (B → C) → A → C\nf g h a = ?\n")
    found = await work.found()
    assert found is not None
    assert await work.accepts(found)


async def test_search_gives_up_in_time(open_: Open) -> None:
    """A false goal costs no more than its budget, and yields nothing."""
    work = await open_(NATURALS + "f : (n m : Nat) → n + m ≡ n * m\nf n m = ?\n")
    assert await work.found(seconds=2) is None
    assert (await work.goals()).main.conclusion == "n + m ≡ n * m"


async def test_modules_of_the_project_are_imported(open_: Open, tmp_path: Path) -> None:
    """By the ``.agda-lib`` above the file: its include directories and its flags."""
    (tmp_path / "p.agda-lib").write_text("name: p\ninclude: src lib\nflags: --guardedness\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "Other.agda").write_text(f"module Other where\n{NATURALS}two : Nat\ntwo = 2\n")
    text = (
        "module Deep.Thm (A : Set)\n  (a : A) where\n\nopen import Agda.Builtin.Nat\n"
        "open import Agda.Builtin.Equality\nopen import Other\nf : two ≡ 2\nf = ?\n"
        "record Stream : Set where\n  coinductive\n  field head : A\n        tail : Stream\n"
        "open Stream\nrepeat : Stream\nhead repeat = a\ntail repeat = repeat\n"
    )
    work = await open_(text, "src/Deep/Thm.agda", saved=True, dedent=False)
    assert (await work.goals()).main.conclusion == "two ≡ 2"
    assert await work.accepts(work.filled(Candidate("refl")))
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path in written if not path.startswith("_build")} == {
        "p.agda-lib",
        "lib/Other.agda",
        "src/Deep/Thm.agda",
    }
    assert work.document.path is not None
    assert work.document.path.read_bytes() == text.encode()


async def test_imported_lemmas_are_found(open_: Open, tmp_path: Path) -> None:
    """What a library proves about the goal's functions is used by name."""
    (tmp_path / "Lemmas.agda").write_text(
        f"module Lemmas where\n{NATURALS}right : (n m : Nat) → n + suc m ≡ suc (n + m)\nright zero m = refl\n"
        "right (suc n) m rewrite right n m = refl\n"
    )
    text = f"module T where\n{NATURALS}open import Lemmas\n"
    text += "f : (a b : Nat) → (a * a) + suc b ≡ suc (a * a + b)\nf a b = ?\n"
    work = await open_(text, saved=True, dedent=False)
    found = await work.found()
    assert found is not None
    assert "right (a * a) b" in found
    assert await work.accepts(found)


async def test_siblings_are_imported_without_a_project(open_: Open, tmp_path: Path) -> None:
    """From the root directory that the module's own name tells."""
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "Other.agda").write_text("module A.Other where\nopen import Agda.Builtin.Nat\none = suc zero\n")
    work = await open_(
        "module A.Thm where\nopen import A.Other\nopen import Agda.Builtin.Equality\nf : one ≡ 1\nf = ?\n",
        "A/Thm.agda",
        saved=True,
        dedent=False,
    )
    assert (await work.goals()).main.conclusion == "one ≡ 1"


async def test_the_users_libraries_are_used(open_: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``depend:`` is looked up in the user's own ``libraries`` file."""
    (tmp_path / "agda").mkdir()
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "lib.agda-lib").write_text("name: mylib\ninclude: .\n")
    (tmp_path / "lib" / "Lib.agda").write_text(
        "module Lib where\nopen import Agda.Builtin.Nat\nthree : Nat\nthree = 3\n"
    )
    (tmp_path / "agda" / "libraries").write_text(f"{tmp_path}/lib/lib.agda-lib\n")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "p.agda-lib").write_text("name: p\ninclude: .\ndepend: mylib\n")
    monkeypatch.setenv("AGDA_DIR", str(tmp_path / "agda"))
    work = await open_(
        "module Thm where\nopen import Lib\nopen import Agda.Builtin.Equality\nf : three ≡ 3\nf = ?\n",
        "p/Thm.agda",
        saved=True,
        dedent=False,
    )
    assert (await work.goals()).main.conclusion == "three ≡ 3"


async def test_cancelling_in_the_middle_leaves_a_session_to_use(open_: Open) -> None:
    """Wherever it strikes: the next question is answered rightly."""
    work = await open_(NATURALS + "f : (n : Nat) → n + 0 ≡ n\nf n = ?\n")
    for delay in (0.0, 0.01, 0.03, 0.08, 0.2):
        task = asyncio.create_task(work.found())
        await asyncio.sleep(delay)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert (await work.goals()).main.conclusion == "n + 0 ≡ n"
    assert await work.found() is not None


async def test_a_killed_process_is_replaced(open_: Open) -> None:
    """``kill -9`` costs at most one failed question."""
    work = await open_(NATURALS + "f : 1 ≡ 1\nf = ?\n")
    await work.goals()
    assert work.session.pid is not None
    os.kill(work.session.pid, 9)
    try:
        goals = await work.goals()
    except ProverError:
        goals = await work.goals()
    assert goals.main.conclusion == "1 ≡ 1"


async def test_closing_ends_the_whole_tree(open_: Open) -> None:
    """Neither Agda nor its supervisor is left."""
    work = await open_(NATURALS + "f : 1 ≡ 1\nf = ?\n")
    await work.goals()
    assert work.session.pid is not None
    supervisor = psutil.Process(work.session.pid)
    tree = [supervisor, *supervisor.children(recursive=True)]
    assert len(tree) > 1
    await work.session.close()
    _, alive = psutil.wait_procs(tree, timeout=5)
    assert not alive


async def test_an_edit_is_seen(open_: Open) -> None:
    """After an update the session is about the new text."""
    work = await open_(NATURALS + "f : 1 ≡ 1\nf = ?\n")
    await work.goals()
    text = work.document.text.replace("1 ≡ 1", "2 ≡ 2")
    document = Document(work.document.uri, Language("agda"), 2, SourceText(text))
    await work.session.update(document, work.prover.syntax.outline(text))
    assert (await work.goals()).main.conclusion == "2 ≡ 2"


async def test_time_is_short(open_: Open) -> None:
    """No time is a timeout or an empty result, never a wrong one."""
    work = await open_(NATURALS + "f : 1 ≡ 1\nf = ?\n")
    assert [t async for t in work.session.trials(work.holes[0], [Candidate("refl")], Budget(0))] == []
    assert [c async for c in work.session.search("native", work.holes[0], Budget(0))] == []
    assert await work.tried("refl") == [TrialResult.CLOSED]
