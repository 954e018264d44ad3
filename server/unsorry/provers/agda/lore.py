"""What is known at a hole: the function being defined, lemmas with their types, and which helpers are in scope."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import evolve, frozen

from unsorry.provers.agda import protocol
from unsorry.provers.agda.clauses import Clause
from unsorry.provers.agda.loader import Loaded
from unsorry.provers.agda.moves import Known
from unsorry.provers.agda.terms import equation
from unsorry.provers.agda.workbench import Workbench

_HELPERS = ("cong", "sym", "trans", "subst")
_HINTS = 8


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
    """Asks for the types of everything of interest that is in scope. Of the earlier declarations, those that state
    an equation are."""
    own: Known | None = None
    if clause is not None and clause.function:
        printed = await _type_of(bench, loaded, point, clause.function)
        known = Known.of(clause.function, printed, clause.arguments, recursive=True)
        own = known if known.visible else None
    lemmas = []
    for name in names:
        printed = await _type_of(bench, loaded, point, name) if name not in _HELPERS else ""
        known = Known.of(name, printed)
        if equation(known.result):
            lemmas.append(known)
    scope = [name for name in _HELPERS if await _type_of(bench, loaded, point, name)]
    return Lore(own, given, tuple(lemmas), frozenset(scope))


async def _type_of(bench: Workbench, loaded: Loaded, point: int, name: str) -> str:
    return " ".join((await bench.ask(loaded, protocol.infer(point, name))).inferred.split())
