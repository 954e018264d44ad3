"""Idris's answers as values. Places are 0-based, in code points, as in the protocol's ranges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from unsorry.errors import ProverError
from unsorry.provers.idris2.protocol import SExpression, Symbol, parse
from unsorry.provers.patterns import compiled
from unsorry.text import Position

_PREMISE = compiled(r"\s*+(?:([01])\s++)?+(\{)?+\s*+([^\s{}]++)\s*+\}?+\s*+")
# Where a message shows the place that it is about: the file's lines follow.
_EXCERPT = compiled(r"\n\s*+\n?+[^\n]*:\d++:\d++--\d++:\d++\n(?:\s*\d++ \|[^\n]*\n?|[ \t]*\^++[ \t]*\n?|[ \t]*\n)*")

_WARNINGS = (
    "Warning:",
    "Unreachable clause:",
    "Deprecation warning:",
    "We are about to implicitly bind the following lowercase names",
    "You may be unintentionally shadowing",
)


@frozen
class Complaint:
    """An error or a warning about a place of the loaded file; the end is exclusive."""

    file: str
    start: Position
    end: Position
    message: str

    @property
    def is_warning(self) -> bool:
        """Idris sends errors and warnings alike; only their words tell."""
        return self.message.startswith(_WARNINGS)


@frozen
class Premise:
    """A variable of a hole's context. ``quantity`` is ``0``, ``1`` or empty."""

    name: str
    type: str
    quantity: str = ""
    implicit: bool = False

    @property
    def in_scope(self) -> bool:
        """Whether it can be written. Implicit ones are named as in the type, and may not be bound."""
        return not self.implicit and (self.name[0].isalpha() or self.name[0] == "_")


@frozen
class Metavariable:
    """What Idris says of one open hole; ``name`` with its namespace."""

    name: str
    context: tuple[Premise, ...]
    type: str

    @property
    def root(self) -> str:
        return self.name.rpartition(".")[2]


@frozen
class Answer:
    """All that came in answer to one request: its value, or an error; and what was complained of meanwhile."""

    value: SExpression = ()
    error: str = ""
    complaints: tuple[Complaint, ...] = ()
    written: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The value, where it is a text; else nothing."""
        return self.value if isinstance(self.value, str) and not self.error else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """The value, where it is a list of texts."""
        items = self.value if isinstance(self.value, tuple) and not self.error else ()
        return tuple(item for item in items if isinstance(item, str))


def read_answer(messages: Iterable[str]) -> Answer | None:
    """The answer, once its last message is there; ``None`` before that.

    Raises:
        ProverError: a message is not what Idris's protocol says.
    """
    complaints: dict[Complaint, None] = {}
    written: list[str] = []
    for message in messages:
        try:
            match parse(message):
                case (Symbol("return"), tuple(result), *_):
                    return _result(result, tuple(complaints), tuple(written))
                case (Symbol("warning"), (str(file), tuple(start), tuple(end), str(text), *_), *_):
                    complaints[Complaint(file, _position(start), _position(end), plain(text))] = None
                case (Symbol("write-string"), str(text), *_):
                    written.append(text)
                case (Symbol(name), *_) if name not in ("return", "warning", "write-string"):
                    pass  # progress, prompts, highlighting
                case _:
                    raise ValueError
        except ValueError as error:
            raise ProverError(f"idris2 answered what it must not: {message[:200]!r}") from error
    return None


def _result(result: tuple[SExpression, ...], complaints: tuple[Complaint, ...], written: tuple[str, ...]) -> Answer:
    match result:
        case (Symbol("ok"), value, *_):
            return Answer(value, "", complaints, written)
        case (Symbol("ok"),):
            return Answer((), "", complaints, written)
        case (Symbol("error"), str(text), *_):
            return Answer((), text.strip() or "unknown error", complaints, written)
    raise ValueError


def _position(pair: tuple[SExpression, ...]) -> Position:
    match pair:
        case (int(line), int(column)):
            return Position(line, column)
    raise ValueError


def plain(message: str) -> str:
    """A message without the excerpt of the file, on one line."""
    return " ".join(_EXCERPT.sub("\n", message + "\n").split())


def read_metavariables(answer: Answer) -> Iterator[Metavariable]:
    """
    Raises:
        ProverError: the answer is not a list of holes.
    """
    if answer.error:
        raise ProverError(f"idris2 does not list its holes: {answer.error}")
    items = answer.value if isinstance(answer.value, tuple) else ()
    for item in items:
        match item:
            case (str(name), tuple(context), (str(type_), *_), *_):
                yield Metavariable(_unquoted(name), tuple(map(_premise, context)), " ".join(type_.split()))
            case _:
                raise ProverError("idris2 lists its holes in a form that is not known")


def _unquoted(name: str) -> str:
    """Idris shows the name of a hole as a text inside a text."""
    return name[1:-1] if len(name) > 1 and name.startswith('"') and name.endswith('"') else name


def _premise(item: SExpression) -> Premise:
    match item:
        case (str(name), str(type_), *_):
            found = _PREMISE.fullmatch(name)
            type_ = " ".join(type_.split())
            if found is None:
                return Premise(name.strip() or "_", type_, "", implicit=True)
            return Premise(found[3], type_, found[1] or "", found[2] is not None)
    raise ProverError("idris2 lists its holes in a form that is not known")
