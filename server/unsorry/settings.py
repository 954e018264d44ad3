"""The sections of the settings.

The classes below are the settings reference: each attribute's metadata holds what the documentation says of it.
What names a program, an argument, an environment variable or an endpoint is *user-level*: a project file that
sets it is refused, because opening a folder must not choose what runs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from attrs import Factory, field, frozen

from unsorry.model import Capability


def setting(
    default: Any,
    doc: str,
    *,
    user_only: bool = False,
    minimum: float | None = None,
    choices: tuple[str, ...] = (),
    shown: str = "",
) -> Any:
    """An attribute of a settings class: its documentation, who may set it, and which values make sense.

    ``shown`` stands in the reference for a default that depends on the machine.
    """
    return field(
        default=default,
        metadata={"doc": doc, "user_only": user_only, "minimum": minimum, "choices": choices, "shown": shown},
    )


@frozen
class ProverSettings:
    """``[provers.NAME]``: how one prover is found and driven."""

    enable: bool = setting(True, "Use this prover.")
    path: str = setting(
        "", "The program; empty: search PATH, opam switches and the Python environment.", user_only=True
    )
    args: tuple[str, ...] = setting((), "Extra arguments for the program.", user_only=True)
    env: Mapping[str, str] = setting(Factory(dict), "Extra environment variables for the program.", user_only=True)
    timeout: float = setting(60.0, "Wall seconds that one attempt may take.", minimum=0.1)
    parallel: int = setting(2, "Sessions at once; never more than the cores.", minimum=1)
    priority: int = setting(
        2, "Tier of choice: of documents that have had no search yet, those of 1 go first.", minimum=1
    )
    capabilities: tuple[str, ...] = setting(
        (), "What the prover can do, for the choice of strategies.", choices=tuple(Capability)
    )
    fallback: Mapping[str, str] = setting(
        Factory(dict),
        "What is used in place of a strategy that this prover cannot use (it is not installed, or left out for a while "
        "because it keeps failing), such as { hammer = 'native' }; the fallback may have one itself.",
    )
    memory_mb: int = setting(8192, "Cap on the address space of each process, in MiB; 0: none.", minimum=0)


def default_jobs() -> int:
    """Half the cores, at least one: the editor and the user come first."""
    return max(1, (os.cpu_count() or 2) // 2)


@frozen
class VerificationSettings:
    """``[verification]``: what the rule of verification lets pass."""

    allowed_axioms: tuple[str, ...] = setting(
        (), "Axioms that a proof may rest on although its declaration did not before."
    )
    seconds: float = setting(60.0, "Wall seconds that checking one whole file may take.", minimum=0.1)


@frozen
class SearchSettings:
    """``[search]``: how long and with what holes are searched."""

    budget: float = setting(10.0, "Wall seconds for each hole.", minimum=0.1)
    jobs: int = setting(Factory(default_jobs), "Sessions at once over all provers.", minimum=1, shown="half the cores")
    strategies: tuple[str, ...] = setting(
        ("replay", "micro", "native", "hammer"), "Strategies to use, in order; leave one out to switch it off."
    )
    selector: str = setting(
        "learned",
        "`learned`: in the order that experience says is best for a goal; `fixed`: as `strategies` has them.",
        choices=("learned", "fixed"),
    )
    cpu: float = setting(
        0.5,
        "Share of the cores that searches hold on average, 1 for all of them; more `jobs` count as asking for more.",
        minimum=0.05,
    )
    memory_mb: int = setting(
        0, "Memory of all provers together, in MiB, above which no further search starts; 0: half of it all.", minimum=0
    )
    heavy_jobs: int = setting(1, "Searches at once that start external provers.", minimum=1)
    speculate: bool = setting(
        True,
        "Run a heavy strategy beside the light ones, in a session of its own, while `jobs` leaves a place and no hole "
        "waits for it.",
    )
    alternatives: int = setting(3, "Proofs kept for each hole.", minimum=1)
    idle_seconds: float = setting(300.0, "A session unused for so long is closed.", minimum=1)


_SEVERITIES = ("error", "warning", "information", "hint", "off")


@frozen
class EditorSettings:
    """``[editor]``: what the language server does by itself and how it shows it."""

    prove_on_open: bool = setting(True, "Search the holes of a file when it is opened or changed.")
    workspace_diagnostics: bool = setting(True, "Report the holes of files that are not open.")
    delay: float = setting(0.6, "Seconds without typing before a changed file is searched again.", minimum=0)
    severity_open_goal: str = setting("information", "Severity of a hole without a proof.", choices=_SEVERITIES)
    severity_proof_found: str = setting("information", "Severity of a hole with a proof.", choices=_SEVERITIES)
    severity_refuted: str = setting("warning", "Severity of a hole whose goal is false.", choices=_SEVERITIES)
    severity_prover: str = setting("warning", "Severity of prover-missing and prover-failed.", choices=_SEVERITIES)


@frozen
class LedgerSettings:
    """``[ledger]``: the record of what was tried and what worked. The environment variable ``UNSORRY_LEDGER`` (a file,
    a URL, or ``off``) stands above all layers."""

    enable: bool = setting(True, "Keep a record of what is tried and what works.")
    path: str = setting("", "The file of the record; empty: in your data directory.", user_only=True)
    url: str = setting("", "A team's PostgreSQL in place of the file, such as postgresql://host/name.", user_only=True)
    retention: int = setting(
        365, "Days of work that are kept, the latest ones that have events; 0: all.", minimum=0, user_only=True
    )
    memory: bool = setting(True, "Try remembered proofs first, and do not repeat searches that were in vain.")
    receipts: bool = setting(False, "`fill --write` leaves a file with the proofs' receipts beside each file.")


@frozen
class LogSettings:
    """``[log]``: the form and the place of the log."""

    format: str = setting("text", "Lines for people, or JSON for programs.", choices=("text", "json"))
    file: str = setting("", "A file for the log, beside standard error; empty: none.", user_only=True)


@frozen
class MetricsSettings:
    """``[metrics]``: numbers for Prometheus."""

    port: int = setting(
        0, "Serve metrics on this port of the loopback interface; 0: do not.", minimum=0, user_only=True
    )
