"""One live ``agda --interaction-json``: commands, alone or several at once, each lot with a deadline.

Commands that run out of time, or whose caller is cancelled, are aborted; when Agda does not come back from
that, the process is ended. So what is left is a process waiting for its next command, or none: never one whose
answers belong to an earlier question.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec, Due, pause
from unsorry.provers.agda import protocol
from unsorry.provers.agda.protocol import Framer
from unsorry.provers.agda.replies import Reply, parse_reply

_ABORT_SECONDS = 2.0
# Each look at what comes costs the same, however little it is: while more than one answer is due, Agda goes on anyway,
# and output waits for this part of what the rest takes if each takes as long as the one before.
_PART = 2 / 3


class Interaction:
    """Owner of the process; ``close`` it."""

    def __init__(self) -> None:
        self._child: Child | None = None
        self._framer = Framer()
        self._replies: list[Reply] | None = None  # where answers go, if somebody wants them
        self._due = Due()
        self._started = 0.0
        self._lock = asyncio.Lock()
        self._dead = False

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> Interaction:
        """Starts Agda and waits for its first prompt.

        Raises:
            ProverError: it does not start (``ProverTimeout``: not within ``seconds``).
        """
        interaction = cls()
        interaction._expect(1, None)
        interaction._child = await Child.start(spec, interaction._receive)
        try:
            await interaction._due.wait(interaction._program, seconds)
        except TimeoutError as error:
            await interaction.close()
            raise ProverTimeout(f"agda did not start within {seconds:g} s") from error
        except BaseException:
            await interaction.close()
            raise
        return interaction

    @property
    def alive(self) -> bool:
        return not self._dead and self._program.alive

    @property
    def pid(self) -> int:
        return self._program.pid

    async def ask(self, file: Path, command: str, seconds: float) -> Reply:
        """Sends one command about ``file`` and waits for the whole answer; raises what ``ask_all`` does."""
        replies: list[Reply] = []
        await self.ask_all(file, (command,), seconds, replies)
        return replies[0]

    async def ask_all(self, file: Path, commands: Sequence[str], seconds: float, replies: list[Reply]) -> None:
        """Sends commands about ``file`` all at once and waits for their answers, which join ``replies`` in order as
        they come, also when not all of them do.

        Raises:
            ProverTimeout: not all have an answer within ``seconds``; those that have none were aborted.
            ProverError: the process is gone, or answered what it must not (and has been ended).
        """
        async with self._lock:
            if not self.alive:
                raise self._program.failure("the process is gone")
            try:
                self._expect(len(commands), replies)
                self._program.write(b"".join(protocol.request(file, command) for command in commands))
                await self._due.wait(self._program, seconds)
            except TimeoutError as error:
                await self._abort(file)
                command = commands[len(replies)].partition(" ")[0]
                raise ProverTimeout(f"agda did not answer {command} within {seconds:.3g} s") from error
            except asyncio.CancelledError:
                await self._abort(file)
                raise
            except ProverError:
                await self.close()
                raise

    async def close(self) -> None:
        """Ends the process. Safe to call twice."""
        self._dead = True
        await self._program.close()

    @property
    def _program(self) -> Child:
        assert self._child is not None
        return self._child

    def _expect(self, number: int, replies: list[Reply] | None) -> None:
        self._due.expect(number)
        self._replies = replies
        self._started = time.monotonic()

    def _receive(self, data: bytes) -> float:
        """Takes in output as it comes. Returns how many seconds more of it may wait."""
        if not data:
            self._due.end()
        try:
            for lines in self._framer.feed(data):
                self._take(lines)
        except ProverError as error:
            self._due.fail(error)
        if not self._due.more() or self._due.number == 1:
            return 0.0
        return pause((time.monotonic() - self._started) * self._due.number, _PART)

    def _take(self, lines: Sequence[bytes]) -> None:
        self._due.answered(self._due.number if protocol.ABORTED in lines else 1)
        if self._replies is not None:
            self._replies.append(parse_reply(lines))
        self._started = time.monotonic()

    async def _abort(self, file: Path) -> None:
        """Brings Agda back to its prompt, or ends it.

        One prompt follows for each command that had ended by itself before the abort came, and one for the abort, if
        there was still something to abort.
        """
        try:
            self._expect(0, None)
            self._program.write(protocol.request(file, protocol.ABORT))
            await self._due.wait(self._program, _ABORT_SECONDS)
        except (TimeoutError, ProverError):
            await self.close()
        except asyncio.CancelledError:
            await self.close()
            raise
