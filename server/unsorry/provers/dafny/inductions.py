"""Proofs of a lemma by itself on smaller arguments: along the functions in its statement, then along its parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen

from unsorry.provers.dafny.declarations import Declaration
from unsorry.provers.dafny.skeletons import STEP, Call, Leaf, Walker, calls
from unsorry.provers.dafny.tokens import substituted, text_of

Extras = Callable[[Leaf], Sequence[str]]
"""Statements to add at a leaf, beside the calls of the lemma."""


@frozen
class Setting:
    """A lemma with the functions and datatypes of its text."""

    lemma: Declaration
    functions: Mapping[str, Declaration]
    datatypes: Mapping[str, Declaration]

    @property
    def types(self) -> Mapping[str, tuple[str, ...]]:
        """The types of each constructor's fields."""
        return {
            each.name: tuple(part.type for part in each.fields)
            for datatype in self.datatypes.values()
            for each in datatype.constructors
        }


def make_setting(lemma: Declaration, declarations: Sequence[Declaration]) -> Setting:
    functions = {each.name: each for each in declarations if each.is_function and each.code}
    datatypes = {each.name: each for each in declarations if each.constructors}
    return Setting(lemma, functions, datatypes)


def promised_calls(setting: Setting) -> list[Call]:
    """The calls in what the lemma promises, each once, those of which an argument is a parameter of the lemma."""
    names = {parameter.name for parameter in setting.lemma.parameters}
    found: dict[str, Call] = {}
    for clause in [*setting.lemma.having("ensures"), *setting.lemma.having("requires")]:
        for call in calls(clause.code, setting.functions):
            if any(len(argument) == 1 and argument[0].text in names for argument in call.arguments):
                key = f"{call.function}({', '.join(map(text_of, call.arguments))})"
                found.setdefault(key, call)
    return list(found.values())


@frozen
class Recursion:
    """A proof of a lemma by itself along one function that calls itself: ``call`` is the call in the statement.
    ``changing``: the other arguments go with the function's as well."""

    setting: Setting
    call: Call
    changing: bool

    @property
    def function(self) -> Declaration:
        return self.setting.functions[self.call.function]

    def lines(self, fill: Callable[[Leaf, Sequence[Sequence[str]]], Sequence[str]]) -> list[str]:
        """The proof's lines; ``fill`` gives those where a path through the function ends, from the lemma's arguments
        at each recursive call there."""
        function, lemma = self.function, self.setting.lemma
        values = {p.name: text_of(a) for p, a in zip(function.parameters, self.call.arguments, strict=True)}
        same = [p.name for p in lemma.parameters]

        def filled(leaf: Leaf) -> Sequence[str]:
            found: list[list[str]] = []
            for inner in calls(leaf.code, frozenset({function.name})):
                arguments = _arguments(lemma, function, self.call, inner, leaf, self.changing)
                if arguments != same and arguments not in found:
                    found.append(arguments)
            return fill(leaf, found)

        return Walker(self.setting.types, frozenset(same), filled).lines(Leaf(function.code, values))


def recursions(setting: Setting) -> Iterator[Recursion]:
    """Along each function in the statement that calls itself."""
    for call in promised_calls(setting):
        function = setting.functions[call.function]
        if len(call.arguments) == len(function.parameters) and any(calls(function.code, frozenset({function.name}))):
            yield from (Recursion(setting, call, changing) for changing in (True, False))


def along_functions(setting: Setting, extras: Extras = lambda _: ()) -> Iterator[str]:
    """A proof for each function in the statement that calls itself; with its other arguments as they change there,
    and as they were."""

    def fill(leaf: Leaf, again: Sequence[Sequence[str]]) -> Sequence[str]:
        made = [f"{setting.lemma.name}({', '.join(arguments)});" for arguments in again]
        return [*made, *(extras(leaf) if made else ())]

    for recursion in recursions(setting):
        if lines := recursion.lines(fill):
            yield "\n".join(lines)


def _arguments(
    lemma: Declaration, function: Declaration, outer: Call, inner: Call, leaf: Leaf, changing: bool
) -> list[str]:
    """The lemma's parameters as they have changed from one call of the function to the next."""
    new = {p.name: p.name for p in lemma.parameters}
    for argument, changed, parameter in zip(outer.arguments, inner.arguments, function.parameters, strict=False):
        name = text_of(argument)
        if name in new:
            value = substituted(changed, leaf.values)
            smaller = any(token.text in leaf.bound.values() or token.text in leaf.bound for token in changed) or any(
                token.text == parameter.name for token in changed
            )
            if changing or smaller:
                new[name] = value
    return list(new.values())


def along_parameters(setting: Setting, extras: Extras = lambda _: ()) -> Iterator[str]:
    """A proof by induction on each parameter whose type has smaller values."""
    lemma = setting.lemma
    for parameter in lemma.parameters:
        name = parameter.name
        if parameter.type in ("nat", "int"):
            yield _guarded(f"{name} > 0", [_again(lemma, name, f"{name} - 1")], extras)
        elif parameter.type.startswith("seq") or parameter.type == "string":
            for smaller in (f"{name}[1..]", f"{name}[..|{name}| - 1]"):
                yield _guarded(f"|{name}| > 0", [_again(lemma, name, smaller)], extras)
        elif parameter.type.startswith("set"):
            body = [f"var x :| x in {name};", _again(lemma, name, f"{name} - {{x}}")]
            yield _guarded(f"{name} != {{}}", body, extras)
        elif datatype := setting.datatypes.get(_base(parameter.type)):
            yield "\n".join(_by_cases(setting, name, datatype, extras))


def cases(setting: Setting) -> Iterator[str]:
    """Case splits without induction: on a truth value or a datatype."""
    for parameter in setting.lemma.parameters:
        if parameter.type == "bool":
            yield f"if {parameter.name} {{\n}} else {{\n}}"
        elif datatype := setting.datatypes.get(_base(parameter.type)):
            arms = [f"case {_pattern(each.name, [p.name for p in each.fields])} =>" for each in datatype.constructors]
            yield "\n".join([f"match {parameter.name} {{", *arms, "}"])


def _by_cases(setting: Setting, name: str, datatype: Declaration, extras: Extras) -> Iterator[str]:
    taken = {p.name for p in setting.lemma.parameters}
    yield f"match {name} {{"
    for constructor in datatype.constructors:
        bound: dict[str, str] = {}
        for number, part in enumerate(constructor.fields):
            new = part.name or f"x{number}"
            while new in taken or new in bound:
                new += "'"
            bound[new] = part.type
        yield f"case {_pattern(constructor.name, list(bound))} =>"
        smaller = [each for each, type_ in bound.items() if _base(type_) == datatype.name]
        yield from (f"{STEP}{_again(setting.lemma, name, each)}" for each in smaller)
        if smaller:
            yield from (f"{STEP}{line}" for line in extras(Leaf((), {}, bound)))
    yield "}"


def _guarded(condition: str, lines: Sequence[str], extras: Extras) -> str:
    inner = [*lines, *extras(Leaf((), {}, {}))]
    return "\n".join([f"if {condition} {{", *(f"{STEP}{line}" for line in inner), "}"])


def _again(lemma: Declaration, name: str, value: str) -> str:
    return f"{lemma.name}({', '.join(value if p.name == name else p.name for p in lemma.parameters)});"


def _pattern(constructor: str, names: Sequence[str]) -> str:
    return f"{constructor}({', '.join(names)})" if names else constructor


def _base(type_: str) -> str:
    return type_.partition("<")[0].strip()
