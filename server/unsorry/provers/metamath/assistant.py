"""Metamath's Proof Assistant on one statement: a live process, since a search asks it thousands of things."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from unsorry.errors import ProverTimeout
from unsorry.processes import Child, ChildSpec

_PROMPT = b"MM-PA> "
_START_SECONDS = 20.0
_MOST_BYTES = 8 << 20


class Assistant:
    """Owner of the process. It starts with the first question, and again after one that took too long."""

    def __init__(self, spec: ChildSpec) -> None:
        """``spec`` starts the program so that it enters the Proof Assistant."""
        self._spec = spec
        self._child: Child | None = None

    async def ask(self, commands: Sequence[str], seconds: float) -> tuple[str, ...]:
        """What it says to each command.

        Raises:
            ProverTimeout: no answer within ``seconds``; the process has been ended.
            ProverError: the process died, did not enter the Proof Assistant, or says more than anybody can read.
        """
        try:
            if self._child is None:
                self._child = await Child.start(self._spec)
                async with asyncio.timeout(_START_SECONDS):
                    await self._answers(self._child, 1)
            async with asyncio.timeout(seconds):
                await self._child.send("".join(f"{command}\n" for command in commands).encode())
                return await self._answers(self._child, len(commands))
        except TimeoutError as error:
            await self.close()
            raise ProverTimeout(f"the Proof Assistant did not answer within {seconds:.1f} s") from error
        except BaseException:
            await self.close()
            raise

    async def _answers(self, child: Child, count: int) -> tuple[str, ...]:
        said = bytearray()
        while said.count(_PROMPT) < count:
            data = await child.read()
            said += data
            if not data or len(said) > _MOST_BYTES:
                raise child.failure("the Proof Assistant ended" if not data else "the Proof Assistant says too much")
        return tuple(piece.decode("utf-8", "replace").strip() for piece in bytes(said).split(_PROMPT)[:count])

    async def close(self) -> None:
        """Ends the process, if there is one. Safe to call twice."""
        child, self._child = self._child, None
        if child is not None:
            await child.close()
