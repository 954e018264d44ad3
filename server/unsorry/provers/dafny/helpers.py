"""Statements that help along: lemmas called on what is at hand, equations of sequences, instances and witnesses."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from unsorry.provers.dafny.declarations import Declaration, Parameter, read_parameters
from unsorry.provers.dafny.inductions import Setting
from unsorry.provers.dafny.skeletons import calls
from unsorry.provers.dafny.tokens import NotCode, Token, closing, is_atom, split_at, substituted, text_of, tokens

_MOST_TERMS = 8
_MOST_CALLS = 40
_NUMBERS = range(-1, 21)


def terms(setting: Setting, bound: Mapping[str, str], code: Iterable[Sequence[Token]] = ()) -> list[tuple[str, str]]:
    """Expressions at hand with their types: variables, and one function of the statement applied to them."""
    at_hand = [*((name, type_) for name, type_ in bound.items() if type_), *_variables(setting.lemma)]
    named = {name for clause in setting.lemma.clauses for name in _words(clause.code) if name in setting.functions}
    named |= {name for part in code for name in _words(part) if name in setting.functions}
    applied = []
    for name in sorted(named):
        function = setting.functions[name]
        result = function.results[0].type if function.results else ""
        if result and len(function.parameters) == 1:
            wanted = function.parameters[0].type
            applied += [(f"{name}({term})", result) for term, type_ in at_hand if fits(type_, wanted)]
    return [*at_hand, *applied]


def lemma_calls(lemmas: Iterable[Declaration], at_hand: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Calls of other lemmas on expressions of the right types; those whose arguments differ come first."""
    made = 0
    for lemma in lemmas:
        choices = [[term for term, type_ in at_hand if fits(type_, p.type)][:_MOST_TERMS] for p in lemma.parameters]
        tuples = sorted(itertools.islice(itertools.product(*choices), 400), key=lambda each: len(each) - len(set(each)))
        for chosen in tuples:
            yield f"{lemma.name}({', '.join(chosen)});"
            made += 1
            if made >= _MOST_CALLS:
                return


def other_lemmas(setting: Setting, declarations: Iterable[Declaration]) -> list[Declaration]:
    """The other lemmas of the text: those with a body first, and those that speak of the same functions. What rests on
    one without a body holds once that is proved."""
    mine = {name for clause in setting.lemma.clauses for name in _words(clause.code)} & set(setting.functions)
    found = [d for d in declarations if d.is_lemma and d.name != setting.lemma.name]

    def distance(lemma: Declaration) -> tuple[bool, int]:
        its = {name for clause in lemma.clauses for name in _words(clause.code)} & set(setting.functions)
        return lemma.body is None, -len(mine & its)

    return sorted(found, key=distance)


def sequence_facts(setting: Setting, code: Iterable[Sequence[Token]]) -> list[str]:
    """Equations of sequences that Dafny does not think of by itself, for the sequences that the code speaks of."""
    facts: dict[str, None] = {}
    names = [name for name, type_ in _variables(setting.lemma) if type_.startswith(("seq", "string"))]
    for part in code:
        for left, right in _sums(part):
            if not (_is_sequence(left, setting) or _is_sequence(right, setting)):
                continue
            if left[-1:] == "]" and right[-1:] == "]" and (whole := _glued(left, right)):
                facts.setdefault(f"assert {left} + {right} == {whole};")
            facts.setdefault(f"assert ({left} + {right})[1..] == {left}[1..] + {right};")
            facts.setdefault(f"assert {left} + {right} == [{left}[0]] + ({left}[1..] + {right});")
            facts.setdefault(f"assert {left} + {right} == {right};")
            facts.setdefault(f"assert {left} + {right} == {left};")
    for name in names:
        facts.setdefault(f"assert {name} == [{name}[0]] + {name}[1..];")
        facts.setdefault(f"assert {name}[..|{name}|] == {name};")
        facts.setdefault(f"assert {name} + [] == {name};")
        facts.setdefault(f"assert {name} == {name}[..|{name}| - 1] + [{name}[|{name}| - 1]];")
    return list(facts)


def _is_sequence(term: str, setting: Setting) -> bool:
    if term.endswith("]") and (".." in term or term.startswith("[")):
        return True
    word = term.partition("(")[0]
    types = dict(_variables(setting.lemma))
    function = setting.functions.get(word)
    type_ = function.results[0].type if function and function.results else types.get(word, "")
    return type_.startswith(("seq", "string"))


def _sums(code: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The two sides of each ``+`` between atoms."""
    for index, token in enumerate(code):
        if token.text == "+" and token.kind == "sign":
            left, right = _atom_before(code, index), _atom_after(code, index)
            if left and right:
                yield text_of(left), text_of(right)


def _atom_before(code: Sequence[Token], index: int) -> Sequence[Token]:
    """The call, selection or name that ends just before a token."""
    start = index
    while start > 0:
        before = code[start - 1]
        if before.text in (")", "]"):
            start = _opening(code, start - 1)
            if code[start].text == "(" and not (start and code[start - 1].kind == "word"):
                break
        elif before.kind in ("word", "number"):
            start -= 1
            if not (start and code[start - 1].text == "."):
                break
            start -= 1
        else:
            break
    return code[start:index]


def _opening(code: Sequence[Token], at: int) -> int:
    """The index of the bracket that the one at ``at`` closes; 0 where none does."""
    depth = 0
    for index in range(at, -1, -1):
        depth += {")": 1, "]": 1, "(": -1, "[": -1}.get(code[index].text, 0)
        if depth == 0:
            return index
    return 0


def _atom_after(code: Sequence[Token], index: int) -> Sequence[Token]:
    """The call, selection or name that begins just after a token."""
    start = end = index + 1
    while end < len(code):
        token, first = code[end], end == start
        if token.text in ("[", "("):
            if token.text == "(" and not first and code[end - 1].kind != "word":
                break
            end = closing(code, end)
        elif token.kind in ("word", "number"):
            if not first and code[end - 1].text != ".":
                break
        elif token.text != "." or first:
            break
        end += 1
    return code[start:end]


def _glued(left: str, right: str) -> str:
    """``s`` for ``s[..i]`` and ``s[i..]``."""
    head, _, cut = left.rpartition("[..")
    tail, _, rest = right.rpartition("[")
    return head if head and head == tail and rest == f"{cut[:-1]}..]" else ""


def instances(setting: Setting, at_hand: Sequence[tuple[str, str]]) -> Iterator[str]:
    """What a condition says of all, said of one: the body of a quantifier, directly or in a predicate of a condition,
    for each number at hand."""
    numbers = [term for term, type_ in at_hand if fits(type_, "int")]
    steps = [f"{n}{step}" for n in numbers for step in (" - 1", "", " + 1")] + ["0"]
    for clause in setting.lemma.having("requires"):
        for code, values in _quantified(clause.code, setting):
            if parsed := split_quantifier(code):
                names, body = parsed
                body = _after(body, "==>")
                if len(names) == 1:
                    for step in steps:
                        yield f"assert {substituted(body, {**values, names[0].name: step})};"


def _quantified(code: Sequence[Token], setting: Setting) -> Iterator[tuple[Sequence[Token], dict[str, str]]]:
    yield code, {}
    for call in calls(code, setting.functions):
        function = setting.functions[call.function]
        if len(call.arguments) == len(function.parameters):
            values = {p.name: text_of(a) for p, a in zip(function.parameters, call.arguments, strict=True)}
            yield function.code, values


def split_quantifier(
    code: Sequence[Token], word: str = "forall"
) -> tuple[tuple[Parameter, ...], Sequence[Token]] | None:
    """The variables and the body of ``forall x, y :: body``; a range after ``|`` becomes a premise of no account."""
    while code and code[0].text == "(" and closing(code, 0) == len(code) - 1:
        code = code[1:-1]
    if not code or code[0].text != word:
        return None
    sign = next((i for i, token in enumerate(code) if token.text == "::"), None)
    if sign is None:
        return None
    names = code[1:sign]
    bar = next((i for i, token in enumerate(names) if token.text == "|"), len(names))
    found = tuple(p if p.name else Parameter(p.type, "") for p in read_parameters(names[:bar]))
    body = code[sign + 1 :]
    while body[:2] and body[0].text == "{" and body[1].text == ":":
        body = body[closing(body, 0) + 1 :]
    return found, body


def _after(code: Sequence[Token], sign: str) -> Sequence[Token]:
    return split_at(code, sign)[-1]


def witnesses(conclusion: str, at_hand: Sequence[tuple[str, str]], text_numbers: Iterable[str]) -> Iterator[str]:
    """For ``exists x :: P(x)``: P of one thing at a time, as assertions."""
    try:
        parsed = split_quantifier(tokens(conclusion), "exists")
    except NotCode:
        return
    if parsed is None:
        return
    names, body = parsed
    integers = [term for term, type_ in at_hand if fits(type_, "int")]
    near = [f"{term}{step}" for term in integers for step in ("", " + 1", " - 1")]
    halves = [f"({a} + {b}) / 2" for a, b in itertools.combinations(integers, 2)]
    numbers = list(dict.fromkeys([*near, *halves, *map(str, _NUMBERS), *text_numbers]))
    choices = [
        [term for term, type_ in at_hand if fits(type_, p.type)] if p.type and not fits(p.type, "int") else numbers
        for p in names
    ]
    for chosen in itertools.islice(itertools.product(*choices), 300):
        values = dict(zip((p.name for p in names), chosen, strict=True))
        yield f"assert {substituted(body, values)};"


def numbers_in(code: Iterable[Token]) -> list[str]:
    return list(dict.fromkeys(token.text for token in code if token.kind == "number"))


def fits(given: str, wanted: str) -> bool:
    """Whether an expression of one type may be handed where the other is asked for, by their names."""
    numbers = ("int", "nat")
    if given in numbers and wanted in numbers:
        return True
    given_base, wanted_base = given.partition("<")[0].strip(), wanted.partition("<")[0].strip()
    return given_base == wanted_base or (len(wanted) <= 2 and wanted[:1].isupper() and is_atom(wanted))


def _variables(declaration: Declaration) -> list[tuple[str, str]]:
    return [(p.name, p.type) for p in (*declaration.parameters, *declaration.results) if p.name]


def _words(code: Sequence[Token]) -> set[str]:
    return {token.text for token in code if token.kind == "word"}
