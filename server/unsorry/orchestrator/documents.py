"""The documents that are open, their holes, and what is known of each; turns edits into events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import define, evolve, field

from unsorry.errors import UnsorryError
from unsorry.events import AttemptFinished, Event, GaveUp, GoalRead, HoleFound, HoleGone, PlanMade, ProofFound, Refuted
from unsorry.model import Document, Hole, HoleState, HoleStatus
from unsorry.orchestrator.identity import identify
from unsorry.provers.base import FoundHole, Outline, Syntax
from unsorry.text import difference


@define
class Tracked:
    """One open document with its outline and the states of its holes, in text order."""

    document: Document
    outline: Outline
    states: dict[str, HoleState] = field(factory=dict)

    @property
    def uri(self) -> str:
        return self.document.uri


class DocumentStore:
    """Owner of the open documents. Every change of a hole's state goes through ``set_state``, and ``on_state``
    hears of it."""

    def __init__(
        self,
        syntax_of: Callable[[Document], Syntax],
        emit: Callable[[Event], None],
        on_state: Callable[[str], None] = lambda _uri: None,
    ) -> None:
        self._syntax_of = syntax_of
        self._emit = emit
        self._on_state = on_state
        self._tracked: dict[str, Tracked] = {}

    def __contains__(self, uri: str) -> bool:
        return uri in self._tracked

    def __iter__(self) -> Iterator[Tracked]:
        return iter(self._tracked.values())

    def get(self, uri: str) -> Tracked:
        """The open document.

        Raises:
            UnsorryError: it is not open.
        """
        try:
            return self._tracked[uri]
        except KeyError:
            raise UnsorryError(f"{uri} is not open.") from None

    def put(self, document: Document) -> tuple[Tracked, bool]:
        """Opens a document or gives it a new text; says whether the text changed.

        A hole keeps its state while its own declaration's text stays the same; proofs found for another text of
        the document stay, to be verified again before they are handed out.
        """
        tracked = self._tracked.get(document.uri)
        if tracked is None:
            return self._open(document), True
        if tracked.document.text == document.text:
            tracked.document = document
            return tracked, False
        self._change(tracked, document)
        return tracked, True

    def add_found(self, uri: str, text: str, found: Sequence[FoundHole]) -> None:
        """Takes in the holes that a prover sees in ``text`` beside those that the text shows; they replace what was
        found before. Nothing happens when the document has another text by now."""
        tracked = self._tracked.get(uri)
        if tracked is None or tracked.document.text != text:
            return
        old = tracked.states
        tracked.outline = _without_found(tracked.outline).with_found(found)
        holes = identify(uri, tracked.outline, [state.hole for state in old.values()])
        tracked.states = {hole.id: old.get(hole.id) or HoleState(hole) for hole in holes}
        self._tell_changes(uri, old, tracked.states)

    def close(self, uri: str) -> Tracked | None:
        tracked = self._tracked.pop(uri, None)
        for state in tracked.states.values() if tracked else ():
            self._emit(HoleGone(uri, state.hole))
        return tracked

    def set_state(self, uri: str, hole_id: str, change: Callable[[HoleState], HoleState]) -> HoleState | None:
        """Changes what is known of a hole; nothing happens when the hole is gone meanwhile."""
        tracked = self._tracked.get(uri)
        state = tracked.states.get(hole_id) if tracked else None
        if tracked is None or state is None:
            return None
        tracked.states[hole_id] = change(state)
        self._on_state(uri)
        return tracked.states[hole_id]

    def _open(self, document: Document) -> Tracked:
        outline = self._syntax_of(document).outline(document.text, _name(document))
        tracked = Tracked(document, outline)
        tracked.states = {h.id: HoleState(h) for h in identify(document.uri, outline)}
        self._tracked[document.uri] = tracked
        for state in tracked.states.values():
            self._emit(HoleFound(document.uri, state.hole))
        return tracked

    def _change(self, tracked: Tracked, document: Document) -> None:
        edit = difference(tracked.document.text, document.text)
        old_text, old_outline, old_states = tracked.document.text, tracked.outline, tracked.states
        outline = self._syntax_of(document).update(old_outline, edit, document.text, _name(document))
        outline = _carry_found(old_text, old_outline, document.text, outline)
        holes = identify(document.uri, outline, [s.hole for s in old_states.values()], edit)
        before = _bodies(old_text, old_outline, [s.hole for s in old_states.values()])
        after = _bodies(document.text, outline, holes)
        tracked.document, tracked.outline = document, outline
        tracked.states = {
            hole.id: _carried(old_states.get(hole.id), hole, before.get(hole.id) == after.get(hole.id))
            for hole in holes
        }
        self._tell_changes(document.uri, old_states, tracked.states)

    def _tell_changes(self, uri: str, old: Mapping[str, HoleState], new: Mapping[str, HoleState]) -> None:
        for id_, state in old.items():
            if id_ not in new:
                self._emit(HoleGone(uri, state.hole))
        for id_, state in new.items():
            if id_ not in old:
                self._emit(HoleFound(uri, state.hole))


def reduce_event(state: HoleState, event: Event) -> HoleState:
    """What is known of a hole after an event about it."""
    match event:
        case GoalRead(goals=goals):
            return evolve(state, goals=goals)
        case PlanMade(plan=plan):
            return evolve(state, plan=plan)
        case AttemptFinished(attempt=attempt):
            return evolve(state, attempts=(*state.attempts, attempt), seconds=state.seconds + attempt.seconds)
        case ProofFound(proof=proof):
            same_text = (p for p in state.proofs if p.text_hash == proof.text_hash and p.fill != proof.fill)
            return evolve(state, status=HoleStatus.PROVED, proofs=(*same_text, proof), message=None)
        case GaveUp(reason=reason, status=status):
            return evolve(state, status=status, proofs=(), message=reason)
        case Refuted(reason=reason):
            return evolve(state, status=HoleStatus.REFUTED, proofs=(), message=reason)
        case _:
            return state


def _name(document: Document) -> str:
    return document.uri.rsplit("/", 1)[-1]


def _without_found(outline: Outline) -> Outline:
    """The outline with the holes that the text shows alone."""
    return Outline(
        tuple(
            unit._replace(holes=tuple(hole for hole in unit.holes if hole.shown))
            if any(not hole.shown for hole in unit.holes)
            else unit
            for unit in outline.units
        )
    )


def _carry_found(old_text: str, old: Outline, text: str, outline: Outline) -> Outline:
    """A hole that only a prover sees stays with its declaration, while that has the same text."""
    found = [(unit, hole) for unit in old.units for hole in unit.holes if not hole.shown]
    outline = _without_found(outline)
    if not found:
        return outline
    now = {(unit.name, text[unit.span.start : unit.span.end]): unit.span.start for unit in outline.units}
    carried = []
    for unit, hole in found:
        start = now.get((unit.name, old_text[unit.span.start : unit.span.end]))
        if start is not None:
            carried.append(hole._replace(span=hole.span.shifted(start - unit.span.start)))
    return outline.with_found(carried)


def _bodies(text: str, outline: Outline, holes: list[Hole] | tuple[Hole, ...]) -> Mapping[str, tuple[str, int]]:
    """Each hole's declaration text and the hole's place in it: what its proof is about at the least."""
    bodies = {}
    for hole in holes:
        number = outline.unit_at(hole.span.start)
        if number is not None:
            span = outline.units[number].span
            bodies[hole.id] = (text[span.start : span.end], hole.span.start - span.start)
    return bodies


def _carried(old: HoleState | None, hole: Hole, same_body: bool) -> HoleState:
    if old is None or not same_body:
        return HoleState(hole)
    status = HoleStatus.OPEN if old.status is HoleStatus.PROVING else old.status
    proofs = tuple(evolve(p, fill=evolve(p.fill, hole=hole)) for p in old.proofs)
    return evolve(old, hole=hole, status=status, proofs=proofs)
