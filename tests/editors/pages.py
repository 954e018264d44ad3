"""The configurations that the how-to page tells users to copy: what is tested is what is written there."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "other-editors.md"


def configuration(heading: str) -> str:
    """The first fenced block below a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1]
    block = re.search(r"^```\w+\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert block is not None, heading
    return block[1]
