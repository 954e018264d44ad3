"""A document in one ``coqidetop``: which state comes before and after each sentence, and what went wrong where.

Loads as far as it is asked to, goes on after errors with the next declaration, and after a change runs again only
the sentences from the first changed one on. A process that died is started anew and the text loaded again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from attrs import evolve, field, frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.model import Problem
from unsorry.processes import ChildSpec
from unsorry.provers.base import Outline
from unsorry.provers.rocq import protocol
from unsorry.provers.rocq.idetop import Answer, Idetop
from unsorry.provers.rocq.protocol import Location, RawGoals, Status
from unsorry.provers.rocq.sentences import COMMENT_TOKEN, sentences
from unsorry.text import Span

_START_SECONDS = 20.0
_BACK_SECONDS = 5.0
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

    def update(self, text: str, outline: Outline) -> None:
        """From now on the script is of this text. Keeps what was run of the common first sentences."""
        new = split(text, outline)
        kept = 0
        while kept < min(len(new), len(self._steps)) and new[kept] == self._sentences[kept]:
            kept += 1
        self._settled = self._settled and kept == len(self._steps)
        self._steps = [evolve(step, sentence=sentence) for step, sentence in zip(self._steps[:kept], new, strict=False)]
        self._sentences = new

    async def load(self, until: int, seconds: float) -> None:
        """Runs the first ``until`` sentences, those that have been run excepted.

        Raises:
            ProverTimeout: they take longer than ``seconds``.
            ProverError: the prover failed; the next use starts it anew.
        """
        deadline = time.monotonic() + seconds
        top = await self._ready()
        for sentence in self._sentences[len(self._steps) : until]:
            self._settled = False
            step = await self._step(top, sentence, deadline)
            self._steps.append(step)
            self._settled = True

    async def query(self, text: str, at: int, seconds: float) -> Answer:
        """Runs sentences before sentence number ``at``; every effect is taken back."""
        await self.load(at, seconds)
        top = await self._ready()
        answer = await top.call(protocol.query(text, self._state(at)), seconds)
        if answer.interrupted:  # a late interrupt of an earlier call hit this one
            answer = await top.call(protocol.query(text, self._state(at)), seconds)
        return answer

    async def trial(self, texts: Sequence[str], at: int, seconds: float) -> Trialled:
        """Runs other sentences in place of those from number ``at`` on, and takes them back."""
        deadline = time.monotonic() + seconds
        await self.load(at, seconds)
        top = await self._ready()
        del self._steps[at:]
        self._settled = False
        tip, assumed = self._tip, 0
        await self._call(top, protocol.edit_at(tip), deadline)
        for text in texts:
            tip, answer, status = await self._run(top, text, tip, deadline)
            if status is None:
                return Trialled(error=answer.message or "it fails")
            assumed += answer.assumed
        answer = await self._call(top, protocol.goals(), deadline)
        return Trialled(protocol.read_goals(answer.value), assumed)

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
        if self._closed:
            raise ProverError("the session is closed")
        if self._top is None or not self._top.alive:
            await self._drop()
            self._steps.clear()
            self._top = await Idetop.start(self._spec, _START_SECONDS)
            self._settled = True
            if self._closed:  # meanwhile
                await self._drop()
                raise ProverError("the session is closed")
        if not self._settled:
            answer = await self._top.call(protocol.edit_at(self._tip), _BACK_SECONDS)
            if not answer.good:  # the state is lost: a new process knows nothing wrong
                await self._drop()
                return await self._ready()
            self._settled = True
        return self._top

    @staticmethod
    async def _call(top: Idetop, request: bytes, deadline: float) -> Answer:
        left = deadline - time.monotonic()
        if left <= 0:
            raise ProverTimeout("the time for checking the text is over")
        return await top.call(request, left)

    async def _run(self, top: Idetop, text: str, tip: int, deadline: float) -> tuple[int, Answer, Status | None]:
        """Adds and executes one sentence: the new tip with the status, or the old one with the failure."""
        for again in (True, False):
            answer = await self._call(top, protocol.add(text, tip), deadline)
            if answer.good:
                state = protocol.read_state(answer.value)
                added = answer
                answer = await self._call(top, protocol.status(), deadline)
                if answer.good:
                    notices = added.notices + answer.notices
                    return state, evolve(answer, notices=notices), protocol.read_status(answer.value)
            await self._call(top, protocol.edit_at(tip), deadline)
            if not (again and answer.interrupted):
                break
        return tip, answer, None

    async def _step(self, top: Idetop, sentence: Placed, deadline: float) -> Step:
        last = self._steps[-1] if self._steps else None
        tip = self._tip
        proof, open_proofs = (last.proof, last.open_proofs) if last else ("", 0)
        if last is not None and last.error and not sentence.first:
            return evolve(
                last, sentence=sentence, before=tip, ran=False, assumed=False, error=_SKIPPED, unfinished="", goals=None
            )
        goals = None
        if sentence.hole and self._read_goals:
            goals = protocol.read_goals((await self._call(top, protocol.goals(), deadline)).value)
        state, answer, status = await self._run(top, sentence.text, tip, deadline)
        unfinished = ""
        if status is None and sentence.first and open_proofs:
            closed, _, after = await self._run(top, "Admitted.", tip, deadline)
            if after is not None:
                unfinished, open_proofs = proof, after.open_proofs
                state, answer, status = await self._run(top, sentence.text, closed, deadline)
        if status is not None:
            return Step(
                sentence,
                tip,
                state,
                status.proof,
                status.open_proofs,
                assumed=answer.assumed > 0,
                unfinished=unfinished,
                goals=goals,
            )
        return await self._give_up(
            top,
            Step(
                sentence,
                tip,
                state,
                proof,
                open_proofs,
                ran=False,
                error=answer.message or "it fails",
                location=answer.value.location,
                unfinished=unfinished,
                goals=goals,
            ),
            deadline,
        )

    async def _give_up(self, top: Idetop, step: Step, deadline: float) -> Step:
        """After an error, closes the declaration's proof, so that what follows can be checked."""
        if not step.open_proofs or (step.sentence.first and not step.unfinished):
            return step
        state, _, status = await self._run(top, "Admitted.", step.after, deadline)
        if status is None:
            state, _, status = await self._run(top, "Abort.", step.after, deadline)
        if status is None:
            return step
        return evolve(step, after=state, proof=status.proof, open_proofs=status.open_proofs)


def _place(step: Step) -> Span:
    """Where the error is in the text; the whole sentence when the prover does not say."""
    span, location = step.sentence.span, step.location
    if location is None:
        return span
    data = step.sentence.text.encode("utf-8", "replace")
    start, end = (len(data[:at].decode("utf-8", "ignore")) for at in (location.start, location.end))
    return Span(min(span.start + start, span.end), min(span.start + end, span.end))
