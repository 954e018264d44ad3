"""One live ``agda --interaction-json``: one command in flight, each with a deadline.

A command that runs out of time, or whose caller is cancelled, is aborted; when Agda does not come back from
that, the process is ended. So what is left is a process waiting for its next command, or none: never one whose
answers belong to an earlier question.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path

from unsorry.errors import ProverError, ProverTimeout
from unsorry.processes import Child, ChildSpec
from unsorry.provers.agda import protocol
from unsorry.provers.agda.protocol import Framer
from unsorry.provers.agda.replies import Reply, parse_reply

_ABORT_SECONDS = 2.0


class Interaction:
    """Owner of the process; ``close`` it."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._framer = Framer()
        self._lock = asyncio.Lock()
        self._dead = False

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> Interaction:
        """Starts Agda and waits for its first prompt.

        Raises:
            ProverError: it does not start (``ProverTimeout``: not within ``seconds``).
        """
        interaction = cls(await Child.start(spec))
        try:
            async with asyncio.timeout(seconds):
                await interaction._answer()
        except TimeoutError as error:
            await interaction.close()
            raise ProverTimeout(f"agda did not start within {seconds:g} s") from error
        except BaseException:
            await interaction.close()
            raise
        return interaction

    @property
    def alive(self) -> bool:
        return not self._dead and self._child.alive

    @property
    def pid(self) -> int:
        return self._child.pid

    async def ask(self, file: Path, command: str, seconds: float) -> Reply:
        """Sends one command about ``file`` and waits for the whole answer.

        Raises:
            ProverTimeout: no answer within ``seconds``; the command was aborted.
            ProverError: the process is gone, or answered what it must not (and has been ended).
        """
        async with self._lock:
            if not self.alive:
                raise self._child.failure("the process is gone")
            try:
                async with asyncio.timeout(seconds):
                    await self._child.send(protocol.request(file, command))
                    lines = await self._answer()
                return parse_reply(lines)
            except TimeoutError as error:
                await self._abort(file)
                raise ProverTimeout(
                    f"agda did not answer {command.partition(' ')[0]} within {seconds:.3g} s"
                ) from error
            except asyncio.CancelledError:
                await self._abort(file)
                raise
            except ProverError:
                await self.close()
                raise

    async def close(self) -> None:
        """Ends the process. Safe to call twice."""
        self._dead = True
        await self._child.close()

    async def _answer(self) -> Iterable[bytes]:
        while not self._framer.complete:
            data = await self._child.read()
            if not data:
                raise self._child.failure("it ended in the middle of an answer")
            self._framer.feed(data)
        return self._framer.take()

    async def _abort(self, file: Path) -> None:
        """Brings Agda back to its prompt, or ends it.

        Exactly one prompt follows, also when the command had just ended by itself: an abort concerns only
        commands that came before it, and says nothing when there is none.
        """
        try:
            async with asyncio.timeout(_ABORT_SECONDS):
                await self._child.send(protocol.request(file, protocol.ABORT))
                await self._answer()
        except (TimeoutError, ProverError):
            await self.close()
        except asyncio.CancelledError:
            await self.close()
            raise
