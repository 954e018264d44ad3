"""Which of the programs that may be a prover is used: the first that answers as one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from unsorry.model import Availability, Available, Missing
from unsorry.provers.room import Room
from unsorry.settings import ProverSettings


async def first_usable(
    room: Room, settings: ProverSettings, programs: Iterable[Path], ask: Callable[[Path], Awaitable[Availability]]
) -> Availability:
    """What the first usable program answers; else what is wrong with the first one found, or that there is none.
    ``programs`` is empty where ``settings.path`` names something that is no program."""
    refused: list[Missing] = []
    for program in programs:
        answer = await ask(program)
        if isinstance(answer, Available):
            return answer
        refused.append(answer)
    if refused:
        return refused[0]
    if settings.path:
        next_step = f"Correct `provers.{room.language}.path`, or leave it empty."
        return Missing(f"{settings.path} is not a program", next_step)
    return Missing(f"{room.language} was not found.", room.install)
