"""One live ``idris2 --ide-mode``: one request in flight, each with a deadline.

Idris cannot be told to stop. A request that runs out of time, or whose caller is cancelled, ends the process; so what
is left is a process waiting for its next request, or none: never one whose answers belong to an earlier question.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from unsorry.errors import ProverTimeout
from unsorry.processes import Child, ChildSpec
from unsorry.provers.idris2 import protocol
from unsorry.provers.idris2.protocol import Framer
from unsorry.provers.idris2.replies import Answer, read_answer


class Conversation:
    """Owner of the process; ``close`` it."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._framer = Framer()
        self._lock = asyncio.Lock()
        self._number = 0
        self._dead = False

    @classmethod
    async def start(cls, spec: ChildSpec, seconds: float) -> Conversation:
        """Starts Idris, waits for its greeting and turns highlighting off.

        Raises:
            ProverError: it does not start (``ProverTimeout``: not within ``seconds``).
        """
        conversation = cls(await Child.start(spec))
        try:
            async with asyncio.timeout(seconds):
                await conversation._greeting()
                await conversation.ask(protocol.QUIET, seconds)
        except TimeoutError as error:
            await conversation.close()
            raise ProverTimeout(f"idris2 did not start within {seconds:g} s") from error
        except BaseException:
            await conversation.close()
            raise
        return conversation

    @property
    def alive(self) -> bool:
        return not self._dead and self._child.alive

    @property
    def pid(self) -> int:
        return self._child.pid

    async def ask(self, command: str, seconds: float) -> Answer:
        """Sends one command and waits for the whole answer.

        Raises:
            ProverTimeout: no answer within ``seconds``; the process has been ended.
            ProverError: the process is gone, or answered what it must not (and has been ended).
        """
        async with self._lock:
            if not self.alive:
                raise self._child.failure("the process is gone")
            self._number += 1
            try:
                async with asyncio.timeout(seconds):
                    await self._child.send(protocol.request(command, self._number))
                    return await self._answer()
            except TimeoutError as error:
                await self.close()
                asked = command.strip("(:").partition(" ")[0]
                raise ProverTimeout(f"idris2 did not answer {asked} within {seconds:.3g} s") from error
            except BaseException:
                await self.close()
                raise

    async def close(self) -> None:
        """Ends the process. Safe to call twice."""
        self._dead = True
        await self._child.close()

    async def _greeting(self) -> None:
        async for _ in self._messages():
            self._framer.answered()
            return

    async def _answer(self) -> Answer:
        messages: list[str] = []
        async for message in self._messages():
            messages.append(message)
            if message.startswith("(:return"):
                break
        self._framer.answered()
        answer = read_answer(messages)
        if answer is None:
            raise self._child.failure("it ended in the middle of an answer")
        return answer

    async def _messages(self) -> AsyncIterator[str]:
        """Messages as they come, without end.

        Raises:
            ProverError: the process ended, or said what is no message.
        """
        while True:
            for message in self._framer.messages():
                yield message
            data = await self._child.read()
            if not data:
                last = self._framer.rest.strip()
                raise self._child.failure(f"it ended in the middle of an answer{f': {last[:300]}' if last else ''}")
            self._framer.feed(data)
