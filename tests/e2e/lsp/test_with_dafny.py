"""The editor with a real Dafny: holes that only Dafny sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.lsp.conftest import Start

pytestmark = pytest.mark.dafny

COUNT = """method Count(n: nat) returns (i: nat)
  ensures i == n
{
  i := 0;
  while i < n
  {
    i := i + 1;
  }
}
"""


async def test_prove_all_looks_for_what_only_dafny_sees(start: Start, tmp_path: Path) -> None:
    """The text shows no hole; asked to prove all, the server finds the loop that lacks an invariant, and proves it."""
    editor = await start(options={"editor": {"prove_on_open": False}, "search": {"budget": 60}})
    uri = (tmp_path / "count.dfy").as_uri()
    editor.open(uri, COUNT, language="dafny")
    assert await editor.command("unsorry.holes", {"uri": uri}) == []
    (hole,) = await editor.command("unsorry.proveAll", {"uri": uri})
    assert (hole["declaration"], hole["status"], hole["proof"]) == ("Count", "proved", "invariant i <= n")
