"""Which text the live process has loaded: loads scratch copies, and starts a new process where one was lost."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from unsorry.errors import ProverError
from unsorry.processes import ChildSpec
from unsorry.provers.agda import protocol
from unsorry.provers.agda.interaction import Interaction
from unsorry.provers.agda.places import Places
from unsorry.provers.agda.replies import Reply
from unsorry.provers.agda.scratch import Scratch
from unsorry.text import Span

START_SECONDS = 30.0
# Agda shows the token that it stopped at, and then all that is left of the file.
_PARSE_ERROR = re.compile(r"\n(\S*)<ERROR>.*", re.DOTALL)


@frozen
class Loaded:
    """What Agda said of a text: its interaction points, what is wrong with it, and whether it is
    complete. With a ``failure`` (a hard error) there is nothing else. ``points`` are the interaction points, in text
    order."""

    text: str
    name: str
    file: Path
    reply: Reply
    places: Places = field(repr=False)
    points: tuple[tuple[Span, int], ...]

    @property
    def failure(self) -> str:
        return self.reply.error

    def point_at(self, span: Span) -> int | None:
        """The interaction point of the hole at a span."""
        return dict(self.points).get(span)

    def type_at(self, point: int) -> str:
        """The type of an open interaction point as it is written, not simplified; empty where there is none."""
        return next((each.type for each in self.reply.visible if each.id == point), "")

    def located(self, message: str) -> tuple[str, Span | None]:
        """A message of Agda's that speaks of the user's file, not of its copy, and the place that it is about."""
        text, span = self.places.located(message, self.file)
        text = _PARSE_ERROR.sub(r" at `\1`", text).replace(str(self.file), self.name)
        ours = f"{self.file.parent}/"  # where it looked for a module, for example
        return "\n".join(line for line in text.split("\n") if not line.strip().startswith(ours)), span

    @property
    def clean(self) -> bool:
        """Nothing is wrong with the text but open holes."""
        return not (self.reply.error or self.reply.errors or self.reply.invisible)


class Loader:
    """Owner of one session's process and scratch directory. One call at a time."""

    def __init__(self, spec: ChildSpec, scratch: Scratch) -> None:
        self._spec = evolve(spec, cwd=scratch.root)
        self._scratch = scratch
        self._interaction: Interaction | None = None
        self._loaded: Loaded | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The live process's, for diagnosis."""
        alive = self._interaction is not None and self._interaction.alive
        return self._interaction.pid if self._interaction is not None and alive else None

    async def start(self, seconds: float = START_SECONDS) -> Interaction:
        """The live process; a new one if there is none.

        Raises:
            ProverError: it does not start, or the session has been closed.
        """
        if self._closed:
            raise ProverError("the session has been closed")
        if self._interaction is None or not self._interaction.alive:
            self._loaded = None
            self._interaction = await Interaction.start(self._spec, seconds)
        return self._interaction

    async def load(self, text: str, file: str, seconds: float, *, safe: bool = False) -> Loaded:
        """What Agda makes of ``text`` as the contents of ``file``; at once if it is what is loaded already.

        Raises:
            ProverError: the process failed, or did not say what it had loaded.
            ProverTimeout: not within ``seconds``.
        """
        copy = self._scratch.copy(file, safe=safe)
        held = self._loaded
        if held is not None and held.text == text and held.file == copy.place and self.pid is not None:
            return held
        self._loaded = None
        deadline = time.monotonic() + seconds
        interaction = await self.start(seconds)
        copy.write(text)
        command = protocol.load(copy.place, copy.options)
        reply = await interaction.ask(copy.place, command, max(0.1, deadline - time.monotonic()))
        if not reply.error and not reply.listed:
            raise ProverError("agda did not say what it had loaded")
        places = Places(text)
        points = sorted((places.span(point.place), point.id) for point in reply.points if point.place is not None)
        self._loaded = Loaded(text, file, copy.place, reply, places, tuple(points))
        return self._loaded

    async def ask(self, loaded: Loaded, command: str, seconds: float) -> Reply:
        """Asks about what is loaded, without changing it.

        Raises:
            ProverError: the process failed (``ProverTimeout``: not within ``seconds``), or something else is
                loaded by now.
        """
        return (await self.ask_all(loaded, (command,), seconds))[0]

    async def ask_all(self, loaded: Loaded, commands: Sequence[str], seconds: float) -> list[Reply]:
        """The same for several commands at once, which have so many seconds together."""
        replies: list[Reply] = []
        if commands:
            await self._ask(loaded, commands, seconds, replies)
        return replies

    async def give(self, loaded: Loaded, point: int, terms: Sequence[str], seconds: float) -> list[Reply]:
        """Gives terms to an interaction point, one after the other up to the first that Agda takes: that changes the
        state, and the text is loaded again next time. Where ``seconds`` are not enough for all, or one of them ends
        the process, there are fewer replies than terms, but one at least; raises what ``ask`` does otherwise."""
        replies: list[Reply] = []
        try:
            await self._ask(loaded, [protocol.give(point, term) for term in terms], seconds, replies)
        except ProverError:
            if not replies:
                raise
        for number, reply in enumerate(replies, 1):
            if not reply.error:
                self._loaded = None
                return replies[:number]
        return replies

    async def ask_and_spoil(self, loaded: Loaded, command: str, seconds: float) -> Reply:
        """Asks what may change the state: unless it fails without a trace, the text is loaded again next time."""
        reply = await self.ask(loaded, command, seconds)
        if not reply.error:
            self._loaded = None
        return reply

    async def _ask(self, loaded: Loaded, commands: Sequence[str], seconds: float, replies: list[Reply]) -> None:
        if self._loaded is not loaded or self._interaction is None:
            raise ProverError("agda has something else loaded")
        try:
            await self._interaction.ask_all(loaded.file, commands, seconds, replies)
        except BaseException:
            self._loaded = None  # an abort throws away what was loaded
            raise

    async def close(self) -> None:
        """Ends the process and removes the scratch directory."""
        self._closed = True
        self._loaded = None
        try:
            if self._interaction is not None:
                await self._interaction.close()
        finally:
            self._scratch.close()
