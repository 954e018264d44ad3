"""The seams between provers and the rest: ``Syntax`` (pure text), ``Prover`` (an installed program) and
``Session`` (a live one).

A prover's room implements these three and nothing else; who uses them never learns which prover it is.
What scanning finds are named tuples: a large file has tens of thousands, and frozen classes take twice as long to make.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from attrs import frozen

from unsorry.model import (
    Availability,
    Budget,
    Candidate,
    Document,
    Fill,
    Goals,
    Hole,
    HoleKind,
    Language,
    NoGoal,
    ProverInfo,
    Report,
    Trial,
)
from unsorry.text import Edit, Span

_NOWHERE = Span(0, 0)


class FoundHole(NamedTuple):
    """A hole before it has an identity. ``shown``: the text itself shows it; else only a prover could tell that
    something is missing there."""

    kind: HoleKind
    span: Span
    hint: str = ""
    shown: bool = True


class Escape(NamedTuple):
    """A word of code (never of a comment or string) by which a text gets round its prover: an axiom, a
    postulate, an unsafe pragma or option, an admitting tactic. ``word`` is its normal form, for comparing."""

    word: str
    span: Span


class Unit(NamedTuple):
    """One top-level piece of a text: a declaration with its proof, or anything else that stands alone.

    Scanning can restart at ``span.start`` knowing nothing but ``state`` (0 unless the language's scanner is in
    the middle of something, such as a block with a margin of its own). ``head`` is the part that states what is proved.
    ``meaning`` is a part after it that no candidate may touch either, where what stands there is no proof (the body of
    a function). ``name`` is empty for what declares nothing.
    """

    span: Span
    name: str = ""
    head: Span = _NOWHERE
    holes: tuple[FoundHole, ...] = ()
    escapes: tuple[Escape, ...] = ()
    state: int = 0
    meaning: Span | None = None


@frozen
class Outline:
    """A text's units in order, without overlap."""

    units: tuple[Unit, ...]

    @property
    def holes(self) -> Iterable[tuple[Unit, FoundHole]]:
        """Every hole with its unit, in text order."""
        return ((unit, hole) for unit in self.units for hole in unit.holes)

    def with_found(self, found: Iterable[FoundHole]) -> Outline:
        """The outline with holes that only a prover can see; they stand in units in which the text shows none, and no
        two at the same place."""
        units = list(self.units)
        for hole in found:
            number = self.unit_at(hole.span.start)
            if number is None or any(each.shown or each.span == hole.span for each in units[number].holes):
                continue
            holes = sorted((*units[number].holes, hole), key=lambda each: each.span)
            units[number] = units[number]._replace(holes=tuple(holes))
        return Outline(tuple(units))

    def unit_at(self, offset: int) -> int | None:
        """Number of the unit around an offset (its end included when no unit starts there)."""
        import bisect

        index = bisect.bisect_right(self.units, offset, key=lambda u: u.span.start) - 1
        if index < 0 or offset > self.units[index].span.end:
            return None
        return index


class Syntax(Protocol):
    """What one language looks like, from text alone. Pure: no process, no file."""

    @property
    def language(self) -> Language: ...

    @property
    def suffixes(self) -> tuple[str, ...]: ...

    def outline(self, text: str, name: str = "") -> Outline:
        """Scans a whole text. ``name`` is the file's name: literate flavours go by its suffix."""
        ...

    def update(self, outline: Outline, edit: Edit, text: str, name: str = "") -> Outline:
        """The outline of ``text``, which ``edit`` made of the text that ``outline`` is of; scans again only
        what the edit can have changed. Equal to ``self.outline(text, name)``."""
        ...


class Session(Protocol):
    """A live prover bound to one document. It owns its processes and has one request in flight.

    Every method may raise ``ProverError`` (``ProverTimeout``, ``ProverMissing``). Cancelling a call stops the
    prover's work before the cancellation returns, and leaves a session that can be used again.
    """

    async def update(self, document: Document, outline: Outline) -> None:
        """From now on the session is about this text; re-checks only what the change can have affected."""
        ...

    async def goals(self, hole: Hole) -> Goals | NoGoal:
        """What must be shown at the hole."""
        ...

    def trials(self, hole: Hole, candidates: Sequence[Candidate], budget: Budget) -> AsyncIterator[Trial]:
        """Tries candidates in order at the hole, in batches where the prover can; one ``Trial`` each, until the
        budget ends. Cheap and optimistic: only ``check`` tells the truth."""
        ...

    def search(self, kind: str, hole: Hole, budget: Budget) -> AsyncIterator[Candidate]:
        """Candidates from a search of the prover's own (``kind`` is one of ``ProverInfo.searches``)."""
        ...

    async def check(self, document: Document, outline: Outline, units: Sequence[int], seconds: float) -> Report:
        """Has the prover's kernel check a whole text, which need not be the session's own, and reports; axioms
        for the given units. ``seconds`` bound the whole. The user's files are never touched."""
        ...

    async def close(self) -> None:
        """Ends every process of the session. Safe to call twice; never raises, never hangs."""
        ...


@runtime_checkable
class Finder(Protocol):
    """What a session also is where ``ProverInfo.finds_holes``: it sees that a proof is missing where the text alone
    does not show it (a failing assertion, a loop without an invariant)."""

    async def find_holes(self) -> Sequence[FoundHole]:
        """The holes that the session's text does not show, in text order.

        Raises:
            ProverError: the prover failed.
        """
        ...


class Prover(Protocol):
    """One prover as configured: may be missing from this machine."""

    info: ProverInfo
    syntax: Syntax

    async def probe(self) -> Availability:
        """Looks for the program and asks its version; bounded, never raises."""
        ...

    async def open(self, document: Document, outline: Outline) -> Session:
        """Starts a session.

        Raises:
            ProverMissing: the program is not there or too old.
            ProverError: it did not start.
        """
        ...

    def portfolio(self, goals: Goals, hole: Hole, part: str = "") -> Iterable[Sequence[Candidate]]:
        """The room's tactics for such goals, in batches, cheapest first: data, not search. ``part`` is one of
        ``ProverInfo.parts``, or empty for all; a room without parts is never asked for one."""
        ...

    def render(self, document: Document, outline: Outline, fills: Sequence[Fill]) -> tuple[Edit, ...]:
        """The edits that put candidates in place of their holes, well indented, with all that goes with it
        (Rocq's ``Admitted.`` becomes ``Qed.`` when no hole of the proof remains). Pure."""
        ...
