"""Drives the engine over the inputs of ``unsorry fill``: a few files at once, results in the order of the inputs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import define, evolve, field, frozen

from unsorry.cli.inputs import Input
from unsorry.cli.receipts import write_receipts
from unsorry.engine import Engine, Filled, Priority
from unsorry.errors import FileError, UnsorryError
from unsorry.files import replace
from unsorry.model import HoleState, HoleStatus
from unsorry.orchestrator.dag import Agenda, dependencies
from unsorry.orchestrator.tasks import Tasks
from unsorry.registry import room_for, syntax_of
from unsorry.text import Edit, SourceText, apply_edits, compose

_log = logging.getLogger(__name__)
_STOPPED = "interrupted before a proof was found"
_TIME_UP = "no proof was found in the time given"


@frozen
class FillRequest:
    """``only``: names of declarations to fill, empty for all. ``write``: replace the files. ``jobs``: how many
    files are worked on at once. ``receipts``: leave receipts beside the files that are replaced. ``seconds``: stop
    after so long."""

    write: bool
    only: frozenset[str]
    jobs: int
    receipts: bool = False
    priority: Priority = Priority.FILE
    seconds: float | None = None


@frozen
class Outcome:
    """What became of one input. ``edits`` were verified together against its text; none when ``stopped``.
    ``problem``: why its proofs could not be put together or written."""

    source: Input
    states: tuple[HoleState, ...]
    edits: tuple[Edit, ...] = ()
    written: bool = False
    stopped: bool = False
    problem: UnsorryError | None = None


@define(eq=False)
class Filling:
    """One run over the inputs. ``outcomes`` grows in the order of the inputs; ``stopped_by`` is the signal that
    ended the run early, if one did."""

    engine: Engine
    request: FillRequest
    inputs: Sequence[Input]
    outcomes: list[Outcome] = field(factory=list, init=False)
    stopped_by: signal.Signals | None = field(default=None, init=False)
    _ended: dict[int, Outcome] = field(factory=dict, init=False)
    _known: dict[str, dict[str, HoleState]] = field(factory=dict, init=False)
    _why_stopped: str = field(default=_STOPPED, init=False)
    _numbers: dict[str, int] = field(factory=dict, init=False)
    _ready: asyncio.Event = field(factory=asyncio.Event, init=False)
    _on_outcome: Callable[[Outcome], None] = field(default=lambda _: None, init=False)

    def open(self) -> int:
        """Gives every text to the engine; how many holes are to be filled. No prover starts yet."""
        for source in self.inputs:
            self.engine.put(source.document)
        return sum(len(self._states(source)) for source in self.inputs)

    def declarations(self) -> frozenset[str]:
        """The names of all declarations that have holes, wanted or not; or may turn out to have one, where the prover
        sees holes that the text does not show."""
        states = (state for source in self.inputs for state in self.engine.states(source.document.uri))
        names = {state.hole.declaration for state in states}
        for document in (source.document for source in self.inputs):
            if room_for(document.language).finds_holes:
                names.update(unit.name for unit in syntax_of(document.language).outline(document.text).units)
        return frozenset(names - {""})

    async def run(self, on_outcome: Callable[[Outcome], None]) -> None:
        """Fills; ``on_outcome`` hears of each outcome as it joins the list. An interrupting signal ends the
        searches and leaves alone what is not finished; a second one ends the process."""
        self._on_outcome = on_outcome
        agenda = self._agenda()
        tasks = Tasks()
        workers = [tasks.start(self._work(agenda), f"worker {number}") for number in range(self.request.jobs)]
        with self._signals(workers):
            ended = await asyncio.gather(*workers, return_exceptions=True)
        for number, source in enumerate(self.inputs):
            if number not in self._ended:
                self._end(number, self._unfinished(source))
        for error in ended:
            if isinstance(error, BaseException) and not isinstance(error, asyncio.CancelledError):
                raise error

    def _agenda(self) -> Agenda:
        """Files before those that import them; each named by its number, since names may be odd."""
        places = {str(s.document.path or s.name): number for number, s in enumerate(self.inputs)}
        texts = {str(s.document.path or s.name): s.document.text for s in self.inputs}
        readers = {str(s.document.path or s.name): room_for(s.document.language).imported for s in self.inputs}
        self._numbers = places
        agenda = Agenda(list(places), dependencies(texts, readers))
        for importer, imported in agenda.circular:
            _log.info("%s and %s import each other; the first goes first", importer, imported)
        return agenda

    async def _work(self, agenda: Agenda) -> None:
        while not agenda.is_over:
            path = agenda.take()
            if path is None:  # what is left imports what another worker is at
                self._ready.clear()
                await self._ready.wait()
                continue
            number = self._numbers[path]
            source = self.inputs[number]
            try:
                self._end(number, await self._fill(source))
            except asyncio.CancelledError:
                self.engine.cancel(source.document.uri)
                self._end(number, self._unfinished(source))
                raise
            finally:
                await self.engine.close(source.document.uri)
                agenda.done(path)
                self._ready.set()

    async def _fill(self, source: Input) -> Outcome:
        uri = source.document.uri
        await self.engine.find_holes(uri)
        wanted = self._known[uri] = {state.hole.id: state for state in self._states(source)}
        edits: tuple[Edit, ...] = ()
        try:
            await self.engine.recall(uri, wanted)
            wanted.update({state.hole.id: state for state in self._states(source)})
            first = True
            while await self._round(source, wanted) or first:
                first = False
                filled = await self.engine.fill(uri)
                wanted.update({s.hole.id: _at(wanted, s) for s in _without(self._states(source), filled)})
                edits = compose(source.document.text, edits, filled.edits)
                if not (filled.edits and any(_may_hold_now(state) for state in wanted.values())):
                    break
                text = apply_edits(source.document.text, edits)
                self.engine.put(evolve(filled.document, version=filled.document.version + 1, source=SourceText(text)))
            while (more := await self._further(source, wanted, edits)) != edits:
                edits = more
        except UnsorryError as problem:
            return Outcome(source, _failed(tuple(wanted.values()), problem.message), problem=problem)
        states = tuple(wanted.values())
        if not (self.request.write and edits and source.file):
            return Outcome(source, states, edits)
        try:
            replace(source.file, apply_edits(source.document.text, edits))
        except FileError as problem:
            return Outcome(source, _failed(states, problem.message), problem=problem)
        problem_beside = self._leave_receipts(source.file.path, source.document.uri, states)
        return Outcome(source, states, edits, written=True, problem=problem_beside)

    async def _further(self, source: Input, wanted: dict[str, HoleState], edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
        """Searches once more where a hole that only the prover sees could not be proved while one before it was open:
        the prover looks at the text as it is by now. The edits so far, with what has been proved besides."""
        waiting = sorted((s for s in wanted.values() if s.status is not HoleStatus.PROVED), key=_place)
        finds = room_for(source.document.language).finds_holes
        if not (finds and edits and any(_may_hold_now(state) for state in waiting)):
            return edits
        uri = source.document.uri
        text = apply_edits(source.document.text, edits)
        await self.engine.close(uri)
        self.engine.put(evolve(source.document, version=source.document.version + 1, source=SourceText(text)))
        await self.engine.find_holes(uri)
        names = [state.hole.declaration for state in waiting]
        if [state.hole.declaration for state in sorted(self._states(source), key=_place)] != names:
            return edits  # it is not certain which is which
        ids = [state.hole.id for state in self._states(source)]
        await self.engine.prove(uri, ids, priority=self.request.priority).wait()
        filled = await self.engine.fill(uri)
        found = sorted(_without(self._states(source), filled), key=_place)
        for old, new in zip(waiting, found, strict=True):
            wanted[old.hole.id] = evolve(new, hole=old.hole)
        return compose(source.document.text, edits, filled.edits)

    async def _round(self, source: Input, wanted: Mapping[str, HoleState]) -> bool:
        """Searches what is not proved yet; whether there was anything. A proof that rests on another hole of the
        file is refused; once that hole is filled it holds, so that a round may make another one worth while."""
        open_ = {id_ for id_, state in wanted.items() if state.status is not HoleStatus.PROVED}
        if open_:
            await self.engine.prove(source.document.uri, open_, priority=self.request.priority).wait()
        return bool(open_)

    def _leave_receipts(self, path: Path, uri: str, states: Sequence[HoleState]) -> FileError | None:
        """Writes the receipts of what was filled beside the file, if they are wanted; why not, if that fails."""
        if not self.request.receipts:
            return None
        proved = {state.hole.id for state in states if state.status is HoleStatus.PROVED}
        try:
            write_receipts(path, [r for id_, r in self.engine.receipts(uri).items() if id_ in proved])
        except FileError as problem:
            return problem
        return None

    def _states(self, source: Input) -> tuple[HoleState, ...]:
        only = self.request.only
        states = self.engine.states(source.document.uri)
        return tuple(state for state in states if not only or state.hole.declaration in only)

    def _unfinished(self, source: Input) -> Outcome:
        now = {state.hole.id: state for state in self._states(source)}
        known = self._known.get(source.document.uri, now)
        latest = (_at(known, now.get(id_, state)) for id_, state in known.items())
        states = (
            state if state.proofs or state.message else evolve(state, status=HoleStatus.OPEN, message=self._why_stopped)
            for state in latest
        )
        return Outcome(source, tuple(states), stopped=True)

    def _end(self, number: int, outcome: Outcome) -> None:
        self._ended[number] = outcome
        while (turn := len(self.outcomes)) in self._ended:
            self.outcomes.append(self._ended[turn])
            self._on_outcome(self._ended[turn])

    def _end_early(self, workers: Sequence[asyncio.Task[None]]) -> None:
        self._why_stopped = _TIME_UP
        for worker in workers:
            worker.cancel()

    @contextlib.contextmanager
    def _signals(self, workers: Sequence[asyncio.Task[None]]) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

        def stop(number: signal.Signals) -> None:
            self.stopped_by = number
            for other in caught:
                loop.remove_signal_handler(other)
            for worker in workers:
                worker.cancel()

        for number in caught:
            loop.add_signal_handler(number, stop, number)
        seconds = self.request.seconds
        timer = loop.call_later(seconds, self._end_early, workers) if seconds is not None else None
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()
            for number in caught:
                loop.remove_signal_handler(number)


def _place(state: HoleState) -> int:
    return state.hole.span.start


def _at(wanted: Mapping[str, HoleState], state: HoleState) -> HoleState:
    """A state whose hole stands where it stood in the text that was given."""
    return evolve(state, hole=wanted[state.hole.id].hole)


def _may_hold_now(state: HoleState) -> bool:
    return state.status is HoleStatus.OPEN and any(attempt.refused for attempt in state.attempts)


def _failed(states: Sequence[HoleState], reason: str) -> tuple[HoleState, ...]:
    """The proofs were found, but have not become part of the file."""
    return tuple(
        evolve(state, status=HoleStatus.FAILED, message=reason) if state.status is HoleStatus.PROVED else state
        for state in states
    )


def _without(states: Sequence[HoleState], filled: Filled) -> tuple[HoleState, ...]:
    """Holes whose proofs do not hold together with the others stay open."""
    reasons = {hole.id: reason for hole, reason in filled.left_out}
    return tuple(
        evolve(
            state,
            status=HoleStatus.OPEN,
            proofs=(),
            message=f"its proof does not hold together with the others: {reasons[state.hole.id]}",
        )
        if state.hole.id in reasons
        else state
        for state in states
    )
