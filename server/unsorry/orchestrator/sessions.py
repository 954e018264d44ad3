"""The live sessions: one a document, opened when first needed, lent to one search at a time, closed when idle."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable, Mapping

from attrs import define, field

from unsorry.errors import ProverError
from unsorry.model import Document
from unsorry.orchestrator.documents import Tracked
from unsorry.orchestrator.heartbeat import Heartbeat, Help
from unsorry.processes import Child, gathering
from unsorry.provers.base import Outline, Prover, Session
from unsorry.verification import Verifier

_log = logging.getLogger(__name__)


@define(eq=False)
class _Slot:
    lock: asyncio.Lock = field(factory=asyncio.Lock)
    session: Session | None = None
    document: Document | None = None
    outline: Outline | None = None
    verifier: Verifier | None = None
    used_at: float = 0.0
    prover: str = ""
    busy: bool = False
    children: set[Child] = field(factory=set)
    heartbeat: Heartbeat = field(factory=lambda: Heartbeat(time.monotonic))
    lease: Lease | None = None

    def cpu(self, by_child: Mapping[int, float]) -> float:
        """CPU seconds of the session's processes."""
        self.children = {child for child in self.children if child.alive}
        return sum(by_child.get(child.pid, 0.0) for child in self.children)


@define(eq=False)
class Lease:
    """Exclusive use of a document's session, brought up to the text that the lease was asked for.

    Whoever works with it counts the prover's ``answers``, and may set ``skip`` to what ends the step at hand.
    """

    session: Session
    document: Document
    outline: Outline
    verifier: Verifier
    answers: int = 0
    skip: Callable[[], None] | None = None


class SessionPool:
    """Owner of all sessions. A session that fails is closed, and opened again at the next lease."""

    def __init__(self, allowed_axioms: tuple[str, ...]) -> None:
        self._slots: dict[str, _Slot] = {}
        self._allowed_axioms = allowed_axioms

    @property
    def live(self) -> int:
        return sum(slot.session is not None for slot in self._slots.values())

    @contextlib.asynccontextmanager
    async def lease(self, prover: Prover, tracked: Tracked) -> AsyncIterator[Lease]:
        """Waits for the document's session, and starts it when there is none.

        Raises:
            ProverError: it cannot be started, or fails while it is brought up to date.
        """
        slot = self._slots.setdefault(tracked.uri, _Slot())
        async with slot.lock:
            document, outline = tracked.document, tracked.outline
            slot.heartbeat.begin()
            slot.busy = True
            try:
                with gathering(slot.children):
                    session, verifier = await self._ready(slot, prover, document, outline)
                    slot.lease = Lease(session, document, outline, verifier)
                    yield slot.lease
            except ProverError:
                await self._drop(slot)
                raise
            finally:
                slot.used_at, slot.lease, slot.busy = time.monotonic(), None, False

    @contextlib.asynccontextmanager
    async def beside(self, prover: Prover, lease: Lease) -> AsyncIterator[Lease]:
        """Another session of the lease's text, which ends with the block.

        Raises:
            ProverError: it cannot be started.
        """
        session = await prover.open(lease.document, lease.outline)
        try:
            verifier = Verifier(prover, lease.document, lease.outline, allowed_axioms=self._allowed_axioms)
            yield Lease(session, lease.document, lease.outline, verifier)
        finally:
            await asyncio.shield(session.close())

    async def _ready(
        self, slot: _Slot, prover: Prover, document: Document, outline: Outline
    ) -> tuple[Session, Verifier]:
        if slot.session is None:
            slot.prover = prover.info.name
            slot.session = await prover.open(document, outline)
            slot.verifier = None
        elif slot.document is None or slot.document.text != document.text or slot.outline is not outline:
            slot.verifier = slot.document = None  # a cancelled update leaves a session at no known text
            await slot.session.update(document, outline)
        slot.document, slot.outline = document, outline
        if slot.verifier is None:
            slot.verifier = Verifier(prover, document, outline, allowed_axioms=self._allowed_axioms)
        return slot.session, slot.verifier

    async def _drop(self, slot: _Slot) -> None:
        session, slot.session, slot.verifier, slot.document = slot.session, None, None, None
        if session is not None:
            await asyncio.shield(session.close())

    async def unstick(self, by_child: Mapping[int, float]) -> None:
        """Helps the sessions at work that give no sign of life. ``by_child``: CPU seconds by supervisor so far."""
        for uri, slot in list(self._slots.items()):
            if not slot.busy:
                continue
            lease = slot.lease
            match slot.heartbeat.observe(lease.answers if lease else 0, slot.cpu(by_child)):
                case Help.SKIP if lease is not None and lease.skip is not None:
                    _log.warning("%s gives no sign of life in %s; on to another strategy", slot.prover, uri)
                    lease.skip()
                case Help.RESTART:
                    _log.warning("%s gives no sign of life in %s; it is started anew", slot.prover, uri)
                    # Whoever waits for it meets the end of its output, and the session is dropped as after any failure.
                    await asyncio.gather(*(child.close() for child in slot.children))

    async def close(self, uri: str) -> None:
        """Ends a document's session once whoever uses it has let go."""
        slot = self._slots.pop(uri, None)
        if slot is not None:
            async with slot.lock:
                await self._drop(slot)

    async def close_idle(self, seconds: float, prover: str = "") -> None:
        """Ends the sessions, or only those of one prover, that nobody has used for so long."""
        now = time.monotonic()
        for slot in list(self._slots.values()):
            wanted = prover in ("", slot.prover)
            if wanted and slot.session is not None and not slot.lock.locked() and now - slot.used_at >= seconds:
                async with slot.lock:
                    await self._drop(slot)

    async def aclose(self) -> None:
        await asyncio.gather(*(self.close(uri) for uri in list(self._slots)))
