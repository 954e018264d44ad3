"""Which version of each prover runs here: asked once, and again after a restart."""

from __future__ import annotations

import asyncio

from unsorry.model import Available
from unsorry.provers.base import Prover


class Toolchains:
    """Remembers the provers' versions."""

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}
        self._asking = asyncio.Lock()

    async def version(self, prover: Prover) -> str:
        """The prover's version; empty when it does not tell."""
        name = prover.info.name
        async with self._asking:
            if name not in self._versions:
                found = await prover.probe()
                if isinstance(found, Available):
                    self._versions[name] = found.version
            return self._versions.get(name, "")

    def known(self, prover: str) -> str:
        """The version as far as it has been asked for."""
        return self._versions.get(prover, "")

    def forget(self, prover: str) -> None:
        self._versions.pop(prover, None)
