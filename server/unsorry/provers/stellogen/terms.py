"""Reads Stellogen's expressions and writes them: a small tree, enough to look at tests and to make candidates."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from unsorry.provers.patterns import compiled

_TOKEN = compiled(
    r'(?:[\s]|;[^\n]*+)*+(?P<token>[§@#]|\*(?=[@\[({#])|[(\[{]|[)\]}]|\|\|?|"(?:[^"\\]|\\.)*+"|[^\s()\[\]{};"§@#|]++|\Z)'
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 200


@frozen
class Term:
    """``head`` is a symbol, variable, string, prefix (``§ @ # *``) or opening bracket; ``parts`` what it holds."""

    head: str
    parts: tuple[Term, ...] = ()

    def __str__(self) -> str:
        inner = " ".join(map(str, self.parts))
        if self.head in _CLOSING:
            return f"{self.head}{inner}{_CLOSING[self.head]}"
        return self.head + inner

    @property
    def symbol(self) -> str:
        """The symbol of an application or of a constant; empty for anything else."""
        if self.head == "(":
            return self.parts[0].symbol if self.parts and not self.parts[0].parts else ""
        return "" if self.head in "§@#*[{" or self.is_variable or self.head.startswith('"') else self.head

    @property
    def arguments(self) -> tuple[Term, ...]:
        return self.parts[1:] if self.head == "(" else ()

    @property
    def is_variable(self) -> bool:
        return not self.parts and ("A" <= self.head[:1] <= "Z" or self.head[:1] == "_")

    @property
    def is_ray(self) -> bool:
        """Whether a polarity is what it begins with."""
        return self.symbol[:1] in ("+", "-") and (self.head == "(" or len(self.head) > 1)

    def walk(self) -> Iterator[Term]:
        yield self
        for part in self.parts:
            yield from part.walk()


def application(symbol: str, *arguments: Term) -> Term:
    return Term("(", (Term(symbol), *arguments)) if arguments else Term(symbol)


def star(*rays: Term) -> Term:
    return rays[0] if len(rays) == 1 else Term("[", rays)


def dual(term: Term) -> Term:
    """The term with every polarity turned round, as the one that it interacts with has them."""
    head = term.head
    if len(head) > 1 and head[0] in "+-":
        head = ("-" if head[0] == "+" else "+") + head[1:]
    return Term(head, tuple(map(dual, term.parts)))


def variables(term: Term) -> tuple[Term, ...]:
    return tuple(dict.fromkeys(part for part in term.walk() if part.is_variable))


def replaced(term: Term, by: dict[Term, Term]) -> Term:
    return by.get(term) or Term(term.head, tuple(replaced(part, by) for part in term.parts))


def read(text: str) -> Term | None:
    """The first expression of a text; ``None`` where it is none, or nested beyond reason."""
    return _read(text, 0, 0)[0]


def _read(text: str, at: int, depth: int) -> tuple[Term | None, int]:
    match = _TOKEN.match(text, at)
    head = match["token"] if match else ""
    if match is None or not head or head in ")]}" or depth > _DEEPEST:
        return None, at
    at = match.end()
    if head in _CLOSING:
        parts = []
        while True:
            part, at = _read(text, at, depth + 1)
            if part is None:
                break
            parts.append(part)
        closing = _TOKEN.match(text, at)
        if closing is None or closing["token"] != _CLOSING[head]:
            return None, at
        return Term(head, tuple(parts)), closing.end()
    if head in "§@#*" and (head != "*" or text[at : at + 1] in tuple("@[({#")):
        part, at = _read(text, at, depth + 1)
        return (None if part is None else Term(head, (part,))), at
    return Term(head), at
