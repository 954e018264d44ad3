"""The editor with a real Agda: what it shows and fills is what Agda accepts."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from e2e.lsp.conftest import Start
from e2e.lsp.editor import Editor, able

pytestmark = pytest.mark.agda

HEAD = "module Natural where\n\nopen import Agda.Builtin.Nat\nopen import Agda.Builtin.Equality\n\n"
SYM = "sym : {A : Set} {x y : A} → x ≡ y → y ≡ x\nsym p = ?\n\n"
ADD = "two-and-two : 2 + 2 ≡ 4\ntwo-and-two = {! !}\n\n"
FALSE = "wrong : 1 ≡ 2\nwrong = ?\n\n"


def check_with_agda(folder: Path, text: str) -> str:
    """What an independent run of Agda has to say; empty when it accepts."""
    program = shutil.which("agda") or str(Path(sys.executable).with_name("agda"))
    checked = folder / "checked"
    checked.mkdir()
    (checked / "Natural.agda").write_text(text)
    done = subprocess.run([program, "Natural.agda"], cwd=checked, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


async def opened(start: Start, tmp_path: Path, text: str, **given: object) -> tuple[Editor, str]:
    editor = await start(**given)
    path = tmp_path / "Natural.agda"
    path.write_text(text)
    editor.open(path.as_uri(), text, "agda")
    return editor, path.as_uri()


async def test_from_a_hole_to_its_proof(start: Start, tmp_path: Path) -> None:
    """Opened, proved, filled: the diagnostic goes, Agda accepts the file, and the one on disk was never touched."""
    editor, uri = await opened(start, tmp_path, HEAD + SYM)
    await editor.until_codes(uri, "proof-found")
    assert editor.shown(uri)[0].message.startswith("y ≡ x\nProof found: ")
    best = (await editor.actions(uri, "?"))[0]
    assert "(agda, " in best.title
    assert editor.apply(best.edit)
    await editor.until_codes(uri)
    assert check_with_agda(tmp_path, editor.texts[uri].text) == ""
    assert (tmp_path / "Natural.agda").read_text() == HEAD + SYM


async def test_fix_all_of_two_holes(start: Start, tmp_path: Path) -> None:
    """Both are filled by one edit; the false one between them stays."""
    editor, uri = await opened(start, tmp_path, HEAD + SYM + FALSE + ADD)
    await editor.until_codes(uri, "proof-found", "open-goal", "proof-found")
    answer = await editor.command("unsorry.fillAll", {"uri": uri})
    assert (len(answer["filled"]), answer["leftOut"]) == (2, [])
    await editor.until_codes(uri, "open-goal")
    whole = editor.texts[uri].text.replace(FALSE, "")
    assert check_with_agda(tmp_path, whole) == ""


async def test_an_edit_while_proving(start: Start, tmp_path: Path) -> None:
    """Typing never breaks what is going on: in the end each hole of the final text has its state."""
    editor, uri = await opened(start, tmp_path, HEAD + SYM, options={"editor": {"delay": 0.1}})
    editor.insert(uri, types.Position(1, 0), "-- 𝔸 typed meanwhile\n")
    editor.insert(uri, editor.place(uri, "sym :"), ADD)
    await editor.until_codes(uri, "proof-found", "proof-found")
    answer = await editor.command("unsorry.fillAll", {"uri": uri})
    assert len(answer["filled"]) == 2
    assert check_with_agda(tmp_path, editor.texts[uri].text) == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-32"])
async def test_behind_astral_characters(start: Start, tmp_path: Path, encoding: str) -> None:
    """The edit lands on the hole in every unit of columns."""
    text = HEAD + "𝔸-is : 1 + 1 ≡ 2\n𝔸-is = {- 😀 -} ?\n"
    editor, uri = await opened(start, tmp_path, text, capabilities=able(encodings=[encoding]))
    await editor.until_codes(uri, "proof-found")
    assert editor.apply((await editor.actions(uri, "?"))[0].edit)
    assert check_with_agda(tmp_path, editor.texts[uri].text) == ""


async def test_hover_shows_the_goal_as_agda_does(start: Start, tmp_path: Path) -> None:
    """The goal above its context."""
    editor, uri = await opened(start, tmp_path, HEAD + SYM)
    await editor.until_codes(uri, "proof-found")
    hover = await editor.hover(uri, "?")
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    shown = hover.contents.value
    assert "```agda\nGoal: y ≡ x\n————" in shown
    assert "p : x ≡ y" in shown
