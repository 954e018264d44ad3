"""Guesses at what a loop keeps: bounds from its guard, and what the method promises, with a bound replaced by a
variable of the loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unsorry.provers.dafny.declarations import Declaration, Loop
from unsorry.provers.dafny.helpers import split_quantifier
from unsorry.provers.dafny.tokens import Token, closing, split_at, substituted, text_of

_COMPARISONS = ("<=", ">=", "<", ">", "!=")
_MOST = 60


def loop_invariants(declaration: Declaration, loop: Loop, asserted: Sequence[Sequence[Token]]) -> list[str]:
    """Expressions that may be invariants, the likely ones first; ``asserted`` are those of assertions after it."""
    changed = _assigned(declaration.code, loop)
    before = [token for token in declaration.code if token.end <= loop.span.start]
    found: dict[str, None] = {}
    likely = [*_guard_kept(loop), *_promised(declaration, loop, changed, asserted)]
    for expression in [*likely, *_start_bounds(changed, before), *map(text_of, _goals(declaration, asserted))]:
        found.setdefault(expression)
    old = {clause.text for clause in loop.clauses}
    return [each for each in found if each not in old and not _says_nothing(each)][:_MOST]


def _says_nothing(expression: str) -> bool:
    left, sign, right = expression.partition(" == ")
    return bool(sign) and left == right


def _assigned(code: Sequence[Token], loop: Loop) -> list[str]:
    """The variables from before a loop that its body gives new values."""
    inside = [token for token in code if loop.body.start <= token.start < loop.body.end]
    names: dict[str, None] = {}
    for index, token in enumerate(inside):
        if token.text == ":=":
            at = index - 1
            while at >= 0 and (inside[at].kind == "word" or inside[at].text == ","):
                if inside[at].text != "var" and inside[at].kind == "word":
                    names.setdefault(inside[at].text)
                at -= 1
    local = {inside[i + 1].text for i, token in enumerate(inside[:-1]) if token.text == "var"}
    return [name for name in names if name not in local]


def _guard_kept(loop: Loop) -> Iterator[str]:
    """``i <= n`` from the guard ``i < n``."""
    for part in [each for side in split_at(loop.guard, "&&") for each in split_at(side, "||")]:
        sign = next((i for i, token in enumerate(part) if token.text in _COMPARISONS), None)
        if sign is None:
            continue
        left, right, word = text_of(part[:sign]), text_of(part[sign + 1 :]), part[sign].text
        if word == "!=":
            yield f"{left} <= {right}"
            yield f"{right} <= {left}"
        elif word in ("<", ">"):
            yield f"{left} {word}= {right}"
        else:
            yield f"{left} {'<=' if word == '<=' else '>='} {right} {'+' if word == '<=' else '-'} 1"


def _start_bounds(changed: Sequence[str], before: Sequence[Token]) -> Iterator[str]:
    """``0 <= i`` for what starts at 0, and the other way round."""
    for name in changed:
        for start in dict.fromkeys((_start_value(before, name), "0")):
            if start and start != name:
                yield f"{start} <= {name}"
                yield f"{name} <= {start}"


def _start_value(before: Sequence[Token], name: str) -> str:
    """What a variable was last set to before the loop, where that is one expression."""
    for index in range(len(before) - 1, -1, -1):
        if before[index].text == ":=":
            targets: list[str] = []
            at = index - 1
            while at >= 0 and (before[at].kind == "word" or before[at].text == ",") and before[at].text != "var":
                targets.insert(0, before[at].text)
                at -= 1
            names = [each for each in targets if each != ","]
            values = split_at(split_at(before[index + 1 :], ";")[0], ",")
            if name in names and len(values) == len(names):
                return text_of(values[names.index(name)])
    return ""


def _promised(
    declaration: Declaration, loop: Loop, changed: Sequence[str], asserted: Sequence[Sequence[Token]]
) -> Iterator[str]:
    """What is promised, and each consequent and conjunct of it; as it is, and with each bound of the guard, each start
    value and each end of a range replaced by a variable that the loop changes."""
    bounds = _guard_bounds(loop)
    before = [token for token in declaration.code if token.end <= loop.span.start]
    for goal in _goals(declaration, asserted):
        for part in _parts(goal):
            if not part:
                continue
            for bound in bounds:
                for name in changed:
                    if bound != name and _mentions(part, bound):
                        yield _replaced(part, bound, name)
            yield from _ranges(part, changed)
            for name in changed:
                start = _start_value(before, name)
                if start and start != "0" and _mentions(part, start):
                    yield _replaced(part, start, name)
            if part is not goal:
                yield text_of(part)


def _goals(declaration: Declaration, asserted: Sequence[Sequence[Token]]) -> list[Sequence[Token]]:
    """What has to hold after the loop."""
    return [clause.code for clause in declaration.having("ensures")] + list(asserted)


def _guard_bounds(loop: Loop) -> list[str]:
    found: dict[str, None] = {}
    for part in [each for side in split_at(loop.guard, "&&") for each in split_at(side, "||")]:
        sign = next((i for i, token in enumerate(part) if token.text in _COMPARISONS), None)
        if sign is not None:
            found.setdefault(text_of(part[sign + 1 :]))
            found.setdefault(text_of(part[:sign]))
    return list(found)


def _parts(code: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """An expression, what it implies, and its conjuncts."""
    yield code
    implied = split_at(code, "==>")
    if len(implied) > 1 and code[0].text != "forall":
        yield from _parts(implied[-1])
        return
    conjuncts = split_at(code, "&&") if code[:1] and code[0].text not in ("forall", "exists") else [code]
    if len(conjuncts) > 1:
        yield from conjuncts


def _mentions(code: Sequence[Token], expression: str) -> bool:
    return f" {expression} " in f" {_spaced(code)} " or expression in text_of(code)


def _spaced(code: Sequence[Token]) -> str:
    return " ".join(token.text for token in code)


def _replaced(code: Sequence[Token], old: str, new: str) -> str:
    """An expression with a variable, or a selection such as ``a.Length``, replaced."""
    if old.isidentifier():
        return substituted(code, {old: new})
    return text_of(code).replace(old, new)


def _ranges(code: Sequence[Token], changed: Sequence[str]) -> Iterator[str]:
    """``forall k :: low <= k < high ==> …`` with either end moved to a variable of the loop."""
    parsed = split_quantifier(code)
    if parsed is None:
        return
    _, body = parsed
    premise = split_at(body, "==>")[0]
    signs = [i for i, token in enumerate(premise) if token.text in ("<=", "<")]
    if len(signs) < 2:
        return
    low, high = premise[: signs[0]], premise[signs[-1] + 1 :]
    if high and high[0].text == "&&":
        return
    for name in changed:
        for end in (high, low):
            first, last = code.index(end[0]), code.index(end[-1])
            yield f"{text_of(code[:first])} {name} {text_of(code[last + 1 :])}".strip()


def assertions_after(declaration: Declaration, loop: Loop) -> list[Sequence[Token]]:
    """The expressions of the assertions that follow a loop."""
    code = [token for token in declaration.code if token.start >= loop.span.end]
    found: list[Sequence[Token]] = []
    index = 0
    while index < len(code):
        if code[index].text == "assert":
            found.append(split_at(code[index + 1 :], ";")[0])
        index = closing(code, index) + 1 if code[index].text in ("(", "[") else index + 1
    return found
