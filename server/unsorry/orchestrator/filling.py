"""Several proofs at once: verified together, since each was only verified alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import define, frozen

from unsorry.errors import UnsorryError
from unsorry.model import Document, Fill, Hole, Proof, Verdict
from unsorry.orchestrator.documents import Tracked
from unsorry.orchestrator.sessions import Lease, SessionPool
from unsorry.provers.base import Prover
from unsorry.text import Edit


@frozen
class Filled:
    """Edits against ``document`` (exactly this text) that fill ``holes``, verified together. ``left_out`` are
    holes with a proof that does not hold in this text, or not together with the others, and why."""

    document: Document
    edits: tuple[Edit, ...]
    holes: tuple[Hole, ...]
    left_out: tuple[tuple[Hole, str], ...] = ()


@define
class Together:
    """Fills that hold together, with their edits, and what each one's declaration rests on; and what does not, with
    the reason."""

    fills: tuple[Fill, ...] = ()
    edits: tuple[Edit, ...] = ()
    axioms: tuple[tuple[str, ...], ...] = ()
    left_out: tuple[tuple[Hole, str], ...] = ()
    checks: int = 0


async def fill_together(
    lease: Lease, fills: Sequence[Fill], check_seconds: float, most_checks: int | None = None
) -> Together:
    """The fills that hold together in the lease's text. When all of them do not, halves are tried, so that one
    bad proof among many costs few checks; after ``most_checks`` what is left is left out."""
    result = Together()
    await _add(lease, result, tuple(fills), check_seconds, most_checks)
    return result


async def _add(
    lease: Lease, result: Together, group: tuple[Fill, ...], check_seconds: float, most_checks: int | None
) -> None:
    if most_checks is not None and result.checks >= most_checks:
        result.left_out = (*result.left_out, *((fill.hole, "not looked into") for fill in group))
        return
    together = (*result.fills, *group)
    result.checks += 1
    checked = await lease.verifier.verify(lease.session, together, check_seconds)
    if checked.ok:
        units = [lease.outline.unit_at(fill.hole.span.start) for fill in together]
        result.fills, result.edits = together, checked.edits
        result.axioms = tuple(checked.by_unit.get(unit, ()) if unit is not None else () for unit in units)
    elif len(group) == 1 or checked.judgement.verdict is not Verdict.REJECTED:
        reason = checked.judgement.reason
        result.left_out = (*result.left_out, *((fill.hole, reason) for fill in group))
    else:
        middle = len(group) // 2
        await _add(lease, result, group[:middle], check_seconds, most_checks)
        await _add(lease, result, group[middle:], check_seconds, most_checks)


class Filler:
    """Hands out edits, as ``Engine.fill`` promises them."""

    def __init__(self, sessions: SessionPool, check_seconds: float) -> None:
        self._sessions = sessions
        self._check_seconds = check_seconds
        self._verified: dict[str, tuple[Document, Together]] = {}

    def keep(self, document: Document, together: Together) -> None:
        """Takes in fills that were just verified together, to be handed out once without another check."""
        self._verified[document.uri] = (document, together)

    def forget(self, uri: str) -> None:
        self._verified.pop(uri, None)

    def at_hand(self, tracked: Tracked, choice: Mapping[str, int] | None) -> Filled | None:
        """The edits for the chosen proofs, where they need no check; else ``None``."""
        document, chosen = tracked.document, _chosen(tracked, choice)
        if not chosen:
            return Filled(document, (), ())
        if len(chosen) == 1 and chosen[0].text_hash == hash(document.text):
            return Filled(document, chosen[0].edits, (chosen[0].fill.hole,))
        known, together = self._verified.pop(document.uri, (document, Together()))
        if known.text != document.text or set(together.fills) != {proof.fill for proof in chosen}:
            return None
        return Filled(document, together.edits, tuple(fill.hole for fill in together.fills))

    async def verify(self, prover: Prover, tracked: Tracked, choice: Mapping[str, int] | None) -> Filled:
        """The edits for the chosen proofs, verified now.

        Raises:
            ProverError: the prover failed while it verified.
            UnsorryError: the text changed meanwhile.
        """
        document, chosen = tracked.document, _chosen(tracked, choice)
        async with self._sessions.lease(prover, tracked) as lease:
            if lease.document.text != document.text:
                raise UnsorryError("The text changed while its proofs were being verified.", next_step="Try again.")
            together = await fill_together(lease, [proof.fill for proof in chosen], self._check_seconds)
        return Filled(document, together.edits, tuple(fill.hole for fill in together.fills), together.left_out)


def _chosen(tracked: Tracked, choice: Mapping[str, int] | None) -> Sequence[Proof]:
    wanted = choice if choice is not None else dict.fromkeys(tracked.states, 0)
    states = (tracked.states[id_] for id_ in tracked.states if id_ in wanted)
    return [s.proofs[wanted[s.hole.id]] for s in states if wanted[s.hole.id] < len(s.proofs)]
