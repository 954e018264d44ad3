"""What the tests of the language server share: a way to start an editor with its server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from e2e.lsp.editor import UNSORRY, Editor, editing, scripted

HERE = Path(__file__).parent
Start = Callable[..., Awaitable[Editor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Starts a server and an editor for it: a real one, or one whose prover follows a script (``closes=…``)."""
    async with AsyncExitStack() as stack:

        async def started(command: Sequence[str] | None = None, **given: Any) -> Editor:
            names = ("closes", "conclusions", "seconds", "missing", "fails", "portfolio", "stuck")
            script = {name: given.pop(name) for name in names if name in given}
            chosen = command or (scripted(**script) if script else UNSORRY)
            return await stack.enter_async_context(editing(chosen, tmp_path / "home", **given))

        yield started
