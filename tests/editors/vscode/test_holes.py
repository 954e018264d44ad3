"""From opening a file with holes to a file without: what everybody does with Unsorry in VS Code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from editors.vscode.conftest import ROOT, Open
from editors.vscode.workbench import Workbench, until

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("vscode"),
    pytest.mark.asyncio(loop_scope="session"),
]

TWO_ADMITTED = """\
Lemma first (n : nat) : n = n.
Proof. Admitted.

Lemma second (P Q : Prop) : P /\\ Q -> Q /\\ P.
Proof. Admitted.
"""


@pytest.mark.agda
async def test_a_proof_is_found_and_filled_in(window: Open, example: Callable[[str], Path]) -> None:
    """Holes are underlined; when a proof is there, the quick fix puts it into the file and the underline goes. A click
    on the line over the declaration does the same."""
    path = example("agda/Natural.agda")
    workbench = await window(path)
    await expect(workbench.squiggles()).to_have_count(5)
    await workbench.until_status("5 proved")
    await workbench.go_to(17, 15)
    await workbench.quick_fix("Fill with `refl`")
    await expect(workbench.squiggles()).to_have_count(4)
    await workbench.until_status("^ ?4 proved")
    lens = workbench.page.locator(".codelens-decoration a").filter(has_text="1 hole (1 proved): fill").first
    await lens.click()
    await workbench.until_status("^ ?3 proved")
    await workbench.save()
    await until(lambda: "two-and-two = refl\n" in path.read_text(), "the proof in the file on disk")
    assert "sym refl = refl\n" in path.read_text()


@pytest.mark.rocq
async def test_fill_all_is_undone_in_one_step(window: Open, folder: Path) -> None:
    """The light bulb fills every proved hole of the file, and one undo brings the very text back that was there."""
    path = folder / "Two.v"
    path.write_text(TWO_ADMITTED)
    workbench = await window(path)
    await workbench.until_status("2 proved")
    await workbench.go_to(2, 9)
    await workbench.quick_fix("Fill 2 holes with their proofs")
    await workbench.until_status("no holes")
    await expect(workbench.squiggles()).to_have_count(0)
    assert (await workbench.text).count("Qed.") == 2
    await workbench.focus_editor()
    await workbench.page.keyboard.press("Control+z")
    await until(lambda: _is(workbench.text, TWO_ADMITTED), "the text before")
    await expect(workbench.squiggles()).to_have_count(2)


async def _is(shown: object, text: str) -> bool:
    return (await shown).rstrip() == text.rstrip()  # type: ignore[misc]


@pytest.mark.agda
async def test_keys_go_from_hole_to_hole_and_fill(window: Open, example: Callable[[str], Path]) -> None:
    """The keys for the next and the previous hole go around the file; another fills the hole at the cursor."""
    workbench = await window(example("agda/Natural.agda"))
    await workbench.until_status("5 proved")
    await workbench.go_to(1)
    await workbench.page.keyboard.press("Control+F8")
    await workbench.until_line(11)
    await workbench.page.keyboard.press("Control+F8")
    await workbench.until_line(14)
    await workbench.page.keyboard.press("Control+Shift+F8")
    await workbench.page.keyboard.press("Control+Shift+F8")
    await workbench.until_line(24)
    await workbench.page.keyboard.press("Control+Shift+F8")
    await workbench.page.keyboard.press("Control+Shift+F8")
    await workbench.until_line(17)
    await workbench.page.keyboard.press("Control+k")
    await workbench.page.keyboard.press("Control+F8")
    await workbench.until_status("4 proved")
    assert "two-and-two = refl" in await workbench.text


async def test_lenses_of_a_file_with_very_many_holes(window: Open, folder: Path) -> None:
    """Wherever the user looks, each declaration in view has its line."""
    path = folder / "Many.v"
    path.write_text(
        "".join(f"Lemma l{number} : {number} = {number}.\nProof.\n\n\n\nAdmitted.\n" for number in range(120))
    )
    workbench = await window(path)
    await until(lambda: _has_lenses_in_view(workbench), "lenses at the top")
    await workbench.focus_editor()
    await workbench.page.keyboard.press("Control+End")
    await workbench.until_line(721)
    await until(lambda: _has_lenses_in_view(workbench), "lenses at the end")
    await workbench.page.keyboard.press("Control+Home")
    await workbench.until_line(1)
    await until(lambda: _has_lenses_in_view(workbench), "lenses at the top again")


async def _has_lenses_in_view(workbench: Workbench) -> bool:
    """Whether more than two are between the window's edges."""
    script = """() => [...document.querySelectorAll('.codelens-decoration a')].map(e => e.getBoundingClientRect())
        .filter(at => at.height > 0 && at.top > 90 && at.bottom < innerHeight - 22).length > 2"""
    shown: bool = await workbench.page.evaluate(script)
    return shown


async def test_the_keys_were_free(window: Open, folder: Path) -> None:
    """Among VS Code's default keys, each of ours is there once: what we add, and nothing else."""
    (folder / "notes.txt").write_text("")
    manifest = json.loads((ROOT / "client-vscode" / "package.json").read_text(encoding="utf-8"))
    workbench = await window(folder / "notes.txt")
    await workbench.run("Preferences: Open Default Keyboard Shortcuts (JSON)")
    await workbench.page.locator(".tab.active").filter(has_text="Default Keybindings").wait_for()
    await workbench.page.keyboard.press("Control+f")
    for binding in manifest["contributes"]["keybindings"]:
        await workbench.page.locator(".find-widget textarea").first.fill(f'"key": "{binding["key"]}"')
        await expect(workbench.page.locator(".find-widget .matchesCount")).to_have_text("1 of 1")
