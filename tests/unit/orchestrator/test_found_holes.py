"""Holes that only a prover sees: they join those of the text, follow edits, and go with the text they were found in."""

from __future__ import annotations

import pytest

from unsorry.events import Event, HoleFound, HoleGone
from unsorry.model import Document, HoleKind, Language
from unsorry.orchestrator.documents import DocumentStore
from unsorry.provers.base import FoundHole
from unsorry.registry import syntax_of
from unsorry.text import SourceText, Span

TEXT = (
    "lemma A(n: nat)\n  ensures n > n\n{\n}\n\nlemma B(n: nat)\n  ensures n >= 0\n\nlemma C()\n  ensures true\n{\n}\n"
)
URI = "file:///a.dfy"


class Desk:
    """A store with one document, and the events that it gave."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.store = DocumentStore(lambda document: syntax_of(document.language), self.events.append)
        self.put(TEXT)

    def put(self, text: str) -> None:
        self.store.put(Document(URI, Language("dafny"), 1, SourceText(text)))

    def find(self, text: str, mark: str) -> None:
        at = text.index(mark)
        self.store.add_found(URI, text, [FoundHole(HoleKind.PROOF, Span(at, at), shown=False)])

    @property
    def holes(self) -> list[tuple[str, int]]:
        states = self.store.get(URI).states.values()
        return [(state.hole.declaration, state.hole.span.start) for state in states]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_found_holes_join_those_of_the_text(desk: Desk) -> None:
    """In text order, with an event; found again they are the same holes."""
    before = dict(desk.store.get(URI).states)
    desk.find(TEXT, "\n}\n\nlemma B")
    assert [name for name, _ in desk.holes] == ["A", "B"]
    assert sum(isinstance(event, HoleFound) for event in desk.events) == 2
    ids = list(desk.store.get(URI).states)
    assert set(before) < set(ids)
    desk.find(TEXT, "\n}\n\nlemma B")
    assert list(desk.store.get(URI).states) == ids


def test_they_replace_what_was_found_before(desk: Desk) -> None:
    """What a prover no longer complains of is gone, with an event."""
    desk.find(TEXT, "\n}\n\nlemma B")
    desk.store.add_found(URI, TEXT, [])
    assert [name for name, _ in desk.holes] == ["B"]
    assert any(isinstance(event, HoleGone) for event in desk.events)


def test_each_place_in_a_declaration_is_a_hole_of_its_own(desk: Desk) -> None:
    """Two in one declaration, with an id each, in text order; two at one place are one."""
    first, last = TEXT.index("\n}\n\nlemma B"), TEXT.index("}\n\nlemma B")
    found = [FoundHole(HoleKind.ASSERTION, Span(at, at), shown=False) for at in (last, first, last)]
    desk.store.add_found(URI, TEXT, found)
    assert desk.holes[:2] == [("A", first), ("A", last)]
    assert [name for name, _ in desk.holes] == ["A", "A", "B"]
    assert len(desk.store.get(URI).states) == 3


def test_where_the_text_shows_a_hole_there_is_no_other(desk: Desk) -> None:
    """One thing at a time: what is missing plainly comes first."""
    desk.find(TEXT, "\n\nlemma C")
    assert [name for name, _ in desk.holes] == ["B"]


def test_what_was_found_in_another_text_counts_for_nothing(desk: Desk) -> None:
    """The user has typed on meanwhile."""
    desk.put(TEXT + "// more\n")
    desk.find(TEXT, "\n}\n\nlemma B")
    assert [name for name, _ in desk.holes] == ["B"]


def test_an_edit_elsewhere_moves_them(desk: Desk) -> None:
    """Before and after their declaration, also just beside it; the id stays."""
    desk.find(TEXT, "\n}\n\nlemma B")
    at = dict(desk.holes)["A"]
    ids = list(desk.store.get(URI).states)
    desk.put("// first\n" + TEXT.replace("true", "1 == 1"))
    assert dict(desk.holes)["A"] == at + len("// first\n")
    assert list(desk.store.get(URI).states) == ids


def test_an_edit_of_their_declaration_ends_them(desk: Desk) -> None:
    """What was wrong there may be wrong no more."""
    desk.find(TEXT, "\n}\n\nlemma B")
    desk.put(TEXT.replace("n > n", "n >= n"))
    assert [name for name, _ in desk.holes] == ["B"]
