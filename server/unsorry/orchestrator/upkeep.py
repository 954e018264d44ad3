"""What is done every second while there is work: measure, let searches start, help sessions that are stuck, close idle
ones."""

from __future__ import annotations

import asyncio

from unsorry.orchestrator.governor import Governor
from unsorry.orchestrator.scheduler import Scheduler
from unsorry.orchestrator.sessions import SessionPool
from unsorry.processes.usage import measure

_TICK_SECONDS = 1.0
_IDLE_CHECK_TICKS = 20


async def keep_up(governor: Governor, scheduler: Scheduler, sessions: SessionPool, idle_seconds: float) -> None:
    """Runs until it is cancelled."""
    ticks = 0
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        ticks += 1
        if sessions.live:
            usage = await asyncio.to_thread(measure)
            governor.note(usage)
            await sessions.unstick(usage.by_child)
        scheduler.wake()
        if governor.is_full:
            scheduler.stand_down()
            await sessions.close_idle(0.0)
        elif ticks % _IDLE_CHECK_TICKS == 0:
            await sessions.close_idle(idle_seconds)
