"""What Idris itself proposes at the holes of a state that it has loaded as a copy."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator

from unsorry.provers.idris2 import protocol
from unsorry.provers.idris2.batches import Version, marked, unmarked
from unsorry.provers.idris2.facts import Known
from unsorry.provers.idris2.loader import Loader
from unsorry.provers.idris2.moves import splittable
from unsorry.provers.idris2.replies import Answer, Metavariable
from unsorry.provers.idris2.states import Region, State, find
from unsorry.provers.patterns import compiled

_RESULTS = 4
_SPLITS = 3
_LEAST = 0.2
_TYPED = compiled(
    r"(?:^|\n)(?:[01] )?+(?:[\w.']++\.)?+([\w']++|\([^\s()]++\)) : ((?s:.*?))(?=\n(?:[01] )?+[\w.']++ : |\Z)"
)


class Asking:
    """Requests about one copy of a declaration; each is given what is left of the time."""

    def __init__(self, loader: Loader, region: Region, version: Version, deadline: float) -> None:
        self._loader = loader
        self._region = region
        self._version = version
        self._deadline = deadline

    async def proofs(self, state: State, hole: Metavariable, hints: tuple[str, ...]) -> AsyncGenerator[str, None]:
        """Terms that Idris's expression search finds for a hole."""
        line = self._line(state, find(state.text, hole.root))
        command = protocol.proof_search(line, marked(hole.root, self._version.number), hints)
        for _ in range(_RESULTS):
            answer = await self._ask(command)
            if not answer.text:
                return
            yield " ".join(unmarked(answer.text).split())
            command = protocol.NEXT_PROOF

    async def intros(self, state: State, hole: Metavariable) -> list[str]:
        """Constructors that fit, with holes for their arguments."""
        line = self._line(state, find(state.text, hole.root))
        answer = await self._ask(protocol.intro(line, marked(hole.root, self._version.number)))
        return [" ".join(unmarked(text).split()) for text in answer.texts]

    async def splits(self, state: State, hole: Metavariable) -> AsyncGenerator[str, None]:
        """Texts of the state with the clause of a hole split at one of its variables."""
        head = state.head(hole.root)
        if not head:
            return
        start, line = state.line_of(hole.root)
        for name in splittable(hole, head)[:_SPLITS]:
            row = self._line(state, start)
            column = self._column(row, name)
            answer = await self._ask(protocol.case_split(row, column, name))
            clauses = [unmarked(clause).strip() for clause in answer.text.split("\n") if clause.strip()]
            if clauses and clauses != [line.strip()]:
                margin = line[: len(line) - len(line.lstrip())]
                split = "\n".join(margin + clause for clause in clauses)
                yield state.text[:start] + split + state.text[start + len(line) :]

    async def definitions(self, name: str) -> AsyncGenerator[str, None]:
        """Whole definitions that Idris finds for a signature alone."""
        command = protocol.generate_definition(self._version.line, marked(name, self._version.number))
        for _ in range(_RESULTS):
            answer = await self._ask(command)
            if not answer.text:
                return
            yield unmarked(answer.text).strip("\n")
            command = protocol.NEXT_DEFINITION

    async def listing(self, module: str) -> str:
        """The names that a module exports, with their types."""
        return (await self._ask(protocol.browse(module))).text

    async def type_of(self, name: str, *, own: bool = False) -> Known | None:
        called = marked(name, self._version.number) if own else name
        answer = await self._ask(f"(:type-of {protocol.quote(called)})")
        found = _TYPED.match(answer.text)
        return Known(name, " ".join(unmarked(found[2]).split()), own) if found else None

    async def _ask(self, command: str) -> Answer:
        assert self._version.loaded is not None
        left = self._deadline - time.monotonic()
        return await self._loader.ask(self._version.loaded, command, max(_LEAST, left))

    def _line(self, state: State, offset: int) -> int:
        """1-based line of a state's offset in what is loaded."""
        return self._version.line + self._region.line(state.text, max(0, offset))

    def _column(self, row: int, name: str) -> int:
        """1-based column of a variable on a line of what is loaded, where the function's name may be longer."""
        assert self._version.loaded is not None
        line = self._version.loaded.text.split("\n")[row - 1]
        first = len(line) - len(line.lstrip())
        found = compiled(rf"(?<![\w'.]){name}(?![\w'])").search(line, line.find(" ", first))
        return found.start() + 1 if found else 1
