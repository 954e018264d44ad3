"""How provers fare, as editors tell it: one line for the hover, the client's goal panel and its status bar alike."""

from __future__ import annotations

from typing import Any

from unsorry.listing import duration
from unsorry.orchestrator.health import ProverHealth, health_object
from unsorry.registry import title_of

NOT_TRUSTED = "No prover runs in a folder that is not trusted."


def shown_health(health: ProverHealth) -> dict[str, Any]:
    """A prover's health with its name for readers, and all of it in words."""
    return {**health_object(health), "title": title_of(health.prover), "summary": health_line(health)}


def health_line(health: ProverHealth | None) -> str:
    """The health of a prover in one line."""
    if health is None:
        return "not started yet"
    parts = [f"{title_of(health.prover)} {health.version}".strip() + f" is {health.state.value}"]
    if health.reason:
        parts.append(health.reason)
    if health.success_rate is not None:
        parts.append(f"{health.success_rate:.0%} of {health.attempts} attempts succeeded")
    if health.median_seconds is not None and health.p95_seconds is not None:
        parts.append(f"median {duration(health.median_seconds)}, p95 {duration(health.p95_seconds)}")
    parts.append(f"{health.queued} in the queue")
    parts.append("breaker open: left alone for a while" if health.breaker_open else "breaker closed")
    parts += [alert.message for alert in health.alerts]
    if health.remedy:
        parts.append(f"remedy: {health.remedy}")
    return "; ".join(parts)
