"""Statements that a proof may need and the file lacks, each about all values, so that Dafny proves it by an induction
of its own (``forall x {:induction x} :: …``): no declaration has to be added.

What is left to show at a recursive call is made more general, as Boyer and Moore did: the induction hypothesis is used
up, and a call that then stands on both sides becomes a variable. Besides, there is what functions of such shapes often
have: neutral elements, associativity, and accumulators that only pile up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unsorry.provers.dafny.declarations import Constructor, Declaration
from unsorry.provers.dafny.equations import EQUALS, instance, unfolded
from unsorry.provers.dafny.expressions import Form, Term, instantiated, read_expression, replaced, words_of
from unsorry.provers.dafny.inductions import Setting, recursions
from unsorry.provers.dafny.skeletons import Leaf, calls
from unsorry.provers.dafny.tokens import text_of

_ROUNDS = 3  # of unfolding what tells by itself how
_MOST_AT_LEAF = 4
_MOST_FACTS = 12


def generalised(setting: Setting) -> Iterator[str]:
    """Proofs by induction, with one statement of these at each recursive call."""
    promised = [clause.code for clause in setting.lemma.having("ensures")]
    goals = [goal for code in promised if (goal := read_expression(code)) is not None]
    for recursion in recursions(setting):
        call = Term(recursion.call.function, tuple(_atoms(recursion.call.arguments)), Form.CALL)
        for number in range(_MOST_AT_LEAF):

            def fill(
                leaf: Leaf, again: Sequence[Sequence[str]], call: Term = call, number: int = number
            ) -> Sequence[str]:
                made = [f"{setting.lemma.name}({', '.join(arguments)});" for arguments in again]
                said = list(dict.fromkeys(_at_leaf(setting, goals, call, leaf, again))) if again else []
                return [*made, *said[number : number + 1]]

            if "forall" in (text := "\n".join(recursion.lines(fill))):
                yield text


def _atoms(code: Sequence[Sequence[object]]) -> Iterator[Term]:
    for each in code:
        text = text_of(each)  # type: ignore[arg-type]
        yield read_expression(text) or Term(text)


def _at_leaf(
    setting: Setting, goals: Sequence[Term], call: Term, leaf: Leaf, again: Sequence[Sequence[str]]
) -> Iterator[str]:
    body = read_expression(leaf.code)
    if body is None:
        return
    there = instantiated(body, {name: read_expression(value) or Term(value) for name, value in leaf.values.items()})
    known = {name: term for name, text in leaf.known.items() if (term := read_expression(text))}
    for goal in goals:
        left = _simplified(setting, instantiated(replaced(goal, call, there), known))
        for arguments in again:
            read = [read_expression(text) or Term(text) for text in arguments]
            yield from _more_general(setting, left, instance(goal, setting.lemma, read))


def _simplified(setting: Setting, term: Term) -> Term:
    for _ in range(_ROUNDS):
        for part in term.subterms:
            definitions = list(unfolded(setting, part)) if part.form is Form.CALL else []
            if len(definitions) == 1 and definitions[0] != part:
                term = replaced(term, part, definitions[0])
                break
        else:
            return term
    return term


def _more_general(setting: Setting, goal: Term, hypothesis: Term) -> Iterator[str]:
    """Statements without one of the calls that both the goal and the hypothesis speak of."""
    if goal.form is Form.INFIX and goal.head in EQUALS and hypothesis.form is Form.INFIX:
        left, right = hypothesis.parts
        across = (goal.parts[0], replaced(goal.parts[1], right, left))
        forms = [
            Term(goal.head, across, Form.INFIX),
            Term(goal.head, (replaced(goal.parts[0], left, right), goal.parts[1]), Form.INFIX),
        ]
    else:
        forms = [Term("==>", (hypothesis, goal), Form.INFIX)]
    for form in forms:
        for part in _repeated(setting, form):
            name = _fresh(form)
            general = replaced(form, part, Term(name))
            if _calls_on(setting, general, name):
                type_ = _here(setting, setting.functions[part.head].results[0].type)
                yield f"assert forall {name}: {type_} {{:induction {name}}} :: {general};"


def _repeated(setting: Setting, term: Term) -> list[Term]:
    """The calls that occur more than once, outer ones first."""
    functions = {name for name, function in setting.functions.items() if function.results}
    every = [part for part in term.subterms if part.form is Form.CALL and part.head in functions]
    return [part for part in dict.fromkeys(every) if every.count(part) > 1]


def _calls_on(setting: Setting, term: Term, name: str) -> bool:
    """Whether something is still said of what has become a variable."""
    return any(part.head in setting.functions and name in words_of(part) for part in term.subterms)


def _fresh(term: Term) -> str:
    used = words_of(term)
    return next(name for name in (f"any{number or ''}" for number in range(99)) if name not in used)


def facts(setting: Setting) -> list[list[str]]:
    """Expressions that hold of the functions in the statement, and of those that they call, if they hold at all; in
    groups, of which the later ones are likely to need the earlier ones."""
    near = _near(setting)
    plain = [function for function in near if not _piling(function)]
    groups = [
        [fact for function in plain for fact in _of_two(setting, function)],
        list(_accumulators(setting, plain)),
        [fact for function in plain for fact in _of_one(setting, function, plain)],
    ]
    return [list(dict.fromkeys(group))[:_MOST_FACTS] for group in groups]


def _near(setting: Setting) -> list[Declaration]:
    """The functions that the statement names, and those in their definitions."""
    names: dict[str, None] = {}
    todo = [clause.code for clause in setting.lemma.clauses]
    while todo:
        for token in todo.pop():
            if token.text in setting.functions and token.text not in names:
                names[token.text] = None
                todo.append(setting.functions[token.text].code)
    return [setting.functions[name] for name in names]


def _type(function: Declaration) -> str:
    return function.results[0].type.partition("<")[0] if function.results else ""


def _types(function: Declaration) -> list[str]:
    return [p.type.partition("<")[0] for p in function.parameters]


def _of_two(setting: Setting, function: Declaration) -> Iterator[str]:
    """Of ``f: T x T -> T`` on a datatype: neutral elements; how it goes with itself and with the constructors."""
    type_, f = _type(function), function.name
    datatype = setting.datatypes.get(type_)
    if datatype is None or _types(function) != [type_, type_]:
        return
    t = _here(setting, function.results[0].type)
    leaves = [each.name for each in datatype.constructors if not each.fields]
    for leaf in leaves:
        yield f"forall a: {t} {{:induction a}} :: {f}(a, {leaf}) == a"
    for constructor in datatype.constructors:
        fields, at = _fields(setting, constructor, t)
        if at is None:
            continue
        names = list(fields)
        one = ", ".join([*(f"{name}: {type_}" for name, type_ in fields.items()), f"c: {t}"])
        built = f"{constructor.name}({_with(names, at, 'c')})"
        for leaf in leaves:
            single = f"{constructor.name}({_with(names, at, leaf)})"
            yield f"forall b: {t}, {one} {{:induction b}} :: {f}({f}(b, {single}), c) == {f}(b, {built})"
        if not fields:
            inside = f"{constructor.name}({f}(a, c))"
            yield f"forall a: {t}, {one} {{:induction a}} :: {f}(a, {built}) == {inside}"
    yield f"forall a: {t}, b: {t}, c: {t} {{:induction a}} :: {f}({f}(a, b), c) == {f}(a, {f}(b, c))"
    if all(len(each.fields) <= 1 for each in datatype.constructors):
        yield f"forall a: {t}, b: {t} {{:induction a}} :: {f}(a, b) == {f}(b, a)"


def _here(setting: Setting, type_: str) -> str:
    """A type as the lemma writes it: with its own arguments."""
    base = type_.partition("<")[0]
    own = (p.type for p in (*setting.lemma.parameters, *setting.lemma.results))
    return next((each for each in own if each.partition("<")[0] == base), type_)


def _fields(setting: Setting, constructor: Constructor, type_: str) -> tuple[dict[str, str], int | None]:
    """Names and types for the fields that are not of the type itself, and the place of the only one that is."""
    base, _, argument = type_.rstrip(">").partition("<")
    own = [number for number, part in enumerate(constructor.fields) if part.type.partition("<")[0] == base]
    if len(own) != 1:
        return {}, None
    others = [part.type for number, part in enumerate(constructor.fields) if number != own[0]]
    is_variable = [bool(argument) and len(each) <= 2 and each[:1].isupper() for each in others]
    types = [argument if variable else _here(setting, each) for each, variable in zip(others, is_variable, strict=True)]
    return {f"x{number or ''}": each for number, each in enumerate(types)}, own[0]


def _with(names: Sequence[str], at: int, value: str) -> str:
    return ", ".join([*names[:at], value, *names[at:]])


def _accumulators(setting: Setting, near: Sequence[Declaration]) -> Iterator[str]:
    """For a goal ``f(x, 0) == g(x)`` of a function that hands its second argument on changed: with any second argument,
    what it has piled up is joined to ``g(x)``."""
    joins = [f.name for f in near if _types(f) == [_type(f)] * 2]
    for clause in setting.lemma.having("ensures"):
        goal = read_expression(clause.code)
        if goal is None or goal.form is not Form.INFIX or goal.head not in EQUALS:
            continue
        for left, right in (goal.parts, goal.parts[::-1]):
            function = setting.functions.get(left.head) if left.form is Form.CALL else None
            if function is None or len(left.parts) != len(function.parameters):
                continue
            for number in _piling(function):
                if left.parts[number].form is Form.ATOM:
                    yield from _piled(setting, left, right, number, joins)


def _piling(function: Declaration) -> list[int]:
    """The numbers of the parameters that change from call to call and are never looked at by themselves."""
    changed: list[int] = []
    for number, parameter in enumerate(function.parameters):
        inner = [call.arguments[number : number + 1] for call in calls(function.code, frozenset({function.name}))]
        if any(each and text_of(each[0]) != parameter.name and parameter.name in text_of(each[0]) for each in inner):
            changed.append(number)
    return changed


def _piled(setting: Setting, left: Term, right: Term, number: int, joins: Sequence[str]) -> Iterator[str]:
    variables = [p.name for p in setting.lemma.parameters if p.name in words_of(left)]
    over = next((name for name in variables if name != str(left.parts[number])), None)
    if over is None:
        return
    types = {p.name: p.type for p in setting.lemma.parameters}
    acc = _fresh(Term("+", (left, right), Form.INFIX))
    general = Term(left.head, (*left.parts[:number], Term(acc), *left.parts[number + 1 :]), Form.CALL)
    joined = [Term(join, pair, Form.CALL) for join in joins for pair in ((right, Term(acc)), (Term(acc), right))]
    result = _type(setting.functions[left.head])
    if result not in setting.datatypes:
        joined += [Term("+", pair, Form.INFIX) for pair in ((right, Term(acc)), (Term(acc), right))]
    if result in ("int", "nat"):
        joined += [Term("*", (right, Term(acc)), Form.INFIX)]
    measured = f"{over}: {types[over]} {{:induction {over}}}"
    type_ = setting.functions[left.head].parameters[number].type
    for other in joined:
        yield f"forall {measured} :: forall {acc}: {type_} :: {general} == {other}"


def _of_one(setting: Setting, function: Declaration, near: Sequence[Declaration]) -> Iterator[str]:
    """Of ``h: T -> U``: what it makes of ``f(a, b)``, for each ``f: T x T -> T``; and of itself."""
    types = _types(function)
    if len(types) != 1:
        return
    h, t = function.name, _here(setting, function.parameters[0].type)
    for other in near:
        f = other.name
        if _types(other) != [types[0]] * 2 or _type(other) != types[0]:
            continue
        if _type(function) in ("nat", "int"):
            yield f"forall a: {t}, b: {t} {{:induction a}} :: {h}({f}(a, b)) == {h}(a) + {h}(b)"
        elif _type(function) == types[0]:
            yield f"forall a: {t}, b: {t} {{:induction a}} :: {h}({f}(a, b)) == {f}({h}(b), {h}(a))"
            yield f"forall a: {t}, b: {t} {{:induction a}} :: {h}({f}(a, b)) == {f}({h}(a), {h}(b))"
    if _type(function) == types[0]:
        yield f"forall a: {t} {{:induction a}} :: {h}({h}(a)) == a"
