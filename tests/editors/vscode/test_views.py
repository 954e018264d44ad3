"""Unsorry's own view: the tree of holes and the goal panel. The pictures of the documentation are taken here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from editors.vscode.conftest import Open
from editors.vscode.workbench import CodeServer

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.agda,
    pytest.mark.xdist_group("vscode"),
    pytest.mark.asyncio(loop_scope="session"),
]
Example = Callable[[str], Path]


async def test_the_tree_shows_files_that_nobody_opened(window: Open, example: Example) -> None:
    """Holes of the whole folder stand under their files; a click opens one, and its buttons prove and fill it."""
    example("idris2/Natural.idr")
    other = example("agda/Maybe.lagda.md")
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    await workbench.show_view()
    files = workbench.tree().filter(has_text="Natural.agda")
    await expect(files).to_contain_text("5 proved")
    await expect(workbench.tree().filter(has_text=other.name)).to_contain_text("open")
    two = workbench.tree().filter(has_text="two-and-two")
    await two.click()
    await workbench.until_line(17)
    await two.hover()
    await two.get_by_role("button", name="Fill Hole at Cursor").click()
    await workbench.until_status("4 proved")
    await expect(two).to_have_count(0)


async def test_the_tree_by_state(window: Open, example: Example) -> None:
    """The same holes, grouped by how they stand."""
    example("idris2/Natural.idr")
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    await workbench.show_view()
    await workbench.run("Unsorry: Group Holes by State")
    await expect(workbench.tree().filter(has_text="Proved")).to_contain_text("5")
    await expect(workbench.tree().filter(has_text="Natural.agda:11")).to_contain_text("sym")


async def test_the_goal_panel_follows_the_cursor(window: Open, example: Example) -> None:
    """It shows the goal of the hole at the cursor, what was tried and the prover's health; a proof can be inserted."""
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    await workbench.show_view()
    await workbench.go_to(11, 9)
    goal = (await workbench.goal()).locator("main")
    await expect(goal.locator("h1")).to_have_text("Hole of sym proved")
    await expect(goal.get_by_label("Goal", exact=True)).to_contain_text("y ≡ x")
    await expect(goal.get_by_label("Tried")).to_contain_text("native proved it")
    await expect(goal.get_by_label("Prover")).to_contain_text("agda 2.7.0 is healthy")
    await workbench.go_to(17, 15)
    await expect(goal.locator("h1")).to_have_text("Hole of two-and-two proved")
    await goal.get_by_role("button", name="Insert this proof").click()
    await workbench.until_status("4 proved")
    assert "two-and-two = refl" in await workbench.text
    await expect(goal.locator("h1")).not_to_contain_text("two-and-two")


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_pictures(window: Open, example: Example, code_server: CodeServer, pictures: Path, theme: str) -> None:
    """The window as the documentation shows it: holes, proofs the goal at the cursor, then the light bulb's menu."""
    name = {"light": "Default Light Modern", "dark": "Default Dark Modern"}[theme]
    code_server.configure(**{**code_server.settings, "workbench.colorTheme": name})
    for other in ("agda/Maybe.lagda.md", "lean4/Arith.lean"):
        example(other)
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    await workbench.show_view()
    await workbench.go_to(11, 9)
    goal = (await workbench.goal()).locator("main")
    await expect(goal.locator("h1")).to_have_text("Hole of sym proved")
    await expect(workbench.page.locator(".cgmr")).to_have_count(5)
    await workbench.without_distractions()
    await workbench.screenshot(pictures / f"vscode-{theme}.png")
    await workbench.page.keyboard.press("Control+.")
    await expect(workbench.page.locator(".action-widget .monaco-list-row.action").first).to_be_visible()
    await workbench.screenshot(pictures / f"vscode-{theme}-fix.png")
