"""What a person sees on standard error while holes are being filled: progress bars on a terminal, else nothing."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from unsorry.cli.output import Output
from unsorry.events import AttemptStarted, Event, GaveUp, GoalRead, ProofFound

if TYPE_CHECKING:
    from rich.progress import Progress


class Watcher(Protocol):
    """A reader of the engine's events that also prints lines, in the order in which it is given them."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def on_event(self, event: Event) -> None: ...

    def note(self, line: str) -> None: ...


def make_watcher(output: Output, holes: int) -> Watcher:
    """``holes``: how many will be searched."""
    import sys

    return BarWatcher(output, holes) if holes and sys.stderr.isatty() and not output.quiet else LineWatcher(output)


class LineWatcher:
    """For logs and pipes: lines, and nothing that moves."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def on_event(self, event: Event) -> None:
        return

    def note(self, line: str) -> None:
        self._output.note(line)


class BarWatcher:
    """A bar over all holes, with the goals and strategies of the moment below it; lines go above."""

    def __init__(self, output: Output, holes: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._console = Console(stderr=True, no_color=not output.stderr_color, highlight=False)
        self._progress: Progress = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._bar = self._progress.add_task("filling", total=holes)
        self._settled: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, str]] = set()
        self._holes = holes

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def on_event(self, event: Event) -> None:
        if isinstance(event, GoalRead | ProofFound | GaveUp):  # of holes that only a prover sees too
            self._seen.add((event.uri, event.hole.id))
            self._progress.update(self._bar, total=max(self._holes, len(self._seen)))
        if isinstance(event, ProofFound | GaveUp):
            self._settled.add((event.uri, event.hole.id))
            self._progress.update(self._bar, completed=len(self._settled))
        elif isinstance(event, AttemptStarted):
            name = event.hole.declaration or "a hole"
            self._progress.update(self._bar, description=f"{name}: {event.step.strategy}")
        elif isinstance(event, GoalRead):
            self._progress.update(self._bar, description=event.hole.declaration or "a hole")

    def note(self, line: str) -> None:
        from rich.text import Text

        self._console.print(Text.from_ansi(line), soft_wrap=True)
