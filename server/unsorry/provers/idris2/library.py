"""Names that a text imports, with their types, as far as they speak of a goal. What Idris lists of a module is asked
for once."""

from __future__ import annotations

import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

from attrs import frozen

from unsorry.provers.idris2.facts import Fact, Known, instances
from unsorry.provers.idris2.replies import Metavariable
from unsorry.provers.idris2.types import equation, infixed, items, parse_type, tokens, unbracketed
from unsorry.provers.patterns import compiled

_MODULES = 8
_FACTS = 6
_NAMES = 4
_LISTED = compiled(r"(?:[01] )?+(?:[\w']++\.)*+([\w']++|\([^\s()]++\)) : (.+)")
_VARIABLE = compiled(r"[a-z][\w']?")
_UNSAFE = compiled(r"believe_me|assert_|unsafe|idris_crash|prim__")


@frozen
class Library:
    """All that is imported."""

    names: tuple[Known, ...] = ()

    def facts(self, hole: Metavariable) -> list[Fact]:
        """Imported lemmas about equations, applied so that a side stands in the goal; first those with both."""
        words = set(tokens(infixed(hole.type)))
        near = [known for known in self.names if _speaks(known, words)]
        found = itertools.chain.from_iterable(instances(known, hole.type) for known in near)
        return sorted(found, key=lambda fact: (not (fact.left and fact.right), _guesses(fact.term)))[:_FACTS]

    def heads(self, hole: Metavariable) -> list[Known]:
        """Imported names whose result begins as the goal does; those with the fewest arguments first."""
        goal = items(unbracketed(hole.type))
        if equation(hole.type) is not None or not goal or "->" in goal:
            return []
        found = [(known, parse_type(known.type)) for known in self.names]
        fitting = [
            (sum(parameter.explicit for parameter in parameters), known)
            for known, (parameters, result) in found
            if items(unbracketed(result))[:1] == goal[:1]
        ]
        return [known for _, known in sorted(fitting, key=lambda one: one[0])[:_NAMES]]


class Libraries:
    """What is known of modules, for a session: ``ask`` tells what Idris lists of one."""

    def __init__(self) -> None:
        self._listed: dict[tuple[str, object], tuple[Known, ...]] = {}

    async def of(
        self, modules: Sequence[str], state: object, ask: Callable[[str], Awaitable[str]], seconds: float
    ) -> Library:
        """What the modules have. ``state``: that of their sources; what was listed holds while it stays the same. After
        ``seconds`` no further module is asked about."""
        names: list[Known] = []
        end = time.monotonic() + seconds
        for module in modules[:_MODULES]:
            if (module, state) not in self._listed:
                if time.monotonic() > end:
                    continue
                self._listed[module, state] = tuple(read_names(await ask(module)))
            names += self._listed[module, state]
        return Library(tuple(names))


def read_names(listed: str) -> Iterator[Known]:
    """The names of a listing with their types, each on a line of its own and on lines that are indented."""
    entries: list[str] = []
    for line in listed.split("\n"):
        if line[:1].isspace() and entries:
            entries[-1] += f" {line.strip()}"
        else:
            entries.append(line)
    for entry in entries:
        match = _LISTED.fullmatch(entry)
        if match and not _UNSAFE.search(entry):
            yield Known(match[1], " ".join(match[2].split()))


def _guesses(term: str) -> int:
    """How many arguments are left to Idris."""
    return items(term).count("_")


def _speaks(known: Known, goal: set[str]) -> bool:
    """Whether a side of a lemma's equation has no word, but for its variables, that the goal has not."""
    parameters, result = known.parts
    free = {parameter.name for parameter in parameters}
    for side in equation(infixed(result)) or ():
        words = [word for word in tokens(side) if word not in free and not _VARIABLE.fullmatch(word)]
        if words and goal.issuperset(words):
            return True
    return False
