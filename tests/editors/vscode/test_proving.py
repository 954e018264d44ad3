"""While proofs are searched: the editor stays the user's."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from editors.vscode.conftest import Open
from editors.vscode.workbench import CodeServer, until

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.agda,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("vscode"),
    pytest.mark.asyncio(loop_scope="session"),
]

# The second goal keeps Agda busy for longer than any test takes.
HARD = """\
module Hard where

open import Agda.Builtin.Nat
open import Agda.Builtin.Equality

-- Notes.

spin : Nat → Nat
spin zero    = zero
spin (suc n) = spin n

easy : 2 + 2 ≡ 4
easy = ?

hard : spin 900000000 ≡ 1
hard = ?
"""


@pytest.fixture
def hard(folder: Path) -> Path:
    path = folder / "Hard.agda"
    path.write_text(HARD)
    return path


async def test_typing_while_proving(window: Open, hard: Path) -> None:
    """Every key arrives in its order while a prover works, and the proof found before fits the text as it is now."""
    workbench = await window(hard)
    await workbench.until_status("1 proving")
    await workbench.go_to(6, 10)
    typed = " The quick brown fox jumps over the lazy dog. 𝔸∀≡"
    await workbench.type(typed)
    await workbench.page.keyboard.press("Enter")
    await workbench.type("-- Twice.")
    await until(lambda: _has(workbench.text, f"-- Notes.{typed}\n-- Twice.\n"), "what was typed")
    await workbench.until_status("1 proved")
    await workbench.go_to(14, 8)
    await workbench.quick_fix("Fill with `refl`")
    await until(lambda: _has(workbench.text, "easy = refl\n"), "the proof where its hole was")
    assert f"-- Notes.{typed}\n-- Twice.\n" in await workbench.text


async def _has(shown: object, part: str) -> bool:
    return part in await shown  # type: ignore[misc]


async def test_cancelling_from_the_status_bar_s_menu(window: Open, hard: Path) -> None:
    """A click on the status bar shows what can be done; to stop ends the search at once."""
    workbench = await window(hard)
    await workbench.until_status("1 proving")
    await workbench.status().click()
    entry = workbench.page.locator(".quick-input-list .monaco-list-row").filter(has_text="Stop proving")
    await entry.click()
    await workbench.until_status(r"open$", seconds=20)
    await expect(workbench.squiggles()).to_have_count(2)


async def test_cancelling_the_progress(window: Open, hard: Path, code_server: CodeServer) -> None:
    """A search that was asked for shows its progress in the status bar; a click there brings a button that stops it.
    Where there is nothing to search, that is said."""
    code_server.configure(**{**code_server.settings, "unsorry.editor.proveOnOpen": False})
    workbench = await window(hard)
    await workbench.until_status("^ ?2 open")
    await workbench.go_to(6, 1)
    await workbench.run("Unsorry: Prove Hole at Cursor")
    await expect(workbench.notifications()).to_contain_text("There is no hole here.")
    await workbench.go_to(16, 8)
    await workbench.run("Unsorry: Prove Hole at Cursor")
    await workbench.until_status("1 proving")
    progress = workbench.page.locator(".statusbar-item").filter(has_text="Proving Hard.agda")
    await progress.click()
    more = workbench.page.locator(".notifications-center .notification-list-item").filter(has_text="0 of 1 holes")
    await more.get_by_role("button", name="Cancel").click()
    await workbench.until_status("^ ?2 open", seconds=20)
    await expect(progress).to_have_count(0)
    await expect(more).to_have_count(0)
