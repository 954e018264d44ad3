"""What may be rewritten to what: functions unfolded once, lemmas and the induction hypothesis as equations, products
bracketed otherwise; and the shortest way from one term to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.dafny.declarations import Declaration
from unsorry.provers.dafny.expressions import Form, Term, instantiated, match, read_expression, replaced, words_of
from unsorry.provers.dafny.inductions import Setting
from unsorry.provers.dafny.skeletons import arms, branch
from unsorry.provers.dafny.tokens import Token, closing

_MOST_TERMS = 400
_LONGEST = 160  # characters of a term on the way
_DEPTH = 8
EQUALS = frozenset({"==", "<==>"})


@frozen
class Rule:
    """``left`` may become ``right``, whatever the ``variables`` stand for. ``hint`` is the call that shows it, with the
    variables as arguments; empty where no hint is needed."""

    left: Term
    right: Term
    variables: frozenset[str] = frozenset()
    hint: Term | None = None


@frozen
class Step:
    """The next term of a chain, and the call that shows that it equals the one before."""

    term: Term
    hint: str = ""


def lemma_rules(lemma: Declaration) -> Iterator[Rule]:
    """The equations that a lemma promises, in both directions where both name all that it is called on."""
    variables = frozenset(p.name for p in lemma.parameters)
    call = Term(lemma.name, tuple(Term(p.name) for p in lemma.parameters), Form.CALL)
    for clause in lemma.having("ensures"):
        term = read_expression(clause.code)
        if term is not None and term.form is Form.INFIX and term.head in EQUALS:
            for left, right in (term.parts, term.parts[::-1]):
                if variables <= words_of(left) and left.form is not Form.ATOM:
                    yield Rule(left, right, variables, call)


def instance(term: Term, lemma: Declaration, arguments: Sequence[Term]) -> Term:
    return instantiated(term, {p.name: a for p, a in zip(lemma.parameters, arguments, strict=True)})


def unfolded(setting: Setting, call: Term) -> Iterator[Term]:
    """What a call of a function may be by its definition, as far as its arguments tell; of two branches the one that
    goes on comes first."""
    function = setting.functions.get(call.head)
    if call.form is Form.CALL and function is not None and len(function.parameters) == len(call.parts):
        values = {p.name: a for p, a in zip(function.parameters, call.parts, strict=True)}
        yield from sorted(_reduced(function.code, values), key=lambda each: function.name not in words_of(each))


def _reduced(code: Sequence[Token], values: Mapping[str, Term]) -> Iterator[Term]:
    while code and code[0].text == "(" and closing(code, 0) == len(code) - 1:
        code = code[1:-1]
    first = code[0].text if code else ""
    if first == "match":
        yield from _matched(code, values)
    elif first == "if":
        then = branch(code, 0, "then")
        other = branch(code, then, "else") if then else None
        if then is not None and other is not None:
            yield from _reduced(code[then + 1 : other], values)
            yield from _reduced(code[other + 1 :], values)
    elif first != "var" and (term := read_expression(code)) is not None:
        yield instantiated(term, values)


def _matched(code: Sequence[Token], values: Mapping[str, Term]) -> Iterator[Term]:
    at = next((i for i, token in enumerate(code) if token.text == "case"), len(code))
    subject = code[1:at]
    if subject and subject[-1].text == "{":
        subject, code = subject[:-1], code[:-1]
    term = read_expression(subject)
    if term is None:
        return
    term = instantiated(term, values)
    for arm in arms(code[at:]):
        arrow = next((i for i, token in enumerate(arm) if token.text == "=>"), len(arm))
        pattern = read_expression(arm[1:arrow])
        if pattern is not None and (pattern.head, len(pattern.parts)) == (term.head, len(term.parts)):
            bound = {part.head: value for part, value in zip(pattern.parts, term.parts, strict=True)}
            yield from _reduced(arm[arrow + 1 :], {**values, **bound})


def chain(setting: Setting, start: Term, end: Term, rules: Sequence[Rule], local: Sequence[Rule]) -> list[Step]:
    """A shortest way from ``start`` to ``end``, both included; empty where none is found. ``local`` are rules without
    variables that hold where the chain stands. Rules hold both ways, so that it is looked for from both ends."""
    sides = (_Side(start), _Side(end))
    for depth in range(_DEPTH):
        here, there = sides if depth % 2 == 0 else sides[::-1]
        met = here.grow(setting, [*local, *rules], there)
        if met is not None:
            return _joined(*sides, met)
        if not here.edge or len(here.reached) > _MOST_TERMS:
            break
    return []


class _Side:
    """What has been reached from one end: each term's step, and the key of the term that it was made of."""

    def __init__(self, start: Term) -> None:
        self.reached: dict[str, tuple[Step, str]] = {_key(start): (Step(start), "")}
        self.edge = [start]

    def grow(self, setting: Setting, rules: Sequence[Rule], other: _Side) -> str | None:
        """One rewriting more; the key of a term that the other side has reached too."""
        edge, self.edge = self.edge, []
        for term in edge:
            for step in _neighbours(setting, term, rules):
                key = _key(step.term)
                if key not in self.reached and len(str(step.term)) <= _LONGEST:
                    self.reached[key] = (step, _key(term))
                    self.edge.append(step.term)
                    if key in other.reached:
                        return key
                if len(self.reached) > _MOST_TERMS:
                    return None
        return None


def _joined(first: _Side, last: _Side, met: str) -> list[Step]:
    steps: list[Step] = []
    key = met
    while key:
        step, key = first.reached[key]
        steps.insert(0, step)
    step, key = last.reached[met]
    if str(step.term) != str(steps[-1].term):
        steps.append(Step(step.term))
    while key:
        hint = step.hint
        step, key = last.reached[key]
        steps.append(Step(step.term, hint))
    return steps


def _neighbours(setting: Setting, term: Term, rules: Sequence[Rule]) -> Iterator[Step]:
    """Everything that one rewriting makes of a term."""
    for part in dict.fromkeys(term.subterms):
        for rule in rules:
            found: dict[str, Term] = {}
            fits = match(rule.left, part, rule.variables, found) if rule.variables else _key(rule.left) == _key(part)
            if fits:
                hint = f"{instantiated(rule.hint, found)};" if rule.hint else ""
                yield Step(replaced(term, part, instantiated(rule.right, found)), hint)
        for definition in unfolded(setting, part):
            yield Step(replaced(term, part, definition))
        for other in _rebracketed(part):
            yield Step(replaced(term, part, other))


def _rebracketed(term: Term) -> Iterator[Term]:
    """``a + (b + c)`` for ``(a + b) + c`` and the other way round, and a product of a sum as a sum of products. What
    order and brackets the factors of a product have makes no difference to begin with."""
    if term.form is not Form.INFIX or term.head not in ("*", "+"):
        return
    left, right = term.parts
    if term.head == "+":
        if (left.form, left.head) == (Form.INFIX, "+"):
            yield Term("+", (left.parts[0], Term("+", (left.parts[1], right), Form.INFIX)), Form.INFIX)
        if (right.form, right.head) == (Form.INFIX, "+"):
            yield Term("+", (Term("+", (left, right.parts[0]), Form.INFIX), right.parts[1]), Form.INFIX)
        return
    if left.form is Form.INFIX and left.head in ("+", "-"):
        yield _spread(left.head, (Term("*", (part, right), Form.INFIX) for part in left.parts))
    if right.form is Form.INFIX and right.head in ("+", "-"):
        yield _spread(right.head, (Term("*", (left, part), Form.INFIX) for part in right.parts))


def _spread(sign: str, parts: Iterable[Term]) -> Term:
    return Term(sign, tuple(parts), Form.INFIX)


def _key(term: Term) -> str:
    """The same for terms that differ only in the order and brackets of factors, or of summands that are no sequences
    to look at."""
    if term.form is Form.INFIX and term.head == "*":
        return f"[{' * '.join(sorted(map(_key, _factors(term))))}]"
    if term.form is Form.INFIX and term.head in ("+", "-"):
        counts: dict[str, int] = {}
        constant = _count(term, 1, counts)
        if constant == 0 and len(counts) == 1 and set(counts.values()) == {1}:
            return next(iter(counts))
        if constant is not None:
            return f"[{' + '.join(f'{n} {key}' for key, n in sorted(counts.items()) if n)} + {constant}]"
    return f"{term.form.value} {term.head}({', '.join(map(_key, term.parts))})"


def _factors(term: Term) -> Iterator[Term]:
    if term.form is Form.INFIX and term.head == "*":
        for part in term.parts:
            yield from _factors(part)
    else:
        yield term


def _count(term: Term, sign: int, counts: dict[str, int]) -> int | None:
    """Adds the summands of a term to ``counts``; the sum of its numbers, or ``None`` where it is no sum of names."""
    if term.form is Form.INFIX and term.head in ("+", "-"):
        left = _count(term.parts[0], sign, counts)
        right = _count(term.parts[1], sign if term.head == "+" else -sign, counts)
        return None if left is None or right is None else left + right
    if term.form is Form.ATOM and term.head.isdigit():
        return sign * int(term.head)
    if term.form is Form.ATOM and not term.head.isidentifier():
        return None
    key = _key(term)
    counts[key] = counts.get(key, 0) + sign
    return 0
