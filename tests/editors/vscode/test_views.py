"""Unsorry's own view: the tree of holes and the goal panel. The pictures of the documentation are taken here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from editors.vscode.conftest import Open

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.agda,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("vscode"),
    pytest.mark.asyncio(loop_scope="session"),
]
Example = Callable[[str], Path]


async def test_the_tree_of_holes(window: Open, example: Example) -> None:
    """Holes of the whole folder stand under their files; a click opens one, its button fills it. They can be grouped by
    how they stand as well."""
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
    await workbench.run("Unsorry: Group Holes by State")
    await expect(workbench.tree().filter(has_text="Proved")).to_contain_text("4")
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
    await expect(goal.get_by_label("Prover")).to_contain_text("Agda 2.7.0 is healthy")
    await workbench.go_to(17, 15)
    await expect(goal.locator("h1")).to_have_text("Hole of two-and-two proved")
    await goal.get_by_role("button", name="Insert this proof").click()
    await workbench.until_status("4 proved")
    assert "two-and-two = refl" in await workbench.text
    await expect(goal.locator("h1")).not_to_contain_text("two-and-two")


async def test_pictures(window: Open, example: Example, pictures: Path) -> None:
    """The window as the documentation shows it, in a light theme with the light bulb's menu and in a dark one."""
    for other in ("agda/Maybe.lagda.md", "lean4/Arith.lean"):
        example(other)
    workbench = await window(example("agda/Natural.agda"))
    await workbench.page.set_viewport_size({"width": 1050, "height": 680})
    await workbench.until_status("5 proved$")
    await workbench.show_view()
    await workbench.go_to(11, 9)
    await expect((await workbench.goal()).locator("h1")).to_have_text("Hole of sym proved")
    await expect(workbench.page.locator(".cgmr")).to_have_count(5)
    await workbench.without_distractions()
    for theme, name in (("vs-dark", "dark"), ("vs", "light")):
        await workbench.run("Preferences: Toggle between Light/Dark Themes")
        await workbench.page.locator(f".monaco-workbench.{theme}").wait_for()
        if name == "light":
            await workbench.focus_editor()
            await workbench.page.keyboard.press("Control+.")
            await expect(workbench.page.locator(".action-widget .monaco-list-row.action").first).to_be_visible()
        await workbench.screenshot(pictures / f"vscode-{name}.png")
