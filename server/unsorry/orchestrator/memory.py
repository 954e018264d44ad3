"""What is known of goals, from this process and from the ledger, so that the same goal is not searched twice."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Mapping, Sequence

from unsorry import __version__
from unsorry.ledger.entries import Entry, Kind
from unsorry.ledger.ledger import Ledger
from unsorry.ledger.receipts import Receipt
from unsorry.model import Candidate, Document, Goal, Goals, Hole, Language, Proof
from unsorry.orchestrator.imports import digest_of_imports
from unsorry.orchestrator.normal import likeness, renamed, tokens_of
from unsorry.orchestrator.scenes import Scene, digest_of_unit
from unsorry.orchestrator.shapes import shape_of
from unsorry.provers.base import Outline

_KEPT = 5
_SIMILAR = 6
_ALIKE = 0.5
_RECENT = 500
_MOST_VAIN = 10_000
_IMPORTS_SECONDS = 10.0


class GoalMemory:
    """Proofs of goals, and how long which goals were searched in vain; kept in the ledger, if there is one.

    A known proof is only tried first, as any other candidate is; it must be verified where it is to stand.
    A search in vain counts only for the very same goals after the same text (see ``scenes.digest_before``) and
    imports, with the same toolchain, strategies and ``conditions``. Without ``recall`` nothing is asked of the ledger,
    so that all is searched as if for the first time.
    """

    def __init__(self, ledger: Ledger | None = None, conditions: str = "", *, recall: bool = True) -> None:
        self._ledger = ledger
        self._recalled = ledger if recall else None
        self._conditions = conditions
        self._proved: dict[str, tuple[Receipt, ...]] = {}
        self._asked: set[str] = set()
        self._recent: dict[Language, list[tuple[Receipt, frozenset[str]]]] = {}
        self._files: dict[str, Sequence[Receipt]] = {}
        self._vain: dict[str, float] = {}
        self._imports: dict[str, tuple[float, str, bytes]] = {}
        self._left: dict[str, dict[str, Receipt]] = {}
        self._running: dict[tuple[Language, tuple[Goal, ...]], asyncio.Lock] = {}

    async def known(self, scene: Scene) -> Sequence[Candidate]:
        """What proved the same goals before, the latest first, with the hypotheses' names of today."""
        if self._recalled is not None and scene.key not in self._asked:
            self._asked.add(scene.key)
            self._learn(scene.key, await self._recalled.receipts(goal=scene.key, limit=_KEPT * 4))
        receipts = [r for r in self._proved.get(scene.key, ()) if r.language == scene.language]
        here = [r for r in receipts if (r.uri, r.hole) == (scene.document.uri, scene.hole.id)]
        found: dict[Candidate, None] = {}
        for receipt in (*here, *receipts):
            text = renamed(receipt.text, receipt.names, scene.normal.names)
            found.update(dict.fromkeys(Candidate(t, receipt.before, receipt.after) for t in (text, receipt.text)))
        return tuple(found)[:_KEPT]

    async def similar(self, scene: Scene, besides: Sequence[Candidate]) -> Sequence[Candidate]:
        """What proved this hole before its goal changed, then what proved the goals that are most like it."""
        place, tokens = (scene.hole.declaration, scene.number), tokens_of(scene.normal.text)
        own = [r for r in await self._of_file(scene.document.uri) if (r.declaration, r.number) == place]
        ranked = [(2.0, receipt) for receipt in own]
        for receipt, others in await self._recent_of(scene.language):
            score = likeness(tokens, others)
            if score >= _ALIKE:
                ranked.append((score, receipt))
        ranked.sort(key=lambda pair: -pair[0])
        texts = dict.fromkeys(Candidate(r.text, r.before, r.after) for _, r in ranked)
        return [candidate for candidate in texts if candidate not in besides][:_SIMILAR]

    async def of_holes(self, document: Document, outline: Outline, holes: Sequence[Hole]) -> Mapping[Hole, Receipt]:
        """The latest proof of each hole whose declaration is, to the letter, what it was when that was found."""
        found: dict[Hole, Receipt] = {}
        latest: dict[str, Receipt] = {}
        for receipt in await self._of_file(document.uri):
            latest.setdefault(receipt.hole, receipt)
        for hole in holes:
            known = latest.get(hole.id)
            if known is not None and known.unit == digest_of_unit(document.text, outline, hole.span.start):
                found[hole] = known
        return found

    def stands(self, receipt: Receipt, earlier: Receipt) -> None:
        """Notes that a remembered proof was verified again: ``receipt`` is what to say of it now."""
        if self._ledger is not None and not _same(receipt, earlier):
            self._ledger.append(receipt.entry())
        self._left.setdefault(receipt.uri, {})[receipt.hole] = receipt

    async def _recent_of(self, language: Language) -> Sequence[tuple[Receipt, frozenset[str]]]:
        if language not in self._recent:
            self._recent[language] = [(r, tokens_of(r.normal)) for r in self._all_proved() if r.language == language]
            if self._recalled is not None:
                earlier = await self._recalled.receipts(language=language, limit=_RECENT)
                self._recent[language].extend((receipt, tokens_of(receipt.normal)) for receipt in earlier)
            del self._recent[language][_RECENT:]
        return self._recent[language]

    async def _of_file(self, uri: str) -> Sequence[Receipt]:
        """The receipts of a file, this run's first, then the latest."""
        if uri not in self._files:
            found = await self._recalled.receipts(uri=uri, limit=_RECENT) if self._recalled is not None else ()
            self._files[uri] = found
        return (*self._left.get(uri, {}).values(), *self._files[uri])

    def _all_proved(self) -> Sequence[Receipt]:
        return [receipt for receipts in self._proved.values() for receipt in receipts]

    def proved(self, scene: Scene, proof: Proof) -> None:
        """Remembers a proof, and leaves its receipt in the ledger unless the same is there already."""
        candidate = proof.fill.candidate
        receipt = Receipt(
            language=scene.language,
            prover=proof.prover,
            toolchain=scene.toolchain,
            strategy=proof.strategy,
            declaration=scene.hole.declaration,
            number=scene.number,
            text=candidate.text,
            before=candidate.before,
            after=candidate.after,
            goal=scene.key,
            normal=scene.normal.text,
            names=scene.normal.names,
            axioms=proof.axioms,
            seconds=proof.seconds,
            uri=scene.document.uri,
            hole=scene.hole.id,
            shape=shape_of(scene.language, scene.goals),
            unit=scene.unit,
        )
        if self._ledger is not None and not any(_same(receipt, known) for known in self._proved.get(scene.key, ())):
            self._ledger.append(receipt.entry())
        self._left.setdefault(receipt.uri, {})[receipt.hole] = receipt
        self._learn(scene.key, (), receipt)
        if scene.language in self._recent:
            self._recent[scene.language].insert(0, (receipt, tokens_of(receipt.normal)))
            del self._recent[scene.language][_RECENT:]

    def drop(self, scene: Scene) -> None:
        """Forgets for this process what is remembered of a goal: the rule of verification has refused it."""
        self._proved.pop(scene.key, None)

    def receipts(self, uri: str) -> Mapping[str, Receipt]:
        """The receipts of a document's holes, by the holes' ids, as far as this run proved them."""
        return self._left.get(uri, {})

    def _learn(self, key: str, earlier: Sequence[Receipt], latest: Receipt | None = None) -> None:
        known = (*([latest] if latest else []), *self._proved.get(key, ()), *earlier)
        distinct: dict[tuple[str, ...], Receipt] = {}
        for receipt in known:
            distinct.setdefault((receipt.text, receipt.uri, receipt.hole, receipt.toolchain), receipt)
        self._proved[key] = tuple(distinct.values())

    async def searched(self, scene: Scene, strategies: Sequence[str]) -> float:
        """Seconds of the longest search in vain; 0 when there was none."""
        context = await self._context(scene, strategies)
        if context not in self._vain and self._recalled is not None:
            self._vain[context] = await self._recalled.searched_in_vain(context)
        return self._vain.get(context, 0.0)

    async def in_vain(self, scene: Scene, strategies: Sequence[str], seconds: float) -> None:
        if len(self._vain) >= _MOST_VAIN:
            self._vain.clear()
        context = await self._context(scene, strategies)
        if seconds <= self._vain.get(context, 0.0):
            return
        self._vain[context] = seconds
        if self._ledger is not None:
            entry = Entry(
                kind=Kind.VAIN,
                uri=scene.document.uri,
                hole=scene.hole.id,
                declaration=scene.hole.declaration,
                language=scene.language,
                prover=scene.prover.info.name,
                goal=scene.key,
                context=context,
                toolchain=scene.toolchain,
                budget=seconds,
            )
            self._ledger.append(entry)

    async def _context(self, scene: Scene, strategies: Sequence[str]) -> str:
        digest = hashlib.blake2b(digest_size=16)
        parts = (
            __version__,
            scene.language,
            scene.toolchain,
            self._conditions,
            repr(scene.goals.goals),
            ",".join(sorted(strategies)),
        )
        digest.update("\0".join(parts).encode("utf-8", "surrogatepass"))
        digest.update(scene.before)
        digest.update(await self._imports_of(scene))
        return digest.hexdigest()

    async def _imports_of(self, scene: Scene) -> bytes:
        """The digest of what the document imports; looked up again after some seconds."""
        uri, text = scene.document.uri, scene.document.text
        known = self._imports.get(uri)
        if known is None or known[1] != text or time.monotonic() - known[0] > _IMPORTS_SECONDS:
            digest = await asyncio.to_thread(digest_of_imports, scene.document, scene.prover.syntax.suffixes)
            known = self._imports[uri] = (time.monotonic(), text, digest)
        return known[2]

    @contextlib.asynccontextmanager
    async def alone(self, language: Language, goals: Goals) -> AsyncIterator[None]:
        """Only one search of a goal at a time: the second waits, and then finds what the first learned."""
        key = (language, goals.goals)
        lock = self._running.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._running.pop(key, None)


def _same(a: Receipt, b: Receipt) -> bool:
    return (a.text, a.uri, a.hole, a.toolchain, a.axioms) == (b.text, b.uri, b.hole, b.toolchain, b.axioms)
