"""Holes as every face tells of them: the JSON objects (command line, ``unsorry.holes``), and attempts in words.

The shape of the objects is a contract, described in the documentation of the command line; positions are LSP
positions in UTF-16 units, whatever encoding an editor has negotiated.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve

from unsorry.model import Attempt, Goal, Goals, Hole, HoleState, HoleStatus, Language, Proof, Verdict
from unsorry.text import Position, SourceText

VERSION = 1
_COUNTED = (HoleStatus.PROVED, HoleStatus.OPEN, HoleStatus.REFUTED, HoleStatus.SKIPPED, HoleStatus.FAILED)
_VERDICTS = {
    Verdict.VERIFIED: "proved it",
    Verdict.REJECTED: "found nothing",
    Verdict.TIMED_OUT: "ran out of time",
    Verdict.CANCELLED: "was stopped",
    Verdict.PROVER_FAILED: "met a failure of the prover",
}


def found_object(file: str, language: Language, source: SourceText, hole: Hole) -> dict[str, Any]:
    """A hole as the text shows it. ``file`` is its name for the reader."""
    range_ = source.range(hole.span)
    return {
        "id": hole.id,
        "file": file,
        "language": language,
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


def attempt_line(attempt: Attempt) -> str:
    """What a strategy did, with how many candidates and how long, in one line."""
    told = f": {one_line(attempt.message)}" if attempt.message else ""
    noun = "candidate" if attempt.candidates == 1 else "candidates"
    how = f"{attempt.candidates} {noun}, {duration(attempt.seconds)}"
    return f"{attempt.strategy} {_VERDICTS[attempt.verdict]} ({how}){told}"


def attempt_lines(attempts: Iterable[Attempt]) -> list[str]:
    """A line for each strategy, in the order in which they began: what its runs, all parts of it together, did."""
    together: dict[str, Attempt] = {}
    for attempt in attempts:
        earlier = together.get(attempt.strategy)
        together[attempt.strategy] = attempt if earlier is None else _joined(earlier, attempt)
    return [attempt_line(attempt) for attempt in together.values()]


def _joined(earlier: Attempt, later: Attempt) -> Attempt:
    return evolve(
        later,
        candidates=earlier.candidates + later.candidates,
        seconds=earlier.seconds + later.seconds,
        message=later.message or earlier.message,
        refused=earlier.refused + later.refused,
    )


def duration(seconds: float) -> str:
    """A time for people: milliseconds below a second, never none at all."""
    milliseconds = max(1, round(seconds * 1000))
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{seconds:.1f} s"


def one_line(text: str) -> str:
    """A text whose lines and indentation do not matter to the reader, on one line."""
    return " ".join(text.split())


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
