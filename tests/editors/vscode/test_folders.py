"""Folders as they are: with very many files, and open in two windows at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from editors.vscode.conftest import Open
from editors.vscode.workbench import CodeServer, until

pytestmark = [
    pytest.mark.vscode,
    pytest.mark.rocq,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("vscode"),
    pytest.mark.asyncio(loop_scope="session"),
]

MANY = 2000
LEMMA = "Lemma {name} (n : nat) : n = n.\nProof. Admitted.\n"


async def test_two_thousand_proof_files(window: Open, folder: Path) -> None:
    """All their holes are found; meanwhile the file at hand is proved, and takes what is typed."""
    for number in range(MANY - 1):
        path = folder / f"part{number // 100}" / f"File{number}.v"
        path.parent.mkdir(exist_ok=True)
        path.write_text(LEMMA.format(name=f"lemma_{number}"))
    path = folder / "Mine.v"
    path.write_text(LEMMA.format(name="mine"))
    workbench = await window(path)
    await workbench.until_status("^ ?1 proved")
    await workbench.go_to(1, 1)
    await workbench.type("(* mine *) ")
    await expect(workbench.page.locator("#status\\.problems")).to_have_attribute("aria-label", f"Infos: {MANY}")
    assert (await workbench.text).startswith("(* mine *) Lemma mine")
    await workbench.until_status("^ ?1 proved")
    await workbench.show_view()
    await expect(workbench.tree().filter(has_text="Mine.v")).to_contain_text("1 proved")


async def test_two_windows_on_one_folder(window: Open, folder: Path, code_server: CodeServer) -> None:
    """Each has its own server; what one fills and saves is full in the other as well, whose own text is its own."""
    one, other = folder / "One.v", folder / "Other.v"
    one.write_text(LEMMA.format(name="one"))
    other.write_text(LEMMA.format(name="other"))
    first = await window(one)
    second = await window(other)
    await first.until_status("^ ?1 proved")
    await second.until_status("^ ?1 proved")
    assert len(code_server.servers()) == 2
    await second.show_view()
    await expect(second.tree().filter(has_text="One.v")).to_have_count(1)
    await second.go_to(1, 1)
    await second.type("(* unsaved *) ")
    await first.go_to(2, 9)
    await first.quick_fix("Fill with")
    await first.until_status("no holes")
    await first.save()
    await until(lambda: "Qed." in one.read_text(), "the proof in the file on disk")
    await expect(second.tree().filter(has_text="One.v")).to_have_count(0)
    await second.until_status(re.escape("1 proved"))
    assert (await second.text).startswith("(* unsaved *) Lemma other")
