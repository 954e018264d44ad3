"""What is known at a hole: the function being defined, lemmas with their types, and which helpers are in scope."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from unsorry.provers.agda import instances, protocol
from unsorry.provers.agda.clauses import Clause
from unsorry.provers.agda.instances import Known
from unsorry.provers.agda.loader import Loaded
from unsorry.provers.agda.replies import Context
from unsorry.provers.agda.terms import equation, head, tokens
from unsorry.provers.agda.workbench import Workbench

_HELPERS = ("cong", "sym", "trans", "subst")
_EQUALITY = "≡"
_HINTS = 8
_IMPORTED = 40
_LAWS = 8
# A library states laws by names of their own (``Commutative _+_``); unfolded at the head they speak of the goal's
# functions, and where arguments come before that, unfolded throughout.
_FORMS = ("HeadNormal", "Normalised")
_LONG = 4.0


@frozen
class Lore:
    """``own`` is the function being defined, ``given`` and ``lemmas`` what can be used beside it, ``scope`` which
    of the helpers of equality exist."""

    own: Known | None = None
    given: tuple[Known, ...] = ()
    lemmas: tuple[Known, ...] = ()
    scope: frozenset[str] = frozenset()

    @property
    def known(self) -> tuple[Known, ...]:
        return (*((self.own,) if self.own is not None else ()), *self.given, *self.lemmas)

    @property
    def hints(self) -> str:
        """For Agda's own search."""
        return " ".join(lemma.name for lemma in (*self.given, *self.lemmas)[:_HINTS])

    def at(self, arguments: Sequence[str], *, hidden: bool) -> Lore:
        """The same in a clause with these arguments; ``hidden``: it has taken an implicit one apart."""
        if self.own is None:
            return self
        return evolve(self, own=evolve(self.own, arguments=tuple(arguments), hidden=hidden))


async def gather(
    bench: Workbench, loaded: Loaded, point: int, clause: Clause | None, names: Iterable[str], given: tuple[Known, ...]
) -> Lore:
    """Asks for the types of what is in scope and may be of use: of the earlier declarations (``names``), those that
    state an equation."""
    function = clause.function if clause is not None else ""
    others = [name for name in names if name not in _HELPERS]
    asked = [*_HELPERS, *others, *filter(None, [function])]
    types = dict(zip(asked, await bench.types(loaded, point, asked), strict=True))
    own: Known | None = None
    if clause is not None and function:
        own = Known.of(function, types[function], clause.arguments, recursive=True)
    lemmas = (Known.of(name, types[name]) for name in others)
    return Lore(
        own if own is not None and own.visible else None,
        given,
        tuple(known for known in lemmas if equation(known.result)),
        frozenset(name for name in _HELPERS if types[name]),
    )


async def imported(bench: Workbench, loaded: Loaded, point: int, own: frozenset[str]) -> tuple[Known, ...]:
    """Imported lemmas about what the goal speaks of, which state what it states or an equation; ``own`` are the
    file's names."""
    context = (await bench.ask(loaded, protocol.goal_and_context(point))).context
    if context is None or head(context.type) == "→":
        return ()
    found = _Found(context.on_one_line, own)
    for relation, form in itertools.product(found.relations, _FORMS):
        if form != _FORMS[0] and bench.left < _LONG:
            continue
        name = relation if relation[0].isalnum() else f"_{relation}_"
        for lemma, type_ in (await bench.ask(loaded, protocol.search_about(name, form))).about:
            found.add(lemma, " ".join(type_.split()), relation)
            await asyncio.sleep(0)  # there may be hundreds, and others wait for their turn
    return found.best()


class _Found:
    """Lemmas of a library, to choose the most promising from."""

    def __init__(self, context: Context, own: frozenset[str]) -> None:
        self._context = context
        self._own = own
        self._goal = head(context.type)
        self.relations = tuple(dict.fromkeys((self._goal, _EQUALITY)))
        names = {entry.name for entry in context.entries}
        self._spoken = set(tokens(context.type)) - names - {*self.relations, "(", ")"}
        self._lemmas: dict[str, tuple[bool, int, int, Known]] = {}
        self._laws: dict[str, tuple[int, Known]] = {}

    def add(self, name: str, type_: str, relation: str) -> None:
        if name in self._own or name in self._lemmas or name.startswith("."):
            return
        known = Known.of(name, type_)
        shared = self._spoken & set(tokens(known.result))
        said = instances.symbols(type_)
        if head(known.result) == relation and shared:
            fits = bool(instances.matched(known, self._context))
            self._lemmas[name] = (not fits, -len(shared), len(known.parameters), evolve(known, imported=True))
        elif self._spoken and self._spoken | {self._goal} <= said:
            self._laws[name] = (len(said), Known(name, (), "", imported=True, symbols=said))

    def best(self) -> tuple[Known, ...]:
        laws = sorted((one for name, one in self._laws.items() if name not in self._lemmas), key=lambda one: one[0])
        lemmas = sorted(self._lemmas.values(), key=lambda one: one[:3])
        return (*(known for *_, known in lemmas[:_IMPORTED]), *(known for _, known in laws[:_LAWS]))
