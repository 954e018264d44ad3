"""Which assertions test which object, from the text; and that they are there, from what ``sgen`` makes of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import frozen

from unsorry.provers.base import Outline
from unsorry.provers.stellogen.terms import Term, read

_DEFINING = frozenset({"object", "def", "spec"})
_ASSERTING = frozenset({"==", "~="})
_KERNEL = frozenset({*_DEFINING, *_ASSERTING, "macro", "use", "show", "exec", "then", "forall"})


@frozen
class Form:
    """One top-level form. ``names`` is what it refers to; ``defines`` is empty for what is no definition."""

    term: Term
    marked: bool
    defines: str
    names: frozenset[str]
    asserts: bool

    @property
    def body(self) -> str:
        return " ".join(map(str, self.term.parts[2:]))


def forms(text: str, outline: Outline) -> Mapping[int, Form]:
    """The forms of a text by unit; without those that cannot be read."""
    terms = ((number, read(text[unit.span.start : unit.span.end])) for number, unit in enumerate(outline.units))
    return {number: _form(term) for number, term in terms if term is not None}


def assertions_about(name: str, of: Mapping[int, Form]) -> frozenset[int]:
    """The units whose assertions depend on what ``name`` is, directly or through other definitions."""
    known = _resting_on(name, of.values())
    return frozenset(number for number, form in of.items() if form.asserts and form.names & known)


def is_tested(name: str, preprocessed: str) -> bool:
    """Whether ``sgen preprocess`` leaves an assertion that depends on ``name``."""
    kernel = [_form(term) for term in map(read, preprocessed.splitlines()) if term is not None]
    known = _resting_on(name, kernel)
    return any(form.asserts and form.names & known for form in kernel)


def empty_objects(preprocessed: str) -> Iterator[tuple[str, int]]:
    """The objects that ``sgen preprocess`` leaves, in order, with how many empty groups each is made of."""
    for line in preprocessed.splitlines():
        term = read(line)
        form = _form(term) if term is not None else None
        if form is not None and form.term.symbol == "object" and len(form.term.parts) == 3:
            yield form.defines, _empty(form.term.parts[2])


def _empty(body: Term) -> int:
    if _is_group(body) and len(body.parts) == 1:
        return 1
    return sum(_is_group(part) and len(part.parts) == 1 for part in body.parts[1:]) if _is_group(body) else 0


def _is_group(term: Term) -> bool:
    return term.head == "(" and term.symbol == "%group"


def _form(term: Term) -> Form:
    if term.head == "(" and len(term.parts) == 1:  # how ``sgen preprocess`` writes a mark
        term = term.parts[0]
    marked = term.head == "§"
    inner = term.parts[0] if marked else term
    symbol = inner.symbol
    defines = ""
    if symbol in _DEFINING and len(inner.parts) > 1:
        defines = inner.parts[1].symbol
    return Form(inner, marked, defines, frozenset(_names(inner)), _asserts(inner))


def _names(term: Term) -> Iterator[str]:
    """What is referred to: after ``#``, by the binder of a ``forall``, and anywhere in a call of a macro."""
    for part in term.walk():
        if part.head == "#" and part.parts:
            yield part.parts[0].symbol
        elif part.symbol == "forall" and part.arguments:
            yield part.arguments[0].symbol
    if term.head == "(" and term.symbol not in _KERNEL:
        yield from (part.symbol for argument in term.arguments for part in argument.walk() if part.symbol)


def _asserts(term: Term) -> bool:
    """A call of a macro may assert; what it becomes is looked at once more in what ``sgen preprocess`` says."""
    if term.symbol in _DEFINING or term.symbol == "macro":
        return False
    called = term.head == "(" and term.symbol not in _KERNEL
    return called or any(part.head == "(" and part.symbol in _ASSERTING for part in term.walk())


def _resting_on(name: str, of: Iterable[Form]) -> frozenset[str]:
    definitions = [form for form in of if form.defines]
    known = {name}
    while True:
        more = {form.defines for form in definitions if form.names & known} - known
        if not more:
            return frozenset(known)
        known |= more
