"""The live prover of one Rocq document: goals, trials, searches and checks.

Two processes at most, and a third for the hammer: one keeps the document, where goals are read and tactics tried;
one, started when first needed, checks whole texts and scripts of several sentences.
"""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Budget, Candidate, Document, Goals, Hole, HoleKind, NoGoal, Report, Trial, TrialResult
from unsorry.processes import ChildSpec
from unsorry.provers.base import Outline
from unsorry.provers.rocq.candidates import NotTactics, Tactics, read_candidate, with_end
from unsorry.provers.rocq.checking import check_script
from unsorry.provers.rocq.explore import Explorer
from unsorry.provers.rocq.goals import read_goals
from unsorry.provers.rocq.hammer import Hammer, translations
from unsorry.provers.rocq.idetop import CallFailed, CallTimeout
from unsorry.provers.rocq.installation import Installation
from unsorry.provers.rocq.project import Project
from unsorry.provers.rocq.protocol import RawGoal, RawGoals
from unsorry.provers.rocq.script import Script, Step
from unsorry.provers.rocq.tactics import PROBES
from unsorry.provers.rocq.trials import BATCH, Found, make_query, read_answer, read_losses
from unsorry.settings import ProverSettings

_LOG = logging.getLogger(__name__)
_LEMMA = re.compile(r"(?:#\[[^\]]*\]\s*)?(?:\w+\s+)*?(?:Lemma|Theorem|Fact|Remark|Corollary|Proposition|Property)\b")
_BULLET = re.compile(r"[Bb]ullet ([-+*]+)")
_NAMES = 40
_DEATHS = 3
_QUICK = 5.0
_HAMMERED = 3


def make_spec(installation: Installation, project: Project, settings: ProverSettings, scratch: Path) -> ChildSpec:
    """How to start the program for a document. It runs in a folder of ours, so that what a text writes (extracted
    programs, redirected output) does not land beside the user's files."""
    argv = (
        installation.program,
        *("-q", "-main-channel", "stdfds", "-async-proofs", "off", "-set", "Printing Width=1000"),
        *project.flags,
        *settings.args,
    )
    env = {**settings.env, "TMPDIR": str(scratch)}
    return ChildSpec(argv, cwd=scratch, env=env, memory_mb=settings.memory_mb)


class RocqSession:
    """Implements ``Session``."""

    def __init__(self, installation: Installation, project: Project, settings: ProverSettings) -> None:
        self._installation = installation
        self._project = project
        self._settings = settings
        self._scratch = Path(tempfile.mkdtemp(prefix="unsorry-rocq-"))
        self._spec = make_spec(installation, project, settings, self._scratch)
        self._main = Script(self._spec)
        self._checker = Script(self._spec, read_goals=False)
        self._hammer: Hammer | None = None
        self._document: Document | None = None
        self._outline = Outline(())
        for note in project.notes:
            _LOG.warning("%s", note)

    async def start(self) -> None:
        """Starts the first process, so that failing to is known at once."""
        await self._main.load(0, _QUICK)

    async def update(self, document: Document, outline: Outline) -> None:
        self._document, self._outline = document, outline
        self._main.update(document.text, outline)

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        number = self._number(hole)
        if number is None:
            return NoGoal("the text has no such hole")
        await self._main.load(number + 1, self._settings.timeout)
        step = self._main.steps[number]
        if step.goals is None:
            return self._no_goal(number)
        raws, extra = await self._to_show(number, step)
        if not raws:
            return NoGoal("no goal is left here", step.sentence.span.start)
        return read_goals(raws, self._lemmas(number), [*extra, *await self._at_hand(number)])

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        deadline = time.monotonic() + budget.seconds
        number = self._number(hole)
        if number is None:
            raise ProverError("the text has no such hole")
        await self._main.load(number + 1, budget.seconds)
        step = self._main.steps[number]
        one_goal = not _closes(step) or (len(_remaining(step)) == 1 and _is_focused(step))
        for group in _groups(candidates, one_goal):
            async for trial in self._group(number, step, group, budget, deadline):
                yield trial
            if time.monotonic() >= deadline:
                return

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        if kind == "native":
            candidate = await self._explored(hole, budget)
            if candidate is not None:
                yield candidate
        if kind == "hammer" and self._installation.hammer:
            async for candidate in self._hammered(hole, budget):
                yield candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        self._checker.update(document.text, outline)
        return await check_script(self._checker, outline, units, seconds)

    async def close(self) -> None:
        owned: list[Script | Hammer] = [self._main, self._checker, *([self._hammer] if self._hammer else [])]
        await asyncio.gather(*(each.close() for each in owned), return_exceptions=True)
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def _explored(self, hole: Hole, budget: Budget) -> Candidate | None:
        """A script from a search over steps, at every focused goal that the hole must close."""
        deadline = time.monotonic() + budget.seconds
        found = await self.goals(hole)
        number = self._number(hole)
        if isinstance(found, NoGoal) or number is None or self._document is None:
            return None
        step = self._main.steps[number]
        if _closes(step) and len(_remaining(step)) > len(step.goals.foreground if step.goals else ()):
            return None
        self._checker.update(self._document.text, self._outline)
        scripts: list[list[str]] = []
        try:
            walk = await self._checker.walk(number, deadline - time.monotonic())
            for _ in found.goals:
                await walk.run("{")
                at_hand = [feature for feature in found.features if feature in PROBES]
                lines = await Explorer(walk, found.names, at_hand).solve()
                if lines is None:
                    return None
                await walk.run("}")
                scripts.append(lines)
        except ProverTimeout:
            return None
        if len(scripts) == 1 and (not _closes(step) or hole.kind is HoleKind.PROOF):
            return Candidate("\n".join(scripts[0]))
        return Candidate("\n".join("{ " + "\n  ".join(lines) + " }" for lines in scripts))

    async def _hammered(self, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        """What the hammer finds, as far as it holds in the document itself."""
        deadline = time.monotonic() + budget.seconds
        number = self._number(hole)
        if number is None or self._document is None:
            return
        if self._hammer is None:
            self._hammer = Hammer(self._spec)
        found = await self._hammer.find(self._document.text, number, budget.seconds)
        if found is None:
            return
        rest = Budget(max(1.0, deadline - time.monotonic()), budget.per_candidate)
        texts = [Candidate(with_end(text)) for text in translations(found)]
        holds = [t.candidate async for t in self.trials(hole, texts, rest) if t.result is TrialResult.CLOSED]
        for candidate in sorted(holds, key=lambda each: len(each.text))[:_HAMMERED]:
            yield candidate

    def _number(self, hole: Hole) -> int | None:
        """The sentence that ends the hole."""
        for number, sentence in enumerate(self._main.sentences):
            if sentence.span.end == hole.span.end:
                return number if sentence.hole else None
        return None

    def _no_goal(self, number: int) -> NoGoal:
        unit = self._main.sentences[number].unit
        for problem in self._main.problems():
            if problem.unit == unit:
                notes = f" ({'; '.join(self._project.notes)})" if self._project.notes else ""
                return NoGoal(f"{problem.message}{notes}", problem.span.start if problem.span else None)
        return NoGoal("no proof is open here", self._main.sentences[number].span.start)

    async def _to_show(self, number: int, step: Step) -> tuple[Sequence[RawGoal], Sequence[str]]:
        """The goals that the hole must close, and the bullet that must come first, as a feature."""
        if not _closes(step):
            return (step.goals.foreground[:1] if step.goals else ()), ()
        raws = _remaining(step)
        if not raws or _is_focused(step):
            return raws, ()
        answer = await self._main.query("idtac.", number, _QUICK)
        bullet = _BULLET.search(answer.message)
        return raws, ((f"bullet:{bullet[1]}",) if bullet else ())

    async def _at_hand(self, number: int) -> list[str]:
        """Which tactics and libraries the text has loaded, as features."""
        found = []
        for feature, sentence in PROBES.items():
            if (await self._main.query(sentence, number, _QUICK)).good:
                found.append(feature)
        return found

    def _lemmas(self, number: int) -> Iterator[str]:
        """Proved lemmas of the file before a sentence, nearest first."""
        unit = self._main.sentences[number].unit
        bad = {s.sentence.unit for s in self._main.steps[:number] if s.error or s.assumed}
        text = self._document.text if self._document else ""
        names: dict[str, None] = {}
        for index in range(unit - 1, -1, -1):
            found = self._outline.units[index]
            if found.name and index not in bad and _LEMMA.match(text, found.head.start, found.head.end):
                names.setdefault(found.name)
            if len(names) >= _NAMES:
                break
        return iter(names)

    async def _group(
        self, number: int, step: Step, group: _Group, budget: Budget, deadline: float
    ) -> AsyncIterator[Trial]:
        if isinstance(group, Trial):
            yield group
        elif isinstance(group, list):
            async for trial in self._tactics(number, step, group, budget, deadline):
                yield trial
        else:
            yield await self._script(number, step, *group, min(budget.per_candidate, deadline - time.monotonic()))

    async def _tactics(
        self, number: int, step: Step, group: list[_Single], budget: Budget, deadline: float
    ) -> AsyncIterator[Trial]:
        """Tries single tactics, many with a call."""
        kernel = not any("?" in goal.conclusion for goal in (step.goals.foreground if step.goals else ()))
        deaths = 0
        while group and (left := deadline - time.monotonic()) > 0:
            query = make_query([tactic for _, tactic in group[:BATCH]], min(budget.per_candidate, left), kernel=kernel)
            try:
                found = read_answer(query, await self._main.query(query.text, number, left))
            except CallTimeout as late:
                found = read_losses(late.answer.notices, late.answer.arrivals, late.answer.started)
                found.append(Found(TrialResult.TIMED_OUT, late.message, left))
            except CallFailed as failure:
                deaths += 1
                if deaths == _DEATHS:
                    raise
                found = read_losses(failure.answer.notices, failure.answer.arrivals, failure.answer.started)
                found.append(Found(TrialResult.PROVER_FAILED, failure.message, 0.0))
            tried = min(len(found), len(group)) or 1
            for (candidate, _), each in zip(group[:tried], found, strict=False):
                yield Trial(candidate, each.result, each.seconds, each.message)
            group = group[tried:]

    async def _script(self, number: int, step: Step, candidate: Candidate, tactics: Tactics, seconds: float) -> Trial:
        """Tries sentences one after the other, in the process that checks."""
        started = time.monotonic()
        result, message = TrialResult.REJECTED, ""
        texts = tactics.sentences if _closes(step) else ("{", *tactics.sentences, "}")
        assert self._document is not None
        self._checker.update(self._document.text, self._outline)
        try:
            await self._checker.load(number, self._settings.timeout)
            started = time.monotonic()
            trialled = await self._checker.trial(texts, number, max(0.1, seconds))
        except ProverTimeout as late:
            result, message = TrialResult.TIMED_OUT, late.message
        except CallFailed as failure:
            result, message = TrialResult.PROVER_FAILED, failure.message
        else:
            message = trialled.error
            if not message and (trialled.assumed or not _is_closed(step, trialled.goals)):
                message = "it leaves goals open"
            elif not message:
                result = TrialResult.CLOSED
        return Trial(candidate, result, time.monotonic() - started, message)


_Single = tuple[Candidate, str]
_Group = Trial | list[_Single] | tuple[Candidate, Tactics]


def _groups(candidates: Sequence[Candidate], one_goal: bool) -> Iterator[_Group]:
    """Candidates in order: refused ones, runs of single tactics, and scripts."""
    singles: list[_Single] = []
    for candidate in candidates:
        group: _Group | None = None
        try:
            tactics = read_candidate(candidate.text)
            if tactics.single is not None and one_goal:
                singles.append((candidate, tactics.single))
                continue
            group = (candidate, tactics)
        except NotTactics as refusal:
            group = Trial(candidate, TrialResult.REJECTED, 0.0, str(refusal))
        if singles:
            yield singles
            singles = []
        yield group
    if singles:
        yield singles


def _is_closed(step: Step, after: RawGoals | None) -> bool:
    """Whether a script at the hole has left nothing open: at a step, whose goal the braces have seen to, nothing
    put aside either."""
    before = step.goals or RawGoals()
    if after is None:
        return False
    return not after.remaining if _closes(step) else len(after.shelved) <= len(before.shelved)


def _closes(step: Step) -> bool:
    """Whether the hole is the end of a proof, and so all its goals; else it is one step, and one goal."""
    return "Admitted" in step.sentence.text


def _remaining(step: Step) -> tuple[RawGoal, ...]:
    return step.goals.remaining if step.goals else ()


def _is_focused(step: Step) -> bool:
    return bool(step.goals and step.goals.foreground)
