"""The ledger's reader of the engine's events: each becomes an entry, with what is known of its hole and prover."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from attrs import frozen

from unsorry import __version__
from unsorry.events import (
    AttemptFinished,
    AttemptStarted,
    Event,
    GaveUp,
    GoalRead,
    HoleFound,
    HoleGone,
    PlanMade,
    ProofFound,
    ProverStateChanged,
    Refuted,
)
from unsorry.ledger.entries import Entry, Kind
from unsorry.ledger.ledger import Ledger
from unsorry.model import Goals, Language
from unsorry.observation.context import current
from unsorry.orchestrator.normal import normal
from unsorry.orchestrator.shapes import shape_of

_LONGEST = 2000  # characters of a goal or a message that are kept


@frozen
class _Known:
    """What later entries about a hole say of its goal."""

    language: Language
    goal: str
    shape: str
    features: tuple[str, ...]


class Recorder:
    """Appends an entry for each event about proving. Holes that only come and go with the text are not recorded."""

    def __init__(
        self, ledger: Ledger, language_of: Callable[[str], Language | None], toolchain_of: Callable[[str], str]
    ) -> None:
        self._ledger = ledger
        self._language_of = language_of
        self._toolchain_of = toolchain_of
        self._known: dict[tuple[str, str], _Known] = {}
        self._begun = False

    def on_event(self, event: Event) -> None:
        if isinstance(event, HoleFound):
            return
        if isinstance(event, HoleGone):
            self._known.pop((event.uri, event.hole.id), None)
            return
        if not self._begun:
            self._begun = True
            self._ledger.append(Entry(kind=Kind.RUN_STARTED, data={"version": __version__, "process": os.getpid()}))
        self._ledger.append(self._entry(event))

    def end(self) -> None:
        """Notes that the run has come to its end as it should."""
        if self._begun:
            self._ledger.append(Entry(kind=Kind.RUN_ENDED))

    def _entry(self, event: Any) -> Entry:
        match event:
            case ProverStateChanged(prover=prover, state=state, reason=reason):
                data = {"state": state.value, "reason": reason[:_LONGEST]}
                return Entry(kind=Kind.PROVER_STATE_CHANGED, prover=prover, data=data)
            case GoalRead(goals=goals):
                return self._about(event, Kind.GOAL_READ, data=self._read(event, goals))
            case PlanMade(plan=plan):
                steps = [[step.strategy, step.part, round(step.budget.seconds, 3), step.reason] for step in plan.steps]
                return self._about(event, Kind.PLAN_MADE, data={"steps": steps})
            case AttemptStarted(step=step):
                return self._about(
                    event,
                    Kind.ATTEMPT_STARTED,
                    strategy=step.strategy,
                    part=step.part,
                    budget=step.budget.seconds,
                )
            case AttemptFinished():
                return self._finished(event)
            case ProofFound(proof=proof):
                return self._about(
                    event,
                    Kind.PROOF_FOUND,
                    prover=proof.prover,
                    strategy=proof.strategy,
                    seconds=proof.seconds,
                    toolchain=self._toolchain_of(proof.prover),
                    data={"text": proof.fill.candidate.text[:_LONGEST]},
                )
            case GaveUp(reason=reason, status=status):
                return self._about(event, Kind.GAVE_UP, data={"status": status.value, "reason": reason[:_LONGEST]})
            case Refuted(reason=reason):
                return self._about(event, Kind.REFUTED, data={"reason": reason[:_LONGEST]})
        raise TypeError(f"no entry for {event!r}")

    def _finished(self, event: AttemptFinished) -> Entry:
        attempt = event.attempt
        known = self._known.get((event.uri, event.hole.id))
        data: dict[str, Any] = {"features": list(known.features)} if known else {}
        if attempt.message:
            data["message"] = attempt.message[:_LONGEST]
        if attempt.refused:
            data["refused"] = attempt.refused
        more = {"shape": attempt.shape} if attempt.shape else {}
        return self._about(
            event,
            Kind.ATTEMPT_FINISHED,
            prover=attempt.prover,
            strategy=attempt.strategy,
            part=attempt.part,
            verdict=attempt.verdict.value,
            seconds=attempt.seconds,
            candidates=attempt.candidates,
            toolchain=self._toolchain_of(attempt.prover),
            data=data,
            **more,
        )

    def _read(self, event: GoalRead, goals: object) -> dict[str, Any]:
        if not isinstance(goals, Goals):
            return {"reason": str(getattr(goals, "reason", ""))[:_LONGEST]}
        language = self._language_of(event.uri) or Language("")
        features = tuple(sorted(goals.features))
        key = normal(goals).key(language)
        self._known[event.uri, event.hole.id] = _Known(language, key, shape_of(language, goals), features)
        return {"conclusion": goals.main.conclusion[:_LONGEST], "goals": len(goals.goals), "features": list(features)}

    def _about(self, event: Any, kind: Kind, **more: Any) -> Entry:
        """An entry about a hole."""
        known = self._known.get((event.uri, event.hole.id))
        attempt = current().get("attempt")
        if attempt is not None:
            more["data"] = {**more.get("data", {}), "attempt": attempt}
        language = known.language if known else self._language_of(event.uri) or ""
        given = {"goal": known.goal, "shape": known.shape} if known else {}
        return Entry(
            kind=kind,
            uri=event.uri,
            hole=event.hole.id,
            declaration=event.hole.declaration,
            language=language,
            **{**given, **more},
        )
