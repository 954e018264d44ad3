"""A document in one ``coqidetop``: which state comes before and after each sentence, and what went wrong where.

Loads as far as it is asked to, goes on after errors with the next declaration, and after a change runs again only
the sentences from the first changed one on. A process that died is started anew and the text loaded again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from attrs import evolve, field, frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Problem
from unsorry.processes import ChildSpec
from unsorry.provers.base import Outline
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.idetop import Answer, Idetop
from unsorry.provers.rocq.protocol import Location, RawGoals
from unsorry.provers.rocq.sentences import COMMENT_TOKEN, sentences
from unsorry.provers.rocq.walk import Ran, Walk
from unsorry.text import Span

_LOG = logging.getLogger(__name__)
_START_SECONDS = 10.0
_BACK_SECONDS = 5.0
# How many sentences go to the prover at once: more as long as they are quick, so that what an edit or a deadline
# interrupts is little work.
_FEWEST, _MOST, _SHORT = 1, 64, 0.05
_TELL_SECONDS = 10.0
_SO_FAR = "{done} of {until} sentences before this place have been run in {seconds:.0f} s"
_PENDING = "the proof of {} is not finished"
_SKIPPED = "not run: an earlier error in this declaration"


@frozen
class Placed:
    """A sentence with its place. ``unit`` numbers its unit in the outline; ``first``: it begins that unit;
    ``hole``: a hole ends with it."""

    text: str
    first: bool
    hole: bool
    span: Span = field(eq=False)
    unit: int = field(eq=False)


@frozen
class Step:
    """What the prover made of one sentence.

    ``before`` and ``after`` are states. ``proof`` is the open proof's name afterwards, ``open_proofs`` their
    number. ``assumed``: it took something without proof. ``unfinished`` names a proof of the unit before that had
    to be closed for this sentence to be run. ``goals`` are those before a hole.
    """

    sentence: Placed
    before: int
    after: int
    proof: str = ""
    open_proofs: int = 0
    ran: bool = True
    assumed: bool = False
    error: str = ""
    location: Location | None = None
    unfinished: str = ""
    goals: RawGoals | None = None


@frozen
class Trialled:
    """What a trial came to: the goals at its end (``None``: no proof is open) and how much it assumed, or its first
    error (empty only when there was none)."""

    goals: RawGoals | None = None
    assumed: int = 0
    error: str = ""


def split(text: str, outline: Outline) -> list[Placed]:
    """The sentences of a text, each with its place in the outline."""
    ends = {found.span.end for _, found in outline.holes}
    made: list[Placed] = []
    last = -1
    for sentence in sentences(text):
        span = sentence.span
        unit = outline.unit_at(span.start)
        number = -1 if unit is None else unit
        made.append(
            Placed(text[span.start : span.end].removeprefix("\ufeff"), number != last, span.end in ends, span, number)
        )
        last = number
    rest = Span(made[-1].span.end if made else 0, len(text))
    if not _is_closed(text, rest.start):
        # Rocq refuses a text that ends in a comment; sent as a sentence, it says so.
        made.append(Placed(text[rest.start :], False, False, rest, last))
    return made


def _is_closed(text: str, at: int) -> bool:
    """Whether nothing but blanks and closed comments follows."""
    depth = 0
    for match in COMMENT_TOKEN.finditer(text, at):
        depth += (match["open"] is not None) - (match["close"] is not None)
        if match["unclosed"] is not None:
            return False
    return depth == 0


class Script:
    """Owner of one process and of the text that is loaded in it."""

    def __init__(self, spec: ChildSpec, *, read_goals: bool = True) -> None:
        self._spec = spec
        self._read_goals = read_goals
        self._top: Idetop | None = None
        self._sentences: list[Placed] = []
        self._steps: list[Step] = []
        self._closed = False
        self._settled = True  # the prover's tip is the last step's state

    @property
    def sentences(self) -> Sequence[Placed]:
        return self._sentences

    @property
    def steps(self) -> Sequence[Step]:
        """What has been run so far."""
        return self._steps

    @property
    def alive(self) -> bool:
        return self._top is not None and self._top.alive

    def update(self, new: Sequence[Placed]) -> None:
        """From now on the script is of these sentences. Keeps what was run of the first ones that are the same."""
        kept = 0
        while kept < min(len(new), len(self._steps)) and new[kept] == self._sentences[kept]:
            kept += 1
        self._settled = self._settled and kept == len(self._steps)
        self._steps = [evolve(step, sentence=sentence) for step, sentence in zip(self._steps[:kept], new, strict=False)]
        self._sentences = list(new)

    async def load(self, until: int, seconds: float, *, patient: bool = False) -> None:
        """Runs the first ``until`` sentences, those that have been run excepted. What has been run is kept, however
        it ends. ``patient``: ``seconds`` bound each step of the work, not all of it; the log tells how far it is.

        Raises:
            ProverTimeout: they take longer than ``seconds``.
            ProverError: the prover failed; the next use starts it anew.
        """
        started = told = time.monotonic()
        top = await self._ready()
        walk = Walk(top, self._tip, started + seconds)
        ahead = _FEWEST
        while len(self._steps) < until:
            before = time.monotonic()
            if patient:
                walk.deadline = before + seconds
            if before - told >= _TELL_SECONDS:
                told = before
                _LOG.warning("%s", _SO_FAR.format(done=len(self._steps), until=until, seconds=before - started))
            try:
                ahead = await self._run_next(walk, min(ahead, until - len(self._steps)))
            except ProverTimeout as late:
                taken = time.monotonic() - started
                said = _SO_FAR.format(done=len(self._steps), until=until, seconds=taken)
                raise ProverTimeout(f"{late.message}: {said}", next_step=late.next_step) from late

    async def _run_next(self, walk: Walk, ahead: int) -> int:
        """Runs so many sentences, or fewer where one fails; how many to try next."""
        started = time.monotonic()
        if await self._run_ahead(walk, len(self._steps) + ahead):
            return min(_MOST, 2 * ahead) if time.monotonic() - started < _SHORT else max(_FEWEST, ahead // 2)
        self._settled = False
        self._steps.append(await self._step(walk, self._sentences[len(self._steps)]))
        self._settled = walk.settled
        return _FEWEST

    async def query(self, text: str, at: int, seconds: float) -> Answer:
        """Runs sentences before sentence number ``at``; every effect is taken back."""
        return (await self.queries((text,), at, seconds))[0]

    async def queries(self, texts: Sequence[str], at: int, seconds: float) -> list[Answer]:
        """The same for several texts that have nothing to do with each other, which go to the prover in one piece."""
        await self.load(at, seconds)
        top = await self._ready()
        requests = [protocol.query(text, self._state(at)) for text in texts]
        answers: list[Answer] = []
        await top.calls(requests, seconds, answers)
        for number, answer in enumerate(answers):
            if answer.interrupted:  # a late interrupt of an earlier call hit this one
                answers[number] = await top.call(requests[number], seconds)
        return answers

    async def walk(self, at: int, seconds: float) -> Walk:
        """A walk over other sentences in place of those from number ``at`` on. The next use of the script ends it."""
        deadline = time.monotonic() + seconds
        await self.load(at, seconds)
        top = await self._ready()
        walk = Walk(top, self._state(at), deadline, settled=False)
        del self._steps[at:]
        self._settled = False
        return walk

    async def trial(self, texts: Sequence[str], at: int, seconds: float) -> Trialled:
        """Runs other sentences in place of those from number ``at`` on, and takes them back."""
        walk = await self.walk(at, seconds)
        assumed = 0
        for text in texts:
            answer = await walk.run(text)
            if not answer.good:
                return Trialled(error=answer.message or "it fails")
            assumed += answer.assumed
        return Trialled(await walk.goals(), assumed)

    def problems(self) -> tuple[Problem, ...]:
        """Every error so far, where the text has it."""
        found: list[Problem] = []
        for index, step in enumerate(self._steps):
            unit = self._unit(step.sentence)
            if step.unfinished:
                owner = self._unit(self._steps[index - 1].sentence)
                found.append(Problem(_PENDING.format(step.unfinished), unit=owner))
            if step.error and step.error != _SKIPPED:
                found.append(Problem(step.error, _place(step), unit))
        if self._steps and self._steps[-1].open_proofs and len(self._steps) == len(self._sentences):
            last = self._steps[-1]
            found.append(Problem(_PENDING.format(last.proof), last.sentence.span, self._unit(last.sentence)))
        return tuple(found)

    async def restart(self) -> None:
        """Ends the process; the next use starts one that knows nothing of what was run."""
        await self._drop()
        self._steps.clear()

    async def close(self) -> None:
        """Ends the process, for good. Safe to call again."""
        self._closed = True
        await self._drop()

    def reap_orphans(self) -> None:
        if self._top is not None:
            self._top.reap_orphans()

    async def _drop(self) -> None:
        top, self._top = self._top, None
        if top is not None:
            await top.close()

    @staticmethod
    def _unit(sentence: Placed) -> int | None:
        return None if sentence.unit < 0 else sentence.unit

    @property
    def _tip(self) -> int:
        return self._state(len(self._steps))

    def _state(self, at: int) -> int:
        """The state before sentence number ``at``."""
        assert self._top is not None
        return self._steps[at - 1].after if at else self._top.first_state

    async def _ready(self) -> Idetop:
        """The process, alive and at the last step's state."""
        self._check_open()
        if self._top is None or not self._top.alive:
            await self._drop()
            self._steps.clear()
            self._top = await Idetop.start(self._spec, _START_SECONDS)
            self._settled = True
            try:
                self._check_open()  # it may have been closed meanwhile
            except ProverError:
                await self._drop()
                raise
        if not self._settled:
            answer = await self._top.call(protocol.edit_at(self._tip), _BACK_SECONDS)
            if not answer.good:  # the state is lost: a new process knows nothing wrong
                await self._drop()
                return await self._ready()
            self._settled = True
        return self._top

    def _check_open(self) -> None:
        if self._closed:
            raise ProverError("the session is closed")

    async def _run_ahead(self, walk: Walk, until: int) -> bool:
        """Runs sentences all at once, as far as they succeed; whether any did. What comes of others ``_step`` sees."""
        last = self._steps[-1] if self._steps else None
        texts = self._sentences[len(self._steps) : until]
        if last is not None and last.error and not texts[0].first:
            return False
        ran: list[Ran] = []
        self._settled = False
        before = walk.tip
        try:
            await walk.run_all([(each.text, each.hole and self._read_goals) for each in texts], ran)
        finally:
            for sentence, each in zip(texts, ran, strict=False):
                found = (each.status.proof, each.status.open_proofs)
                step = Step(sentence, before, each.state, *found, assumed=each.assumed, goals=each.goals)
                self._steps.append(step)
                before = each.state
            self._settled = walk.settled
        return bool(ran)

    async def _step(self, walk: Walk, sentence: Placed) -> Step:
        last = self._steps[-1] if self._steps else None
        if last is not None and last.error and not sentence.first:
            return Step(sentence, walk.tip, walk.tip, last.proof, last.open_proofs, ran=False, error=_SKIPPED)
        step = Step(sentence, walk.tip, walk.tip, *((last.proof, last.open_proofs) if last else ("", 0)))
        if sentence.hole and self._read_goals:
            step = evolve(step, goals=await walk.goals())
        answer = await walk.run(sentence.text)
        if not answer.good and sentence.first and step.open_proofs and (await walk.run("Admitted.")).good:
            assert walk.status is not None
            step = evolve(step, unfinished=step.proof, open_proofs=walk.status.open_proofs, proof=walk.status.proof)
            answer = await walk.run(sentence.text)
        if answer.good:
            assert walk.status is not None
            status = walk.status
            return evolve(
                step,
                after=walk.tip,
                proof=status.proof,
                open_proofs=status.open_proofs,
                assumed=answer.assumed > 0,
            )
        step = evolve(step, ran=False, error=answer.message or "it fails", location=answer.value.location)
        return await self._give_up(walk, step)

    async def _give_up(self, walk: Walk, step: Step) -> Step:
        """After an error, closes the declaration's proof, so that what follows can be checked."""
        if not step.open_proofs or step.sentence.first:
            return evolve(step, after=walk.tip)
        for closing in ("Admitted.", "Abort."):
            if (await walk.run(closing)).good and walk.status is not None:
                return evolve(step, after=walk.tip, proof=walk.status.proof, open_proofs=walk.status.open_proofs)
        return evolve(step, after=walk.tip)


def _place(step: Step) -> Span:
    """Where the error is in the text; the whole sentence when the prover does not say."""
    span, location = step.sentence.span, step.location
    if location is None:
        return span
    data = step.sentence.text.encode("utf-8", "replace")
    start, end = (len(data[:at].decode("utf-8", "ignore")) for at in (location.start, location.end))
    return Span(min(span.start + start, span.end), min(span.start + end, span.end))
