"""Reads declarations out of Dafny code: parameters, clauses, bodies, loops, datatypes. Tolerant: what it does not
understand it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from unsorry.provers.base import Unit
from unsorry.provers.dafny.holes import whole_head
from unsorry.provers.dafny.tokens import NotCode, Token, closing, split_at, text_of, tokens
from unsorry.text import Span

CLAUSES = frozenset({"requires", "ensures", "decreases", "modifies", "reads", "invariant"})
KINDS = frozenset(
    {
        *("lemma", "colemma", "method", "comethod", "function", "predicate", "copredicate", "constructor", "iterator"),
        *("class", "trait", "module", "datatype", "codatatype", "newtype", "type", "const"),
    }
)
_FUNCTIONS = frozenset({"function", "predicate", "copredicate"})
_LEMMAS = frozenset({"lemma", "colemma", "comethod"})


@frozen
class Parameter:
    name: str
    type: str


@frozen
class Clause:
    """``word`` is ``requires``, ``ensures``, …; ``code`` is what follows it."""

    word: str
    code: Sequence[Token]

    @property
    def text(self) -> str:
        return text_of(self.code)


@frozen
class Constructor:
    name: str
    fields: tuple[Parameter, ...]


@frozen
class Declaration:
    """One declaration of a text. ``head_end`` is where the last token of its head ends; ``body`` the span between
    its braces, or ``None``; ``code`` all tokens of the body."""

    kind: str
    name: str
    ghost: bool
    span: Span
    head_end: int
    parameters: tuple[Parameter, ...] = ()
    results: tuple[Parameter, ...] = ()
    clauses: tuple[Clause, ...] = ()
    body: Span | None = None
    code: Sequence[Token] = ()
    constructors: tuple[Constructor, ...] = field(default=())

    @property
    def end(self) -> int:
        """Where it ends itself; its unit reaches on over the braces of what is around it."""
        return self.head_end if self.body is None else self.body.end + 1

    @property
    def is_lemma(self) -> bool:
        """Whether nothing of it is ever run, so that any statement may stand in its body."""
        return self.kind in _LEMMAS or (self.kind == "method" and self.ghost)

    @property
    def is_function(self) -> bool:
        return self.kind in _FUNCTIONS

    def having(self, word: str) -> list[Clause]:
        return [clause for clause in self.clauses if clause.word == word]


@frozen
class Loop:
    """A ``while`` of a body: its guard (empty for ``*``), its clauses, where its head ends, and the span from its
    word to the end of its block."""

    guard: Sequence[Token]
    clauses: tuple[Clause, ...]
    head_end: int
    span: Span
    body: Span


def read_declaration(text: str, unit: Unit) -> Declaration | None:
    """The declaration of a unit, as far as it can be read."""
    try:
        return _read(text, unit)
    except (NotCode, IndexError):
        return None


def _read(text: str, unit: Unit) -> Declaration | None:
    head_end, has_body = whole_head(text, unit)
    head = tokens(text, unit.span.start, head_end)
    at = next((i for i, token in enumerate(head) if token.text in KINDS), None)
    if at is None:
        return None
    kind = head[at].text
    ghost = any(token.text == "ghost" for token in head[:at])
    if kind in ("datatype", "codatatype"):
        whole = tokens(text, unit.span.start, unit.span.end)
        return Declaration(kind, unit.name, True, unit.span, unit.span.end, constructors=tuple(_constructors(whole)))
    rest = head[_past_name(head, at, unit.name) :]
    parameters: tuple[Parameter, ...] = ()
    results: tuple[Parameter, ...] = ()
    index = 0
    while index < len(rest) and rest[index].text not in CLAUSES:
        if rest[index].text == "(":
            end = closing(rest, index)
            found = tuple(read_parameters(rest[index + 1 : end]))
            if index and rest[index - 1].text == "returns":
                results = found
            elif not parameters:
                parameters = found
            index = end
        elif rest[index].text == "<":
            index = _angle_end(rest, index)
        elif rest[index].text == ":" and kind in _FUNCTIONS:
            type_end = next((i for i in range(index, len(rest)) if rest[i].text in CLAUSES), len(rest))
            results = (Parameter("", text_of(rest[index + 1 : type_end])),)
            index = type_end - 1
        index += 1
    clauses = tuple(read_clauses(rest[index:]))
    body = _body(text, unit, head_end) if has_body else None
    code = tokens(text, body.start, body.end) if body else ()
    return Declaration(kind, unit.name, ghost, unit.span, head_end, parameters, results, clauses, body, code)


def _past_name(head: Sequence[Token], at: int, name: str) -> int:
    last = name.rsplit(".", 1)[-1]
    return next((i + 1 for i in range(at, len(head)) if head[i].text == last), at + 1)


def _angle_end(code: Sequence[Token], at: int) -> int:
    depth = 0
    for index in range(at, len(code)):
        depth += {"<": 1, ">": -1}.get(code[index].text, 0)
        if depth == 0:
            return index
    return len(code)


def _body(text: str, unit: Unit, head_end: int) -> Span | None:
    """What lies between the braces of the body."""
    code = tokens(text, head_end, unit.span.end)
    if not code or code[0].text != "{":
        return None
    last = closing(code, 0)
    return Span(code[0].end, code[last].start) if last < len(code) else None


def read_parameters(code: Sequence[Token]) -> Iterator[Parameter]:
    """``a: nat, b: seq<T>``; commas inside angle brackets are passed over."""
    depth, start = 0, 0
    for index in range(len(code) + 1):
        sign = code[index].text if index < len(code) else ","
        depth += {"<": 1, ">": -1, "(": 1, ")": -1}.get(sign, 0)
        if sign == "," and (depth == 0 or index == len(code)):
            part = code[start:index]
            colon = next((i for i, each in enumerate(part) if each.text == ":"), None)
            if colon:
                yield Parameter(part[colon - 1].text, text_of(part[colon + 1 :]))
            elif part:
                yield Parameter("", text_of(part))
            start = index + 1


def read_clauses(code: Sequence[Token]) -> Iterator[Clause]:
    at = 0
    while at < len(code):
        word = code[at].text
        end = at + 1
        while end < len(code) and not (code[end].text in CLAUSES and code[end].kind == "word"):
            end = closing(code, end) + 1 if code[end].text in "([{" else end + 1
        if word in CLAUSES:
            inner = code[at + 1 : end]
            if inner and inner[-1].text == ";":
                inner = inner[:-1]
            yield Clause(word, inner)
        at = end


def _constructors(code: Sequence[Token]) -> Iterator[Constructor]:
    equals = next((i for i, token in enumerate(code) if token.text == "="), len(code))
    for part in split_at(code[equals + 1 :], "|"):
        words = [token for token in part if token.kind == "word"]
        if not words:
            continue
        opened = next((i for i, token in enumerate(part) if token.text == "("), None)
        fields = tuple(read_parameters(part[opened + 1 : closing(part, opened)])) if opened is not None else ()
        yield Constructor(words[0].text, fields)


def loops(code: Sequence[Token]) -> Iterator[Loop]:
    """Every ``while`` with a guard or ``*``, outer ones before inner ones."""
    for at, token in enumerate(code):
        if token.text == "while" and token.kind == "word":
            loop = _loop(code, at)
            if loop is not None:
                yield loop


def _loop(code: Sequence[Token], at: int) -> Loop | None:
    guard_end = clause = at + 1
    # The guard ends where a clause begins, or at the brace of the body: the first that no operator stands before.
    while clause < len(code):
        text = code[clause].text
        if text in CLAUSES or (text == "{" and _ends_operand(code[clause - 1])):
            break
        clause = closing(code, clause) + 1 if text in ("(", "[", "{") else clause + 1
    guard_end = brace = clause
    while brace < len(code) and not (code[brace].text == "{" and _ends_operand(code[brace - 1])):
        brace = closing(code, brace) + 1 if code[brace].text in ("(", "[", "{") else brace + 1
    end = closing(code, brace) if brace < len(code) else len(code)
    if end >= len(code):
        return None
    guard = code[at + 1 : guard_end]
    if len(guard) > 1 and guard[0].text == "(" and closing(guard, 0) == len(guard) - 1:
        guard = guard[1:-1]
    clauses = tuple(read_clauses(code[guard_end:brace]))
    body = Span(code[brace].end, code[end].start)
    return Loop(guard, clauses, code[brace - 1].end, Span(code[at].start, code[end].end), body)


def _ends_operand(token: Token) -> bool:
    """Whether an expression may end with the token, so that a brace after it opens a block."""
    if token.kind == "sign":
        return token.text in (")", "]", "}", "*", ";")
    return token.text not in ("in", "then", "else", "if", "requires", "ensures", "invariant", "decreases", "modifies")


def by_name(declarations: Sequence[Declaration]) -> Mapping[str, Declaration]:
    return {declaration.name: declaration for declaration in declarations if declaration.name}
