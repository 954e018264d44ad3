"""Reads the shape of a goal from its text: variables and where they stand, premises, subterms worth a case split.

Only for choosing what to try: whatever is read wrongly costs a candidate that the prover refuses.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from attrs import frozen

from unsorry.model import Goal
from unsorry.provers.rocq.memo import remembered

_SORT = re.compile(r"(?:Type|Set|Prop|SProp)(?:@\{.*\})?")
_TOKEN = re.compile(r"[^\W\d][\w'.]*|\d+|[()\[\]{},:;]|[^\s\w()\[\]{},:;]+")
_IDENTIFIER = re.compile(r"[^\W\d][\w']*")
_OPEN, _SHUT = "([{", ")]}"
_BINDING = frozenset({"forall", "exists", "fun", "∀", "∃"})
_KEYWORDS = _BINDING | {"let", "in", "if", "then", "else", "match", "with", "end", "as", "return", "fix"}
_RELATIONS = frozenset({"=", "<>", "<", "<=", ">", ">=", "/\\", "\\/", "<->", "~", "≠", "≤", "≥"})
_NUMBERS = frozenset({"nat", "N", "Z", "positive"})
_ENUMERATED = frozenset({"bool", "unit", "comparison", "option", "sum", "prod", "sumbool"})

_NESTED = r"[^()]*(?:\([^()]*(?:\([^()]*\)[^()]*)*\)[^()]*)*"
GROUP = re.compile(rf"(?=\((?P<term>[^\W\d][\w'.]* {_NESTED})\))")
"""A call in brackets: ``term`` is what stands in them."""
CALL = re.compile(rf"[^\W\d][\w'.]*(?: (?:[\w'.]+|\[\]|\({_NESTED}\)))+")
"""A call without brackets around it."""


@frozen
class Variable:
    """Something in scope or quantified. ``quantified``: it is bound in the conclusion; ``premise``: it has no name
    of its own there, or its type is a proposition."""

    name: str
    type: str
    quantified: bool = False
    premise: bool = False


@frozen
class Shape:
    """``data`` are the variables to do induction or a case split on, most promising first; ``premises`` what is
    assumed; ``statement`` the conclusion under its quantifiers."""

    goal: Goal
    data: tuple[Variable, ...]
    premises: tuple[Variable, ...]
    functions: tuple[Variable, ...]
    statement: str

    @property
    def recursive(self) -> tuple[Variable, ...]:
        return tuple(v for v in self.data if head(v.type) not in _ENUMERATED)

    @property
    def enumerated(self) -> tuple[Variable, ...]:
        return tuple(v for v in self.data if head(v.type) in _ENUMERATED)


@remembered
def tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(text))


def head(type_: str) -> str:
    match = _IDENTIFIER.match(type_.lstrip("("))
    return match[0] if match else ""


@functools.lru_cache(16)
def read_shape(goal: Goal) -> Shape:
    context = [Variable(name, h.type) for h in goal.hypotheses if h.body is None for name in h.names]
    bound, statement = telescope(goal.conclusion)
    taken = {variable.name for variable in context}
    everything = [*context, *_named(bound, taken)]
    texts = [statement, *(variable.type for variable in everything)]
    mentioned = {word for text in texts for word in tokens(text)}
    data, premises, functions = [], [], []
    known = {v.name for v in everything}
    for variable in everything:
        if _SORT.fullmatch(variable.type):
            continue
        if variable.premise or _is_proposition(variable, mentioned, known):
            premises.append(variable)
        elif top_level_split(variable.type, "->") or variable.type.startswith(("forall", "∀")):
            functions.append(variable)
        else:
            data.append(variable)
    names = {v.name for v in everything if v not in functions}
    weights = {v.name: _weight(v, statement, names) for v in data}
    data.sort(key=lambda v: weights[v.name], reverse=True)
    return Shape(goal, tuple(data), tuple(premises), tuple(functions), statement)


def telescope(conclusion: str) -> tuple[list[Variable], str]:
    """The quantified variables and premises of a conclusion, in order, and what is under them."""
    found: list[Variable] = []
    while True:
        if conclusion.startswith(("forall ", "∀ ")):
            parts = top_level_split(conclusion.split(" ", 1)[1], ",")
            if parts is None:
                return found, conclusion
            found += _binders(parts[0])
            conclusion = parts[1]
        else:
            parts = top_level_split(conclusion, "->")
            if parts is None:
                return found, conclusion
            found.append(Variable("", parts[0], True, True))
            conclusion = parts[1]


@remembered
def top_level_split(text: str, sign: str) -> tuple[str, str] | None:
    """What is before and after the first ``sign`` outside brackets; ``->`` and relations not below a binder."""
    depth = 0
    for match in _TOKEN.finditer(text):
        part = match[0]
        if part in _OPEN:
            depth += 1
        elif part in _SHUT:
            depth -= 1
        elif depth == 0 and part == sign:
            return text[: match.start()].strip(), text[match.end() :].strip()
        elif depth == 0 and sign != "," and part in _BINDING:
            return None
    return None


def _binders(text: str) -> Iterator[Variable]:
    """Of ``(A : Type) (x y : A)`` or ``n m : nat``."""
    groups = _groups(text) if text.startswith(("(", "{", "[")) else [text]
    for group in groups:
        names, _, type_ = group.partition(":")
        for name in names.split():
            yield Variable(name, type_.strip(), True)


def _groups(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for match in _TOKEN.finditer(text):
        if match[0] in _OPEN:
            start = match.end() if depth == 0 else start
            depth += 1
        elif match[0] in _SHUT:
            depth -= 1
            if depth == 0:
                yield text[start : match.start()]


def _named(bound: list[Variable], taken: set[str]) -> Iterator[Variable]:
    """Premises get the names that ``intros`` will give them."""
    number = -1
    for variable in bound:
        if variable.name:
            yield variable
            continue
        name = ""
        while not name or name in taken:
            name = "H" if number < 0 else f"H{number}"
            number += 1
        taken.add(name)
        yield Variable(name, variable.type, True, True)


def _is_proposition(variable: Variable, mentioned: set[str], known: set[str]) -> bool:
    if _states_something(variable.type):
        return True
    if variable.type.startswith(("forall", "∀")) or top_level_split(variable.type, "->"):
        return variable.name not in mentioned
    words = set(tokens(variable.type))
    return variable.name not in mentioned and bool(words & known)


@remembered
def _states_something(type_: str) -> bool:
    """Whether a type is a proposition by its form alone."""
    if type_ in ("True", "False") or type_.startswith(("~", "exists", "¬", "∃")):
        return True
    return any(top_level_split(type_, sign) for sign in _RELATIONS)


def _weight(variable: Variable, statement: str, names: set[str]) -> tuple[int, int, bool]:
    """How much a variable looks like what the functions of a statement recur on: by the best of its places (a first
    argument or left operand, a later argument, another), data of several parts before numbers; then by how often."""
    words = tokens(statement)
    places = []
    for before, word, after in zip(["", *words[:-1]], words, [*words[1:], ""], strict=True):
        if word != variable.name:
            continue
        called = _IDENTIFIER.fullmatch(before) is not None and before not in _KEYWORDS
        operand = after and not _IDENTIFIER.fullmatch(after) and after not in ",)]:" and after not in _RELATIONS
        places.append(3 if operand or (called and before not in names) else 2 if called else 1)
    composite = 0 if variable.type in _NUMBERS else 2
    return max(places, default=0) + composite, sum(places), variable.quantified


def scrutinees(shape: Shape) -> Iterator[str]:
    """Terms on whose value the statement depends: conditions, matched terms, calls of functions to ``bool``."""
    seen = set()
    for pattern in (r"\bif (.+?) then\b", r"\bmatch (.+?) with\b"):
        for match in re.finditer(pattern, shape.statement):
            if match[1] not in seen and not re.search(r"\b(?:if|match)\b", match[1]):
                seen.add(match[1])
                yield match[1]
    for function in shape.functions:
        if re.search(r"-> (?:bool|option\b.*|comparison)$", function.type):
            arity = function.type.count("->")
            call = rf"(?<![\w'.]){re.escape(function.name)}((?: (?:[\w'.]+|\([^()]*\))){{{arity}}})"
            for match in re.finditer(call, shape.statement):
                if match[0] not in seen:
                    seen.add(match[0])
                    yield match[0]


def constants(shape: Shape) -> Iterator[str]:
    """Names in the statement that are neither variables nor keywords, most used first."""
    known = {v.name for v in (*shape.data, *shape.premises, *shape.functions)}
    bound = set(re.findall(r"(?:forall|fun|exists) ([^\W\d][\w']*)", shape.statement))
    words = [word for word in tokens(shape.statement) if _IDENTIFIER.fullmatch(word)]
    names = [word for word in dict.fromkeys(words) if word not in known | bound | _KEYWORDS]
    yield from sorted(names, key=lambda name: -words.count(name))
