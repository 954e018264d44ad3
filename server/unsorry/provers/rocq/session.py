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
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from pathlib import Path

from unsorry.errors import ProverError
from unsorry.model import Budget, Candidate, Document, Goals, Hole, NoGoal, Report, Trial, TrialResult
from unsorry.processes import ChildSpec
from unsorry.provers.base import Outline
from unsorry.provers.rocq.candidates import with_end
from unsorry.provers.rocq.explore import explored
from unsorry.provers.rocq.goals import read_goals
from unsorry.provers.rocq.hammer import Hammer, translations
from unsorry.provers.rocq.installation import Installation
from unsorry.provers.rocq.lookup import look_up, tactics_with
from unsorry.provers.rocq.place import Place, number_of
from unsorry.provers.rocq.project import Project, compiled
from unsorry.provers.rocq.script import Placed, Script, split
from unsorry.provers.rocq.sealing import check_document
from unsorry.provers.rocq.tactics import PROBES
from unsorry.provers.rocq.trials import Trials
from unsorry.settings import ProverSettings

_LOG = logging.getLogger(__name__)
_LEMMA = re.compile(r"(?:#\[[^\]]*\]\s*)?(?:\w+\s+)*?(?:Lemma|Theorem|Fact|Remark|Corollary|Proposition|Property)\b")
_BULLET = re.compile(r"[Bb]ullet ([-+*]+)")
_NAMES = 40
_LONG = 100_000
_QUICK = 5.0
_SHORTEST = 3


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
        self._libraries: dict[Path, int] | None = None
        for note in project.notes:
            _LOG.warning("%s", note)

    async def start(self) -> None:
        """Starts the first process, so that failing to is known at once."""
        await self._main.load(0, _QUICK)

    async def update(self, document: Document, outline: Outline) -> None:
        self._document, self._outline = document, outline
        self._main.update(await _sentences(document, outline))

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        await self._renew()
        place = await self._place(hole, self._settings.timeout, patient=True)
        if place is None:
            return NoGoal("the text has no such hole")
        if place.step.goals is None:
            return self._no_goal(place)
        if not place.to_close:
            return NoGoal("no goal is left here", place.step.sentence.span.start)
        extra = [*await self._due(place), *await self._at_hand(place)]
        return read_goals(place.to_close, self._lemmas(place), extra)

    async def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        deadline = time.monotonic() + budget.seconds
        place = await self._place(hole, budget.seconds)
        if place is None:
            raise ProverError("the text has no such hole")
        trials = Trials(place, self._main, lambda: self._loaded_checker(place))
        async for trial in trials.run(candidates, budget, deadline):
            yield trial

    async def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        if kind == "native":
            async for candidate in self._searched(hole, budget):
                yield candidate
        elif kind == "hammer" and self._installation.hammer:
            async for candidate in self._hammered(hole, budget):
                yield candidate

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        await self._renew()
        own = self._document is not None and document.text == self._document.text
        sentences = self._main.sentences if own else await _sentences(document, outline)
        # The document's own text is in the first process already, so that the other need not go to and fro.
        script = self._main if own else self._checker
        return await check_document(script, self._checker, document, outline, sentences, units, seconds)

    async def close(self) -> None:
        owned: list[Script | Hammer] = [self._main, self._checker, *([self._hammer] if self._hammer else [])]
        await asyncio.gather(*(each.close() for each in owned), return_exceptions=True)
        await asyncio.to_thread(shutil.rmtree, self._scratch, ignore_errors=True)

    async def _renew(self) -> None:
        """Where libraries have been compiled anew, what was loaded of them is not what there is any more: starts
        again."""
        libraries = await asyncio.to_thread(compiled, self._project.flags)
        known, self._libraries = self._libraries, libraries
        if known is not None and known != libraries:
            await asyncio.gather(self._main.restart(), self._checker.restart())

    async def _place(self, hole: Hole, seconds: float, *, patient: bool = False) -> Place | None:
        """The hole in the script, which is run up to it."""
        number = number_of(hole, self._main.sentences)
        if number is None:
            return None
        await self._main.load(number + 1, seconds, patient=patient)
        return Place(hole, number, self._main.steps[number])

    async def _loaded_checker(self, place: Place) -> Script:
        """The process that checks, with the session's own text run up to a hole."""
        self._checker.update(self._main.sentences)
        await self._checker.load(place.number, self._settings.timeout, patient=True)
        return self._checker

    async def _searched(self, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        """Lemmas looked up that close the goal by themselves; then what a search over steps finds."""
        deadline = time.monotonic() + budget.seconds
        found = await self.goals(hole)
        place = await self._place(hole, budget.seconds)
        if isinstance(found, NoGoal) or place is None or not place.is_focused:
            return
        if place.takes_one_tactic:
            known = await look_up(found, lambda text: self._main.query(text, place.number, _QUICK))
            unproved = {self._outline.units[number].name for number in self._unproved(place)}
            names = [name for name in known if name.rsplit(".", 1)[-1] not in unproved]
            half = Budget(budget.seconds / 2, budget.per_candidate)
            for candidate in await self._closing(hole, tactics_with(names), half):
                yield candidate
        checker = await self._loaded_checker(place)
        at_hand = [feature for feature in found.features if feature in PROBES]
        script = await explored(checker, place, found.names, at_hand, deadline - time.monotonic())
        if script is not None:
            yield Candidate(script)

    async def _hammered(self, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        """What the hammer finds, as far as it holds in the document itself."""
        deadline = time.monotonic() + budget.seconds
        number = number_of(hole, self._main.sentences)
        if number is None or self._document is None:
            return
        if self._hammer is None:
            self._hammer = Hammer(self._spec)
        found = await self._hammer.find(self._document.text, number, budget.seconds)
        if found is None:
            return
        rest = Budget(max(1.0, deadline - time.monotonic()), budget.per_candidate)
        for candidate in await self._closing(hole, translations(found), rest):
            yield candidate

    async def _closing(self, hole: Hole, texts: Iterable[str], budget: Budget) -> list[Candidate]:
        """The shortest of the tactics that close a hole."""
        candidates = [Candidate(with_end(text)) for text in texts]
        holds = [t.candidate async for t in self.trials(hole, candidates, budget) if t.result is TrialResult.CLOSED]
        return sorted(holds, key=lambda each: len(each.text))[:_SHORTEST]

    def _no_goal(self, place: Place) -> NoGoal:
        unit = place.step.sentence.unit
        for problem in self._main.problems():
            if problem.unit == unit:
                notes = f" ({'; '.join(self._project.notes)})" if self._project.notes else ""
                return NoGoal(f"{problem.message}{notes}", problem.span.start if problem.span else None)
        return NoGoal("no proof is open here", place.step.sentence.span.start)

    async def _due(self, place: Place) -> list[str]:
        """The bullet that must come before any tactic, as a feature."""
        if place.goals.foreground:
            return []
        answer = await self._main.query("idtac.", place.number, _QUICK)
        bullet = _BULLET.search(answer.message)
        return [f"bullet:{bullet[1]}"] if bullet else []

    async def _at_hand(self, place: Place) -> list[str]:
        """Which tactics and libraries the text has loaded, as features."""
        answers = await self._main.queries(tuple(PROBES.values()), place.number, _QUICK)
        return [feature for feature, answer in zip(PROBES, answers, strict=True) if answer.good]

    def _unproved(self, place: Place) -> set[int]:
        """Units before a hole that a proof must not rest on: axioms, proofs with holes or errors."""
        steps = self._main.steps[: place.number]
        return {s.sentence.unit for s in steps if (s.error or s.assumed) and s.sentence.unit >= 0}

    def _lemmas(self, place: Place) -> Iterator[str]:
        """Proved lemmas of the file before a hole, nearest first."""
        unit = place.step.sentence.unit
        bad = self._unproved(place)
        text = self._document.text if self._document else ""
        names: dict[str, None] = {}
        for index in range(unit - 1, -1, -1):
            found = self._outline.units[index]
            if found.name and index not in bad and _LEMMA.match(text, found.head.start, found.head.end):
                names.setdefault(found.name)
            if len(names) >= _NAMES:
                break
        return iter(names)


async def _sentences(document: Document, outline: Outline) -> list[Placed]:
    """The sentences of a text; a long one's are looked for beside the event loop."""
    if len(document.text) < _LONG:
        return split(document.text, outline)
    return await asyncio.to_thread(split, document.text, outline)
