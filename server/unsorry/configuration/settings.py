"""Everything that can be set: the sections that all share, and one for each language of the registry."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from unsorry.model import Language
from unsorry.registry import ROOMS
from unsorry.settings import (
    EditorSettings,
    LedgerSettings,
    LogSettings,
    MetricsSettings,
    ProverSettings,
    SearchSettings,
    VerificationSettings,
)


def default_provers() -> dict[Language, ProverSettings]:
    return {room.language: room.settings for room in ROOMS}


@frozen
class Settings:
    """What is in force. ``provers`` has every language of the registry."""

    search: SearchSettings = field(factory=SearchSettings)
    verification: VerificationSettings = field(factory=VerificationSettings)
    editor: EditorSettings = field(factory=EditorSettings)
    ledger: LedgerSettings = field(factory=LedgerSettings)
    log: LogSettings = field(factory=LogSettings)
    metrics: MetricsSettings = field(factory=MetricsSettings)
    provers: Mapping[Language, ProverSettings] = field(factory=default_provers)
