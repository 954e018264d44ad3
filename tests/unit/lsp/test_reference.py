"""``docs/reference/lsp.md`` says exactly what clients of the language server can rely on."""

from __future__ import annotations

import re
from pathlib import Path

from unsorry.lsp import names
from unsorry.model import HoleStatus, ProverState
from unsorry.settings import EditorSettings

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "lsp.md").read_text(encoding="utf-8")


def named(pattern: str, section: str = "") -> set[str]:
    """What stands in code marks in a section (or anywhere) and matches."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0] if section else PAGE
    return set(re.findall(rf"`({pattern})`", text))


def first_cells(section: str) -> set[str]:
    """The first column of a section's table."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE))


def test_the_commands_are_those_of_the_code() -> None:
    """None is missing, none is invented."""
    commands = {command.value for command in names.Command}
    assert first_cells("Commands") == commands
    assert named(r"unsorry\.\w+") - {"unsorry.toml"} == commands


def test_the_codes_are_those_of_the_code() -> None:
    """Each with the setting that exists for it."""
    assert first_cells("Diagnostics") == {code.value for code in names.Code}
    settings = {name.removeprefix("editor.") for name in named(r"editor\.\w+")}
    assert settings <= set(EditorSettings.__annotations__)
    assert {name for name in EditorSettings.__annotations__ if name.startswith("severity")} <= settings


def test_the_notification_is_the_one_of_the_code() -> None:
    """There is one custom message, and it goes to the client."""
    assert named(r"unsorry/\w+") == {names.STATUS}
    assert named(r"source\.fixAll\.\w+") == {names.FIX_ALL}


def test_states_are_those_of_the_model() -> None:
    """Of holes and of provers."""
    assert {status.value for status in HoleStatus} <= named(r"\w+", "Diagnostics")
    assert {state.value for state in ProverState} <= named(r"\w+", "Notification")
