"""Holes as plain data: the JSON objects that every face shows (command line, ``unsorry.holes``).

The shape is a contract, described in the documentation of the command line; positions are LSP positions in
UTF-16 units, whatever encoding an editor has negotiated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unsorry.model import Goal, Goals, Hole, HoleState, HoleStatus, Language, Proof
from unsorry.text import Position, SourceText

VERSION = 1
_COUNTED = (HoleStatus.PROVED, HoleStatus.OPEN, HoleStatus.REFUTED, HoleStatus.SKIPPED, HoleStatus.FAILED)


def found_object(file: str, language: Language, source: SourceText, hole: Hole) -> dict[str, Any]:
    """A hole as the text shows it. ``file`` is its name for the reader."""
    range_ = source.range(hole.span)
    return {
        "id": hole.id,
        "file": file,
        "language": language.value,
        "kind": hole.kind.value,
        "declaration": hole.declaration,
        "range": {"start": _position(range_.start), "end": _position(range_.end)},
    }


def state_object(file: str, language: Language, source: SourceText, state: HoleState) -> dict[str, Any]:
    """A hole with what is known of it. ``attempts`` counts the candidates that were tried."""
    best: Proof | None = state.proofs[0] if state.proofs else None
    return {
        **found_object(file, language, source, state.hole),
        "goal": _goal(state.goals.main) if isinstance(state.goals, Goals) else None,
        "status": shown_status(state).value,
        "proof": best.fill.candidate.text if best else None,
        "alternatives": [proof.fill.candidate.text for proof in state.proofs[1:]],
        "prover": best.prover if best else None,
        "strategy": best.strategy if best else None,
        "attempts": sum(attempt.candidates for attempt in state.attempts),
        "seconds": round(state.seconds, 3),
        "message": state.message,
    }


def shown_status(state: HoleState) -> HoleStatus:
    """The status for a report: a hole that is still being proved is open."""
    return HoleStatus.OPEN if state.status is HoleStatus.PROVING else state.status


def report_object(results: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The one object of a report: results and their counts; a result without a status is open."""
    results = list(results)
    counts = {status.value: 0 for status in _COUNTED}
    for result in results:
        counts[result.get("status", HoleStatus.OPEN.value)] += 1
    return {"version": VERSION, "results": results, "summary": {"holes": len(results), **counts}}


def _position(position: Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


def _goal(goal: Goal) -> dict[str, Any]:
    hypotheses = [{"names": list(h.names), "type": h.type, "body": h.body} for h in goal.hypotheses]
    return {"hypotheses": hypotheses, "conclusion": goal.conclusion}
