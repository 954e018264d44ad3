"""Files that change outside the editor: seen without any help of the client's."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from lsprotocol import types

from e2e.lsp.conftest import Start

ONE = "Lemma a : 1 = 1.\nProof. Admitted.\n"
DONE = "Lemma a : 1 = 1.\nProof. reflexivity. Qed.\n"
QUIET = {"editor": {"prove_on_open": False}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "a project"
    (folder / "theories").mkdir(parents=True)
    return folder


async def test_holes_of_files_that_nobody_opened(start: Start, root: Path) -> None:
    """They are shown when the workspace opens, change with the file, and go with it."""
    path = root / "theories" / "A.v"
    path.write_text(ONE)
    (root / "notes.txt").write_text(ONE)
    editor = await start(root=root)
    await editor.until_codes(path.as_uri(), "open-goal")
    path.write_text(ONE + "Lemma b : 2 = 2. Admitted.\n")
    await editor.until_codes(path.as_uri(), "open-goal", "open-goal")
    path.write_text(DONE)
    await editor.until_codes(path.as_uri())
    (root / "New.v").write_text(ONE)
    await editor.until_codes((root / "New.v").as_uri(), "open-goal")
    (root / "New.v").unlink()
    await editor.until_codes((root / "New.v").as_uri())
    assert set(editor.client.diagnostics) == {path.as_uri(), (root / "New.v").as_uri()}
    assert (await editor.command("unsorry.health"))["provers"] == []


async def test_a_file_that_the_editor_calls_something_else(start: Start, root: Path) -> None:
    """A ``.v`` file opened as Verilog loses its diagnostics, for good; opened as Rocq it has them again."""
    chip, proof = root / "chip.v", root / "A.v"
    for path in (chip, proof):
        path.write_text(ONE)
    editor = await start(root=root, options=QUIET)
    await editor.until_codes(chip.as_uri(), "open-goal")
    editor.open(chip.as_uri(), ONE, "verilog")
    await editor.until_codes(chip.as_uri())
    editor.close(chip.as_uri())
    chip.write_text(ONE + ONE)
    proof.write_text(ONE + ONE)
    await editor.until_codes(proof.as_uri(), "open-goal", "open-goal")
    assert editor.codes(chip.as_uri()) == []
    editor.open(chip.as_uri(), ONE, "coq")
    await editor.until_codes(chip.as_uri(), "open-goal")


async def test_an_open_file_is_the_editor_s(start: Start, root: Path) -> None:
    """What happens to it on disk does not matter until it is closed; then the disk counts again."""
    path = root / "A.v"
    path.write_text(ONE)
    editor = await start(root=root, options=QUIET)
    await editor.until_codes(path.as_uri(), "open-goal")
    shut = editor.shown(path.as_uri())[0].data["hole"]
    editor.open(path.as_uri(), ONE + "Lemma b : 2 = 2. Admitted.\n")
    await editor.until_codes(path.as_uri(), "open-goal", "open-goal")
    assert editor.shown(path.as_uri())[0].data["hole"] == shut
    path.write_text(DONE)
    (root / "Other.v").write_text(ONE)
    await editor.until_codes((root / "Other.v").as_uri(), "open-goal")
    assert editor.codes(path.as_uri()) == ["open-goal", "open-goal"]
    editor.close(path.as_uri())
    await editor.until_codes(path.as_uri())
    path.write_text(ONE)
    await editor.until_codes(path.as_uri(), "open-goal")


async def test_what_git_ignores_is_not_shown(start: Start, root: Path) -> None:
    """Neither what is there at the start nor what a build writes later."""
    subprocess.run(["git", "init", "-q", root], check=True)
    (root / ".gitignore").write_text("_build/\n")
    (root / "_build").mkdir()
    (root / "_build" / "Copy.v").write_text(ONE)
    (root / "A.v").write_text(ONE)
    editor = await start(root=root)
    await editor.until_codes((root / "A.v").as_uri(), "open-goal")
    (root / "_build" / "Later.v").write_text(ONE)
    (root / "B.v").write_text(ONE)
    await editor.until_codes((root / "B.v").as_uri(), "open-goal")
    assert set(editor.client.diagnostics) == {(root / "A.v").as_uri(), (root / "B.v").as_uri()}


async def test_the_project_s_settings_are_read_again(start: Start, root: Path) -> None:
    """A change of ``unsorry.toml`` shows at once, also one that switches these diagnostics off and on."""
    path = root / "A.v"
    path.write_text(ONE)
    editor = await start(root=root)
    await editor.until_codes(path.as_uri(), "open-goal")
    settings = root / "unsorry.toml"
    settings.write_text("[editor]\nworkspace_diagnostics = false\n")
    await editor.until_codes(path.as_uri())
    settings.write_text('[editor]\nworkspace_diagnostics = true\nseverity_open_goal = "error"\n')
    await editor.until_codes(path.as_uri(), "open-goal")
    settings.write_text('[editor]\nseverity_open_goal = "hint"\n')
    hint = types.DiagnosticSeverity.Hint
    await editor.until(lambda: [d.severity for d in editor.shown(path.as_uri())] == [hint], "the severity")
    settings.write_text("[editor]\nworkspace_diagnostics = 5\n")
    await editor.until(lambda: editor.client.messages, "a message")
    assert "workspace_diagnostics" in editor.client.messages[0].message


async def test_folders_come_and_go(start: Start, root: Path, tmp_path: Path) -> None:
    """The files of a folder are shown while it is part of the workspace."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "B.v").write_text(ONE)
    (root / "A.v").write_text(ONE)
    editor = await start(root=root)
    await editor.until_codes((root / "A.v").as_uri(), "open-goal")
    added, removed = ([types.WorkspaceFolder(folder.as_uri(), folder.name)] for folder in (other, root))
    change = types.WorkspaceFoldersChangeEvent(added=added, removed=removed)
    editor.client.workspace_did_change_workspace_folders(types.DidChangeWorkspaceFoldersParams(change))
    await editor.until_codes((other / "B.v").as_uri(), "open-goal")
    await editor.until_codes((root / "A.v").as_uri())


async def test_a_file_that_the_editor_spells_in_its_own_way(start: Start, root: Path) -> None:
    """What was shown before it was opened does not stay beside what is shown then."""
    path = root / "it's A.v"
    path.write_text(ONE)
    editor = await start(root=root, options=QUIET)
    await editor.until(lambda: any(editor.client.diagnostics.values()), "diagnostics")
    (ours,) = editor.client.diagnostics
    theirs = ours.replace("'", "%27")
    assert theirs != ours
    editor.open(theirs, ONE)
    await editor.until_codes(theirs, "open-goal")
    await editor.until_codes(ours)


async def test_files_that_cannot_be_read_are_passed_over(start: Start, root: Path) -> None:
    """No text, no permission, a link that leads nowhere: the other files are shown."""
    (root / "Binary.v").write_bytes(b"\xff\xfe\x00Lemma")
    (root / "Loop.v").symlink_to(root / "Loop.v")
    (root / "A.v").write_text(ONE)
    editor = await start(root=root)
    await editor.until_codes((root / "A.v").as_uri(), "open-goal")
    assert editor.client.messages == []
