"""Who an engine always tells what happens: the ledger, and logs and metrics where the settings ask for them."""

from __future__ import annotations

from collections.abc import Callable

from unsorry.ledger.ledger import Ledger
from unsorry.model import Language
from unsorry.observation.logs import is_wanted, log_event
from unsorry.observation.metrics import open_metrics
from unsorry.orchestrator.announcing import Announcer
from unsorry.orchestrator.recording import Recorder
from unsorry.settings import LogSettings, MetricsSettings


class Observers:
    """Owner of the ledger's recorder and of the metrics; closes the ledger with them."""

    def __init__(
        self,
        announcer: Announcer,
        ledger: Ledger | None,
        log: LogSettings,
        metrics: MetricsSettings,
        *,
        language_of: Callable[[str], Language | None],
        version_of: Callable[[str], str],
        queued: Callable[[], int],
    ) -> None:
        self._ledger = ledger
        self._recorder = Recorder(ledger, language_of, version_of) if ledger is not None else None
        if self._recorder is not None:
            announcer.subscribe(self._recorder.on_event)
        if is_wanted(log):
            announcer.subscribe(log_event)
        self._metrics = open_metrics(metrics.port, queued, lambda: ledger.acknowledged if ledger is not None else 0)
        if self._metrics is not None:
            announcer.subscribe(self._metrics.on_event)

    async def aclose(self) -> None:
        if self._metrics is not None:
            self._metrics.close()
        if self._ledger is not None and self._recorder is not None:
            self._recorder.end()
            await self._ledger.aclose()
