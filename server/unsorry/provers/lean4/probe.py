"""The text that asks Lean what declarations rest on: the document's own, with a question after each of them.

Holes of such a declaration are sealed by an axiom of ours first, so that a ``sorry`` that is not the declaration's own
can be told from one that is. Names in answers are written in full: in a namespace Lean shortens them, and an axiom
``N.propext`` would pass for ``propext``. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from unsorry.model import Hole
from unsorry.provers.base import FoundHole, Outline, Unit
from unsorry.provers.lean4.place import block, takes_tactics
from unsorry.provers.patterns import compiled
from unsorry.text import Edit, Span

SEAL = "unsorrySeal"
_SEAL_COMMAND = "axiom _root_.{seal}.{{u}} (α : Sort u) : α\n"
_ASK = "set_option pp.fullNames true in #print axioms "
_EXAMPLE = compiled(r"\bexample\b")
_COMPUTED = compiled(r"\b(?P<settled>noncomputable|theorem|lemma)\b|\b(?:def|abbrev|instance)\b")
_INSTANCE = compiled(r"\binstance\b(?:\s*\([^()]*\))?")


@frozen
class Question:
    """One ``#print axioms``: about which unit and by which name, and where in the probe it stands and the unit."""

    unit: int
    name: str
    span: Span
    unit_span: Span


@frozen
class Probe:
    """``seal`` is the axiom of ours in it, whose name the document does not have; empty where nothing was sealed."""

    text: str
    questions: tuple[Question, ...]
    seal: str = ""


def make_probe(text: str, outline: Outline, units: Sequence[int]) -> Probe:
    """Asks about the given units, as far as they declare something; the text ends after the last of them."""
    edits: list[Edit] = []
    asked: list[tuple[int, str, Edit]] = []
    sealed = False
    seal = SEAL
    while seal in text:
        seal += "_"
    end = 0
    for number in sorted(units):
        unit = outline.units[number]
        name, naming = _name(text, unit, number)
        if not name:
            continue
        first, last = block(text, outline, number)
        start, after = outline.units[first].span.start, outline.units[last].span.end
        if unit.holes and not sealed:
            edits.append(Edit(Span(start, start), _SEAL_COMMAND.format(seal=seal)))
            sealed = True
        edits += [*naming, *_uncompiled(text, unit), *(_sealed(text, unit, hole, seal) for hole in unit.holes)]
        question = Edit(Span(after, after), f"\n{_ASK}{name}\n")
        edits.append(question)
        asked.append((number, name, question))
        end = max(end, after)
    edits.sort(key=lambda edit: edit.span)
    return evolve(_assembled(text[:end], outline, edits, asked), seal=seal if sealed else "")


def _assembled(text: str, outline: Outline, edits: Sequence[Edit], asked: Sequence[tuple[int, str, Edit]]) -> Probe:
    pieces: list[str] = []
    at = length = 0
    starts: dict[int, int] = {}  # where each edit's text begins
    for number, edit in enumerate(edits):
        pieces += [text[at : edit.span.start], edit.text]
        length += edit.span.start - at
        starts[number] = length
        length += len(edit.text)
        at = edit.span.end
    pieces.append(text[at:])
    places = {id(edit): starts[number] for number, edit in enumerate(edits)}
    questions = []
    for unit, name, edit in asked:
        start = places[id(edit)]
        grown = sum(other.growth for other in edits if other.span.end <= outline.units[unit].span.start)
        begins = outline.units[unit].span.start + grown
        questions.append(Question(unit, name, Span(start, start + len(edit.text)), Span(begins, start)))
    return Probe("".join(pieces), tuple(questions))


def _name(text: str, unit: Unit, number: int) -> tuple[str, Sequence[Edit]]:
    """The name to ask about; what declares something without a name gets one."""
    if unit.name:
        return unit.name, ()
    name = f"unsorryNamed{number}"
    head = (unit.head.start, unit.head.end)
    if match := _EXAMPLE.search(text, *head):
        return name, (Edit(Span(*match.span()), f"{'noncomputable ' if unit.holes else ''}def {name}"),)
    if match := _INSTANCE.search(text, *head):
        return name, (Edit(Span(match.end(), match.end()), f" {name}"),)
    return "", ()


def _uncompiled(text: str, unit: Unit) -> Sequence[Edit]:
    """A sealed definition computes nothing, and Lean would not take it as one that does."""
    match = _COMPUTED.search(text, unit.head.start, unit.head.end) if unit.holes else None
    if match is None or match["settled"]:
        return ()
    return (Edit(Span(*match.span()), f"noncomputable {match[0]}"),)


def _sealed(text: str, unit: Unit, found: FoundHole, seal: str) -> Edit:
    hole = Hole("", found.kind, unit.name, found.span)
    if not takes_tactics(text, hole):
        return Edit(found.span, f"({seal} _)")
    every = "all_goals " if text.startswith("stop", found.span.start) else ""
    return Edit(found.span, f"{every}exact {seal} _")
