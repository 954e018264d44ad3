"""What is shown waits while somebody types, and no longer than that. Time is the loop's own, and passes at once."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any

from unsorry.lsp.bursts import Bursts
from unsorry.lsp.coalescing import Coalescer
from unsorry.lsp.editor import Change

A, B = "file:///a.v", "file:///b.v"


class _Sleepless(selectors.DefaultSelector):
    """Where a loop would wait for time to pass, it has passed."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.passed += timeout or 0.0
        return super().select(0)


def at_once(coroutine: Coroutine[Any, Any, None]) -> None:
    selector = _Sleepless()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.passed  # type: ignore[method-assign]
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(coroutine)


class Typist:
    """Types, and sees when what is marked is shown."""

    def __init__(self) -> None:
        self.time = asyncio.get_running_loop().time
        self.bursts = Bursts(0.3, self.time)
        self.shown: list[tuple[str, float]] = []
        self.coalescer = Coalescer(
            0.1, lambda uri: self.shown.append((uri[-3], round(self.time(), 2))), self.bursts.end
        )

    async def type(self, keys: int, *, mark: bool = True) -> None:
        """A key each 150 ms; what is marked with each is to be shown at once."""
        for _ in range(keys):
            self.bursts.on_change(Change.CHANGED, A)
            if mark:
                self.coalescer.mark(A, now=True)
            await asyncio.sleep(0.15)


def check(story: Callable[[Typist], Coroutine[Any, Any, None]], *shown: tuple[str, float]) -> None:
    async def run() -> None:
        typist = Typist()
        await story(typist)
        await asyncio.sleep(10)
        assert typist.shown == list(shown)

    at_once(run())


def test_a_single_edit_is_shown_at_once() -> None:
    """And so is what comes of it later, and the next edit after a pause."""

    async def story(typist: Typist) -> None:
        await typist.type(1)
        typist.coalescer.mark(A)
        await asyncio.sleep(0.85)
        await typist.type(1)

    check(story, ("a", 0.0), ("a", 0.25), ("a", 1.0))


def test_while_somebody_types_nothing_is_shown_until_it_is_quiet() -> None:
    """But for the first key; then all is shown together, a moment after the last one."""

    async def story(typist: Typist) -> None:
        await typist.type(6)

    check(story, ("a", 0.0), ("a", 1.05))


def test_who_goes_on_typing_sees_what_is_new_every_two_seconds() -> None:
    """However long it takes."""

    async def story(typist: Typist) -> None:
        await typist.type(40)

    check(story, ("a", 0.0), ("a", 2.15), ("a", 4.25), ("a", 6.15))


def test_other_documents_are_not_waited_for() -> None:
    """Nor is one that is closed."""

    async def story(typist: Typist) -> None:
        await typist.type(3, mark=False)
        typist.coalescer.mark(B, now=True)
        typist.bursts.on_change(Change.CLOSED, A)
        typist.coalescer.mark(A, now=True)

    check(story, ("b", 0.45), ("a", 0.45))
