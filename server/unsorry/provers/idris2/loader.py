"""What Idris makes of texts: loads scratch copies, and starts a new process where one was lost."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from attrs import evolve, field, frozen

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import ChildSpec
from unsorry.provers.idris2 import protocol
from unsorry.provers.idris2.conversation import Conversation
from unsorry.provers.idris2.replies import Answer, Complaint, Metavariable, read_metavariables
from unsorry.provers.idris2.scratch import Scratch, Stamp
from unsorry.text import Encoding, SourceText, Span

START_SECONDS = 60.0  # a Java virtual machine may have to wake up
_REMEMBERED = 12
_LEAST = 0.1
_END = "unsorryReachedTheEnd"


@frozen
class Loaded:
    """What Idris said of a text: its errors, and its open holes with their contexts.

    ``finished``: it went through the text to its end. Errors of single declarations do not keep it from that; those of
    layout and of imports do.
    """

    text: str
    file: str
    finished: bool
    errors: tuple[Complaint, ...] = ()
    failure: str = ""
    holes: tuple[Metavariable, ...] = ()
    _source: SourceText = field(kw_only=True, repr=False)

    def located(self, complaint: Complaint) -> tuple[str, Span | None]:
        """A message, and the place in the text that it is about; one about another file says so."""
        if complaint.file != self.file:
            return f"in {complaint.file}: {complaint.message}", None
        start = self._source.offset(complaint.start, Encoding.UTF32)
        return complaint.message, Span(start, max(start, self._source.offset(complaint.end, Encoding.UTF32)))

    @property
    def problems(self) -> list[tuple[str, Span | None]]:
        """Everything that is wrong, with places where they are known; empty where nothing is."""
        found = [self.located(complaint) for complaint in self.errors]
        return found or ([(self.failure, None)] if self.failure else [])

    def line_of(self, offset: int) -> int:
        """1-based, as commands want it."""
        return self._source.line_of(offset) + 1

    def column_of(self, offset: int) -> int:
        """1-based."""
        return self._source.position(offset, Encoding.UTF32).character + 1


class Loader:
    """Owner of one session's process and scratch directory. One call at a time."""

    def __init__(self, spec: ChildSpec, scratch: Scratch) -> None:
        self._spec = evolve(spec, cwd=scratch.root)
        self._scratch = scratch
        self._conversation: Conversation | None = None
        self._known: OrderedDict[tuple[str, Stamp], Loaded] = OrderedDict()
        self._live: tuple[str, Stamp] | None = None
        self._shortest = 0.0  # seconds of the quickest load so far
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The live process's, for diagnosis."""
        alive = self._conversation is not None and self._conversation.alive
        return self._conversation.pid if self._conversation is not None and alive else None

    @property
    def file(self) -> str:
        """The scratch copy's name, as Idris shows it."""
        return str(self._scratch.file)

    async def start(self, seconds: float = START_SECONDS) -> Conversation:
        """The live process; a new one if there is none.

        Raises:
            ProverError: it does not start, or the session has been closed.
        """
        if self._closed:
            raise ProverError("the session has been closed")
        if self._conversation is None or not self._conversation.alive:
            self._live = None
            self._conversation = await Conversation.start(self._spec, max(seconds, START_SECONDS))
        return self._conversation

    async def load(self, text: str, seconds: float, *, live: bool = False) -> Loaded:
        """What Idris makes of ``text``; from memory if it has been asked before, unless it must be what the ``live``
        process has loaded, to be asked about.

        Raises:
            ProverError: the process failed (``ProverTimeout``: not within ``seconds``).
        """
        key = (text, await self.state(text))
        known = self._known.get(key)
        if known is not None and (not live or (self._live == key and self.pid is not None)):
            self._known.move_to_end(key)
            return known
        loaded = await self._load(*key, seconds)
        self._live = key
        self._known[key] = loaded
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return loaded

    async def ask(self, loaded: Loaded, command: str, seconds: float) -> Answer:
        """Asks about what is loaded, without changing it.

        Raises:
            ProverError: the process failed (``ProverTimeout``: not within ``seconds``), or something else is loaded.
        """
        if self._live is None or self._live[0] != loaded.text or self._conversation is None:
            raise ProverError("idris2 has something else loaded")
        return await self._conversation.ask(command, seconds)

    async def state(self, text: str) -> Stamp:
        """That of the files that a text imports."""
        return await asyncio.to_thread(self._scratch.stamp, text)

    async def close(self) -> None:
        """Ends the process and removes the scratch directory."""
        self._closed = True
        try:
            if self._conversation is not None:
                await self._conversation.close()
        finally:
            self._scratch.close()

    async def _load(self, text: str, stamp: Stamp, seconds: float) -> Loaded:
        self._live = None
        if seconds < self._shortest:  # to begin would be to end the process, and to wait for another
            raise ProverTimeout(f"a load takes {self._shortest:.2g} s at least, and only {seconds:.2g} s are left")
        deadline = time.monotonic() + seconds
        conversation = await self.start(seconds)
        started = time.monotonic()
        self._scratch.write(_with_end(text, self.file), stamp)
        answer = await conversation.ask(protocol.load(self.file), max(_LEAST, deadline - time.monotonic()))
        source = SourceText(text)
        errors = tuple(found for found in answer.complaints if not found.is_warning) if answer.error else ()
        listed = await conversation.ask(protocol.HOLES, max(_LEAST, deadline - time.monotonic()))
        holes = tuple(read_metavariables(listed))
        end = await conversation.ask(f"(:type-of {protocol.quote(_END)})", max(_LEAST, deadline - time.monotonic()))
        said = [words for words in answer.written if ": Building " not in words]
        took = time.monotonic() - started
        self._shortest = min(took, self._shortest or took)
        failure = " ".join((answer.error, *said)) if answer.error else ""
        return Loaded(text, self.file, not end.error, errors, failure, holes, source=source)


def _with_end(text: str, file: str) -> str:
    """The text with a declaration behind its last: if Idris knows that, it has gone through the whole."""
    mark = "> " if file.endswith(".lidr") else ""
    return f"{text}\n\n{mark}{_END} : Type\n{mark}{_END} = Type\n"
