"""What Lean says of a text: its messages, and what can be read from the words of some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from unsorry.provers.patterns import compiled
from unsorry.provers.rpc import Message as Raw
from unsorry.text import Position, Range, SourceText, Span

_SORRY = compiled(r"declaration uses ['`]sorry['`]")
_GAVE_UP = compiled(r"\(deterministic\) timeout|maximum recursion depth has been reached|maximum number of heartbeats")
_AXIOMS = compiled(
    r"'(?P<name>[^\n]*)' (?:depends on axioms:\s*\[(?P<axioms>[^\]]*)\]|(?P<none>does not depend on any axioms))"
)
_STALE = "Imports are out of date"
ERROR, WARNING, INFORMATION = 1, 2, 3


@frozen
class Said:
    """One message; ``span`` in the text that it is about."""

    text: str
    severity: int
    span: Span

    @property
    def is_error(self) -> bool:
        """Whether something is wrong; a hole is not, although some projects make its warning an error."""
        return self.severity == ERROR and not self.is_sorry

    @property
    def is_sorry(self) -> bool:
        """Whether it says that the declaration at its place has a hole."""
        return self.severity <= WARNING and _SORRY.match(self.text) is not None

    @property
    def gave_up(self) -> bool:
        """Whether a limit of Lean's own (heartbeats, recursion) was reached: an error that nothing catches."""
        return self.is_error and _GAVE_UP.search(self.text) is not None

    @property
    def is_stale(self) -> bool:
        return _STALE in self.text


@frozen
class Seen:
    """All that Lean says of ``source`` when it has gone through it, in text order. ``fatal``: it did not get beyond
    the imports."""

    source: SourceText
    said: tuple[Said, ...] = ()
    fatal: bool = False

    def errors(self, span: Span) -> Sequence[Said]:
        return [each for each in self.said if each.is_error and span.contains(each.span.start)]

    def within(self, span: Span) -> Sequence[Said]:
        return [each for each in self.said if span.contains(each.span.start)]


def read_messages(source: SourceText, raw: Iterable[Raw]) -> tuple[Said, ...]:
    said = []
    for each in raw:
        place = each.get("fullRange") or each["range"]
        said.append(Said(str(each["message"]).strip(), each.get("severity", ERROR), source.span(read_range(place))))
    return tuple(sorted(said, key=lambda one: one.span))


def read_range(raw: Raw) -> Range:
    return Range(*(Position(raw[end]["line"], raw[end]["character"]) for end in ("start", "end")))


def read_axioms(message: str, name: str) -> frozenset[str] | None:
    """What ``#print axioms`` says that a declaration rests on; ``None`` for an answer that is not understood."""
    match = _AXIOMS.fullmatch(message)
    if match is None:
        return None
    told, wanted = match["name"], name.removeprefix("_root_.")
    if "«" not in told + wanted and told != wanted and not told.endswith(f".{wanted}"):
        return None
    return frozenset() if match["none"] else frozenset(axiom.strip() for axiom in match["axioms"].split(","))
